"""The rows of a history: what they say, in which words."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.pipeline._rows import days_between, row_of, tracked_rows
from crmkit.records import FieldChange, Ticket, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, SALES

SAID = {"at": LATER, "by": "ana"}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("amount", Decimal("1E+3"), "1000"),
        ("amount", Decimal("0.10"), "0.10"),
        ("currency", "CHF", "CHF"),
        ("probability", 0.3, "0.3"),
        ("expected_close_on", date(2024, 6, 1), "2024-06-01"),
        ("amount", None, None),
    ],
)
def test_values_are_written_as_texts(name, value, text):
    deal = evolve(DEAL, **{name: value}, version=2)
    (row,) = tracked_rows(DEAL, deal, **SAID)
    assert (row.field, row.to_value) == (name, text)


def test_what_differs_has_a_row_in_one_order_and_what_does_not_has_none():
    deal = evolve(DEAL, expected_close_on=date(2024, 6, 1), amount=5, name="Fern", version=2)
    assert [row.field for row in tracked_rows(DEAL, deal, **SAID)] == ["amount", "expected_close_on"]
    assert tracked_rows(DEAL, DEAL, **SAID) == []


def test_what_another_row_tells_has_none():
    deal = evolve(DEAL, probability=0.9, amount=5, version=2)
    assert [row.field for row in tracked_rows(DEAL, deal, **SAID, apart_from=("probability",))] == ["amount"]


def test_a_value_was_held_since_its_own_last_row():
    def row(name, at, record="deal:d1"):
        return FieldChange(id=f"{name}{at}", record=record, field=name, changed_at=at)

    history = [
        row("amount", NOW + DAY),
        row("amount", NOW),
        row("amount", NOW + 2 * DAY, record="deal:d2"),
        row("currency", NOW + 2 * DAY),
    ]
    (found,) = tracked_rows(DEAL, evolve(DEAL, amount=5, version=2), **SAID, history=history)
    assert found.days_held == 2.0


@pytest.mark.parametrize("before", [None, Ticket(id="t", priority="low")])
def test_only_of_deals_is_the_history_of_fields_kept(before):
    assert tracked_rows(before, Ticket(id="t", priority="high"), **SAID) == []


def test_a_step_that_leaves_the_probability_does_not_tell_it():
    row = row_of(SALES, "qualify", "waiting")(DEAL, evolve(DEAL, version=2), at=LATER, by="ana", reason=None)
    assert (row.probability, row.days_in_stage, row.id) == (None, 3.0, "d1:2")


@given(st.datetimes(datetime(1, 1, 2), datetime(9000, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=300_000)))  # noqa: DTZ001  # differences
def test_days_are_of_24_hours(start, span):
    assert days_between(start, start + span) == float(Fraction(span // timedelta.resolution, 86400 * 10**6))
