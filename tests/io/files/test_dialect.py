"""What separates and encloses cells is declared, said by the file, or the mark that stands most often."""

from __future__ import annotations

import pytest

from crmkit.errors import ImportRejected
from crmkit.io._files import FileFormat, Rows, read_rows
from tests.io.files.sources import cells, source

TABLE = {"id": ["1", "2"], "note": ["a,b;c", "x"]}


def read(text: str, **given: str) -> Rows:
    return read_rows(source(text), FileFormat(**given))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("declared", [True, False])
def test_the_separator_is_declared_or_the_mark_that_stands_most_often(mark: str, declared: bool) -> None:
    given = {"separator": mark} if declared else {}
    rows = read('id,note\n1,"a,b;c"\n2,x\n'.replace(",", mark).replace(f"a{mark}b", "a,b"), **given)
    assert cells(rows) == TABLE
    assert rows.format.separator == mark
    assert [said.code for said in rows.assumptions] == ([] if declared or mark == "," else ["separator"])


@pytest.mark.parametrize("mark", [";", ",", "\t", "^", "§"])
@pytest.mark.parametrize("form", ["sep={}", '"sep={}"', "SEP={}"])
@pytest.mark.parametrize("above", ["", "\ufeff", "\n\n"])
def test_a_line_that_names_the_separator_is_obeyed_and_no_row(mark: str, form: str, above: str) -> None:
    rows = read(
        f'{above}{form.format(mark)}\r\nid,note\r\n1,"a,b;c"\r\n2,x\r\n'.replace(",", mark).replace(f"a{mark}b", "a,b")
    )
    assert cells(rows) == TABLE
    first = 2 + above.count("\n")
    assert (rows.header_line, rows.lines.tolist()) == (first, [first + 1, first + 2])
    assert ["sep=" in said.text for said in rows.assumptions] == ([] if mark == "," else [True])


def test_what_is_declared_stands_above_what_the_file_names() -> None:
    rows = read("sep=,\nid;x,y\n1;2\n", separator=";")
    assert cells(rows) == {"id": ["1"], "x,y": ["2"]}
    assert rows.assumptions == ()


@pytest.mark.parametrize("line", ["sep=a", "sep=", "sep=;;", "sep", 'sep="'])
def test_other_lines_are_headers(line: str) -> None:
    assert read(f"{line}\n1\n", separator="|", quote="").header_line == 1


def test_another_quotation_mark_or_none_can_be_declared() -> None:
    assert cells(read("id,note\n1,'a,b;c'\n2,x\n", quote="'")) == TABLE
    assert cells(read('id;note\n1;"a\n2;b"c\n', quote="")) == {"id": ["1", "2"], "note": ['"a', 'b"c']}
    assert read("'a;b','c'\n", quote="'").format == FileFormat("utf-8", ",", "'")


@pytest.mark.parametrize(
    "given",
    [
        {"separator": ""},
        {"separator": ",,"},
        {"separator": "a"},
        {"separator": "\n"},
        {"separator": "\0"},
        {"separator": '"'},
        {"separator": "'", "quote": "'"},
        {"quote": "''"},
        {"quote": "\r"},
        {"quote": "1"},
    ],
)
def test_what_cannot_separate_or_enclose_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ImportRejected, match=r"\[file\]") as refused:
        read("id,note\n1,2\n", **given)
    assert refused.value.code == "invalid_mapping"


def test_any_other_single_mark_separates() -> None:
    assert cells(read("id¦note\n1¦a,b;c\n2¦x\n", separator="¦")) == TABLE
    assert cells(read("id note\n1 2\n", separator=" ")) == {"id": ["1"], "note": ["2"]}
