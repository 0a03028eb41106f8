"""A workbook that other programs read as well: texts are texts and numbers numbers, and nothing is calculated."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from crmkit.errors import InvalidColumn, MissingExtra, TableError
from crmkit.io._files._excel import MOST_ROWS
from crmkit.io._writers import workbook_file
from tests.io.writers.made import columns


def written(form: Any = "spreadsheet", **values: list[Any]) -> bytes:
    stream = BytesIO()
    workbook_file(stream, columns(**values), form=form, sheet="deal")
    return stream.getvalue()


def sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content)).active


def test_each_kind_of_value_has_the_cell_that_holds_it() -> None:
    values: dict[str, list[Any]] = {
        "id": ["007", "=1+1", "#N/A"],
        "amount": [-1.5, 1e-7, None],
        "count": [3, 2**53, 2**53 + 1],
        "flag": [True, False, None],
        "tags": [("a", "b"), ("=c",), ()],
        "created_at": [datetime(2024, 1, 31, tzinfo=UTC), None, None],
        "expected_close_on": [date(2024, 1, 31), None, None],
        "x": [1, 2, 3],
    }
    page = sheet(written(**values))
    assert (page.title, page.dimensions, page.freeze_panes) == ("deal", "A1:H4", "A2")
    assert [cell.value for cell in page[1]] == list(values)
    assert [cell.font.b for cell in page[1]] == [True] * 8
    assert [[cell.value for cell in row] for row in page["A2:H4"]] == [
        ["007", -1.5, 3, True, "a;b", "2024-01-31T00:00:00+00:00", "2024-01-31", 1],
        ["=1+1", 1e-7, 2**53, False, "=c", None, None, 2],
        ["#N/A", None, str(2**53 + 1), None, None, None, None, 3],
    ]
    types = [[cell.data_type for cell in row if cell.value is not None] for row in page["A2:H4"]]
    assert types == [list("snnbsssn"), list("snnbsn"), list("ssn")]


@pytest.mark.parametrize(("form", "quoted"), [("spreadsheet", True), ("transfer", False)])
def test_a_text_like_a_formula_stays_a_text_where_it_is_edited(form: str, quoted: bool) -> None:
    page = sheet(written(form, name=["=1+1", "'=1", "a"]))
    assert [page.cell(at, 1).quotePrefix for at in (2, 3, 4)] == [quoted, quoted, False]
    assert page["A2"].value == "=1+1"


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (" a ", " a "),
        ("a\tb\nc", "a\tb\nc"),
        ("<&>\"'", "<&>\"'"),
        ("a\rb", "a_x000D_b"),
        ("\x01\x1f", "_x0001__x001F_"),
        ("_x000D_", "_x005F_x000D_"),
        ("_x00_", "_x00_"),
        ("\uffff\x7f\x85\u2028😀", "_xFFFF_\x7f\x85\u2028😀"),
    ],
)
def test_a_text_keeps_all_its_letters(text: str, stands: str) -> None:
    assert sheet(written(name=[text]))["A2"].value == stands


def test_a_number_keeps_all_its_digits_and_a_cell_its_own_value() -> None:
    values = [0.1 + 0.2, 5e-324, 1.7976931348623157e308]
    page = sheet(written(x=values, flag=[True, False, True], name=["a", "a", "#N/A"]))
    assert [cell.value for cell in page["A"][1:]] == values
    assert [[cell.value for cell in row] for row in page["B2:C4"]] == [[True, "a"], [False, "a"], [True, "#N/A"]]


def test_a_value_that_comes_again_has_the_same_cell_again() -> None:
    values: dict[str, list[Any]] = {"name": ["a", "a", "b"], "stage": ["x", "x", "x"], "flag": [True] * 3, "x": [1] * 3}
    page = sheet(written(**values))
    assert [[cell.value for cell in column[1:]] for column in page.columns] == list(values.values())


def test_a_text_that_is_too_long_with_its_escapes_is_refused_and_not_cut() -> None:
    with pytest.raises(InvalidColumn, match="longer than the 32,767"):
        written(name=["a\r" * 5000])


def test_equal_tables_give_equal_bytes() -> None:
    content = written(id=["a"])
    assert content == written(id=["a"])
    with ZipFile(BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_what_is_too_long_for_a_cell_is_refused() -> None:
    assert sheet(written(name=["x" * 32_767, "😀" * 16_383]))["A3"].value == "😀" * 16_383
    for text in ("x" * 32_768, "😀" * 16_384):
        with pytest.raises(InvalidColumn, match="column 'name', row 1: it is longer than the 32,767") as refused:
            written(name=["a", text])
        assert refused.value.code == "not_writable"
    with pytest.raises(TableError, match="is longer than the 32,767 characters") as unnamed:
        written(**{"x" * 32_768: ["a"]})
    assert unnamed.value.code == "not_writable"


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmkit.io._writers._excel.MOST_ROWS", 3)
    assert sheet(written(id=["a", "b"])).dimensions == "A1:A3"
    with pytest.raises(TableError, match="the table has 3 rows, and a sheet of Excel 3 with the headers") as refused:
        written(id=["a", "b", "c"])
    assert refused.value.code == "too_large"
    assert MOST_ROWS == 1_048_576


def test_without_openpyxl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[excel\]"):
        written(id=["a"])
