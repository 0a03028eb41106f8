"""Days of purchase in numpy are those of a grouping; engines without a first row of a group have other words for it."""

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.tables import customer_summary
from crmkit.tables._customer_summary_engine import customers_in_duckdb, customers_of, customers_of_pairs
from crmkit.tables._customer_summary_numpy import days_in_numpy, numbered
from tests.kinds import rows

ORDERS = st.lists(st.tuples(st.integers(0, 4), st.integers(-9, 9), st.integers(-3, 9)), max_size=40)


@given(orders=ORDERS)
def test_the_days_of_a_customer_are_summed_up(orders):
    who, day, amount = (np.array([order[place] for order in orders], dtype=np.int64) for place in range(3))
    found = days_in_numpy(who, day, amount.astype(float))
    frame = pd.DataFrame({"who": who, "day": day, "spend": amount, "size": abs(amount)})
    days = frame.groupby(["who", "day"], as_index=False).sum()
    left = days[(days["spend"] > 0) | (days["size"] == 0)]
    assert found.unspent == len(days) - len(left)
    assert np.repeat(np.arange(len(found.starts) - 1), np.diff(found.starts)).tolist() == left["who"].tolist()
    assert found.day.tolist() == left["day"].tolist()
    assert found.spend.tolist() == left["spend"].tolist()


@pytest.mark.parametrize(
    "ids",
    [
        pd.Series([7, 5, 7, 6], dtype="int64"),
        pd.Series([7, 5, 7, 6], dtype="uint8"),
        pd.Series([7, 5, 7, 6], dtype="Int64"),
        pd.Series([10**18, -5, 10**18, 6], dtype="int64"),
        pd.Series([2**64 - 1, 2**64 - 3, 2**64 - 1, 2**64 - 2], dtype="uint64"),
        pd.Series([2.5, 1.0, 2.5, 2.0], dtype="float64"),
        pd.Series(["b", "a", "b", "ab"], dtype="str"),
        pd.Series([], dtype="int64"),
    ],
    ids=["whole", "unsigned", "nullable", "far apart", "beyond int64", "fractions", "texts", "none"],
)
def test_numbers_stand_for_customers_of_any_kind(ids):
    series = nw.from_native(ids, series_only=True)
    found = numbered(series)
    named = found.ids_of(np.unique(found.number))
    assert named.dtype == series.dtype
    _, places = np.unique(found.number, return_inverse=True)
    assert [named.to_list()[place] for place in places] == series.to_list()
    frame = pd.DataFrame({"customer_id": ids, "ordered_at": pd.Timestamp("2024-05-01", tz="UTC"), "amount": 1.0})
    whole = customer_summary(frame, as_of=pd.Timestamp("2024-05-02", tz="UTC"), unit="day").table
    assert whole["customer_id"].tolist() == sorted(set(ids.tolist()))


@pytest.mark.parametrize("later", [False, True])
def test_each_engine_finds_the_spend_of_the_first_day(later):
    days = pl.DataFrame(
        {"customer": ["a", "b", "a", "a"], "day": [5, 2, -3, 7], "spend": [1.0, 2.0, 9.0, 4.0]}
    ).with_columns(
        pl.when(pl.col("day") < 6).then("day").alias("before"),
        pl.when(pl.col("day") < 6).then("spend").alias("spent"),
        *([pl.when(pl.col("day") >= 6).then("spend").alias("later")] if later else []),
    )
    expected = {"customer": "a", "first": -3, "last": 5, "days": 2, "spent": 10.0, "first_spend": 9.0}
    if later:
        expected |= {"later_days": 1, "later_spend": 4.0}
    lazy, relation = nw.from_native(days.lazy()), nw.from_native(duckdb.from_arrow(days.to_arrow()))
    for found in (
        customers_of(lazy),
        customers_of(relation),
        customers_in_duckdb(relation),
        customers_of_pairs(relation),
    ):
        assert rows(found.sort("customer").to_native())[0] == expected
