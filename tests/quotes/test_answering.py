from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings

from crmkit.errors import Conflict, CrmError, CurrencyMismatch, InvalidArgument, InvalidPeriod, MoveRefused
from crmkit.pipeline import Pipeline, Stage, deal_lifecycle
from crmkit.quotes import accept, decline, expire, price, send
from crmkit.records import Change, Deal, Money, Quote, evolve
from crmkit.repositories import InMemoryStore

from .offers import QUOTE, after, eur, line, offers

NOW = datetime(2024, 5, 31, 20, tzinfo=UTC)
LINES = [line(1, "100", quantity=3.0, billing="month", name="Seats"), line(2, "50", tax_rate=0.19)]
DRAFT = evolve(QUOTE, deal_id="d1", company_id="c1", valid_until=date(2024, 6, 30))
SENT = after(send(DRAFT, LINES, at=NOW, by="ana"))
DEAL = Deal(id="d1", pipeline="sales", stage="negotiation", amount=Decimal(99), currency="USD")
LATER = NOW + timedelta(days=2)
LAPSED = NOW + timedelta(days=31)
NIGHTLY = {"as_of": LAPSED, "by": "nightly"}
WON = {"pipeline": deal_lifecycle, "stage": "won"}


def refusal(act, *arguments, **options):
    with pytest.raises(MoveRefused) as caught:
        act(*arguments, at=options.pop("at", LATER), by="ana", **options)
    return caught.value


def test_accepting_a_quote_gives_its_net_total_to_the_deal_with_its_history():
    change = accept(SENT, LINES, DEAL, at=LATER, by="ana")
    assert (change.act, change.idempotency_key) == ("accept", "accept:quote:q1:1")
    quote, deal = after(change), after(change, "d1")
    assert (quote.status, quote.accepted_at, quote.amount) == ("accepted", LATER, Decimal("350.00"))
    assert deal == evolve(DEAL, amount=Decimal("350.00"), currency="EUR", updated_at=LATER, version=1)
    rows = [edit.after for edit in change.edits if edit.record == "field_change"]
    assert [(row.record, row.field, row.from_value, row.to_value) for row in rows] == [
        ("quote:q1", "status", "sent", "accepted"),
        ("deal:d1", "amount", "99", "350.00"),
        ("deal:d1", "currency", "USD", "EUR"),
    ]


def test_the_deal_moves_on_in_the_same_act():
    change = accept(SENT, LINES, DEAL, at=LATER, by="ana", pipeline=deal_lifecycle, stage="won")
    deal = after(change, "d1")
    assert (deal.stage, deal.status, deal.closed_at, deal.money) == ("won", "won", LATER, eur("350"))
    assert [edit.record for edit in change.edits].count("stage_change") == 1


def test_a_deal_that_may_not_move_leaves_the_quote_unanswered():
    lost = evolve(DEAL, stage="won", status="won")
    assert refusal(accept, SENT, LINES, lost, pipeline=deal_lifecycle, stage="won").code == "already_there"


def test_the_deal_can_be_worth_the_contract():
    worth = price(SENT, LINES).contract_value(months=12)
    change = accept(SENT, LINES, DEAL, at=LATER, by="ana", amount=worth)
    assert after(change, "d1").money == worth == eur("3650")


def test_the_deal_takes_no_amount_in_another_currency_than_the_quote():
    with pytest.raises(CurrencyMismatch) as caught:
        accept(SENT, LINES, DEAL, at=LATER, by="ana", amount=Money(1, "USD"))
    assert caught.value.currencies == ("USD", "EUR")
    free = accept(SENT, LINES, DEAL, at=LATER, by="ana", amount=eur("0"))
    assert after(free, "d1").money == eur("0")


def test_the_deal_moves_on_for_a_reason_and_with_values_that_its_guards_ask_for():
    stages = [Stage("negotiation"), Stage("won", kind="won", needs_reason=True, requires=("contact_id",))]
    strict = {"pipeline": Pipeline("sales", stages=stages), "stage": "won"}
    assert [unmet.code for unmet in refusal(accept, SENT, LINES, DEAL, **strict).unmet] == [
        "missing_field",
        "missing_reason",
    ]
    change = accept(SENT, LINES, DEAL, at=LATER, by="ana", reason="fit", values={"contact_id": "p1"}, **strict)
    assert (after(change, "d1").status, after(change, "d1").contact_id, change.reason) == ("won", "p1", "fit")
    assert {edit.after.reason for edit in change.edits if edit.record.endswith("_change")} == {"fit"}


@pytest.mark.parametrize("options", [{}, WON])
def test_the_rows_so_far_say_how_long_the_amount_before_stood(options):
    told = accept(SENT, LINES, DEAL, at=NOW + timedelta(days=1), by="ana")
    history = [edit.after for edit in told.edits if edit.record == "field_change"]
    change = accept(SENT, LINES, DEAL, at=NOW + timedelta(days=3), by="ana", history=history, **options)
    held = {edit.after.field: edit.after.days_held for edit in change.edits if edit.record == "field_change"}
    assert (held["amount"], held["currency"], held["status"]) == (2.0, 2.0, 3.0)


def test_a_deal_that_is_worth_as_much_already_is_not_touched():
    change = accept(SENT, LINES, evolve(DEAL, amount=Decimal(350), currency="EUR"), at=LATER, by="ana")
    assert {edit.record for edit in change.edits} == {"quote", "field_change"}


def test_a_quote_without_a_deal_is_accepted_without_one():
    change = accept(evolve(SENT, deal_id=None), LINES, None, at=LATER, by="ana")
    assert [edit.record for edit in change.edits] == ["quote", "field_change"]


@given(offers())
@settings(max_examples=30)
def test_the_deal_is_worth_what_was_sent_and_the_act_can_be_undone(offer):
    quote, lines = offer
    assume(lines)
    sent = after(send(evolve(quote, deal_id="d1"), lines, at=NOW, by="ana"))
    change = accept(sent, lines, DEAL, at=LATER, by="ana")
    assert after(change, "d1").money == sent.money
    assert evolve(after(change.inverse(), "d1"), version=0) == DEAL


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("draft", "no_such_move"),
        ("accepted", "already_there"),
        ("declined", "closed"),
        ("expired", "closed"),
        ("superseded", "closed"),
    ],
)
def test_only_what_was_sent_and_not_answered_is_accepted(status, code):
    quote = evolve(SENT, status=status)
    found = refusal(accept, quote, LINES, DEAL)
    assert (found.code, found.stage, found.to) == (code, status, "accepted")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("draft", "no_such_move"),
        ("accepted", "closed"),
        ("declined", "already_there"),
        ("expired", "closed"),
        ("superseded", "closed"),
    ],
)
def test_only_what_was_sent_and_not_answered_is_declined(status, code):
    found = refusal(decline, evolve(SENT, status=status), reason="price")
    assert (found.code, found.stage, found.to) == (code, status, "declined")


def test_a_quote_is_accepted_on_its_last_day_and_not_after():
    assert after(accept(SENT, LINES, DEAL, at=datetime(2024, 6, 30, 23, 59, tzinfo=UTC), by="ana"))
    found = refusal(accept, SENT, LINES, DEAL, at=LAPSED)
    assert (found.code, found.unmet[0].field) == ("lapsed", "valid_until")
    assert refusal(accept, SENT, LINES, DEAL, at=datetime(2024, 6, 30, 23, tzinfo=UTC), timezone="Europe/Rome")


def test_lines_that_come_to_something_else_than_what_was_sent_are_not_accepted():
    found = refusal(accept, SENT, [*LINES, line(3, "1")], DEAL)
    assert found.code == "changed_since_sent"
    assert "was sent with EUR 350.00, and comes to EUR 351.00 now" in str(found)


@pytest.mark.parametrize(
    ("deal", "options", "code"),
    [
        (None, {}, "not_its_deal"),
        (Deal(id="d2"), {}, "not_its_deal"),
        (QUOTE, {}, "invalid_argument"),
        (DEAL, {"stage": "won"}, "invalid_argument"),
        (DEAL, {"pipeline": deal_lifecycle}, "invalid_argument"),
        (DEAL, {"pipeline": "sales", "stage": "won"}, "invalid_argument"),
        (DEAL, {"amount": Decimal(5)}, "invalid_argument"),
        (DEAL, {"amount": eur("-1")}, "negative_amount"),
        (DEAL, {"amount": eur("1.23456")}, "fraction_of_minor_unit"),
        (DEAL, {"values": {"name": "Fern"}}, "invalid_argument"),
        (DEAL, {"values": {"amount": Decimal(1)}, **WON}, "invalid_argument"),
        (DEAL, {"values": {"currency": "USD"}, **WON}, "invalid_argument"),
        (DEAL, {"values": ["name"], **WON}, "invalid_argument"),
        (evolve(DEAL, updated_at=LAPSED), {}, "too_early"),
    ],
)
def test_a_deal_that_is_not_the_quotes_or_half_a_move_is_refused(deal, options, code):
    with pytest.raises(CrmError) as caught:
        accept(SENT, LINES, deal, at=LATER, by="ana", **options)
    assert caught.value.code == code


def test_declining_needs_a_reason_and_keeps_it():
    change = decline(SENT, at=LATER, by="ana", reason="too dear")
    assert (after(change).status, after(change).declined_reason, change.reason) == ("declined", "too dear", "too dear")
    for nothing in (None, ""):
        with pytest.raises(InvalidArgument):
            decline(SENT, at=LATER, by="ana", reason=nothing)
    with pytest.raises(InvalidArgument):
        decline(DEAL, at=LATER, by="ana", reason="too dear")


def test_what_was_sent_and_is_over_expires_in_one_change_and_the_rest_stays():
    quotes = [evolve(SENT, id=f"q{place}") for place in range(3)]
    rest = [DRAFT, evolve(SENT, id="open", valid_until=None), evolve(SENT, id="won", status="accepted")]
    change = expire([*quotes, *rest], as_of=LAPSED, by="nightly")
    assert [(edit.id, edit.after.status) for edit in change.edits if edit.record == "quote"] == [
        ("q0", "expired"),
        ("q1", "expired"),
        ("q2", "expired"),
    ]
    assert change == expire([*rest, *quotes], as_of=LAPSED, by="nightly") == expire(quotes[::-1], **NIGHTLY)
    assert change.idempotency_key != expire(quotes[:2], as_of=LAPSED, by="nightly").idempotency_key
    assert after(change, "q1").declined_reason is None


def test_where_nothing_is_over_there_is_no_change():
    assert expire([], as_of=NOW, by="nightly") is None
    assert expire([SENT], as_of=datetime(2024, 6, 30, 23, 59, tzinfo=UTC), by="nightly") is None
    assert expire([SENT], as_of=datetime(2024, 6, 30, 23, tzinfo=UTC), by="nightly", timezone="Europe/Rome")


def test_expiry_needs_quotes_and_an_instant():
    with pytest.raises(InvalidArgument):
        expire([DEAL], as_of=NOW, by="nightly")
    for nobody in (None, 5):
        with pytest.raises(InvalidArgument, match="by: "):
            expire([SENT], as_of=LAPSED, by=nobody)
    with pytest.raises(InvalidPeriod):
        expire([SENT], as_of=date(2024, 7, 1), by="nightly")
    with pytest.raises(InvalidPeriod) as caught:
        expire([SENT], as_of=NOW, by="nightly", timezone="Europe/Rom")
    assert caught.value.code == "unknown_timezone"


def test_accepting_twice_accepts_once_and_no_second_answer_gets_in():
    store = InMemoryStore()
    store.apply(Change.of(add=[SENT, DEAL, *LINES], act="create", at=NOW, by="ana"))
    sent, deal = store.repository(Quote).get("q1"), store.repository(Deal).get("d1")
    acceptance = accept(sent, LINES, deal, at=LATER, by="ana")
    refused = decline(sent, at=LATER, by="bo", reason="price")
    assert store.apply(acceptance) == store.apply(acceptance)
    assert store.repository(Deal).get("d1").money == eur("350")
    with pytest.raises(Conflict):
        store.apply(refused)
