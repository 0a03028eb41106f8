"""A deal gets other values, and each of them a row of history."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crmkit.errors import InvalidArgument, InvalidPeriod, InvalidRecord, UnknownField
from crmkit.pipeline import lead_lifecycle
from crmkit.records import Change, Edit, FieldChange, Lead, StageChange, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, SALES, after, rows


def test_revised_values_and_their_rows_are_one_change():
    change = revise_deal(DEAL, at=LATER, by="ana", reason="more seats", amount=Decimal("1200.50"), probability=0.2)
    deal = evolve(DEAL, amount=Decimal("1200.50"), probability=0.2, version=2)
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


def test_of_a_lead_no_values_are_revised():
    with pytest.raises(UnknownField, match="what a lead keeps a history of"):
        lead_lifecycle.revise(Lead(id="l"), at=LATER, by="ana", amount=3)


def test_before_the_last_step_nothing_is_revised():
    with pytest.raises(
        InvalidArgument, match="2024-05-01 09:00 UTC is before its last step, 2024-05-02 09:00"
    ) as caught:
        revise_deal(DEAL, at=NOW - DAY, by="ana", amount=3)
    assert caught.value.code == "too_early"
    first = revise_deal(DEAL, at=LATER, by="ana", amount=5)
    with pytest.raises(InvalidArgument) as caught:
        revise_deal(after(first), at=LATER - DAY, by="ana", history=rows(first), amount=6)
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
