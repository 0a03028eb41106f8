"""What kind of file it is, by its first bytes; its name is not asked."""

from __future__ import annotations

import codecs
import json
import struct
import zipfile
from io import BytesIO
from typing import BinaryIO, Literal, TypeAlias

from crmkit.errors import ImportRejected
from crmkit.io._files._gzip import GZIP
from crmkit.io._files._source import Source

__all__ = ["Kind", "kind_of", "refuse_other_texts"]

Kind: TypeAlias = Literal["csv", "json_lines", "gzip", "workbook", "parquet"]

_LOOKED_AT = 4096
_ZIP = b"PK\x03\x04"
_REFUSED = {
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as .xlsx or the sheet as 'CSV UTF-8' first",
    b"%PDF": "a PDF; export the data as CSV instead",
}
_REFUSED_TEXTS = {
    "<": "an HTML or XML page; export the data as CSV instead",
    "{": "JSON over several lines; write one object on each line (JSON Lines), or export the data as CSV",
    "[": "a JSON list; write one object on each line (JSON Lines), or export the data as CSV",
}
_DAMAGED = (zipfile.BadZipFile, struct.error, OSError, EOFError, ValueError, OverflowError, RuntimeError)


def kind_of(source: Source) -> Kind:
    """Tell what kind of file it is.

    Raises:
        ImportRejected: one that is not read (code "not_csv").
    """
    with source.open() as stream:
        start = stream.read(_LOOKED_AT)
    if start.startswith(GZIP):
        return "gzip"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_ZIP):
        _refuse_other_archives(source)
        return "workbook"
    for magic, what in _REFUSED.items():
        if start.startswith(magic):
            raise _refused(source.name, what)
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"{") and _is_object(text):
        return "json_lines"
    refuse_other_texts(source.name, text.decode("latin-1"))
    return "csv"


def refuse_other_texts(file: str, text: str) -> None:
    """Refuse a text that begins as another format does.

    Raises:
        ImportRejected: it does (code "not_csv").
    """
    what = _REFUSED_TEXTS.get(text.lstrip()[:1])
    if what is not None:
        raise _refused(file, what)


def _is_object(text: bytes) -> bool:
    """Tell whether the first line is a JSON object; one that is longer than what is looked at may be."""
    line, end, _ = text.partition(b"\n")
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return not end and len(text) > 1


def _refuse_other_archives(source: Source) -> None:
    with source.open() as stream:
        found = stream if stream.seekable() else BytesIO(stream.read())
        names = _names_within(source.name, found)
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise _refused(source.name, "a workbook of another kind; save it as .xlsx, or the sheet as 'CSV UTF-8'")
    raise _refused(source.name, "a zip archive; crmkit.io.read_all reads the files in it")


def _names_within(file: str, stream: BinaryIO) -> list[str]:
    try:
        with zipfile.ZipFile(stream) as archive:
            return archive.namelist()
    except _DAMAGED:
        reason = "it begins as a workbook or a zip archive does, and is damaged; fetch or save it once more"
        raise ImportRejected.of(reason, file=file, code="damaged") from None


def _refused(file: str, what: str) -> ImportRejected:
    return ImportRejected.of(f"this is no file of rows: it looks like {what}", file=file, code="not_csv")
