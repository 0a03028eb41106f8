"""A history tells the state of its record: whatever acts made it, and whatever order its rows are in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.expressions import ALWAYS
from crmkit.pipeline import Pipeline, Stage, deal_lifecycle, replay, revise_deal, ticket_lifecycle
from crmkit.records import Change, CustomFields, Deal, FieldChange, StageChange, Ticket, fields_of

START = datetime(2024, 5, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)

PLAIN = Pipeline(
    "plain",
    stages=[
        Stage("first", probability=0.2),
        Stage("second"),
        Stage("third", probability=0.2),
        Stage("won", kind="won"),
        Stage("lost", kind="lost"),
        Stage("gone", kind="lost", needs_reason=True),
    ],
    starts=("first", "second"),
    reopen=ALWAYS,
)

VALUES = {
    "amount": st.sampled_from([None, Decimal("100"), Decimal("100.00"), Decimal("0.1"), Decimal("-7E+3")]),
    "currency": st.sampled_from([None, "EUR", "USD"]),
    "probability": st.sampled_from([None, 0.0, 0.1, 0.2, 1.0]),
    "expected_close_on": st.sampled_from([None, date(2024, 6, 30), date(2024, 7, 31)]),
}


def moved(stage, to, day, /, **said):
    row = {"id": f"s{day}", "deal_id": "d1", "changed_at": START + day * DAY}
    return StageChange(**{**row, "from_stage": stage, "to_stage": to, **said})


def changed(name, before, after, day, /, **said):
    row = {"id": f"{name}{day}", "record": "deal:d1", "field": name, "changed_at": START + day * DAY}
    return FieldChange(**{**row, "from_value": before, "to_value": after, **said})


def done(change: Change):
    """Return the record after an act and the rows of its history."""
    after, *rows = [edit.after for edit in change.edits]
    return after, rows


def values_of(record):
    return {name: getattr(record, name) for name in fields_of(type(record))}


FEW = st.lists(st.sampled_from(sorted(VALUES)), max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)


@st.composite
def lives(draw, pipeline):
    """Draw a deal that was moved and revised, at rising instants or at the same one, and its history."""
    at = START
    begun = Deal(id="d:1", **draw(FEW))
    worth = {"amount": Decimal("5"), "currency": "EUR"}
    stage = draw(st.sampled_from(pipeline.starts))
    deal, history = done(pipeline.start(begun, at=at, by="ana", stage=stage, values=worth))
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.sampled_from([timedelta(), timedelta(microseconds=1), DAY / 3]))
        values = draw(FEW)
        to = draw(st.sampled_from([None, *pipeline.names]))
        if to is None:
            if all(getattr(deal, name) == value for name, value in values.items()):
                continue
            change = revise_deal(deal, at=at, by="ana", **values)
        else:
            reason = "price" if pipeline.stage(to).needs_reason else draw(st.sampled_from([None, "why not"]))
            if not pipeline.check({**values_of(deal), **values}, to=to, as_of=at, reason=reason):
                continue
            change = pipeline.move(deal, to=to, at=at, by="ana", reason=reason, values=values)
        deal, rows = done(change)
        history += rows
    return deal, history


@pytest.mark.parametrize("pipeline", [deal_lifecycle, PLAIN], ids=["sales", "plain"])
def test_the_history_of_any_sequence_of_moves_and_revisions_tells_the_state_of_the_deal(pipeline):
    @given(lives(pipeline), st.randoms(use_true_random=False))
    def check(life, random):
        deal, history = life
        random.shuffle(history)
        told = replay([*history, *history[:2]], pipeline=pipeline)
        assert told == {name: getattr(deal, name) for name in told}
        assert [type(value) for value in told.values()] == [type(getattr(deal, name)) for name in told]
        assert {"stage", "stage_entered_at", "status", "pipeline", "pipeline_version", "amount"} <= told.keys()
        untold = fields_of(Deal).keys() - told.keys() - {"id", "version"}
        assert all(getattr(deal, name) == getattr(Deal(id="d"), name) for name in untold)

    check()


@settings(max_examples=50)
@given(lives(PLAIN), st.integers(0, 30))
def test_up_to_an_instant_only_the_rows_before_it_count(life, thirds):
    _, history = life
    until = START + thirds * DAY / 3
    before = [row for row in history if row.changed_at < until]
    assert replay(history, until=until, pipeline=PLAIN) == replay(before, pipeline=PLAIN)


def test_without_a_pipeline_the_rows_tell_what_they_hold_and_no_more():
    rows = [moved(None, "first", 0, probability=0.2), moved("first", "won", 3), changed("amount", "5", "7.50", 1)]
    state = replay(rows)
    assert dict(state) == {
        "amount": Decimal("7.50"),
        "probability": 0.2,
        "stage": "won",
        "stage_entered_at": START + 3 * DAY,
        "updated_at": START + 3 * DAY,
    }
    with pytest.raises(TypeError):
        state["stage"] = "lost"
    under = replay(rows, pipeline=PLAIN)
    assert (under["status"], under["closed_at"], under["pipeline"]) == ("won", START + 3 * DAY, "plain")


def test_a_deal_that_was_lost_and_came_back_is_open_and_has_no_reason():
    rows = [moved(None, "first", 0), moved("first", "gone", 1, reason="price"), moved("gone", "first", 2)]
    lost = replay(rows[:2], pipeline=PLAIN)
    assert (lost["status"], lost["closed_at"], lost["lost_reason"]) == ("lost", START + DAY, "price")
    back = replay(rows, pipeline=PLAIN)
    assert (back["status"], back["closed_at"], back["lost_reason"]) == ("open", None, None)


def test_a_step_that_the_definition_does_not_allow_is_told_all_the_same():
    assert PLAIN.move_between("won", "lost") is None
    told = replay([moved(None, "third", 0), moved("third", "won", 1), moved("won", "lost", 2)], pipeline=PLAIN)
    assert (told["status"], told["closed_at"]) == ("lost", START + 2 * DAY)


def test_no_rows_tell_nothing():
    assert replay([]) == replay([], until=START) == replay([moved(None, "first", 0)], until=START) == {}
    assert replay(iter([]), pipeline=PLAIN) == {}


def test_the_status_of_a_ticket_its_times_and_how_often_it_came_back():
    ticket, history = done(ticket_lifecycle.start(Ticket(id="t1"), at=START, by="ana"))
    for day, to in enumerate(("open", "solved", "open", "solved", "open", "closed"), start=1):
        ticket, rows = done(ticket_lifecycle.move(ticket, to=to, at=START + day * DAY, by="ana"))
        history += rows
    state = replay(history, pipeline=ticket_lifecycle)
    assert state == {name: getattr(ticket, name) for name in state}
    assert (state["reopened"], state["status"], state["solved_at"]) == (2, "closed", START + 6 * DAY)
    assert dict(replay(history)) == {"status": "closed", "status_changed_at": START + 6 * DAY}


def test_each_value_is_read_as_its_field_holds_it():
    mine = CustomFields(
        deal={"seats": "integer", "big": "flag", "signed": "instant", "area": "tags", "share": "number", "note": "text"}
    )
    texts = {
        "seats": "12",
        "big": "True",
        "signed": "2024-05-01T12:00:00+02:00",
        "area": '["a", "b"]',
        "share": "0.5",
        "note": "12",
        "amount": "12",
        "expected_close_on": "2024-06-30",
        "source": "web",
        "tags": '["x"]',
        "closed_at": "2024-05-01T12:00:00+02:00",
        "status": "lost",
    }
    state = replay([changed(name, None, text, 1) for name, text in texts.items()], custom=mine)
    assert (state["seats"], state["big"], state["area"], state["share"]) == (12, True, ("a", "b"), 0.5)
    assert (state["note"], state["amount"], state["source"], state["tags"]) == ("12", Decimal("12"), "web", ("x",))
    assert state["expected_close_on"] == date(2024, 6, 30)
    assert state["signed"] == state["closed_at"] == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert replay([changed("big", "false", None, 1)], custom=mine)["big"] is None


def test_rows_of_one_instant_count_in_the_order_of_their_ids_or_in_the_one_in_which_they_follow():
    def told(*steps):
        return replay([changed("source", before, to, 0, id=name) for name, before, to in steps])["source"]

    assert told(("s9", "a", "b"), ("s10", "b", "a")) == "a"
    assert told(("s9", "b", "a"), ("s10", "a", "b")) == "b"
    assert told(("1", "c", "d"), ("2", "a", "b"), ("3", "b", "c")) == "d"
    assert told(("1", "b", "c"), ("2", "c", "a"), ("3", "a", "b"), ("4", "a", "d")) == "d"
    assert told(("1", "b", "a"), ("2", None, "b"), ("3", "a", "a")) == "a"
    assert told(("1", "a", "b"), ("2", "c", "a"), ("3", "b", "c")) == "a"
    assert told(("1", "a", "b"), ("2", "x", "a"), ("3", "b", "x"), ("4", "a", "c"), ("5", "c", "a")) == "a"


def test_the_probability_that_a_step_sets_follows_any_and_comes_after_the_other_rows_of_its_act():
    rows = [
        moved("a", "b", 1, id="d1:2", probability=0.1),
        changed("probability", "0.5", "0.7", 1, id="deal:d1:2:probability"),
        changed("probability", "0.1", "0.3", 1, id="deal:d1:3:probability"),
    ]
    assert replay(rows)["probability"] == 0.3
    assert replay([moved("a", "b", 0, id="1", probability=0.1), rows[2]])["probability"] == 0.3
    unnumbered = [moved("a", "b", 1, id="1", probability=0.1), changed("probability", "0.5", "0.7", 1, id="2")]
    assert replay([changed("probability", None, "0.5", 0), *unnumbered])["probability"] == 0.1
    assert replay(unnumbered)["probability"] == 0.1
