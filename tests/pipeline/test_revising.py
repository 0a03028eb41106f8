"""A deal gets other values, and each of them a row of history."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crmkit.errors import InvalidArgument, InvalidPeriod, InvalidRecord, UnknownField
from crmkit.pipeline import revise_deal
from crmkit.records import Change, Deal, Edit, FieldChange, Lead, StageChange, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, after, rows


def test_revised_values_and_their_rows_are_one_change():
    change = revise_deal(DEAL, at=LATER, by="ana", reason="more seats", amount=Decimal("1200.50"), probability=0.2)
    deal = evolve(DEAL, amount=Decimal("1200.50"), probability=0.2, updated_at=LATER, version=2)
    said = {"record": "deal:d1", "changed_at": LATER, "changed_by": "ana", "reason": "more seats", "version": 1}
    found = [
        FieldChange(id="deal:d1:2:amount", field="amount", from_value="900", to_value="1200.50", **said),
        FieldChange(id="deal:d1:2:probability", field="probability", from_value="0.1", to_value="0.2", **said),
    ]
    assert change == Change(
        edits=[Edit(DEAL, deal), *[Edit(None, row) for row in found]],
        act="revise",
        at=LATER,
        by="ana",
        reason="more seats",
        idempotency_key="revise:deal:d1:2",
    )


def test_the_stage_and_since_when_stay():
    deal = after(revise_deal(DEAL, at=LATER, by="ana", currency="CHF"))
    assert (deal.stage, deal.stage_entered_at) == ("qualify", NOW)


def test_a_value_was_held_since_its_row_before():
    first = revise_deal(DEAL, at=NOW + DAY, by="ana", amount=5, expected_close_on=date(2024, 7, 1))
    steps = [StageChange(id="d1:1", deal_id="d1", to_stage="qualify", changed_at=NOW)]
    second = revise_deal(after(first), at=LATER, by="ana", history=[*rows(first), *steps], amount=6, currency="CHF")
    assert [(row.field, row.days_held) for row in rows(second)] == [("amount", 2.0), ("currency", None)]


def test_what_is_the_same_has_no_row():
    change = revise_deal(DEAL, at=LATER, by="ana", amount=Decimal("900.00"), currency="CHF")
    assert [row.field for row in rows(change)] == ["currency"]


@pytest.mark.parametrize("values", [{}, {"amount": 900}, {"amount": 900, "currency": "EUR"}])
def test_where_nothing_changes_there_is_no_change(values):
    with pytest.raises(InvalidArgument, match="has these values already") as caught:
        revise_deal(DEAL, at=LATER, by="ana", **values)
    assert caught.value.code == "nothing_changes"


@pytest.mark.parametrize("name", ["stage", "ammount", "name", "version"])
def test_another_field_is_answered_with_what_there_is(name):
    with pytest.raises(UnknownField) as caught:
        revise_deal(DEAL, at=LATER, by="ana", **{name: None})
    assert caught.value.known == ("amount", "currency", "probability", "expected_close_on")


@pytest.mark.parametrize("deal", [Deal(id="d"), evolve(DEAL, pipeline="service", pipeline_version=9, stage="intake")])
def test_a_deal_of_any_pipeline_is_revised(deal):
    assert after(revise_deal(deal, at=LATER, by="ana", amount=7)).amount == 7


def test_a_probability_was_held_since_the_step_that_set_it():
    steps = [
        StageChange(id="d1:1", deal_id="d1", to_stage="qualify", changed_at=NOW, probability=0.1),
        StageChange(id="d1:2", deal_id="d1", to_stage="qualify", changed_at=NOW + DAY),
        StageChange(id="d2:1", deal_id="d2", to_stage="qualify", changed_at=NOW + DAY, probability=0.1),
    ]
    change = revise_deal(DEAL, at=LATER, by="ana", history=steps, probability=0.2)
    assert rows(change)[0].days_held == 3.0


@pytest.mark.parametrize("history", [5, None, [DEAL], ["row"]])
def test_a_history_holds_rows(history):
    with pytest.raises(InvalidArgument) as caught:
        revise_deal(DEAL, at=LATER, by="ana", history=history, amount=7)
    assert caught.value.argument == "history"


def test_a_row_that_is_later_is_an_act_that_is_later():
    history = [FieldChange(id="f", record="deal:d1", field="amount", changed_at=LATER)]
    with pytest.raises(InvalidArgument) as caught:
        revise_deal(DEAL, at=LATER - DAY, by="ana", history=history, amount=6)
    assert caught.value.code == "too_early"


def test_before_the_last_step_nothing_is_revised():
    with pytest.raises(
        InvalidArgument, match="2024-05-01 09:00 UTC is before its last change, 2024-05-02 09:00"
    ) as caught:
        revise_deal(DEAL, at=NOW - DAY, by="ana", amount=3)
    assert caught.value.code == "too_early"
    first = revise_deal(DEAL, at=LATER, by="ana", amount=5)
    with pytest.raises(InvalidArgument) as caught:
        revise_deal(after(first), at=LATER - DAY, by="ana", amount=6)
    assert caught.value.code == "too_early"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"amount": 1.5}, InvalidRecord),
        ({"probability": 2.0}, InvalidRecord),
        ({"currency": "EURO"}, InvalidRecord),
        ({"amount": 5, "by": ""}, InvalidRecord),
        ({"amount": 5, "at": datetime(2024, 6, 1)}, InvalidPeriod),  # noqa: DTZ001  # the point
    ],
)
def test_bad_input_is_a_named_error(said, error):
    with pytest.raises(error):
        revise_deal(DEAL, **{"at": LATER, "by": "ana", **said})


def test_only_a_deal_is_revised():
    with pytest.raises(InvalidArgument) as caught:
        revise_deal(Lead(id="l"), at=LATER, by="ana", amount=3)
    assert caught.value.code == "not_its_record"
