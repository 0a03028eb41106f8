"""From any dataframe to one handle, its rows counted and its times told."""

from datetime import UTC, date, datetime

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, TableError
from crmkit.tables import collected, count_rows, extent, open_table
from tests.tables.frames import KINDS, deals

FIRST, LAST = datetime(2016, 2, 29, 23, tzinfo=UTC), datetime(2017, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "table",
    [[], [1], {"id": [1]}, "deals", None, 3, pd.Series([1]), pl.Series([1]), pa.array([1]), pd.DataFrame],
    ids=lambda table: type(table).__name__,
)
def test_what_is_no_dataframe_is_refused(table):
    with pytest.raises(TableError, match="expected a dataframe") as fault:
        open_table(table)
    assert fault.value.code == "not_a_table"


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame([[1, 2]], columns=["id", "id"]),
        pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["id", "id"]),
        duckdb.sql("select 1 as id, 2 as id"),
    ],
    ids=["pandas", "pyarrow", "duckdb"],
)
def test_a_name_that_stands_twice_is_refused(table):
    with pytest.raises(TableError, match=r"'id'.* 2 times") as fault:
        open_table(table)
    assert type(fault.value) is TableError


def test_a_column_that_is_not_named_by_a_text_is_refused():
    with pytest.raises(TableError, match="column 7 is not named by a text"):
        open_table(pd.DataFrame([[1, 2]], columns=["id", 7]))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_counted_where_they_live(kind):
    assert count_rows(open_table(KINDS[kind](deals(name=["a", None, "b"])))) == 3
    assert count_rows(open_table(KINDS[kind](deals(name=pa.array([], pa.string()))))) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_collected_frame_is_in_memory(kind):
    frame = collected(open_table(KINDS[kind](deals(name=["a"]))))
    assert isinstance(frame, nw.DataFrame)
    assert frame.rows() == [("d0", "a")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_under_its_own_names_stays_what_it_is(kind):
    table = open_table(KINDS[kind](deals(phase=["a"])), columns={"stage": "phase"})
    assert collected(table).rows(named=True) == [{"id": "d0", "stage": "a"}]
    assert open_table(table) is table or kind.startswith("pandas")


@pytest.mark.parametrize("kind", KINDS)
def test_the_extent_runs_from_the_first_to_the_last_instant_of_all_columns(kind):
    at = pa.timestamp("us", "UTC")
    table = KINDS[kind](deals(a=pa.array([LAST, None], at), b=pa.array([None, FIRST], at), c=pa.array([None] * 2, at)))
    found = extent(table, "a", "b", "c")
    assert found == (FIRST, LAST)
    assert [(type(instant), instant.tzinfo) for instant in found] == [(datetime, UTC)] * 2
    assert extent(table, "a") == (LAST, LAST)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_dated_has_no_extent(kind):
    table = KINDS[kind](deals(a=pa.array([None], pa.timestamp("us", "UTC")), b=pa.nulls(1)))
    assert extent(table) is extent(table, "a") is extent(table, "a", "b") is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "values", [[None, 3], [None, "2017-01-01"], [None, date(2017, 1, 1)], [None, FIRST.replace(tzinfo=None)]]
)
def test_a_column_without_instants_has_no_extent_and_says_so(kind, values):
    with pytest.raises(InvalidColumn, match=r"column 'a' holds .*, not instants with a time zone") as fault:
        extent(KINDS[kind](deals(a=values)), "a")
    assert fault.value.column == "a"
    assert fault.value.value == values[1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_extent_of_a_column_that_is_not_there_is_refused(kind):
    with pytest.raises(MissingColumn, match="did you mean 'created_at'"):
        extent(KINDS[kind](deals(created_at=[LAST])), "created")


@pytest.mark.parametrize("columns", ["T", ["T"], 3])
def test_columns_are_a_mapping(columns):
    with pytest.raises(InvalidArgument, match="columns is a mapping"):
        open_table(pd.DataFrame({"T": [1]}), columns=columns)
