"""What orders lack: on every engine the same is left out, and what is left keeps its day."""

from datetime import date

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmkit.errors import CurrencyMismatch, DataQualityWarning, InvalidArgument, InvalidColumn
from crmkit.tables import customer_summary, purchases_by_day
from tests.kinds import KINDS, rows

END = date(2024, 1, 8)
LATE = pd.DataFrame(
    {
        "customer_id": [1, 1, 3],
        "ordered_at": pd.to_datetime(["2024-01-01T23:59:59.999999Z", "2024-01-08T23:59:59.999999Z", None], utc=True),
        "amount": [1.0, 2.0, 3.0],
    }
)
UNNAMED = pl.DataFrame(
    {
        "customer_id": [1.0, 1.0, float("nan"), 2.0, float("nan")],
        "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-05", "2024-01-02", "2024-01-03", "2024-01-04"], utc=True),
        "amount": [1.0, 2.0, 3.0, 4.0, 5.0],
    }
)


def duckdb_of(frame):
    return duckdb.from_arrow(frame.to_arrow())


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_time_moves_no_other(kind):
    with pytest.warns(DataQualityWarning, match="no time"):
        found = customer_summary(KINDS[kind](LATE), as_of=END, unit="day")
    (row,) = rows(found.table)
    assert (row["frequency"], row["recency"], row["T"]) == (1, 7, 7)
    with pytest.warns(DataQualityWarning, match="no time"):
        by_day = purchases_by_day(KINDS[kind](LATE), as_of=END, unit="day")
    assert by_day.repeat_purchases.tolist() == [0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "kind",
    [pl.DataFrame.to_pandas, pl.DataFrame.clone, pl.DataFrame.lazy, pl.DataFrame.to_arrow, duckdb_of],
    ids=["pandas", "polars", "polars lazy", "pyarrow", "duckdb"],
)
def test_an_id_that_is_not_a_number_is_no_customer(kind):
    with pytest.warns(DataQualityWarning, match="2 with no customer"):
        found = customer_summary(kind(UNNAMED), as_of=END, unit="day")
    assert sorted((row["customer_id"], row["frequency"]) for row in rows(found.table)) == [(1, 1), (2, 0)]
    assert found.left_out["no_customer"] == 2


@pytest.mark.parametrize("change", [{"customer": ["customer_id"]}, {"customer": None}, {"at": 3}, {"amount": 5}])
def test_what_is_no_name_of_a_column_is_refused(change):
    with pytest.raises(InvalidArgument, match="is the name of a column, not"):
        customer_summary(LATE, **{"as_of": END} | change)


def test_lists_are_no_ids():
    lists = pa.table({"customer_id": [["a"], ["b"]], "ordered_at": LATE["ordered_at"][:2], "amount": [1.0, 2.0]})
    with pytest.raises(InvalidColumn, match="'customer_id' holds lists"):
        customer_summary(lists, as_of=END)


def test_columns_and_functions_are_named():
    endless = LATE[:2].rename(columns={"amount": "paid"}).assign(paid=float("inf"))
    with pytest.raises(InvalidColumn, match="'paid' holds infinite amounts") as refused:
        customer_summary(endless, as_of=END, amount="paid")
    assert refused.value.column == "paid"
    mixed = LATE[:2].assign(currency=["EUR", "USD"])
    with pytest.raises(CurrencyMismatch, match="purchases_by_day would add amounts in EUR, USD"):
        purchases_by_day(mixed, as_of=END)
