"""Lines that do not come apart into the cells of the header, and files that are none."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from typing import Any

import pytest

from crmkit import io
from tests.io.faults.told import Fault, both_modes, refuses, rejects, takes
from tests.io.written import Write, deals

GOOD = "d1,Won,10,2017-01-01,2017-02-01"
MORE = [f"e{at},Won,1,2017-01-01," for at in range(40)]


@both_modes
@pytest.mark.parametrize("behind", [[], ["d3,Won,1,,"], ['d3,"Lost",1,,', *MORE], MORE])
def test_a_quotation_mark_left_open_refuses_the_file(write: Write, behind: list[str], mode: Any) -> None:
    path = write(deals(GOOD, 'd2,"Won,1,,', *behind))
    refuses(path, mode, Fault("open_quote", 3, words="double it where it is part of the text"))


@both_modes
def test_a_quotation_mark_within_a_cell_rejects_its_row(write: Write, mode: Any) -> None:
    path = write(deals(GOOD, 'd2,"Won"x,1,,', "d3,Won,1,,"))
    result = rejects(path, mode, Fault("quoting", 3, words="a quotation mark within a cell is doubled"), rows=3)
    assert result.rejected[0].fields == ('d2,"Won"x,1,,',)


@both_modes
def test_ragged_rows_are_rejected_as_they_stand(write: Write, mode: Any) -> None:
    few = Fault("cells", 3, words="2 cells, fewer than the 5 of the header; every row needs a cell for each")
    many = Fault("cells", 5, words="7 cells, more than the 5 of the header; take the separator that is too many out")
    result = rejects(write(deals(GOOD, "d2,Won", "d3,Won,1,,", "d4,Won,1,,,,")), mode, few, many, rows=4)
    assert [row.fields for row in result.rejected] == [("d2", "Won"), ("d4", "Won", "1", "", "", "", "")]


@both_modes
def test_one_comma_too_many_on_every_row_rejects_them_all_and_shifts_no_column(write: Write, mode: Any) -> None:
    faults = [Fault("cells", line, words="6 cells, more than the 5") for line in (2, 3)]
    rejects(write(deals(GOOD + ",", "d2,Lost,1,2017-01-01,,")), mode, *faults, rows=2)


@both_modes
@pytest.mark.parametrize("second", ["Deal Stage", "DEAL_STAGE", "Deal-stage", " dealstage "])
def test_two_headers_that_are_one_name_refuse_the_file(write: Write, second: str, mode: Any) -> None:
    path = write(f"Deal ID,Deal Stage,{second},Amount\n1,Won,Won,5\n")
    refuses(path, mode, Fault("duplicate_header", 1, second.strip(), words="rename one"))


@both_modes
@pytest.mark.parametrize("blank", ["", "  ", '""'])
def test_a_column_without_a_header_refuses_the_file(write: Write, blank: str, mode: Any) -> None:
    path = write(f"Deal ID,{blank},Deal Stage,Amount\n1,2,Won,5\n")
    refuses(path, mode, Fault("empty_header", 1, words="column 2 of 4 has no header; every column needs a name"))


@both_modes
@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_line_that_names_the_separator_is_no_header(write: Write, line: str, mode: Any) -> None:
    text = deals(GOOD, "d2,Won,x,,").replace(",", ";")
    result = rejects(write(f"{line}\n{text}"), mode, Fault("not_a_number", 4, "Amount", "x", "thousands"), rows=2)
    assert any(assumption.code == "separator" for assumption in result.assumptions)


@both_modes
def test_a_gzip_file_is_read_whatever_its_name(write: Write, mode: Any) -> None:
    result = takes(write(gzip.compress(deals(GOOD).encode())), mode, rows=1)
    assert result.table.equals(io.read(write(deals(GOOD), "plain.csv")).table)


@both_modes
def test_a_workbook_is_read_whatever_its_name(write: Write, mode: Any) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, stream = openpyxl.Workbook(), BytesIO()
    for line in deals(GOOD).splitlines():
        book.active.append(line.split(","))
    book.save(stream)
    assert list(takes(write(stream.getvalue()), mode, rows=1).table["id"]) == ["d1"]


@both_modes
def test_a_zip_archive_is_refused_with_the_function_that_reads_it(write: Write, mode: Any) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("deals.csv", deals(GOOD))
    refuses(write(stream.getvalue()), mode, Fault("not_csv", words="crmkit.io.read_all reads the files in it"))


@both_modes
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "a PDF; export the data as CSV instead"),
        (b"<html><table>", "an HTML or XML page; export the data as CSV instead"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook; save it as .xlsx"),
        (b'[{"id": 1}]', "a JSON list; write one object on each line"),
    ],
)
def test_what_is_no_file_of_rows_is_named(write: Write, content: bytes, words: str, mode: Any) -> None:
    refuses(write(content), mode, Fault("not_csv", words=words))


@both_modes
def test_a_cell_of_131_073_characters_rejects_its_row(write: Write, mode: Any) -> None:
    path = write(deals(GOOD, f"d2,{'W' * 131_073},1,,", f"d3,{'W' * 131_072},1,,"))
    rejects(path, mode, Fault("too_long", 3, words="more than the 131,072 characters"), rows=3)
