"""The parts of an Excel workbook: a zip archive of XML files that refer to one another (ECMA-376, parts 1 and 2)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import NoReturn, Protocol
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

import attrs

from crmkit.errors import ImportRejected
from crmkit.io._files._source import Progress, Source

__all__ = ["Listener", "Package", "Sheet", "local"]

_MOST_TIMES, _MOST_BYTES = 200, 50_000_000  # of what is packed, unpacked
_MOST_PER_BYTE, _MOST_TAGS = 8, 500_000  # of XML: a sheet has some two for each byte that is packed
_MOST_PER_BYTE, _MOST_ELEMENTS = 4, 1_000_000  # of XML; a sheet has hardly more than one for each byte that is packed
_OTHER_KINDS = {
    "xl/workbook.bin": "a binary workbook (.xlsb); save it as .xlsx",
    "content.xml": "an OpenDocument file; save the sheet as .xlsx",
    "word/document.xml": "a Word document; export the data as .xlsx or CSV",
}
_BLOCK = 1 << 16


@attrs.frozen
class Sheet:
    """A sheet: its name, and the part that holds its cells."""

    name: str
    part: str


class Listener(Protocol):
    """Who is told what stands in a part."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""
        ...

    def text(self, text: str) -> None:
        """Hear the text in it."""
        ...

    def end(self, name: str) -> None:
        """Hear that it ends."""
        ...


class Package:
    """An open workbook, its parts found.

    Args:
        source: the file.
        archive: the same, open.

    Raises:
        ImportRejected: it is another kind of file, or unpacks to far more than it is.
        LookupError, ValueError, ExpatError: it is damaged.
    """

    def __init__(self, source: Source, archive: ZipFile) -> None:
        self._source, self._archive = source, archive
        names = set(archive.namelist())
        for part, kind in _OTHER_KINDS.items():
            if part in names and "xl/workbook.xml" not in names:
                raise self._refusal(f"this is {kind}", "not_a_workbook")
        size = sum(member.file_size for member in archive.infolist())
        if size > _MOST_BYTES and size > _MOST_TIMES * source.size:
            raise self._refusal(f"unpacked it has {size:,} bytes, {size // source.size:,} times its size", "too_large")
        root = next((part for kind, part in self._related("").values() if kind == "officeDocument"), "xl/workbook.xml")
        if root not in names:
            raise self._refusal("this is a zip archive without a workbook in it", "not_a_workbook")
        related = self._related(root)
        parts = dict(related.values())
        self.strings, self.styles = parts.get("sharedStrings"), parts.get("styles")
        self.sheets: list[Sheet] = []
        self.from_1904 = False
        for name, attributes in self._beginnings(root):
            if name == "workbookPr":
                self.from_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                kind, part = related[next((value for key, value in attributes.items() if local(key) == "id"), "")]
                if kind == "worksheet":  # and no chart
                    self.sheets.append(Sheet(attributes["name"], part))

    def tell(self, part: str, listener: Listener, progress: Progress = None) -> Iterator[None]:
        """Read a part piece by piece, and tell after each what stands in it.

        Args:
            part: its name.
            listener: is told; the names of elements still have their namespace.
            progress: called with the share of the file's bytes that this part has read of itself, and all of them.
        """
        parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_declaration
        parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
        parser.CharacterDataHandler = listener.text
        member = self._archive.getinfo(part)
        size, done, left = max(member.file_size, 1), 0, max(_MOST_TAGS, _MOST_PER_BYTE * member.compress_size)
        with self._archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                left -= block.count(b"<")
                if left < 0:
                    raise self._refusal(
                        f"{part} is packed more densely than any table; save it anew in Excel", "too_large"
                    )
                parser.Parse(block)
                done += len(block)
                if progress is not None:
                    progress(self._source.size * done // size, self._source.size)
                yield
        parser.Parse(b"", True)  # noqa: FBT003 - that it ends here
        yield

    def _refusal(self, reason: str, code: str) -> ImportRejected:
        return ImportRejected.of(reason, file=self._source.name, code=code)

    def _refuse_declaration(self, *_: object) -> NoReturn:
        reason = "it declares a type of document of its own, which no workbook does; save it anew in Excel"
        raise self._refusal(reason, "not_a_workbook")

    def _related(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Return what a part refers to: by id, the kind and the name of a part."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self._archive.NameToInfo:
            return {}
        return {
            attributes["Id"]: (
                attributes["Type"].rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/"),
            )
            for name, attributes in self._beginnings(listed)
            if name == "Relationship"
        }

    def _beginnings(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Give the names and attributes of the elements of a part."""
        beginnings = _Beginnings()
        for _ in self.tell(part, beginnings):
            yield from beginnings.taken()


class _Beginnings:
    """Hears how elements begin."""

    def __init__(self) -> None:
        self._heard: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._heard.append((local(name), attributes))

    def text(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass

    def taken(self) -> list[tuple[str, dict[str, str]]]:
        heard, self._heard = self._heard, []
        return heard


def local(name: str) -> str:
    """Return a name without its namespace, of which ISO 29500 and ECMA-376 have one each."""
    return name.rpartition(" ")[2]
