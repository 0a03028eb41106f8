"""A sheet becomes rows: each cell as what it shows with all its digits, and nothing left out without a word."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from crmkit.errors import ImportRejected, MissingExtra
from crmkit.io._files import FileFormat, Rows
from crmkit.io._files._excel import read_workbook
from tests.io.files.sources import cells, faults, source
from tests.io.files.workbooks import parts, row, saved, workbook, zipped

HEADER = row(1, "id", "x")


def read(content: bytes, sheet: str | None = None) -> Rows:
    return read_workbook(source(content, "file.xlsx"), FileFormat(sheet=sheet))


def of_xml(rows: str, **more: Any) -> Rows:
    return read(zipped(parts(rows, **more)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        (" a\tb\nc ", " a\tb\nc "),
        (7, "7"),
        (-7, "-7"),
        (1.1, "1.1"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
        (True, "true"),
        (False, "false"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 10, 22, 33), "2024-01-31T10:22:33"),  # noqa: DTZ001  # sheets know no zones
        (datetime(2024, 1, 31), "2024-01-31T00:00:00"),  # noqa: DTZ001  # as above
        (time(3, 4, 5), "03:04:05"),
        (timedelta(hours=26, seconds=1), "26:00:01"),
        ("#N/A", "#N/A"),
        ("#DIV/0!", "#DIV/0!"),
        ("😀é", "😀é"),
    ],
)
def test_a_cell_becomes_the_text_of_what_it_shows(value: Any, text: str) -> None:
    rows = read(workbook(["id", "x"], ["a", value], ["b", None]))
    assert cells(rows) == {"id": ["a", "b"], "x": [text, ""]}


@pytest.mark.parametrize(
    ("code", "digits", "text"),
    [
        ("General", "45322", "45322"),
        ("0.00", "1.1000000000000001", "1.1"),
        ("yyyy-mm-dd", "45322", "2024-01-31"),
        ("yyyy-mm-dd", "45322.5", "2024-01-31T12:00:00"),
        ("dd.mm.yyyy hh:mm", "45322", "2024-01-31T00:00:00"),
        ('"Day" d', "45322", "2024-01-31"),
        ("[Red]0;[Blue]d", "45322", "45322"),
        ("h:mm", "0.25", "06:00:00"),
        ("[h]:mm:ss", "1.25", "30:00:00"),
        ("mm:ss", "45322.25", "2024-01-31T06:00:00"),
        ("yyyy", "3000000", "#VALUE!"),
        ("yyyy", "-1", "1899-12-29"),
        ("[h]", "1e300", "#VALUE!"),
    ],
)
def test_a_number_shows_what_its_format_makes_of_it(code: str, digits: str, text: str) -> None:
    quoted = code.replace('"', "&quot;")
    styles = (
        f'<numFmts><numFmt numFmtId="164" formatCode="{quoted}"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
    )
    rows = of_xml(f'{row(1, "x")}<row><c s="2"><v>{digits}</v></c></row>', styles=styles)
    assert cells(rows) == {"x": [text]}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>007</v></c>", "7"),
        ("<c><v>000</v></c>", "0"),
        ("<c><v>12345678901234567890</v></c>", "12345678901234567890"),
        ("<c><v>-1E3</v></c>", "-1000"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="b"><v>0</v></c>', "false"),
        ('<c t="d"><v>2024-01-31T10:22:33Z</v></c>', "2024-01-31T10:22:33"),
        ('<c t="s"><v>0</v></c>', "a\r\nb"),
        ('<c t="s"><v>1</v></c>', "plain"),
        ('<c t="s"><v>2</v></c>', "one two"),
        ('<c t="s"><v>3</v></c>', "_xD800_"),
        ('<c t="s"><v>4</v></c>', "😀"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t/></r><rPh sb="0" eb="1"><t>ignored</t></rPh></is></c>', "a"),
        ('<c t="str"><v>a_x0009_b</v></c>', "a\tb"),
        ("<c><extLst/></c>", ""),
    ],
)
def test_a_cell_of_each_type_becomes_a_text(cell: str, text: str) -> None:
    strings = (
        "<si><t>a_x000D_\nb</t></si><si><t>plain</t></si>"
        '<si><r><rPr/><t xml:space="preserve">one </t></r><r><t>two</t></r><rPh sb="0" eb="1"><t>ignored</t></rPh></si>'
        "<si><t>_xD800_</t></si><si><t>_xD83D__xDE00_</t></si>"
    )
    rows = of_xml(f"{row(1, 'x', 'y')}<row>{cell}<c><v>1</v></c></row>", strings=strings)
    assert cells(rows) == {"x": [text], "y": ["1"]}


@pytest.mark.parametrize(
    "rows",
    [
        row(1_048_577, "x"),
        '<row r="x"/>',
        f"<row>{'<c><v>1</v></c>' * 16_385}</row>",
        '<row><c r="XFE1"><v>1</v></c></row>',
        '<row><c r="é1"><v>1</v></c></row>',
        '<row><c r="ABCDEFG1"><v>1</v></c></row>',
        '<row><c r="A$1"><v>1</v></c></row>',
        '<row><c t="s"><v>1</v></c></row>',
        "<row><c><v>x</v></c></row>",
        f"<row><c><v>{'9' * 400}.0x</v></c></row>",
    ],
)
def test_what_stands_outside_of_a_sheet_or_is_no_value_is_damage(rows: str) -> None:
    with pytest.raises(ImportRejected, match="the workbook is damaged") as refused:
        of_xml(rows, strings="<si><t>a</t></si>")
    assert refused.value.code == "damaged"


def test_dates_of_the_epoch_of_1904_are_the_same_dates() -> None:
    made = Workbook()
    made.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  # a day
    made.worksheets[0].append(["id", date(2024, 1, 31)])
    made.worksheets[0].append(["a", date(2024, 1, 31)])
    assert cells(read(saved(made))) == {"id": ["a"], "2024-01-31": ["2024-01-31"]}


def test_a_line_is_the_number_of_the_row_and_what_is_blank_is_no_row() -> None:
    rows = of_xml(
        f'<row r="2"/>{row(3, "id", "x")}<row r="4"><c r="A4" s="1"/></row>{row(5, " ", "&#10;")}'
        f'{row(9, "a")}<row><c r="B10"><v>1</v></c></row>'
    )
    assert (rows.header_line, rows.lines.tolist()) == (3, [9, 10])
    assert cells(rows) == {"id": ["a", ""], "x": ["", "1"]}


def test_a_table_may_begin_in_any_column() -> None:
    rows = of_xml('<row><c r="C1"><v>5</v></c><c r="D1"><v>6</v></c></row><row><c r="D2"><v>7</v></c></row>')
    assert cells(rows) == {"5": [""], "6": ["7"]}


def test_a_filled_cell_beside_the_headers_rejects_its_row() -> None:
    rows = read(workbook(["id", "x"], ["a", 1], ["b", 2, None, "stray"], ["c", 3]))
    assert rows.lines.tolist() == [2, 4]
    assert faults(rows) == {3: "its cell in column D stands beside the 2 columns that have a header"}
    assert (rows.malformed[0].fields, rows.malformed[0].problems[0].value) == (("b", "2", "stray"), "stray")


def test_a_formula_without_a_result_rejects_its_row() -> None:
    rows = read(workbook(["id", "x"], ["a", 1], ["b", "=1+1"]))
    assert rows.lines.tolist() == [2]
    assert "no result stored with it" in faults(rows)[3]
    problem = rows.malformed[0].problems[0]
    assert (problem.column, problem.value, problem.code) == ("x", "=1+1", "formula")


def test_a_formula_has_its_result_be_it_empty() -> None:
    rows = of_xml(
        f'{HEADER}<row><c t="str"><f>A1</f><v>a_x000D_</v></c><c><f>1+1</f><v>2</v></c></row>'
        '<row><c t="str"><f>""</f><v></v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert cells(rows) == {"id": ["a\r", ""], "x": ["2", "#DIV/0!"]}


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<f/>", "=..."),
        ('<f t="array" ref="B2">A1*2</f>', "=A1*2"),
        ('<f t="dataTable" ref="B2" r1="A1"/>', "=..."),
        ('<f t="shared" si="0" ref="B2">A1</f>', "=A1"),
    ],
)
def test_each_kind_of_formula_has_its_result_or_rejects_its_row(formula: str, text: str) -> None:
    rows = of_xml(
        f'{HEADER}<row r="3"><c r="A3"><v>1</v></c><c r="B3">{formula}</c></row>'
        f'<row r="5"><c r="B5">{formula}<v>7</v></c></row>{row(6, "a", "b")}'
    )
    assert cells(rows) == {"id": ["", "a"], "x": ["7", "b"]}
    assert (rows.malformed[0].line, rows.malformed[0].problems[0].value) == (3, text)


def test_a_header_that_is_a_formula_without_a_result_is_refused() -> None:
    with pytest.raises(ImportRejected, match="line 1: the header '=A9' is a formula without a result") as refused:
        read(workbook(["id", "=A9"], ["a", 1]))
    assert refused.value.code == "formula"


@pytest.mark.parametrize(
    ("header", "code"), [(["id", None, "x"], "empty_header"), (["Amount", "id", "amount"], "duplicate_header")]
)
def test_headers_name_each_column_once(header: list[str | None], code: str) -> None:
    with pytest.raises(ImportRejected) as refused:
        read(workbook(header, ["a", "b", "c"]))
    assert refused.value.code == code


def test_the_only_sheet_that_is_filled_is_read() -> None:
    rows = of_xml("", sheets={"Second": row(1, "id") + row(2, "a"), "Third": '<row r="1"/>'})
    assert cells(rows) == {"id": ["a"]}
    assert rows.format == FileFormat(sheet="Second")
    assert [assumption.code for assumption in rows.assumptions] == ["sheet"]
    assert read(workbook(["id"], ["a"])).assumptions == ()


def test_of_several_filled_sheets_one_has_to_be_named() -> None:
    content = zipped(parts(HEADER, sheets={"Deals": row(1, "id") + row(2, "a")}))
    with pytest.raises(ImportRejected, match="2 of its sheets hold something: 'Data', 'Deals'; say which") as refused:
        read(content)
    assert refused.value.code == "sheet"
    rows = read(content, "Deals")
    assert (cells(rows), rows.assumptions) == ({"id": ["a"]}, ())
    with pytest.raises(ImportRejected, match="no such sheet; did you mean 'Deals'"):
        read(content, "deals")


@pytest.mark.parametrize(("sheet", "words"), [(None, "the workbook is empty"), ("Data", "the sheet 'Data' is empty")])
def test_an_empty_sheet_is_refused(sheet: str | None, words: str) -> None:
    with pytest.raises(ImportRejected, match=words) as refused:
        read(zipped(parts('<row r="1"><c r="A1"/></row>')), sheet)
    assert refused.value.code == "empty"


def test_a_chart_is_no_sheet() -> None:
    made = parts(HEADER, sheets={"Chart": "nonsense"})
    links = made["xl/_rels/workbook.xml.rels"]
    made["xl/_rels/workbook.xml.rels"] = links.replace('worksheet" Target="worksheets/sheet2', 'chartsheet" Target="x')
    assert cells(read(zipped(made))) == {"id": [], "x": []}


def test_a_table_far_larger_than_its_filled_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmkit.io._files._sparse._MANY_CELLS", 10_000)
    wide = row(1, *(f"c{at}" for at in range(200)))
    with pytest.raises(ImportRejected, match=r"nearly all of its .* cells are blank") as refused:
        of_xml(wide + "<row><c><v>1</v></c></row>" * 60)
    assert refused.value.code == "too_large"
    with pytest.raises(ImportRejected, match="nearly all"):
        of_xml(wide + '<row><c r="XFD5"><v>1</v></c></row>' * 60)


def test_progress_ends_with_all_of_the_file() -> None:
    told: list[tuple[int, int]] = []
    content = zipped(parts(HEADER + "".join(row(at, f"{at:x}", "a") for at in range(2, 3000))))
    read_workbook(source(content), progress=lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert len(told) == 3
    assert told[-1] == (len(content), len(content))


def test_without_openpyxl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(["id"], ["a"])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[excel\]"):
        read(content)


def test_any_damage_is_read_or_refused() -> None:
    chance = random.Random(7)
    plain = zipped(parts(HEADER + row(2, "a", "b"), strings="<si><t>c</t></si>", styles="<cellXfs><xf/></cellXfs>"))
    for _ in range(400):
        damaged = bytearray(plain)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(ImportRejected):
            read(bytes(damaged[: chance.choice([None, chance.randrange(len(damaged))])]))
