"""Acts on quotes under a lifecycle of one's own, and their order in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crmkit.errors import InvalidArgument, MoveRefused
from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage, deal_lifecycle
from crmkit.quotes import accept, decline, expire, revise, send
from crmkit.records import evolve

from .offers import QUOTE, after, line

NOW = datetime(2024, 5, 31, 20, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=1)
LINES = [line(1, "100")]
SENT = after(send(QUOTE, LINES, at=NOW, by="ana"))
ENDS = ("accepted", "declined", "expired", "superseded")
CAREFUL = Pipeline(
    "careful",
    record="quote",
    stages=[
        Stage("draft"),
        Stage("sent", when=field("amount") >= 100, requires=("amount", "valid_until")),
        Stage("accepted", kind="won", reasons=("signed", "ordered")),
        *(Stage(name, kind="lost", needs_reason=True) for name in ENDS[1:]),
    ],
    moves=[Move("draft", "sent"), *(Move("sent", name) for name in ENDS)],
)
DRAFT = evolve(QUOTE, valid_until=date(2024, 6, 30))
ACTS = {
    "send": lambda **said: send(DRAFT, LINES, **said),
    "accept": lambda **said: accept(SENT, LINES, None, **said),
    "decline": lambda **said: decline(SENT, **{"reason": "dear", **said}),
    "revise": lambda **said: revise(SENT, LINES, **said),
    "expire": lambda at, **said: expire([evolve(SENT, valid_until=date(2024, 5, 1))], as_of=at, **said),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("lifecycle", [None, "quote", deal_lifecycle])
def test_every_act_refuses_what_is_no_pipeline_of_quotes(act, lifecycle):
    with pytest.raises(InvalidArgument, match=r"lifecycle: .* is no Pipeline of quotes"):
        act(at=NOW, by="ana", lifecycle=lifecycle)


@pytest.mark.parametrize(
    ("act", "code"), [("send", "guard"), ("accept", "unknown_reason"), ("expire", "missing_reason")]
)
def test_the_guards_of_an_own_lifecycle_are_asked(act, code):
    acts = {**ACTS, "send": lambda **said: send(DRAFT, [line(1, "99")], **said)}
    reason = {} if act == "expire" else {"reason": "why not"}
    with pytest.raises(MoveRefused) as caught:
        acts[act](at=NOW, by="ana", lifecycle=CAREFUL, **reason)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("act", "reason", "status"),
    [
        ("send", None, "sent"),
        ("accept", "signed", "accepted"),
        ("decline", "dear", "declined"),
        ("expire", "over", "expired"),
    ],
)
def test_an_act_that_an_own_lifecycle_allows_is_done_under_it_with_its_reason(act, reason, status):
    change = ACTS[act](at=NOW, by="ana", lifecycle=CAREFUL, **({} if reason is None else {"reason": reason}))
    row = next(edit.after for edit in change.edits if edit.record == "field_change")
    assert (after(change).status, change.reason, row.reason) == (status, reason, reason)


def test_a_revision_starts_and_is_sent_under_an_own_lifecycle():
    sent = evolve(SENT, valid_until=date(2024, 6, 30))
    change = revise(sent, LINES, at=NOW, by="bo", lifecycle=CAREFUL, reason="dear")
    draft, copies = after(change, "q1:r2"), [edit.after for edit in change.edits if edit.record == "line_item"]
    assert (draft.status, draft.status_changed_at, change.reason) == ("draft", NOW, "dear")
    with pytest.raises(MoveRefused, match="needs a reason"):
        send(draft, copies, at=NOW, by="bo", supersedes=sent, lifecycle=CAREFUL)
    sending = send(draft, copies, at=NOW, by="bo", supersedes=sent, lifecycle=CAREFUL, reason="less dear")
    assert (after(sending).status, after(sending, "q1:r2").status) == ("superseded", "sent")


@pytest.mark.parametrize("act", ["accept", "decline", "revise", "expire"])
def test_no_act_lies_before_the_last_step_of_the_quote(act):
    with pytest.raises((MoveRefused, InvalidArgument)) as caught:
        ACTS[act](at=EARLIER, by="ana")
    assert caught.value.code == "too_early"


@pytest.mark.parametrize("quote", [evolve(SENT, created_at=NOW + timedelta(1)), evolve(QUOTE, created_at=NOW)])
def test_no_act_lies_before_the_quote_was_made(quote):
    at = EARLIER if quote.status == "draft" else NOW
    acts = {
        "draft": [lambda: send(quote, LINES, at=at, by="ana")],
        "sent": [
            lambda: accept(quote, LINES, None, at=at, by="ana"),
            lambda: decline(quote, at=at, by="ana", reason="dear"),
            lambda: revise(quote, LINES, at=at, by="ana"),
        ],
    }
    for act in acts[quote.status]:
        with pytest.raises((MoveRefused, InvalidArgument), match="before it was created") as caught:
            act()
        assert caught.value.code == "too_early"
