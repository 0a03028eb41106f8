"""Files that are no CSV in UTF-8, and what they look like instead."""

from __future__ import annotations

import codecs
import re

from crmkit.errors import ImportRejected
from crmkit.io._files._source import Source

__all__ = ["not_utf8", "refuse_other_formats"]

_LOOKED_AT = 4096
_OTHER_FORMATS = {
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"PK\x03\x04": "an Excel workbook or another zip archive; save the sheet as 'CSV UTF-8', or unpack it first",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as 'CSV UTF-8' first",
    b"PAR1": "a Parquet file; write it as CSV first",
    b"%PDF": "a PDF; export the data as CSV instead",
    b"\xff\xfe": "UTF-16 text; save it as 'CSV UTF-8' first",
    b"\xfe\xff": "UTF-16 text; save it as 'CSV UTF-8' first",
}
_OTHER_TEXTS = {
    b"<": "an HTML or XML page; export the data as CSV instead",
    b"{": "JSON; export the data as CSV instead",
    b"[": "JSON; export the data as CSV instead",
}


def refuse_other_formats(source: Source) -> None:
    """Refuse a file that begins as another format does.

    Raises:
        ImportRejected: it does (code "not_csv").
    """
    with source.open() as stream:
        start = stream.read(_LOOKED_AT)
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    for beginning, formats in ((start, _OTHER_FORMATS), (text, _OTHER_TEXTS)):
        for magic, what in formats.items():
            if beginning.startswith(magic):
                raise ImportRejected.of(f"this is no CSV text: it looks like {what}", file=source.name, code="not_csv")


def not_utf8(source: Source, byte: int) -> ImportRejected:
    """Build the error for a file with a byte that is not UTF-8; it names the line."""
    with source.open() as stream:
        content = stream.read()
    readable = re.split("[\udc80-\udcff]", content.decode("utf-8", "surrogateescape"), maxsplit=1)[0]
    line = 1 + len(re.findall("\r\n?|\n", readable))
    reason = f"the byte 0x{byte:02X} is not UTF-8; save the file as 'CSV UTF-8' (it may be Windows-1252 or Latin-1)"
    return ImportRejected.of(reason, file=source.name, line=line, code="encoding")
