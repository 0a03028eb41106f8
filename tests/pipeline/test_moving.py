"""A move is one Change: the record after it and its rows of history, or nothing."""

from datetime import UTC, timedelta, timezone
from decimal import Decimal

import pandas as pd
import pytest

from crmkit.errors import MoveRefused
from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage, lead_lifecycle, ticket_lifecycle
from crmkit.records import Change, Deal, Edit, FieldChange, Lead, StageChange, Ticket, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, SALES, after, named, rows


def test_a_moved_deal_and_its_row_are_one_change():
    change = SALES.move(DEAL, to="propose", at=LATER, by="ana", reason="they asked")
    deal = evolve(DEAL, stage="propose", stage_entered_at=LATER, updated_at=LATER, probability=0.5, version=2)
    row = StageChange(
        id="d1:2",
        deal_id="d1",
        pipeline="sales",
        pipeline_version=1,
        from_stage="qualify",
        to_stage="propose",
        changed_at=LATER,
        changed_by="ana",
        reason="they asked",
        probability=0.5,
        days_in_stage=3.0,
        version=1,
    )
    assert change == Change(
        edits=[Edit(DEAL, deal), Edit(None, row)],
        act="move",
        at=LATER,
        by="ana",
        reason="they asked",
        idempotency_key="move:deal:d1:2:propose",
    )


def test_a_moved_record_of_another_kind_has_a_row_of_its_status():
    lead = Lead(id="l1", status="working", status_changed_at=NOW, version=4)
    change = lead_lifecycle.move(lead, to="unqualified", at=NOW + DAY / 2, by="ana", reason="student")
    moved = evolve(lead, status="unqualified", status_changed_at=NOW + DAY / 2, unqualified_reason="student", version=5)
    row = FieldChange(
        id="lead:l1:5:status",
        record="lead:l1",
        field="status",
        from_value="working",
        to_value="unqualified",
        changed_at=NOW + DAY / 2,
        changed_by="ana",
        reason="student",
        days_held=0.5,
        version=1,
    )
    assert change.edits == (Edit(lead, moved), Edit(None, row))
    assert change.idempotency_key == "move:lead:l1:5:unqualified"


def test_won_closes_and_lost_says_why():
    won = after(SALES.move(DEAL, to="won", at=LATER, by="ana"))
    assert (won.status, won.closed_at, won.lost_reason, won.probability) == ("won", LATER, None, 1.0)
    lost = after(SALES.move(DEAL, to="lost", at=LATER, by="ana", reason="price"))
    assert (lost.status, lost.closed_at, lost.lost_reason, lost.probability) == ("lost", LATER, "price", 0.0)


def test_reopening_takes_back_how_it_ended():
    lost = evolve(DEAL, stage="lost", status="lost", closed_at=NOW, lost_reason="price", owner_id="ana")
    back = after(SALES.move(lost, to="qualify", at=LATER, by="ana"))
    assert (back.status, back.closed_at, back.lost_reason, back.probability) == ("open", None, None, 0.1)
    assert back.stage_entered_at == LATER
    with pytest.raises(MoveRefused, match="owner_id"):
        SALES.move(evolve(lost, owner_id=None), to="qualify", at=LATER, by="ana")


def test_a_ticket_that_comes_back_is_counted_and_one_that_is_closed_stays_solved():
    solved = Ticket(id="t1", status="solved", status_changed_at=NOW, solved_at=NOW, reopened=1)
    back = after(ticket_lifecycle.move(solved, to="open", at=LATER, by="ana"))
    assert (back.solved_at, back.reopened) == (None, 2)
    closed = after(ticket_lifecycle.move(solved, to="closed", at=LATER, by="ana"))
    assert (closed.solved_at, closed.reopened) == (NOW, 1)


def test_from_lost_to_won_the_reason_goes_and_the_time_is_new():
    ways = [Move("a", "lost"), Move("lost", "won"), Move("won", "lost")]
    pipeline = named("a", moves=ways)
    lost = Deal(id="d", stage="lost", status="lost", closed_at=NOW, lost_reason="price")
    won = after(pipeline.move(lost, to="won", at=LATER, by="ana"))
    assert (won.status, won.closed_at, won.lost_reason) == ("won", LATER, None)


def test_values_are_set_in_the_same_act_before_guards_are_asked_and_have_rows():
    bare = evolve(DEAL, amount=None, currency=None)
    said = {"amount": 12, "currency": "CHF", "name": "Fern"}
    change = SALES.move(bare, to="propose", at=LATER, by="ana", reason="asked", values=said)
    assert after(change) == evolve(
        bare,
        stage="propose",
        stage_entered_at=LATER,
        updated_at=LATER,
        probability=0.5,
        amount=12,
        currency="CHF",
        name="Fern",
        version=2,
    )
    stage, *fields = rows(change)
    assert stage.probability == 0.5
    assert [(row.id, row.field, row.from_value, row.to_value, row.days_held) for row in fields] == [
        ("deal:d1:2:amount", "amount", None, "12", None),
        ("deal:d1:2:currency", "currency", None, "CHF", None),
    ]
    assert {(row.changed_at, row.changed_by, row.reason, row.record) for row in fields} == {
        (LATER, "ana", "asked", "deal:d1")
    }


def test_a_value_was_held_since_its_row_before():
    history = [FieldChange(id="f", record="deal:d1", field="amount", to_value="900", changed_at=NOW)]
    change = SALES.move(DEAL, to="won", at=LATER, by="ana", values={"amount": 5, "currency": "CHF"}, history=history)
    assert [(row.field, row.days_held) for row in rows(change)[1:]] == [("amount", 3.0), ("currency", None)]


def test_what_is_closed_again_in_the_same_way_keeps_its_reason_unless_another_is_given():
    ends = [Stage("a"), Stage("lost", kind="lost"), Stage("void", kind="lost")]
    pipeline = Pipeline("p", stages=ends, moves=[Move("a", "lost"), Move("lost", "void")])
    lost = Deal(id="d", stage="lost", status="lost", closed_at=NOW, lost_reason="price")
    kept, other = (after(pipeline.move(lost, to="void", at=LATER, by="ana", reason=each)) for each in (None, "x"))
    assert (kept.lost_reason, other.lost_reason, kept.closed_at) == ("price", "x", NOW)


def test_what_is_closed_anew_takes_over_no_reason_of_old():
    stale = Deal(id="d", stage="a", lost_reason="price")
    assert after(named("a").move(stale, to="lost", at=LATER, by="ana")).lost_reason is None


def test_a_guard_is_asked_of_the_values_given():
    with pytest.raises(MoveRefused) as caught:
        SALES.move(DEAL, to="won", at=LATER, by="ana", values={"amount": 0})
    assert caught.value.code == "guard"
    assert after(SALES.move(evolve(DEAL, amount=0), to="won", at=LATER, by="ana", values={"amount": 1})).amount == 1


def test_a_probability_given_by_hand_stands_before_that_of_the_stage():
    change = SALES.move(DEAL, to="propose", at=LATER, by="ana", values={"probability": 0.3})
    assert after(change).probability == 0.3
    assert [type(row) for row in rows(change)] == [StageChange]
    assert rows(change)[0].probability == 0.3


def test_a_probability_taken_away_by_hand_has_a_row_of_its_own():
    change = SALES.move(DEAL, to="propose", at=LATER, by="ana", values={"probability": None})
    assert after(change).probability is None
    stage, field_row = rows(change)
    assert stage.probability is None
    assert (field_row.field, field_row.from_value, field_row.to_value) == ("probability", "0.1", None)


def test_a_step_that_leaves_the_probability_says_nothing_of_it():
    change = SALES.move(DEAL, to="waiting", at=LATER, by="ana")
    assert (after(change).probability, rows(change)[0].probability) == (0.1, None)


def test_a_deal_that_has_not_moved_yet_begins_by_a_move():
    change = SALES.move(Deal(id="d", status="lost", closed_at=NOW, lost_reason="x"), to="qualify", at=NOW, by="ana")
    row = rows(change)[0]
    assert (row.from_stage, row.to_stage, row.days_in_stage) == (None, "qualify", None)
    deal = after(change)
    assert (deal.pipeline, deal.pipeline_version, deal.status, deal.closed_at) == ("sales", 1, "open", None)


def test_a_deal_that_does_not_say_since_when_has_no_days_in_its_row():
    assert rows(SALES.move(evolve(DEAL, stage_entered_at=None), to="won", at=LATER, by="ana"))[0].days_in_stage is None


def test_an_id_of_any_letters_names_its_rows():
    deal = evolve(DEAL, id="żółw:ö/1")
    change = SALES.move(deal, to="won", at=LATER, by="ana", values={"amount": 5})
    assert [row.id for row in rows(change)] == ["żółw:ö/1:2", "deal:żółw:ö/1:2:amount"]
    assert rows(change)[0].deal_id == "żółw:ö/1"


def test_a_time_is_kept_in_utc():
    at = LATER.astimezone(timezone(timedelta(hours=-7)))
    assert SALES.move(DEAL, to="won", at=at, by="ana") == SALES.move(DEAL, to="won", at=LATER, by="ana")
    assert after(SALES.move(DEAL, to="won", at=at, by="ana")).closed_at.tzinfo is UTC


def test_a_timestamp_of_pandas_is_a_time_like_any_other():
    assert SALES.move(DEAL, to="won", at=pd.Timestamp(LATER), by="ana") == SALES.move(
        DEAL, to="won", at=LATER, by="ana"
    )


def test_the_same_move_gives_the_same_change():
    assert SALES.move(DEAL, to="won", at=LATER, by="ana") == SALES.move(DEAL, to="won", at=LATER, by="ana")


def test_custom_values_and_tags_stay():
    deal = evolve(DEAL, tags=("hot",), custom={"seats": 5})
    moved = after(SALES.move(deal, to="won", at=LATER, by="ana"))
    assert (moved.tags, moved.custom) == (("hot",), {"seats": 5})


@pytest.mark.parametrize("values", [None, {}, {"amount": Decimal("900.00")}])
def test_where_nothing_else_changes_there_is_no_other_row(values):
    assert len(SALES.move(DEAL, to="won", at=LATER, by="ana", values=values).edits) == 2


def test_a_guard_about_time_is_asked_at_the_time_of_the_move():
    fresh = Pipeline("p", stages=[Stage("a"), Stage("won", kind="won", when=field("created_at").within(days=30))])
    deal = Deal(id="d", stage="a", created_at=NOW)
    assert after(fresh.move(deal, to="won", at=NOW + 29 * DAY, by="ana")).stage == "won"
    with pytest.raises(MoveRefused):
        fresh.move(deal, to="won", at=NOW + 31 * DAY, by="ana")
