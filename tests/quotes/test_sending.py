from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings

from crmkit.errors import CrmError, InvalidPeriod, InvalidRecord, MoveRefused
from crmkit.quotes import price, revise, send
from crmkit.records import Change, Deal, LineItem, Quote, evolve
from crmkit.repositories import InMemoryStore

from .offers import QUOTE, after, line, offers

NOW = datetime(2024, 5, 31, 20, tzinfo=UTC)
LINES = [line(1, "100", quantity=3.0), line(2, "0.50", discount_rate=0.1)]
SENT = after(send(QUOTE, LINES, at=NOW, by="ana"))


def revised(quote=SENT, lines=LINES, **options):
    """Return the new draft and its lines."""
    change = revise(quote, lines, at=NOW, by="bo", **options)
    return change.edits[0].after, [edit.after for edit in change.edits if edit.record == "line_item"]


def test_a_draft_is_sent_with_what_its_lines_come_to():
    change = send(QUOTE, LINES, at=NOW, by="ana")
    assert (change.act, change.by, change.at, change.idempotency_key) == ("send", "ana", NOW, "send:quote:q1:0")
    assert after(change) == evolve(
        QUOTE, status="sent", status_changed_at=NOW, amount=Decimal("300.45"), currency="EUR", version=1
    )
    assert [edit.record for edit in change.edits] == ["quote", "field_change"]


def test_a_quote_that_says_no_currency_is_sent_in_that_of_its_lines():
    assert after(send(evolve(QUOTE, currency=None), LINES, at=NOW, by="ana")).currency == "EUR"


@given(offers())
@settings(max_examples=30)
def test_what_is_sent_is_the_net_total_and_its_revision_comes_to_the_same(offer):
    quote, lines = offer
    assume(lines)
    sent = after(send(quote, lines, at=NOW, by="ana"))
    assert sent.money == price(quote, lines).net == price(sent, lines).net
    draft, copies = revised(sent, lines)
    assert price(draft, copies).net == sent.money


@pytest.mark.parametrize("status", ["sent", "accepted", "declined", "expired", "superseded"])
def test_only_a_draft_is_sent(status):
    with pytest.raises(MoveRefused) as caught:
        send(evolve(QUOTE, status=status), LINES, at=NOW, by="ana")
    assert (caught.value.stage, caught.value.to) == (status, "sent")
    assert caught.value.code in ("already_there", "closed")


def test_a_quote_without_lines_or_past_its_last_day_is_not_sent_and_both_are_named():
    with pytest.raises(MoveRefused, match="has no lines") as caught:
        send(evolve(QUOTE, valid_until=date(2024, 5, 30)), [], at=NOW, by="ana")
    assert [unmet.code for unmet in caught.value.unmet] == ["no_lines", "lapsed"]


def test_the_last_day_ends_in_the_zone_that_is_said():
    quote = evolve(QUOTE, valid_until=date(2024, 5, 31))
    late = datetime(2024, 5, 31, 22, tzinfo=UTC)
    assert after(send(quote, LINES, at=late, by="ana")).status == "sent"
    with pytest.raises(MoveRefused, match="was valid until 2024-05-31"):
        send(quote, LINES, at=late, by="ana", timezone="Europe/Berlin")


def test_the_last_date_that_there_is_never_ends():
    assert after(send(evolve(QUOTE, valid_until=date.max), LINES, at=NOW, by="ana")).status == "sent"


@pytest.mark.parametrize("at", [datetime(2024, 5, 3), date(2024, 5, 3), "2024-05-03", None])  # noqa: DTZ001 - the fault
def test_an_act_needs_an_instant_with_a_time_zone(at):
    with pytest.raises(InvalidPeriod):
        send(QUOTE, LINES, at=at, by="ana")
    with pytest.raises(InvalidPeriod):
        revise(SENT, LINES, at=at, by="ana")


def test_a_quote_is_not_sent_before_its_last_step():
    draft, copies = revised()
    with pytest.raises(MoveRefused) as caught:
        send(draft, copies, at=NOW - timedelta(days=1), by="ana", supersedes=SENT)
    assert caught.value.code == "too_early"


@pytest.mark.parametrize("status", ["sent", "declined", "expired"])
def test_a_revision_is_a_new_draft_with_copies_of_the_lines_and_leaves_the_old_one_alone(status):
    old = evolve(SENT, status=status, declined_reason="dear", valid_until=date(2024, 6, 30), deal_id="d1", number="7")
    change = revise(old, LINES, at=NOW, by="bo")
    draft = after(change, "q1:r2")
    assert draft == evolve(
        old,
        id="q1:r2",
        revision=2,
        supersedes_id="q1",
        status="draft",
        status_changed_at=NOW,
        amount=None,
        created_at=NOW,
        declined_reason=None,
        version=1,
    )
    assert all(edit.before is None for edit in change.edits)
    assert after(change, "q1:r2:2") == evolve(LINES[1], id="q1:r2:2", quote_id="q1:r2", version=1)
    assert change.idempotency_key == "revise:quote:q1:1"


def test_revisions_count_on_from_the_first_id():
    second, copies = revised()
    third, _ = revised(evolve(second, status="sent"), copies)
    assert (third.id, third.revision, third.supersedes_id) == ("q1:r3", 3, "q1:r2")
    named, _ = revised(id="q2")
    assert named.id == "q2"


def test_a_quote_without_lines_is_revised_without_copies():
    change = revise(SENT, [], at=NOW, by="bo")
    assert {edit.record for edit in change.edits} == {"quote", "field_change"}


@pytest.mark.parametrize("status", ["draft", "accepted", "superseded"])
def test_a_draft_and_what_was_settled_are_not_revised(status):
    with pytest.raises(InvalidRecord, match="cannot be revised") as caught:
        revise(evolve(SENT, status=status), LINES, at=NOW, by="bo")
    assert (caught.value.code, caught.value.field) == ("not_revisable", "status")


@pytest.mark.parametrize(("status", "becomes"), [("sent", "superseded"), ("draft", "superseded")])
def test_what_a_revision_replaces_is_superseded_when_the_revision_is_sent(status, becomes):
    draft, copies = revised()
    change = send(draft, copies, at=NOW, by="bo", supersedes=evolve(SENT, status=status))
    assert (after(change, "q1:r2").status, after(change).status) == ("sent", becomes)


@pytest.mark.parametrize("status", ["declined", "expired"])
def test_what_has_ended_already_stays_as_it_ended(status):
    draft, copies = revised()
    change = send(draft, copies, at=NOW, by="bo", supersedes=evolve(SENT, status=status))
    assert {edit.id for edit in change.edits if edit.record == "quote"} == {"q1:r2"}


@pytest.mark.parametrize("status", ["accepted", "superseded"])
def test_a_revision_of_what_was_settled_in_the_meantime_is_not_sent(status):
    draft, copies = revised()
    with pytest.raises(MoveRefused, match=f"revises 'q1', which is {status}") as caught:
        send(draft, copies, at=NOW, by="bo", supersedes=evolve(SENT, status=status))
    assert caught.value.code == "settled"


@pytest.mark.parametrize(
    ("supersedes", "code"),
    [(None, "not_superseded"), (evolve(SENT, id="q9"), "not_superseded"), (Deal(id="q1"), "invalid_argument")],
)
def test_a_revision_is_sent_together_with_the_quote_that_it_revises(supersedes, code):
    draft, copies = revised()
    with pytest.raises(CrmError) as caught:
        send(draft, copies, at=NOW, by="bo", supersedes=supersedes)
    assert caught.value.code == code


def test_a_quote_that_revises_none_supersedes_none():
    with pytest.raises(InvalidRecord, match="supersedes= gives 'q9'"):
        send(QUOTE, LINES, at=NOW, by="bo", supersedes=evolve(SENT, id="q9"))


def test_a_store_takes_draft_sending_and_revision_one_after_the_other_and_each_only_once():
    store = InMemoryStore()
    store.apply(Change.of(add=[QUOTE, *LINES], act="create", at=NOW, by="ana"))
    lines = [store.repository(LineItem).get(each.id) for each in LINES]
    sending = send(store.repository(Quote).get("q1"), lines, at=NOW, by="ana")
    assert store.apply(sending) == store.apply(sending)
    sent = store.repository(Quote).get("q1")
    revising = store.apply(revise(sent, lines, at=NOW, by="bo"))
    copies = [edit.after for edit in revising.edits if edit.record == "line_item"]
    store.apply(send(store.repository(Quote).get("q1:r2"), copies, at=NOW, by="bo", supersedes=sent))
    assert [store.repository(Quote).get(name).status for name in ("q1", "q1:r2")] == ["superseded", "sent"]
