"""First and repeat purchases day by day: those of `customer_summary`, counted by day instead of by customer."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import DataQualityWarning, InvalidArgument, MissingColumn
from crmkit.tables import customer_summary, purchases_by_day
from tests.kinds import KINDS

START = datetime(2025, 1, 1, tzinfo=UTC)
ORDERS = pd.DataFrame(
    {
        "customer_id": pd.Series(["a", "a", "a", "b", "b", "c", "c"], dtype="str"),
        "ordered_at": pd.to_datetime([START + timedelta(days=at) for at in (1, 3, 3.4, 3, 8, 6, 8)], utc=True),
        "amount": [10.0, 5.0, 5.0, 20.0, 1.0, 7.0, 9.0],
    }
)
END = date(2025, 1, 10)


def test_each_day_has_its_newcomers_and_those_who_came_back():
    found = purchases_by_day(ORDERS, as_of=END, unit="day")
    assert found.first == date(2025, 1, 2)
    assert found.age.tolist() == list(range(9))
    assert found.new_customers.tolist() == [1, 0, 1, 0, 0, 1, 0, 0, 0]
    assert found.repeat_purchases.tolist() == [0, 0, 1, 0, 0, 0, 0, 2, 0]
    assert (found.unit, found.holdout_day) == ("day", None)


def test_who_came_in_the_holdout_first_is_no_part_of_the_cohort():
    found = purchases_by_day(ORDERS, as_of=END, holdout_from=date(2025, 1, 5))
    assert found.holdout_day == 3
    assert found.new_customers.sum() == 2
    assert found.repeat_purchases.tolist() == [0, 0, 1, 0, 0, 0, 0, 1, 0]
    assert found.age[7] == 1.0


@pytest.mark.parametrize("holdout_from", [None, date(2025, 3, 1)])
@pytest.mark.parametrize("refunds", ["net", "drop"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_counts_what_the_summary_counts(kind, refunds, holdout_from):
    rng = np.random.default_rng(3)
    orders = pd.DataFrame(
        {
            "customer_id": pd.Series([f"c{who}" for who in rng.integers(0, 60, 400)], dtype="str"),
            "ordered_at": pd.to_datetime(START + pd.to_timedelta(rng.integers(0, 60 * 24 * 90, 400), unit="min")),
            "amount": rng.choice([10.0, 0.5, -10.0], 400, p=[0.6, 0.2, 0.2]),
        }
    )
    asked = {
        "as_of": date(2025, 3, 31),
        "timezone": "Asia/Kolkata",
        "refunds": refunds,
        "holdout_from": holdout_from,
        "unit": "day",
    }
    found, summary = purchases_by_day(KINDS[kind](orders), **asked), customer_summary(orders, **asked)
    table = summary.table
    assert found.new_customers.sum() == summary.n
    later = table["frequency_holdout"].sum() if holdout_from else 0
    assert found.repeat_purchases.sum() == table["frequency"].sum() + later
    observed = len(found.age) - 1 if holdout_from is None else found.holdout_day - 1
    ages = np.repeat(observed - np.arange(len(found.age)), found.new_customers)
    assert sorted(table["T"]) == sorted(ages)


def test_without_purchases_there_is_no_day():
    found = purchases_by_day(ORDERS.iloc[:0], as_of=END)
    assert (found.first, len(found.age), len(found.new_customers), len(found.repeat_purchases)) == (None, 0, 0, 0)


def test_what_the_summary_refuses_is_refused_by_name():
    with pytest.raises(MissingColumn, match="purchases_by_day needs column 'who'"):
        purchases_by_day(ORDERS, as_of=END, customer="who")
    with pytest.raises(InvalidArgument, match="unit is one of day, week, month, not 'weeks'; did you mean 'week'"):
        purchases_by_day(ORDERS, as_of=END, unit="weeks")
    with pytest.warns(DataQualityWarning, match="purchases_by_day: rows are left out: 1 with no customer") as told:
        purchases_by_day(ORDERS.assign(customer_id=[None, *ORDERS["customer_id"][1:]]), as_of=END)
    assert told[0].filename == __file__
