"""Reading as a whole: no row is lost, a mapping repeats what was decided, both modes agree."""

from __future__ import annotations

import csv
import io as texts
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from crmkit import io, tables
from crmkit.errors import CrmError, ImportRejected, InvalidArgument, MissingExtra
from crmkit.io._cells._cells import Cells
from crmkit.io._table._frame import to_frame
from crmkit.records import Company, User
from tests.io.written import Write, deals

DECIDABLE = {"record", "column", "column_unlike", "date_format", "unit", "stages", "zoneless"}
CELL = st.sampled_from(
    ["", " ", "1", "007", "2017-01-02", "2017-01-02 10:00", "NA", "Won", "Lost", "5,5", 'a"b', "\0", "x\ny"]
)
DEAL = {
    "record": "deal",
    "columns": {"id": "Deal ID", "stage": "Deal Stage", "amount": "Amount", "created_at": "Create Date"},
}
FAST = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def codes(result: io.ImportResult) -> set[str]:
    return {assumption.code for assumption in result.assumptions}


@FAST
@given(st.lists(st.lists(CELL, min_size=4, max_size=6).filter(any), max_size=8))
def test_accepted_and_rejected_are_the_records_of_the_file(tmp_path: Path, rows: list[list[str]]) -> None:
    out = texts.StringIO()
    csv.writer(out).writerows([["Deal ID", "Deal Stage", "Amount", "Create Date", "Note"], *rows])
    path = tmp_path / "drawn.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    result = io.read(path, mapping=DEAL)
    assert result.accepted + len(result.rejected) == result.records == len(rows)
    written = [tuple(row) for row in csv.reader(out.getvalue().splitlines(keepends=True))][1:]
    assert not Counter(bad.fields for bad in result.rejected) - Counter(written)
    left = Counter(written) - Counter(bad.fields for bad in result.rejected)
    assert Counter(result.table["id"]) == Counter(row[0] for row in left.elements())
    if result.rejected:
        with pytest.raises(ImportRejected) as refused:
            io.read(path, mapping=DEAL, on_error="strict")
        assert refused.value.line == result.rejected[0].line
    else:
        assert io.read(path, mapping=DEAL, on_error="strict").table.equals(result.table)


@FAST
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"id,stage,amount,close date\n{text}".encode()))
def test_no_file_whatever_raises_anything_but_an_error_of_crmkit(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "drawn.csv"
    path.write_bytes(content)
    try:
        result = io.read(path)
    except CrmError:
        return
    assert result.records == result.accepted + len(result.rejected)


ROWS = (
    "d1,Won,10.50,31/01/2017 10:00,2/2/2017",
    "d2,Gone,,1/2/2017,31/3/2017",
    "d3,Talks,7,1/2/2017,1/4/2017",
)


def test_reading_again_with_the_mapping_decides_nothing(write: Write) -> None:
    path = write("Deal ID,Deal Stage,Amount,Create Date,Close Date,Probability\n" + "".join(f"{r},50\n" for r in ROWS))
    first = io.read(path)
    assert first.accepted == 3
    assert codes(first) >= DECIDABLE - {"column_unlike"}
    again = io.read(path, mapping=io.Mapping.from_toml(first.mapping.to_toml()))
    assert again.table.equals(first.table)
    assert again.mapping == first.mapping
    assert codes(again) & DECIDABLE == set()


def test_every_assumption_says_what_it_is_about(write: Write) -> None:
    for assumption in io.read(write(deals(*ROWS))).assumptions:
        assert str(assumption) == assumption.text
        assert assumption.text.endswith((".", '"', "]"))
        assert assumption.subject


FAULTS = [
    ("d9,Won,1.234,56,2017-01-01,", "cells", None),
    ('d9,Won,"1.234,56",2017-01-01,', "not_a_number", "Amount"),
    ("d9,Won,NA,2017-01-01,", "not_a_number", "Amount"),
    ("d9,Won,1234567890.123456,2017-01-01,", "too_many_digits", "Amount"),
    ("d9,Won,1,null,", "not_a_date", "Create Date"),
    ("d9,Won,1,2017-02-30,", "no_such_date", "Create Date"),
    ("d9,Won,1,1900-01-01,9999-12-31", "year", "Close Date"),
    (",Won,1,2017-01-01,", "missing", "Deal ID"),
    ("d1,Won,1,2017-01-01,", "duplicate_id", "Deal ID"),
]


@pytest.mark.parametrize(("row", "code", "column"), FAULTS)
def test_a_fault_rejects_its_row_and_in_strict_mode_the_file(
    write: Write, row: str, code: str, column: str | None
) -> None:
    path = write(deals("d1,Won,1,2017-01-01,", row, "d2,Won,1,2017-01-01,"))
    result = io.read(path)
    assert list(result.table["id"]) == ["d1", "d2"]
    (bad,) = result.rejected
    (problem,) = bad.problems
    assert (bad.line, problem.code, problem.column) == (3, code, column)
    with pytest.raises(ImportRejected, match=r"file\.csv, line 3") as refused:
        io.read(path, on_error="strict")
    fault = refused.value
    assert (fault.code, fault.line, fault.column, fault.value) == (code, 3, column, problem.value)


def test_a_row_names_all_its_problems_and_shows_no_value_in_its_repr(write: Write) -> None:
    path = write(deals("a,Won,1,2017-01-01,", "b,Won,secret,nil,", "c,Won,x,2017-01-01,", "d,Won,2,,", "e,Won,2,,"))
    result = io.read(path)
    assert [problem.code for problem in result.rejected[0].problems] == ["not_a_number", "not_a_date"]
    assert "secret" not in repr(result.rejected[0])
    with pytest.raises(ImportRejected, match="1 more rows are faulty"):
        io.read(path, on_error="strict")


def test_a_repeated_id_names_the_line_of_the_first_also_where_that_one_is_rejected(write: Write) -> None:
    result = io.read(write(deals("a,Won,1,2017-01-01,", "b,Won,x,,", "b,Won,2,,")))
    assert [row.line for row in result.rejected] == [3, 4]
    assert "line 3 already" in result.rejected[1].problems[0].reason


def test_rows_without_an_id_are_not_called_repeats(write: Write) -> None:
    result = io.read(write(deals("a,Won,1,,", ",Won,1,,", ",Won,2,,")))
    assert [[problem.code for problem in row.problems] for row in result.rejected] == [["missing"], ["missing"]]


@pytest.mark.parametrize("words", [{"on_error": "strikt"}, {"backend": "panda"}])
def test_a_way_of_reading_that_there_is_not_is_refused(write: Write, words: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match=r"did you mean '(strict|pandas)'"):
        io.read(write(deals()), **words)


@pytest.mark.parametrize(("path", "kind"), [(pd.DataFrame(), "a DataFrame"), (5, "an int"), (None, "a NoneType")])
def test_what_is_no_path_is_refused(path: Any, kind: str) -> None:
    with pytest.raises(InvalidArgument, match=f"path is {kind}; it takes the path of a file") as refused:
        io.read(path)
    assert refused.value.argument == "path"


def test_times_of_another_zone_are_moved_and_those_shown_twice_or_never_are_said(write: Write) -> None:
    path = write(
        deals(
            "a,Won,1,2024-07-01 12:00,",
            "b,Won,1,2024-10-27 02:30,",
            "c,Won,1,2024-03-31 02:30,",
            "d,Won,1,2024-07-01T12:00Z,",
        )
    )
    result = io.read(path, mapping={"timezone": "Europe/Berlin"})
    assert [at.isoformat() for at in result.table["created_at"]] == [
        "2024-07-01T10:00:00+00:00",
        "2024-10-27T00:30:00+00:00",
        "2024-07-01T12:00:00+00:00",
    ]
    assert result.rejected[0].problems[0].code == "skipped_time"
    assert "shown_twice" in codes(result)
    assert "zoneless" not in codes(result)


def test_every_kind_of_field_has_its_type(write: Write) -> None:
    text = "id,name,employees,annual revenue,website,tags,created\n1,A,12,1.5,w,a; b;,2017-01-01\n2,B,,,,,\n"
    table = io.read(write(text)).table
    assert_frame_equal(tables.conform(table, Company), table)
    assert table["employees"].dtype == "Int64"
    assert table["annual_revenue"].dtype == "float64"
    assert list(table["tags"]) == [("a", "b"), ()]
    assert table["website"].isna().tolist() == [False, True]
    assert table["created_at"].isna().tolist() == [False, True]
    assert str(table["created_at"].dtype) == "datetime64[us, UTC]"
    users = io.read(write("user id,name,email,active\n1,A,a,yes\n2,B,b,NO\n3,C,c,\n4,D,d,maybe\n"))
    assert (users.table["active"].dtype, users.table["active"].tolist()) == ("boolean", [True, False, True])
    assert_frame_equal(tables.conform(users.table, User), users.table)
    assert users.rejected[0].problems[0].code == "not_a_flag"
    spend = io.read(write("id,campaign,channel,spend,date\n1,a,b,5,2017-01-02\n2,a,b,5,2017-01-02 10:00\n"))
    assert list(spend.table["spent_on"]) == [date(2017, 1, 2)] * 2
    assert "time_dropped" in codes(spend)


def test_choices_and_bounds_hold(write: Write) -> None:
    text = "id,survey type,score,comment\n1,NPS,10,x\n2,nsp,3,x\n3,csat,11,x\n4,ces,-1,x\n5,nps,2.0,x\n6,nps,2.5,x\n"
    result = io.read(write(text))
    assert list(result.table["kind"]) == ["nps", "nps"]
    assert [row.problems[0].code for row in result.rejected] == [
        "not_a_choice",
        "out_of_range",
        "out_of_range",
        "not_whole",
    ]
    assert "did you mean 'nps'" in result.rejected[0].problems[0].reason


@pytest.mark.parametrize("backend", ["polars", "pyarrow"])
def test_other_dataframes_hold_the_same(write: Write, backend: Literal["polars", "pyarrow"]) -> None:
    text = "id,name,employees,annual revenue,website,tags,created\n1,A,12,1.5,w,a; b;,2017-01-01\n2,B,,,,,\n"
    table = nw.from_native(io.read(write(text), backend=backend).table, eager_only=True)
    assert table.schema["created_at"] == nw.Datetime("us", "UTC")
    first, second = table.rows(named=True)
    assert (first["employees"], first["annual_revenue"], first["tags"]) == (12, 1.5, ["a", "b"])
    assert first["created_at"].isoformat() == "2017-01-01T00:00:00+00:00"
    assert (second["employees"], second["created_at"], second["website"]) == (None, None, None)


def test_a_dataframe_library_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, extra in (("polars", "polars"), ("pyarrow", "duckdb")):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(MissingExtra, match=rf"crmkit\[{extra}\]"):
            to_frame({"id": (Cells(["a"], np.zeros(1, np.int32)), "id")}, 1, name)  # type: ignore[arg-type]  # one of the two names


def test_the_result_counts_what_it_holds(write: Write) -> None:
    result = io.read(write(deals("a,Won,1,,", "a,Won,1,,")))
    assert (result.accepted, len(result.rejected), result.records) == (1, 1, 2)
    assert isinstance(result.table.index, pd.RangeIndex)
    assert repr(result) == f"ImportResult(deal: 1 accepted, 1 rejected, {len(result.assumptions)} assumptions)"


def test_one_column_may_be_two_fields(write: Write) -> None:
    given: dict[str, Any] = {"record": "deal", "columns": {"id": "Deal ID", "name": "Deal ID"}}
    assert io.read(write(deals("a,Won,1,,")), mapping=given).table["name"].tolist() == ["a"]


def test_dates_of_one_column_start_their_day_in_utc(write: Write) -> None:
    table = io.read(write(deals("a,Won,1,2017-01-01,"))).table
    assert table["created_at"][0] == datetime(2017, 1, 1, tzinfo=UTC)
