"""Every engine gives the same summary, which is that of a few lines of plain Python."""

import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.tables import customer_summary
from tests.kinds import KINDS, rows

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
END = date(2025, 6, 30)


def frame_of(given):
    return pd.DataFrame(
        {
            "customer_id": pd.Series([who for who, _, _ in given], dtype="str"),
            "ordered_at": pd.to_datetime([EPOCH + timedelta(minutes=at) for _, at, _ in given], utc=True),
            "amount": np.array([cents / 100 for _, _, cents in given], dtype=float),
        }
    )


def written_out(given, *, zone, holdout_from):
    """Days of purchase by customer, spends in cents; net refunds."""
    place, spends = ZoneInfo(zone), defaultdict(lambda: defaultdict(list))
    for who, at, cents in given:
        day = (EPOCH + timedelta(minutes=at)).astimezone(place).date()
        if day <= END:
            spends[who][day].append(cents)
    found = {}
    for who, days in sorted(spends.items()):
        bought = {day: sum(cents) for day, cents in sorted(days.items()) if sum(cents) > 0 or not any(cents)}
        early = {day: cents for day, cents in bought.items() if day < holdout_from}
        late = [cents for day, cents in bought.items() if day >= holdout_from]
        if early:
            first, *repeat = early
            found[who] = (
                len(repeat),
                (max(early) - first).days / 7,
                (holdout_from - first).days / 7 - 1 / 7,
                sum(early[day] for day in repeat) / 100 / len(repeat) if repeat else None,
                len(late),
                sum(late) / 100 / len(late) if late else None,
            )
    return found


def compared(table):
    names = ("frequency", "recency", "T", "monetary_value", "frequency_holdout", "monetary_value_holdout")
    return {row["customer_id"]: tuple(row[name] for name in names) for row in rows(table)}


def close(found, expected):
    assert list(found) == list(expected)
    for who, values in found.items():
        for value, wanted in zip(values, expected[who], strict=True):
            assert (value is None) == (wanted is None)
            assert value is None or math.isclose(value, wanted, rel_tol=1e-12, abs_tol=1e-12)


BOUGHT = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 60 * 24 * 600), st.sampled_from([0, 10, 20, 30, 999, -10, -30])),
    max_size=30,
)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"])


@settings(max_examples=30)
@given(bought=BOUGHT, zone=ZONES, kind=st.sampled_from(["pandas", "polars"]))
def test_a_summary_is_what_its_definition_written_out_gives(bought, zone, kind):
    holdout = date(2025, 1, 1)
    table = customer_summary(
        KINDS[kind](frame_of(bought)), as_of=END, holdout_from=holdout, timezone=zone, unit="week"
    ).table
    close(compared(table), written_out(bought, zone=zone, holdout_from=holdout))


def shop(customers=400, orders=3000):
    rng = np.random.default_rng(5)
    return frame_of(
        list(
            zip(
                (f"c{number:03}" for number in rng.integers(0, customers, orders)),
                rng.integers(0, 60 * 24 * 600, orders).tolist(),
                rng.choice([0, 1250, 1999, 333, -500, 10**9 + 1], orders, p=[0.05, 0.3, 0.3, 0.2, 0.1, 0.05]).tolist(),
                strict=True,
            )
        )
    )


SHOP = shop()


@pytest.mark.parametrize("holdout_from", [None, date(2024, 11, 1)])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_the_same_bits(kind, holdout_from):
    asked = {"as_of": END, "holdout_from": holdout_from, "timezone": "America/New_York", "unit": "month"}
    expected = customer_summary(SHOP, **asked)
    found = customer_summary(KINDS[kind](SHOP), **asked)
    assert rows(found.table) == rows(expected.table)
    assert found.left_out == expected.left_out
    assert found.left_out["days_without_spend"] > 0


def test_the_table_is_of_the_kind_given_and_of_a_lazy_one_in_memory():
    assert isinstance(customer_summary(SHOP, as_of=END).table, pd.DataFrame)
    assert isinstance(customer_summary(pl.from_pandas(SHOP), as_of=END).table, pl.DataFrame)
    assert isinstance(customer_summary(pl.from_pandas(SHOP).lazy(), as_of=END).table, pl.DataFrame)


@pytest.mark.parametrize("kind", ["pandas", "polars", "duckdb"])
def test_the_order_of_the_rows_changes_no_bit(kind):
    shuffled = SHOP.sample(frac=1, random_state=1)
    expected = customer_summary(KINDS[kind](SHOP), as_of=END)
    found = customer_summary(KINDS[kind](shuffled), as_of=END)
    assert rows(found.table) == rows(expected.table)


def test_duckdb_reads_dates_and_nanoseconds():
    relation = duckdb.sql("select 'a' as customer_id, date '2025-01-06' as ordered_at, 1.5 as amount")
    assert rows(customer_summary(relation, as_of=END, unit="day").table)[0]["T"] == 175
    instants = KINDS["duckdb"](SHOP.assign(ordered_at=SHOP["ordered_at"].dt.as_unit("ns")))
    assert rows(customer_summary(instants, as_of=END).table) == rows(customer_summary(SHOP, as_of=END).table)


@pytest.mark.parametrize("kind", KINDS)
def test_collapsed_customers_are_those_of_the_summary_counted(kind):
    asked = {"as_of": END, "timezone": "America/New_York", "unit": "week"}
    whole = customer_summary(SHOP, **asked)
    found = customer_summary(KINDS[kind](SHOP), collapse=True, **asked)
    counts = whole.table.groupby(["frequency", "recency", "T"], as_index=False).size().rename(columns={"size": "n"})
    assert rows(found.table) == rows(counts)
    assert (found.n, found.left_out) == (whole.n, whole.left_out)


def test_no_customers_collapse_to_none():
    for kind in ("pandas", "polars", "duckdb"):
        found = customer_summary(KINDS[kind](SHOP.iloc[:0]), as_of=END, collapse=True)
        assert (found.n, rows(found.table)) == (0, [])
