"""The cells of a sheet as texts: what a cell shows, with all its digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from crmkit.io._files._header import MOST_COLUMNS
from crmkit.io._files._package import Package, Sheet
from crmkit.io._files._shared import Shows, Tags, shared_strings, shown_by_style, unescaped
from crmkit.io._files._source import Progress
from crmkit.io._files._typed import number_text, text_of

__all__ = ["MOST_ROWS", "Cell", "Row", "SheetReader", "column_name"]

MOST_ROWS = 1_048_576

_A = ord("A")
_DIGITS = "0123456789"


class Cell(NamedTuple):
    """A filled cell: its text, and whether it is a formula whose result the file does not hold."""

    text: str
    lacks_result: bool = False


Row: TypeAlias = tuple[int, dict[int, Cell]]


class SheetReader:
    """Reads the sheets of a workbook.

    Args:
        package: the workbook.

    Raises:
        ModuleNotFoundError: openpyxl is not installed.
    """

    def __init__(self, package: Package) -> None:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        self._package = package
        self._strings, self._shows = shared_strings(package), shown_by_style(package)
        epoch = MAC_EPOCH if package.from_1904 else WINDOWS_EPOCH

        @lru_cache(maxsize=1 << 16)
        def time_text(digits: str, shows: Shows) -> str:
            number = float(digits)
            try:
                value: Any = from_excel(number, epoch, timedelta=shows == "duration")
            except (OverflowError, ValueError):  # no date is that early or late
                return number_text(number)
            text = text_of(value)
            return text.removesuffix("T00:00:00") if shows == "date" else text

        self._time_text = time_text

    def rows(self, sheet: Sheet, progress: Progress = None) -> Iterator[Row]:
        """Give each row of a sheet: its number, and its filled cells by the number of their column.

        Args:
            sheet: of the workbook.
            progress: called with the bytes read and the bytes in all.
        """
        rows = _Rows(self._text)
        for _ in self._package.tell(sheet.part, rows, progress):
            yield from rows.taken()

    def _text(self, kind: str, value: str, style: str) -> str:
        if kind == "s":
            if (position := int(value)) < 0:
                raise ValueError(f"text {position}")
            return self._strings[position]
        if kind == "n":
            shows = self._shows.get(style)
            return _plain(value) if shows is None else self._time_text(value, shows)
        if kind == "b":
            return "true" if value.strip() == "1" else "false"
        return unescaped(value) if kind in ("inlineStr", "str") else value  # an error such as #N/A, a date in ISO 8601


class _Rows:
    """Hears the rows of a sheet."""

    def __init__(self, text_of_cell: Callable[[str, str, str], str]) -> None:
        self._text_of_cell = text_of_cell
        self._columns: dict[str, int] = {}
        self._tags = Tags()
        self._rows: list[Row] = []
        self._number = self._at = 0
        self._cells: dict[int, Cell] = {}
        self._kind, self._style = "n", "0"
        self._heard: dict[str, list[str]] = {}  # what the parts of this cell say
        self._hearing: list[str] | None = None
        self._within = self._phonetic = False

    def taken(self) -> list[Row]:
        """Return the rows that have ended since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._tags[name]
        if tag == "sheetData":
            self._within = True
        elif not self._within:
            return
        elif tag == "c":
            reference = attributes.get("r", "").rstrip(_DIGITS)
            self._at = self._column(reference) if reference else self._at + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            if self._heard:
                self._heard = {}
        elif tag in ("v", "f", "t") and not self._phonetic:
            self._hearing = self._heard.setdefault("f" if tag == "f" else "v", [])
        elif tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            if not 1 <= self._number <= MOST_ROWS:
                raise ValueError(f"row {self._number}")
            self._at = 0
        elif tag == "rPh":
            self._phonetic = True

    def text(self, text: str) -> None:
        if self._hearing is not None:
            self._hearing.append(text)

    def end(self, name: str) -> None:
        tag = self._tags[name]
        if tag == "c":
            if self._heard:
                self._add(self._heard)
        elif tag in ("v", "f", "t"):
            self._hearing = None
        elif tag == "row":
            self._rows.append((self._number, self._cells))
            self._cells = {}
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "sheetData":
            self._within = False

    def _add(self, heard: dict[str, list[str]]) -> None:
        if self._at > MOST_COLUMNS:
            raise ValueError(f"column {self._at}")
        value = "".join(heard.get("v", ()))
        # The result may be an empty text; an empty number is none, as programs leave it that do not calculate.
        if "f" in heard and not value and not ("v" in heard and self._kind == "str"):
            self._cells[self._at] = Cell(f"={''.join(heard['f']) or '...'}", lacks_result=True)
            return
        text = self._text_of_cell(self._kind, value, self._style) if value else ""
        if text and not text.isspace():
            self._cells[self._at] = Cell(text)

    def _column(self, name: str) -> int:
        if name not in self._columns:
            at = 0
            for letter in name[:4]:
                at = at * 26 + ord(letter) - _A + 1
            if not (name.isascii() and name.isalpha() and name.isupper()) or at > MOST_COLUMNS:
                raise ValueError(f"column {name[:4]}")
            self._columns[name] = at
        return self._columns[name]


def column_name(number: int) -> str:
    """Return the letters of a column: 28 is AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(_A + rest) + letters
    return letters


def _plain(digits: str) -> str:
    # Excel writes 17 digits, 1.1 as 1.1000000000000001: the shortest that mean the same number are those it shows.
    if digits.isdecimal() and digits.isascii():
        return digits.lstrip("0") or "0"
    return number_text(float(digits))
