"""What a conversion tells of a deal: a row for each value that it gives one, in the order of time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidArgument, MoveRefused, UnknownField
from crmkit.pipeline import Pipeline, Stage, convert_lead, deal_lifecycle, replay, revise_deal
from crmkit.records import CustomFields, Deal, FieldChange, StageChange, evolve
from tests.pipeline.test_conversion import LEAD, NOW

BEFORE = datetime(2024, 5, 1, 9, tzinfo=UTC)
DECLARED = CustomFields(lead={"budget": "money", "seats": "integer"}, deal={"seats": "integer"})


def rows(*changes):
    """The rows of history of a deal that Changes add."""
    added = [edit.after for change in changes for edit in change.edits if edit.before is None]
    return [row for row in added if isinstance(row, StageChange) or getattr(row, "record", "").startswith("deal:")]


def deal_of(change):
    return next(edit.after for edit in change.edits if type(edit.after) is Deal)


AMOUNTS = st.none() | st.sampled_from([Decimal("900"), Decimal("7.5"), Decimal(0)])
DAYS = st.none() | st.sampled_from([date(2024, 6, 1), date(2024, 7, 1)])


@given(AMOUNTS, DAYS, AMOUNTS, DAYS, st.booleans())
def test_what_a_deal_holds_after_the_lead_and_a_revision_is_what_its_history_says(held, day, amount, closes, named):
    started = deal_lifecycle.start(Deal(id="d1", amount=held, expected_close_on=day), at=BEFORE, by="ana")
    values = {"deal.amount": amount, "deal.expected_close_on": closes}
    said = {
        "values": {name: value for name, value in values.items() if value is not None},
        "custom": {"budget": "deal.amount"} if amount is None else None,
        "overwrite": ["deal.amount"] if amount is None and named else (),
    }
    converted = convert_lead(LEAD, deal_of(started), at=NOW, by="ana", history=rows(started), **said)
    revised = revise_deal(deal_of(converted), at=NOW, by="ana", amount=Decimal(1), history=rows(started, converted))
    for changes in ([started, converted], [started, converted, revised]):
        told, deal = replay(rows(*changes)), deal_of(changes[-1])
        assert {name: told.get(name) for name in ("amount", "expected_close_on", "probability", "stage")} == {
            "amount": deal.amount,
            "expected_close_on": deal.expected_close_on,
            "probability": deal.probability,
            "stage": deal.stage,
        }
        assert deal.updated_at == changes[-1].at


def test_a_row_says_from_what_to_what_why_and_how_long_the_value_before_stood():
    started = deal_lifecycle.start(Deal(id="d1", amount=Decimal(7)), at=BEFORE, by="ana")
    said = {"values": {"deal.amount": Decimal(9)}, "reason": "they called", "history": rows(started)}
    (row,) = rows(convert_lead(LEAD, deal_of(started), at=NOW, by="bo", **said))
    assert isinstance(row, FieldChange)
    assert (row.id, row.from_value, row.to_value, row.version) == ("deal:d1:2:amount", "7", "9", 1)
    assert (row.changed_at, row.changed_by, row.reason, row.days_held) == (NOW, "bo", "they called", 2.0)


def test_a_new_deal_begins_its_history_with_its_values_in_a_pipeline_or_not():
    said = {"custom": {"budget": "deal.amount"}}
    (only,) = rows(convert_lead(LEAD, at=NOW, by="ana", **said))
    step, amount = rows(convert_lead(LEAD, at=NOW, by="ana", pipeline=deal_lifecycle, **said))
    assert only == amount
    assert (amount.from_value, amount.to_value, step.to_stage) == (None, "900", "qualification")


@pytest.mark.parametrize("last", [{"updated_at": NOW}, {"stage_entered_at": NOW}])
def test_a_lead_is_not_converted_into_a_deal_before_the_last_act_on_that(last):
    deal = Deal(id="d1", **last)
    assert convert_lead(LEAD, deal, at=NOW, by="ana")
    with pytest.raises(InvalidArgument) as refusal:
        convert_lead(LEAD, deal, at=NOW - timedelta(seconds=1), by="ana")
    assert (refusal.value.code, refusal.value.argument) == ("too_early", "at")


def test_a_lead_is_not_converted_before_its_own_last_step():
    with pytest.raises(MoveRefused) as refusal:
        convert_lead(LEAD, at=LEAD.status_changed_at - timedelta(seconds=1), by="ana")
    assert refusal.value.code == "too_early"


def test_a_new_deal_starts_for_a_reason():
    asking = Pipeline("asking", stages=[Stage("in", reasons=("fair", "web")), Stage("won", kind="won")])
    with pytest.raises(MoveRefused) as refusal:
        convert_lead(LEAD, at=NOW, by="ana", pipeline=asking)
    assert refusal.value.code == "missing_reason"
    change = convert_lead(LEAD, at=NOW, by="ana", pipeline=asking, reason="fair")
    assert (deal_of(change).stage, rows(change)[0].reason) == ("in", "fair")


@pytest.mark.parametrize(
    ("custom", "declared", "message"),
    [
        ({"budgt": "deal.amount"}, None, "did you mean 'budget'"),
        ({"seats": "deal.seats"}, None, "no field 'seats' in the lead"),
        ({5: "deal.amount"}, None, "no field '5'"),
        ({"budgt": "deal.amount"}, DECLARED, "did you mean 'budget'"),
        ({"budget": "deal.amuont"}, DECLARED, "did you mean 'amount'"),
    ],
)
def test_a_misspelt_field_is_refused_on_either_side(custom, declared, message):
    with pytest.raises(UnknownField, match=message):
        convert_lead(LEAD, at=NOW, by="ana", custom=custom, custom_fields=declared)


def test_a_declared_field_may_be_missing_from_a_lead():
    said = {"at": NOW, "by": "ana", "custom": {"seats": "deal.seats"}, "custom_fields": DECLARED}
    assert dict(deal_of(convert_lead(LEAD, **said)).custom) == {}
    filled = evolve(LEAD, custom={"seats": 5})
    assert dict(deal_of(convert_lead(filled, **said)).custom) == {"seats": 5}
    with pytest.raises(InvalidArgument, match="custom_fields: 5 is no CustomFields"):
        convert_lead(LEAD, **{**said, "custom_fields": 5})
