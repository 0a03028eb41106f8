"""What is no readable CSV is refused, and what is no well-formed row is rejected, each with its line."""

from __future__ import annotations

import csv
import gc
from pathlib import Path

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from crmkit.io._files import FileFormat, header_key, read_rows
from tests.io.files.sources import source
from tests.io.written import HEADER, Write, deals

GOOD = "d1,Won,10,2017-01-01,2017-02-01"
MODES = ("collect", "strict")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "no header"),
        (b"\n  \n\n", "empty", "no header"),
        (b"\x1f\x8b\x08\x00", "damaged", "gzip"),
        (b"PK\x03\x04....", "damaged", "workbook or a zip archive"),
        (b"\n <!DOCTYPE html>\n", "not_csv", "looks like an HTML or XML page"),
        (b"\xef\xbb\xbf<?xml?>", "not_csv", "looks like an HTML or XML page"),
        (b'\xef\xbb\xbf\r\n[{"id": 1}]', "not_csv", "looks like a JSON list"),
        ('<a href="x">'.encode("utf-16"), "not_csv", "looks like an HTML"),
        (b"d1,Won,2017-01-01,2017-01-01\n", "duplicate_header", "looks like data: add a line of headers"),
        (b"Report,,,\nid,stage,amount,name\n", "empty_header", "if this line is a title, delete the lines above"),
        (b"d1,,2017-01-01,5\n", "empty_header", "looks like data: add a line of headers"),
        (b"id,stage\n1,Won\n2,\xcf\xf0\xee\xe4\n", "encoding", "line 3.*0xCF"),
        (b"id,stage\r1,Won\r\n2,\xcf\xf0\xee\xe4\n", "encoding", "line 3.*0xCF"),
        (b"," * 20_000, "too_many_columns", "20,001 columns"),
        (b"x" * 200_000, "header", "field limit"),
        (b"id,Deal Stage,DEAL_STAGE\n1,Won,Won\n", "duplicate_header", "'Deal Stage' and 'DEAL_STAGE'"),
        (b"id,,stage\n1,2,Won\n", "empty_header", "column 2 of 3"),
        (b'id,"stage"x\n1,Won\n', "header", "header cannot be read"),
        (f'{HEADER}\n{GOOD}\nd2,"Won,1,,\nd3,Won,1,,\n'.encode(), "open_quote", "line 3.*not closed"),
        (f'{HEADER}\nd2,"Won\n"x,1,,\nd3,Won,1,,\n'.encode(), "open_quote", "line 2"),
    ],
)
def test_a_file_whose_structure_cannot_be_known_is_refused_whole(
    write: Write, content: bytes, code: str, words: str, mode: str
) -> None:
    with pytest.raises(ImportRejected, match=words) as refused:
        io.read(write(content), on_error=mode)
    assert refused.value.code == code
    assert "file.csv" in str(refused.value)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["absent.csv", ".", "nul\0.csv", "x" * 300])
def test_a_path_that_names_no_file_is_refused(tmp_path: Path, name: str, mode: str) -> None:
    with pytest.raises(ImportRejected) as refused:
        io.read(tmp_path / name, on_error=mode)
    assert refused.value.code == "no_such_file"


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("d2,Won,1,,,", "cells", "6 cells, more than the 5"),
        ("d2,Won", "cells", "2 cells, fewer than the 5"),
        ('d2,"Won"x,1,,', "quoting", "cannot be taken apart"),
        ("d2,Won,1,," + "9" * 131_073, "too_long", "more than the 131,072 characters"),
        ("d2,W\0n,1,,", "nul", "NUL"),
        ("\x1a", "cells", "1 cell,"),
    ],
)
def test_a_row_that_is_not_well_formed_is_rejected_with_its_line(write: Write, row: str, code: str, words: str) -> None:
    path = write(deals(GOOD, "", row, "d3,Lost,,,"))
    result = io.read(path)
    assert list(result.table["id"]) == ["d1", "d3"]
    assert [(bad.line, bad.problems[0].code) for bad in result.rejected] == [(4, code)]
    assert words in result.rejected[0].problems[0].reason
    assert ",".join(result.rejected[0].fields).replace('"', "") == row.replace('"', "")
    with pytest.raises(ImportRejected, match="line 4") as refused:
        io.read(path, on_error="strict")
    assert refused.value.code == code


def test_a_cell_over_the_limit_is_rejected_also_where_the_program_raised_the_limit_of_csv(write: Write) -> None:
    before = csv.field_size_limit(1_000_000)
    try:
        result = io.read(write(deals(GOOD, "d2,Won,1,," + "9" * 131_073)))
    finally:
        csv.field_size_limit(before)
    assert [problem.code for problem in result.rejected[0].problems] == ["too_long"]


def test_neither_blank_lines_nor_empty_rows_are_records(write: Write) -> None:
    result = io.read(write("\n" + deals(GOOD, "", "   ", ",,,,")))
    assert (result.accepted, result.records, dict(result.set_aside)) == (1, 1, {"blank": 1})


def test_a_header_alone_gives_a_table_without_rows(write: Write) -> None:
    result = io.read(write(HEADER))
    assert (result.record, result.records) == ("deal", 0)
    assert list(result.table.columns) == ["id", "stage", "status", "amount", "created_at", "closed_at"]
    assert str(result.table["created_at"].dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_the_delimiter_the_line_ends_and_a_byte_order_mark_change_nothing(
    write: Write, mark: str, end: str, bom: str
) -> None:
    plain = io.read(write(deals(GOOD)))
    other = io.read(write(bom + deals(GOOD).replace(",", mark).replace("\n", end), "other.csv"))
    assert other.table.equals(plain.table)


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    rows = read_rows(source('id,note\na,"two\nlines"\nb,one\n'))
    assert list(rows.lines) == [2, 4]
    assert rows.fields(0) == ("a", "two\nlines")


@pytest.mark.parametrize("bad", ["", "x\n", 'x,"y"z\n'])
def test_many_rows_are_numbered_on(bad: str) -> None:
    rows = read_rows(source("id,x\n" + "".join(f"{at},{at % 3}\n" for at in range(10_000)) + bad))
    assert rows.fields(9_999) == ("9999", "0")
    assert rows.columns["x"].counts().tolist() == [3334, 3333, 3333]
    assert rows.lines.tolist() == list(range(2, 10_002))
    assert [row.line for row in rows.malformed] == [10_002][: len(bad)]


def test_the_garbage_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    read_rows(source("id\n1\n"))
    assert gc.isenabled()
    gc.disable()
    try:
        read_rows(source("id\n1\n"))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_format_of_a_file_says_how_to_read_it_again() -> None:
    rows = read_rows(source("\ufeffid;x\n1;é\n".encode("utf-16-le")))
    assert rows.format == FileFormat("utf-16", ";", '"')
    assert [said.code for said in rows.assumptions] == ["encoding", "separator"]
    again = read_rows(source("\ufeffid;x\n1;é\n".encode("utf-16-le")), rows.format)
    assert (again.fields(0), again.assumptions) == (("1", "é"), ())


def test_a_plain_file_leaves_nothing_to_assume() -> None:
    rows = read_rows(source("\ufeffid,x\r\n1,é\r\n"))
    assert (rows.format, rows.assumptions, rows.header_line) == (FileFormat("utf-8", ",", '"'), (), 1)


@pytest.mark.parametrize(("one", "other"), [(" Deal_ID ", "deal-id"), ("DealId", "deal id"), ("ﬁrst", "FIRST")])
def test_headers_match_without_case_blanks_and_marks(one: str, other: str) -> None:
    assert header_key(one) == header_key(other)


def test_a_header_of_marks_alone_stands_for_itself() -> None:
    assert header_key(" % ") == "%"
