"""What a customer summary holds, by its definitions; and what it refuses."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.errors import (
    CurrencyMismatch,
    DataQualityWarning,
    InvalidArgument,
    InvalidColumn,
    InvalidPeriod,
    MissingColumn,
)
from crmkit.tables import customer_summary
from tests.kinds import rows


def orders(*given, **more):
    """Orders as (customer, day of 2025, amount); hours tell orders of one day apart."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return pd.DataFrame(
        {
            "customer_id": pd.Series([who for who, _, _ in given], dtype="str"),
            "ordered_at": pd.to_datetime([start + timedelta(days=day) for _, day, _ in given], utc=True),
            "amount": np.array([amount for _, _, amount in given], dtype=float),
            **more,
        }
    )


ORDERS = orders(("b", 3, 5.0), ("a", 0, 10.0), ("a", 7, 20.0), ("a", 7.4, 30.0), ("a", 21, 10.5), ("c", 40, 1.0))
JANUARY = date(2025, 1, 31)


def by_customer(summary):
    return {row["customer_id"]: {k: v for k, v in row.items() if k != "customer_id"} for row in rows(summary.table)}


def test_purchases_of_a_day_are_one_and_the_first_day_is_no_repeat():
    found = customer_summary(ORDERS, as_of=JANUARY, unit="day")
    assert by_customer(found) == {
        "a": {"frequency": 2, "recency": 21, "T": 30, "monetary_value": 30.25},
        "b": {"frequency": 0, "recency": 0, "T": 27, "monetary_value": None},
    }
    assert (found.n, found.unit, found.currency, found.holdout_from) == (2, "day", None, None)
    assert found.as_of == datetime(2025, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(("unit", "days"), [("day", 1), ("week", 7), ("month", 365.25 / 12)])
def test_ages_are_days_divided_by_those_of_the_unit(unit, days):
    found = by_customer(customer_summary(ORDERS, as_of=JANUARY, unit=unit))["a"]
    assert (found["recency"], found["T"]) == (21 / days, 30 / days)


def test_what_happens_at_as_of_or_later_changes_nothing():
    as_of = datetime(2025, 1, 8, 9, tzinfo=UTC)
    early = ORDERS[ORDERS["ordered_at"] < as_of]
    found, expected = customer_summary(ORDERS, as_of=as_of), customer_summary(early, as_of=as_of)
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert found.left_out == expected.left_out
    assert by_customer(found)["a"]["monetary_value"] == 20


def test_the_age_ends_with_the_last_day_of_which_a_part_was_observed():
    noon, midnight = datetime(2025, 1, 31, 12, tzinfo=UTC), datetime(2025, 1, 31, tzinfo=UTC)
    assert by_customer(customer_summary(ORDERS, as_of=noon, unit="day"))["a"]["T"] == 30
    assert by_customer(customer_summary(ORDERS, as_of=midnight, unit="day"))["a"]["T"] == 29


def test_days_are_those_of_the_zone():
    evening = ORDERS.assign(ordered_at=ORDERS["ordered_at"] + timedelta(hours=2))
    found = customer_summary(evening, as_of=JANUARY, unit="day", timezone="America/New_York")
    assert by_customer(found)["a"] == {"frequency": 3, "recency": 21, "T": 31, "monetary_value": 60.5 / 3}
    assert found.as_of == datetime(2025, 2, 1, 5, tzinfo=UTC)


def test_a_holdout_is_summed_up_apart():
    found = customer_summary(ORDERS, as_of=date(2025, 2, 28), unit="day", holdout_from=date(2025, 1, 8))
    whole = {"duration_holdout": 52}
    assert by_customer(found) == {
        "a": {"frequency": 0, "recency": 0, "T": 6, "monetary_value": None}
        | {"frequency_holdout": 2, "monetary_value_holdout": 30.25}
        | whole,
        "b": {"frequency": 0, "recency": 0, "T": 3, "monetary_value": None}
        | {"frequency_holdout": 0, "monetary_value_holdout": None}
        | whole,
    }
    assert found.left_out["customers_of_holdout_only"] == 1
    assert found.holdout_from == datetime(2025, 1, 8, tzinfo=UTC)
    same = customer_summary(ORDERS, as_of=date(2025, 2, 28), unit="day", holdout_from=found.holdout_from)
    pd.testing.assert_frame_equal(same.table, found.table)


def test_the_observation_does_not_see_the_holdout():
    found = customer_summary(ORDERS, as_of=date(2025, 2, 28), holdout_from=date(2025, 1, 8))
    before = customer_summary(ORDERS, as_of=date(2025, 1, 7))
    pd.testing.assert_frame_equal(found.table[list(before.table)], before.table)


REFUNDED = orders(
    ("a", 0, 10.0), ("a", 5, 0.1), ("a", 5.1, 0.2), ("a", 5.2, -0.3), ("a", 9, 8.0), ("a", 9.1, -2.0), ("b", 1, -4.0)
)


@pytest.mark.parametrize(
    ("refunds", "frequency", "value", "left_out"),
    [
        ("net", 1, 6.0, {"refunds": 0, "days_without_spend": 2}),
        ("drop", 2, 4.15, {"refunds": 3, "days_without_spend": 0}),
    ],
)
def test_refunds_are_netted_or_dropped(refunds, frequency, value, left_out):
    for frame in (REFUNDED, pl.from_pandas(REFUNDED)):
        found = customer_summary(frame, as_of=JANUARY, refunds=refunds)
        assert list(by_customer(found)) == ["a"]
        assert by_customer(found)["a"]["frequency"] == frequency
        assert by_customer(found)["a"]["monetary_value"] == value
        assert left_out.items() <= found.left_out.items()
        assert found.refunds == refunds


def test_refunds_are_refused_where_so_said():
    with pytest.raises(InvalidColumn, match="3 amounts below 0"):
        customer_summary(REFUNDED, as_of=JANUARY, refunds="refuse")
    assert customer_summary(ORDERS, as_of=JANUARY, refunds="refuse").n == 2


def test_a_free_order_is_a_purchase_of_nothing():
    free = orders(("a", 0, 0.0), ("a", 2, 0.0), ("b", 1, 0.0), ("b", 3, 5.0), ("b", 3.1, -5.0))
    found = by_customer(customer_summary(free, as_of=JANUARY, unit="day"))
    assert found["a"] == {"frequency": 1, "recency": 2, "T": 30, "monetary_value": 0}
    assert found["b"]["frequency"] == 0


def test_rows_that_lack_something_are_left_out_and_counted():
    lacking = ORDERS.astype({"customer_id": object}).copy()
    lacking.loc[0, "customer_id"] = None
    lacking.loc[1, "ordered_at"] = pd.NaT
    lacking.loc[2, "amount"] = np.nan
    with pytest.warns(DataQualityWarning, match="1 with no customer, 1 with no time, 1 with no amount"):
        found = customer_summary(lacking, as_of=JANUARY, unit="day")
    assert found.left_out == {
        "no_customer": 1,
        "no_time": 1,
        "no_amount": 1,
        "refunds": 0,
        "days_without_spend": 0,
        "customers_of_holdout_only": 0,
    }
    assert by_customer(found) == {"a": {"frequency": 1, "recency": 14, "T": 23, "monetary_value": 10.5}}


def test_without_amounts_there_is_no_spend():
    found = customer_summary(
        ORDERS.drop(columns="amount"), as_of=JANUARY, amount=None, holdout_from=date(2025, 1, 20), unit="day"
    )
    assert list(found.table) == ["customer_id", "frequency", "recency", "T", "frequency_holdout", "duration_holdout"]
    assert by_customer(found)["a"] == {
        "frequency": 1,
        "recency": 7,
        "T": 18,
        "frequency_holdout": 1,
        "duration_holdout": 12,
    }


def test_columns_may_be_called_otherwise_and_times_may_be_dates():
    mine = pl.from_pandas(ORDERS).select(
        who="customer_id", day=pl.col("ordered_at").dt.date(), eur=pl.col("amount").cast(pl.Decimal(10, 2))
    )
    for zone in ("UTC", "Asia/Tokyo"):
        found = customer_summary(mine, as_of=JANUARY, customer="who", at="day", amount="eur", timezone=zone)
        expected = customer_summary(ORDERS, as_of=JANUARY)
        assert rows(found.table) == rows(expected.table)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NaT, pd.NA])
def test_dates_of_pandas_are_objects_and_count_as_dates_do_elsewhere(missing):
    days = pl.from_pandas(ORDERS).with_columns(pl.col("ordered_at").dt.date())
    objects = ORDERS.assign(ordered_at=pd.Series(days["ordered_at"].to_list(), dtype=object))
    for zone in ("UTC", "Asia/Tokyo"):
        expected = customer_summary(days, as_of=JANUARY, timezone=zone, holdout_from=date(2025, 1, 8))
        found = customer_summary(objects, as_of=JANUARY, timezone=zone, holdout_from=date(2025, 1, 8))
        assert rows(found.table) == rows(expected.table)
    objects.loc[0, "ordered_at"] = missing
    with pytest.warns(DataQualityWarning, match="1 with no time"):
        assert customer_summary(objects, as_of=JANUARY).n == 1
    assert customer_summary(objects.iloc[:0], as_of=JANUARY).n == 0
    objects["ordered_at"] = pd.Series([*days["ordered_at"][:5], datetime(2025, 1, 8, tzinfo=UTC)], dtype=object)
    with pytest.raises(InvalidColumn, match="holds object, not instants with a time zone or dates"):
        customer_summary(objects, as_of=JANUARY)


def test_ids_may_be_numbers_or_categories():
    numbered = ORDERS.assign(customer_id=ORDERS["customer_id"].map({"a": 2, "b": 1, "c": 3}))
    assert customer_summary(numbered, as_of=JANUARY).table["customer_id"].tolist() == [1, 2]
    sorted_into = ORDERS.assign(customer_id=ORDERS["customer_id"].astype("category"))
    assert customer_summary(sorted_into, as_of=JANUARY).table["customer_id"].tolist() == ["a", "b"]


def test_no_orders_are_no_customers():
    for frame in (ORDERS.iloc[:0], pl.from_pandas(ORDERS.iloc[:0])):
        found = customer_summary(frame, as_of=JANUARY, holdout_from=date(2025, 1, 8), timezone="Europe/Berlin")
        assert (found.n, len(found.table)) == (0, 0)


def test_currencies_do_not_add():
    euro = ORDERS.assign(currency="EUR")
    assert customer_summary(euro, as_of=JANUARY).currency == "EUR"
    assert customer_summary(ORDERS.assign(currency=pd.Series([None] * 6, dtype="str")), as_of=JANUARY).currency is None
    mixed = ORDERS.assign(currency=["EUR", "USD", "EUR", "EUR", "EUR", "EUR"])
    with pytest.raises(CurrencyMismatch, match="EUR, USD"):
        customer_summary(mixed, as_of=JANUARY)
    assert customer_summary(mixed, as_of=JANUARY, amount=None).currency is None


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"unit": "weeks"}, InvalidArgument, "did you mean 'week'"),
        ({"refunds": "nett"}, InvalidArgument, "did you mean 'net'"),
        ({"customer": "customer"}, MissingColumn, "did you mean 'customer_id'"),
        ({"at": "amount"}, InvalidColumn, "not instants with a time zone"),
        ({"amount": "customer_id"}, InvalidColumn, "where amounts are needed"),
        ({"as_of": "2025-01-31"}, InvalidPeriod, r"expected a date, such as date\(2017, 6, 30\), or a datetime"),
        ({"holdout_from": "2025-01-08"}, InvalidPeriod, "or a datetime with a time zone, found '2025-01-08'"),
        ({"as_of": datetime(2025, 1, 31)}, InvalidPeriod, "has no time zone"),  # noqa: DTZ001
        ({"as_of": date(1, 1, 1)}, InvalidPeriod, "no time at which"),
        ({"timezone": "Berlin"}, InvalidPeriod, "no time zone"),
        ({"holdout_from": datetime(2025, 1, 8, 1, tzinfo=UTC)}, InvalidArgument, "first instant of a day"),
        ({"holdout_from": date(2025, 2, 1)}, InvalidArgument, "lies before as_of"),
        ({"holdout_from": date(2025, 1, 8), "collapse": True}, InvalidArgument, "not both"),
    ],
)
def test_what_cannot_be_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        customer_summary(ORDERS, **{"as_of": JANUARY} | change)


def test_infinite_amounts_and_mixed_ids_are_refused():
    with pytest.raises(InvalidColumn, match="infinite"):
        customer_summary(ORDERS.assign(amount=np.inf), as_of=JANUARY)
    with pytest.raises(InvalidColumn, match="objects of several kinds"):
        customer_summary(ORDERS.assign(customer_id=pd.Series([1, "a", 2, 3, 4, 5], dtype=object)), as_of=JANUARY)
