"""An archive is looked at before it is opened: what is no workbook, or more than it seems, is refused."""

from __future__ import annotations

import pytest

from crmkit.errors import ImportRejected
from crmkit.io._files._archive_checks import refused_as_damaged
from crmkit.io._files._excel import read_workbook
from tests.io.files.sources import cells, source
from tests.io.files.workbooks import parts, row, zipped

ROWS = row(1, "id") + row(2, "a")


def refusal(content: bytes) -> ImportRejected:
    with pytest.raises(ImportRejected) as refused:
        read_workbook(source(content, "file.xlsx"))
    return refused.value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook (.xls) or one with a password; save it as .xlsx"),
        (zipped({"xl/workbook.bin": ""}), "a binary workbook (.xlsb); save it as .xlsx"),
        (zipped({"content.xml": ""}), "an OpenDocument file"),
        (zipped({"word/document.xml": ""}), "a Word document"),
        (zipped({"deals.csv": "id,stage"}), "a zip archive without a workbook in it"),
    ],
)
def test_other_kinds_of_files_are_named(content: bytes, words: str) -> None:
    refused = refusal(content)
    assert refused.code == "not_a_workbook"
    assert words in str(refused)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        zipped(parts(ROWS))[:-30],
        zipped(parts(ROWS) | {"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"}),
        zipped({name: part for name, part in parts(ROWS).items() if "Content_Types" not in name}),
        zipped({name: part for name, part in parts(ROWS).items() if "sheet1" not in name}),
        zipped(parts(ROWS) | {"xl/workbook.xml": "<workbook><sheets><sheet/></sheets></workbook>"}),
        zipped(parts(ROWS) | {"xl/_rels/workbook.xml.rels": "<Relationships><Relationship/></Relationships>"}),
    ],
)
def test_damage_is_refused(content: bytes) -> None:
    refused = refusal(content)
    assert refused.code == "damaged"
    assert "open it in Excel and save it anew" in str(refused)


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_of_its_own_is_refused_in_any_part(name: str, encoding: str) -> None:
    made = parts(ROWS)
    padding = f"<!--{'x' * 70_000}-->"
    made[name] = f'<?xml version="1.0"?>{padding}<!DOCTYPE x [<!ENTITY y "z">]>{made[name]}'.encode(encoding)
    refused = refusal(zipped(made))
    assert (refused.code, "declares a type of document" in str(refused)) == ("not_a_workbook", True)


def test_what_unpacks_to_far_more_than_it_is_is_refused() -> None:
    refused = refusal(zipped(parts(ROWS) | {"xl/media/image.png": b"\0" * 60_000_000}))
    assert refused.code == "too_large"
    assert "times its size" in str(refused)


@pytest.mark.parametrize("xml", ["<row><c/></row>", "<row/>", "<a>"])
def test_what_is_packed_more_densely_than_any_sheet_is_refused(xml: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmkit.io._files._archive_checks._MOST_TAGS", 10_000)
    assert cells(read_workbook(source(zipped(parts(ROWS))))) == {"id": ["a"]}
    refused = refusal(zipped(parts(ROWS + xml * 20_000)))
    assert (refused.code, "packed more densely than any table" in str(refused)) == ("too_large", True)


def test_a_workbook_without_a_list_of_its_parts_is_found_where_workbooks_lie() -> None:
    made = parts(ROWS)
    del made["_rels/.rels"]
    assert cells(read_workbook(source(zipped(made)))) == {"id": ["a"]}


def test_a_strict_workbook_is_refused_and_not_taken_for_an_empty_one() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    refused = refusal(zipped({name: part.replace(main, strict) for name, part in parts(ROWS).items()}))
    assert (refused.code, "a Strict Open XML Spreadsheet" in str(refused)) == ("not_a_workbook", True)


@pytest.mark.parametrize("before", [0, (1 << 20) - 600])
def test_a_number_format_longer_than_any_is_refused_before_it_is_taken_apart(before: int) -> None:
    code = f'<!--{"x" * before}--><numFmts><numFmt numFmtId="164" formatCode="{"[" * 100_000}"/></numFmts>'
    refused = refusal(zipped(parts(ROWS, styles=code)))
    assert (refused.code, "longer number format than Excel knows" in str(refused)) == ("damaged", True)


def test_what_lacks_memory_is_no_damage() -> None:
    with pytest.raises(MemoryError), refused_as_damaged("file"):
        raise MemoryError


def test_rows_out_of_order_are_refused_and_not_passed_over() -> None:
    refused = refusal(zipped(parts(row(1, "id") + row(3, "a") + row(2, "b"))))
    assert refused.code == "damaged"
    assert "row 3 of a sheet stands before row 2" in str(refused)
