"""The archive of a workbook, looked at before openpyxl opens it: what is no workbook, or more than it seems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn
from zipfile import ZipFile, ZipInfo

from crmkit.errors import CrmError, ImportRejected, shown
from crmkit.io._files._source import Source

__all__ = ["check_archive", "refused_as_damaged"]

_OLD = b"\xd0\xcf\x11\xe0"
_MOST_TIMES, _MOST_BYTES = 200, 50_000_000  # of what is packed, unpacked
_MOST_PER_BYTE, _MOST_TAGS = 8, 500_000  # of XML: a sheet has some two for each byte that is packed
_WORKBOOK = "xl/workbook.xml"
_OTHER_KINDS = {
    "xl/workbook.bin": "a binary workbook (.xlsb); save it as .xlsx",
    "content.xml": "an OpenDocument file; save the sheet as .xlsx",
    "word/document.xml": "a Word document; export the data as .xlsx or CSV",
}
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml"
_SHEETS = "xl/worksheets/"
_ROW = re.compile(rb'<row\b[^>]{0,200}?\sr="([0-9]{1,9})"')
_LONG_FORMAT = re.compile(rb"formatCode\s*=\s*[\"'][^\"'<>]{1000}")  # Excel's have 255 characters at most
_BLOCK = 1 << 20
_OVERLAP = 2000  # bytes: what is looked for may begin in one block and end in the next


def check_archive(source: Source, stream: BinaryIO) -> None:
    """Refuse what is no workbook, and one that would take far more time or memory than its size says.

    Args:
        source: the file.
        stream: its bytes, from the beginning.

    Raises:
        ImportRejected: it is another kind of file or declares a type of document (code "not_a_workbook"), unpacks to
            far more than it is (code "too_large"), or is damaged.
    """
    if stream.read(len(_OLD)) == _OLD:
        reason = "this is an old workbook (.xls) or one with a password; save it as .xlsx without a password"
        _refuse(source, reason, "not_a_workbook")
    with refused_as_damaged(source.name), ZipFile(stream) as archive:
        names = archive.namelist()
        if _WORKBOOK not in names:
            other = next((kind for part, kind in _OTHER_KINDS.items() if part in names), None)
            _refuse(source, f"this is {other or 'a zip archive without a workbook in it'}", "not_a_workbook")
        size = sum(member.file_size for member in archive.infolist())
        if size > _MOST_BYTES and size > _MOST_TIMES * source.size:
            _refuse(source, f"unpacked it has {size:,} bytes, {size // source.size:,} times its size", "too_large")
        for member in archive.infolist():
            _check_part(source, archive, member)


@contextmanager
def refused_as_damaged(file: str) -> Iterator[None]:
    """Turn whatever a reader of foreign bytes raises at them into the refusal of the file.

    Args:
        file: the name that messages use.

    Raises:
        ImportRejected: something was raised (code "damaged").
    """
    try:
        yield
    except (CrmError, MemoryError):
        raise
    except Exception as fault:  # openpyxl raises what its parts do: KeyError, TypeError, ParseError and many more
        what = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
        reason = f"the workbook is damaged ({shown(what)}); open it in Excel and save it anew"
        raise ImportRejected.of(reason, file=file, code="damaged") from None


def _check_part(source: Source, archive: ZipFile, member: ZipInfo) -> None:
    left = max(_MOST_TAGS, _MOST_PER_BYTE * member.compress_size)
    before, last = b"", 0
    with archive.open(member) as part:
        while block := part.read(_BLOCK):
            plain = block.replace(b"\0", b"")  # of UTF-16, what is ASCII
            left -= plain.count(b"<")
            if left < 0:
                reason = f"{member.filename} is packed more densely than any table; save it anew in Excel"
                _refuse(source, reason, "too_large")
            whole = before + plain
            if _DECLARATION.search(whole):
                reason = "it declares a type of document of its own, which no workbook does; save it anew in Excel"
                _refuse(source, reason, "not_a_workbook")
            if member.filename == _WORKBOOK and _STRICT in whole:
                reason = "this is a Strict Open XML Spreadsheet; save it in Excel as the .xlsx that is no strict one"
                _refuse(source, reason, "not_a_workbook")
            if member.filename.startswith(_SHEETS):
                last = _last_row(source, whole, len(before), last)
            if _LONG_FORMAT.search(whole):
                _refuse(source, "it has a longer number format than Excel knows; save it anew in Excel", "damaged")
            before = whole[-_OVERLAP:]


def _last_row(source: Source, part: bytes, seen: int, last: int) -> int:
    """Return the number of the last row in a piece of a sheet; openpyxl passes over rows that stand out of order."""
    for number in [int(row[1]) for row in _ROW.finditer(part) if row.end() > seen]:
        if number <= last:
            reason = f"row {last} of a sheet stands before row {number}; open it in Excel and save it anew"
            _refuse(source, reason, "damaged")
        last = number
    return last


def _refuse(source: Source, reason: str, code: str) -> NoReturn:
    raise ImportRejected.of(reason, file=source.name, code=code)
