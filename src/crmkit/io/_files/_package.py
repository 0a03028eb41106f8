"""The parts of an Excel workbook: a zip archive of XML files that refer to one another (ECMA-376, parts 1 and 2)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from io import RawIOBase
from typing import IO, NoReturn
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

import attrs

from crmkit.errors import ImportRejected
from crmkit.io._files._source import Source

__all__ = ["Package", "Sheet", "local", "text_in", "unescaped"]

_MOST_TIMES, _MOST_BYTES = 200, 50_000_000  # of what is packed, unpacked
_OTHER_KINDS = {
    "xl/workbook.bin": "a binary workbook (.xlsb); save it as .xlsx",
    "content.xml": "an OpenDocument file; save the sheet as .xlsx",
    "word/document.xml": "a Word document; export the data as .xlsx or CSV",
}
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST = len("<!DOCTYPE") - 1
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SHEET, _STYLES, _STRINGS = "worksheet", "styles", "sharedStrings"


@attrs.frozen
class Sheet:
    """A sheet: its name, and the part that holds its cells."""

    name: str
    part: str


class Package:
    """An open workbook, its parts found.

    Args:
        source: the file.
        archive: the same, open.

    Raises:
        ImportRejected: it is another kind of file, or unpacks to far more than it is.
        KeyError, ValueError, BadZipFile, ParseError: it is damaged.
    """

    def __init__(self, source: Source, archive: ZipFile) -> None:
        self._source, self._archive = source, archive
        names = set(archive.namelist())
        for part, kind in _OTHER_KINDS.items():
            if part in names and "xl/workbook.xml" not in names:
                raise self.refusal(f"this is {kind}", "not_a_workbook")
        size = sum(member.file_size for member in archive.infolist())
        if size > _MOST_BYTES and size > _MOST_TIMES * source.size:
            raise self.refusal(
                f"unpacked it has {size:,} bytes, {size // source.size:,} times its own size", "too_large"
            )
        root = next((part for kind, part in self._related("").values() if kind == "officeDocument"), "xl/workbook.xml")
        if root not in names:
            raise self.refusal("this is a zip archive without a workbook in it", "not_a_workbook")
        related = self._related(root)
        parts = dict(related.values())
        self.strings, self.styles = parts.get(_STRINGS), parts.get(_STYLES)
        self.sheets: list[Sheet] = []
        self.from_1904 = False
        for element in self.elements(root):
            if local(element) == "workbookPr":
                self.from_1904 = element.get("date1904") in ("1", "true")
            elif local(element) == "sheets":
                self.sheets += self._sheets(element, related)

    def elements(
        self, part: str, *, level: int = 1, progress: Callable[[int, int], None] | None = None
    ) -> Iterator[Element]:
        """Read the elements of a part one by one; each is emptied when the next one is asked for.

        Args:
            part: its name.
            level: how deep they lie below the root, at most; 1 for its children.
            progress: called with the share of the file's bytes that this part has read of itself, and all of them.
        """
        size, whole = self._archive.getinfo(part).file_size, self._source.size

        def report(done: int) -> None:
            if progress is not None:
                progress(whole * done // max(size, 1), whole)

        with self._archive.open(part) as stream:
            above: list[Element] = []
            guarded = _Guarded(stream, report, self._refuse_declaration)
            for event, element in iterparse(guarded, ("start", "end")):  # noqa: S314 - it declares no entities
                if event == "start":
                    above.append(element)
                    continue
                above.pop()
                if 0 < len(above) <= level:
                    yield element
                    above[-1].clear()

    def refusal(self, reason: str, code: str) -> ImportRejected:
        """Build the error that refuses this file."""
        return ImportRejected.of(reason, file=self._source.name, code=code)

    def _sheets(self, listed: Element, related: Mapping[str, tuple[str, str]]) -> Iterator[Sheet]:
        for sheet in listed:
            kind, part = related[next(value for key, value in sheet.items() if key.endswith("}id"))]
            if kind == _SHEET:  # and no chart
                yield Sheet(sheet.attrib["name"], part)

    def _refuse_declaration(self) -> NoReturn:
        reason = "it declares a document type or entities of its own, which no workbook needs; save it anew in Excel"
        raise self.refusal(reason, "not_a_workbook")

    def _related(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Return what a part refers to: by id, the kind and the name of a part."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self._archive.NameToInfo:
            return {}
        return {
            element.attrib["Id"]: (
                element.attrib["Type"].rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, element.attrib["Target"])).lstrip("/"),
            )
            for element in self.elements(listed)
            if local(element) == "Relationship"
        }


class _Guarded(RawIOBase):
    """A stream of XML that tells how far it is and lets no declaration of a document type pass."""

    def __init__(self, stream: IO[bytes], report: Callable[[int], None], refuse: Callable[[], NoReturn]) -> None:
        self._stream, self._report, self._refuse = stream, report, refuse
        self._last, self._done = b"", 0

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        seen = self._last + block.replace(b"\0", b"")  # as UTF-16 has them
        if _DECLARATION.search(seen):
            self._refuse()
        self._last = seen[-_LONGEST:]
        self._done += len(block)
        self._report(self._done)
        return block


def local(element: Element) -> str:
    """Return the name of an element without its namespace, of which ISO 29500 and ECMA-376 have one each."""
    return element.tag.rpartition("}")[2]


def text_in(element: Element) -> str:
    """Return the text of a string item: of all its runs, without the phonetic ones, and with no escapes left."""
    parts = []
    for child in element:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) == "r":
            parts += [run.text or "" for run in child if local(run) == "t"]
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Return a text with the characters in place of their escapes: _x000D_ is a carriage return."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:  # half of a surrogate pair is no text, so that was none of Excel's escapes
        return text
