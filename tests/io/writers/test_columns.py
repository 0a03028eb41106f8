"""What reading would not take is not written: it is refused by column and row, and never quoted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.errors import InvalidColumn, TableError
from crmkit.io._writers import WrittenColumn, written_columns
from tests.io.writers.made import SPECS, columns


def column(values: Any) -> WrittenColumn:
    """A column that is no field."""
    return written_columns(nw.from_native(pd.DataFrame({"x": values}), eager_only=True), ["x"], {})[0]


def test_a_column_is_its_distinct_values() -> None:
    (written,) = columns(name=["a", None, "b", "a", float("nan")])
    assert (written.header, written.spec, written.is_text) == ("name", SPECS["name"], True)
    assert (written.cells.values, written.cells.codes.tolist()) == (["a", None, "b"], [0, 1, 2, 0, 1])


def test_blank_texts_are_missing_and_counted() -> None:
    (written,) = columns(name=["a", " ", "", "\n\u00a0", " "])
    assert (written.cells.in_rows(), written.blanks) == (["a", None, None, None, None], 4)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("id", " ", "is blank, and a file holds no blank id"),
        ("name", "a\0b", "holds a NUL character"),
        ("name", "x" * 131_073, "131,073 characters"),
        ("name", "\ud800", "half of a surrogate pair"),
        ("tags", ("a", "\0"), "holds a NUL character"),
        ("words", ("\udfff",), "half of a surrogate pair"),
        ("words", ("x" * 131_073,), "131,073 characters"),
        ("note", "a\0b", "holds a NUL character"),
        ("amount", 0.1 + 0.2, "more than 15 significant digits"),
        ("amount", 123456789.12345678, "more than 15 significant digits"),
        ("number", 1e308, "larger than a table can hold"),
        ("created_at", datetime(1677, 12, 31, tzinfo=UTC), "the year is outside 1678 to 2261"),
        ("created_at", datetime(2262, 1, 1, tzinfo=UTC), "the year is outside 1678 to 2261"),
        ("expected_close_on", date(1677, 12, 31), "the year is outside 1678 to 2261"),
    ],
)
def test_a_value_that_reading_would_not_take_is_refused(name: str, value: Any, words: str) -> None:
    fine = columns(**{name: [None]})[0].kind
    other = {"instant": datetime(2024, 1, 31, tzinfo=UTC), "date": date(2024, 1, 31), "tags": ("a",)}.get(fine)
    other = other or (1.5 if fine in ("money", "number") else "a")
    with pytest.raises(InvalidColumn, match=words) as refused:
        columns(**{name: [other, value, other]})
    fault = refused.value
    assert (fault.code, fault.column, fault.row, fault.value) == ("not_writable", name, 1, value)
    assert repr(value) not in str(fault)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 0.1),
        ("amount", 1e-7),
        ("amount", 12345678901234.5),
        ("number", 0.1 + 0.2),
        ("number", 5e-324),
        ("number", -9e307),
        ("created_at", datetime(1678, 1, 1, tzinfo=UTC)),
        ("created_at", datetime(2261, 12, 31, 23, 59, 59, 999999, UTC)),
    ],
)
def test_a_value_that_reading_takes_is_written(name: str, value: Any) -> None:
    assert columns(**{name: [value]})[0].cells.values == [value]


@pytest.mark.parametrize(
    ("values", "kind", "cells"),
    [
        (pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
        (pd.Series([1, 2], dtype="uint8"), "integer", [1, 2]),
        (pd.Series([2**63, 1], dtype="uint64"), "text", ["9223372036854775808", "1"]),
        (pd.Series([1.5, float("nan")]), "number", [1.5, None]),
        (pd.Series([1.5, float("inf")]), "text", ["1.5", "inf"]),
        (pd.Series([True, False]), "flag", [True, False]),
        (pd.Series([1, True, 1.0, "a", None, ""], dtype=object), "text", ["1", "true", "1", "a", None, None]),
        (pd.Series([np.array(["a", "b"]), np.int64(3), [1]], dtype=object), "text", ["a;b", "3", "[1]"]),
        (pd.Series([Decimal("1.10"), date(2024, 1, 31)], dtype=object), "text", ["1.1", "2024-01-31"]),
        (pd.to_datetime(pd.Series(["2024-01-31 10:22"])), "text", ["2024-01-31T10:22:00"]),
        (pd.to_datetime(pd.Series(["2024-01-31 10:22"]), utc=True), "text", ["2024-01-31T10:22:00+00:00"]),
        (pd.Series(["b", "a"], dtype="category"), "text", ["b", "a"]),
    ],
)
def test_a_column_that_is_no_field_is_numbers_flags_or_texts(values: Any, kind: str, cells: list[Any]) -> None:
    written = column(values)
    assert (written.kind, written.spec, written.cells.in_rows()) == (kind, None, cells)


def test_other_kinds_of_frames_have_the_same_columns() -> None:
    frame = pl.DataFrame({"created_at": [datetime(2024, 1, 31, tzinfo=UTC)], "tags": [["a"]], "x": [["a", "b"]]})
    written = written_columns(nw.from_native(frame, eager_only=True), frame.columns, SPECS)
    assert [each.cells.values for each in written] == [[datetime(2024, 1, 31, tzinfo=UTC)], [("a",)], ["a;b"]]


@pytest.mark.parametrize(
    ("names", "code", "words"),
    [
        (["id", "Note", "note "], "duplicate_header", "'Note' and 'note ' have one name in a file; rename one"),
        (["id", " "], "not_writable", "is blank; give it another"),
        (["\ufeff"], "not_writable", "is blank; give it another"),
        (["id", "a\0"], "not_writable", "cannot be written: it holds a NUL"),
        (["id", "\ud800"], "not_writable", "half of a surrogate pair"),
    ],
)
def test_names_are_told_apart_in_a_file(names: list[str], code: str, words: str) -> None:
    with pytest.raises(TableError, match=words) as refused:
        columns(**{name: [] for name in names})
    assert refused.value.code == code


def test_there_are_no_more_columns_than_reading_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmkit.io._writers._columns.MOST_COLUMNS", 1)
    with pytest.raises(TableError, match="the table has 2 columns; a file that is read again has at most 1") as refused:
        columns(id=[], name=[])
    assert refused.value.code == "too_many_columns"
