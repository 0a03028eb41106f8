"""What the sheets of a workbook share: the texts that cells name by number, and the formats of numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from crmkit.io._files._package import Listener, Package, local

__all__ = ["Shows", "Tags", "shared_strings", "shown_by_style", "unescaped"]

Shows: TypeAlias = Literal["date", "time", "duration"]

_LONGEST_FORMAT = 255  # characters of a number format, in Excel
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def shared_strings(package: Package) -> list[str]:
    """Return the texts of a workbook, which its cells name by their positions."""
    heard = _Strings()
    _hear(package, package.strings, heard)
    return heard.strings


def shown_by_style(package: Package) -> dict[str, Shows]:
    """Return what the numbers of each style show, where that is a time.

    Raises:
        ModuleNotFoundError: openpyxl is not installed.
    """
    heard = _Styles()
    _hear(package, package.styles, heard)
    return heard.shows


def _hear(package: Package, part: str | None, listener: Listener) -> None:
    for _ in package.tell(part, listener) if part else ():
        pass


def unescaped(text: str) -> str:
    """Return a text with the characters in place of their escapes: _x000D_ is a carriage return."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:  # half of a surrogate pair is no text, so that was none of Excel's escapes
        return text


class Tags(dict[str, str]):
    """The names of elements without their namespaces, each found once."""

    def __missing__(self, name: str) -> str:
        self[name] = local(name)
        return self[name]


class _Strings:
    """Hears the texts of a workbook, which its cells name by their numbers."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._tags = Tags()
        self._parts: list[str] = []
        self._hearing = self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._tags[name]
        self._hearing = tag == "t" and not self._phonetic
        if tag == "rPh":
            self._phonetic = True

    def text(self, text: str) -> None:
        if self._hearing:
            self._parts.append(text)

    def end(self, name: str) -> None:
        tag = self._tags[name]
        self._hearing = False
        if tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self.strings.append(unescaped("".join(self._parts)))
            self._parts.clear()


class _Styles:
    """Hears what the numbers of each style show, where that is a time."""

    def __init__(self) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        self.shows: dict[str, Shows] = {}
        self._formats = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        self._within = False
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "numFmt" and not self._count:
            self._formats[attributes["numFmtId"]] = attributes["formatCode"]
        elif tag == "cellXfs":
            self._within = True
        elif tag == "xf" and self._within:
            shows = _shows(self._formats.get(attributes.get("numFmtId", "0"), "")[:_LONGEST_FORMAT])
            if shows is not None:
                self.shows[str(self._count)] = shows
            self._count += 1

    def text(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        if self._within and local(name) == "cellXfs":
            self._within = False


@lru_cache
def _shows(code: str) -> Shows | None:
    from openpyxl.styles.numbers import STRIP_RE, is_date_format, is_timedelta_format

    if is_timedelta_format(code):
        return "duration"
    if not is_date_format(code):
        return None
    letters = STRIP_RE.sub("", code.split(";")[0]).lower()
    return "time" if "h" in letters or "s" in letters else "date"
