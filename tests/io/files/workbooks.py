"""Workbooks for the tests of reading: as openpyxl makes them, and of plain XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ID = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\n{}</Relationships>'
_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
{}</Types>"""
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def saved(workbook: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def workbook(*rows: Sequence[Any]) -> bytes:
    """A workbook with one sheet of these rows, by openpyxl."""
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    return saved(made)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # always of the same day
    return stream.getvalue()


def parts(rows: str, *, strings: str = "", styles: str = "", sheets: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The parts of a workbook with this XML between <sheetData> and its end.

    Args:
        rows: of the first sheet, "Data".
        strings: the items of its table of texts.
        styles: what its stylesheet holds.
        sheets: the XML of further sheets by name.
    """
    every = {"Data": rows, **(sheets or {})}
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="s{at}"/>' for at, name in enumerate(every, 1))
    links = "".join(
        f'<Relationship Id="s{at}" Type="{_KIND}worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(every) + 1)
    )
    links += f'<Relationship Id="t" Type="{_KIND}sharedStrings" Target="/xl/strings.xml"/>' if strings else ""
    links += f'<Relationship Id="u" Type="{_KIND}styles" Target="styles.xml"/>' if styles else ""
    office = f'<Relationship Id="a" Type="{_KIND}officeDocument" Target="xl/workbook.xml"/>'
    types = {"workbook": "sheet.main"} | ({"strings": "sharedStrings"} if strings else {})
    typed = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_OFFICE}{kind}+xml"/>'
        for name, kind in (types | ({"styles": "styles"} if styles else {})).items()
    )
    made = {
        "[Content_Types].xml": _TYPES.format(typed),
        "_rels/.rels": _LINKS.format(office),
        "xl/workbook.xml": f"<workbook {_MAIN} {_ID}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _LINKS.format(links),
    }
    for at, xml in enumerate(every.values(), 1):
        made[f"xl/worksheets/sheet{at}.xml"] = f"<worksheet {_MAIN}><sheetData>{xml}</sheetData></worksheet>"
    if strings:
        made["xl/strings.xml"] = f"<sst {_MAIN}>{strings}</sst>"
    if styles:
        made["xl/styles.xml"] = f"<styleSheet {_MAIN}>\n{styles}</styleSheet>"
    return made


def row(number: int, *texts: str) -> str:
    """A row of texts."""
    cells = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'
