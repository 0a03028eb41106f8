"""What a number in a sheet shows depends on its format, and where a cell stands on what it says."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit.errors import ImportRejected
from crmkit.io._files import FileFormat, Rows
from crmkit.io._files._excel import read_workbook
from crmkit.io._files._sheet import column_name
from tests.io.files.sources import cells, source
from tests.io.files.workbooks import parts, row, zipped


def of_xml(rows: str, **more: Any) -> Rows:
    return read_workbook(source(zipped(parts(rows, **more)), "file.xlsx"), FileFormat(sheet="Data"))


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
        ("yyyy", "3000000", "3000000"),
        ("yyyy", "-1", "1899-12-29"),
        ("[h]", "1e300", "1" + "0" * 300),
        ("[" * 100_000, "45322", "45322"),
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
        ('<c t="d"><v>2024-01-31T10:22:33.000001+01:00</v></c>', "2024-01-31T10:22:33.000001+01:00"),
        ('<c t="s"><v>0</v></c>', "a\r\nb"),
        ('<c t="s"><v>1</v></c>', "_x000D_"),
        ('<c t="s"><v>2</v></c>', "one two"),
        ('<c t="s"><v>3</v></c>', "_xD800_"),
        ('<c t="s"><v>4</v></c>', "😀"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t/></r><rPh><t>ignored</t></rPh><phoneticPr/></is></c>', "a"),
        ('<c t="str"><v>a_x0009_b</v></c>', "a\tb"),
        ("<c><extLst/></c>", ""),
    ],
)
def test_a_cell_of_each_type_becomes_a_text(cell: str, text: str) -> None:
    strings = (
        "<si><t>a_x000D_\nb</t></si><si><t>_x005F_x000D_</t></si>"
        '<si><r><rPr/><t xml:space="preserve">one </t></r><r><t>two</t></r><rPh><t>ignored</t></rPh></si>'
        "<si><t>_xD800_</t></si><si><t>_xD83D__xDE00_</t></si>"
    )
    rows = of_xml(f"{row(1, 'x', 'y')}<row>{cell}<c><v>1</v></c></row>", strings=strings)
    assert cells(rows) == {"x": [text], "y": ["1"]}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="x"/>',
        f"<row>{'<c><v>1</v></c>' * 16_385}</row>",
        '<row><c r="XFE1"><v>1</v></c></row>',
        '<row><c r="é1"><v>1</v></c></row>',
        '<row><c r="ABCDEFG1"><v>1</v></c></row>',
        '<row><c r="A$1"><v>1</v></c></row>',
        '<row><c t="s"><v>1</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
        "<row><c><v>x</v></c></row>",
        f"<row><c><v>{'9' * 400}.0x</v></c></row>",
    ],
)
def test_what_stands_outside_of_a_sheet_or_is_no_value_is_damage(rows: str) -> None:
    with pytest.raises(ImportRejected, match="the workbook is damaged") as refused:
        of_xml(rows, strings="<si><t>a</t></si>")
    assert refused.value.code == "damaged"


@pytest.mark.parametrize(
    ("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (28, "AB"), (702, "ZZ"), (16_384, "XFD")]
)
def test_columns_are_named_by_letters(number: int, name: str) -> None:
    assert column_name(number) == name
