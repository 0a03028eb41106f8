"""The cells of a sheet as texts: what a cell shows, with all its digits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from xml.etree.ElementTree import Element

from crmkit.io._files._header import MOST_COLUMNS
from crmkit.io._files._package import Package, Sheet, local, text_in, unescaped
from crmkit.io._files._source import Progress
from crmkit.io._files._typed import number_text, text_of

__all__ = ["MOST_ROWS", "Cell", "SheetReader", "column_name"]

Shows = Literal["number", "date", "time", "duration"]

MOST_ROWS = 1_048_576
_LONGEST_FORMAT = 255  # characters of a number format, in Excel
_A = ord("A")
_DIGITS = "0123456789"


class Cell(NamedTuple):
    """A filled cell: its text, and whether it is a formula whose result the file does not hold."""

    text: str
    lacks_result: bool = False


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
        self._strings = [text_in(item) for item in package.elements(package.strings)] if package.strings else []
        self._shows = _shown_by_style(package)
        self._columns: dict[str, int] = {}
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

    def rows(self, sheet: Sheet, progress: Progress = None) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Give each row of a sheet: its number, and its filled cells by the number of their column.

        Args:
            sheet: of the workbook.
            progress: called with the bytes read and the bytes in all.
        """
        number = 0
        for element in self._package.elements(sheet.part, level=2, progress=progress):
            if local(element) != "row":
                continue
            number = int(element.get("r", number + 1))
            if not 1 <= number <= MOST_ROWS or len(element) > MOST_COLUMNS:
                raise ValueError(f"row {number}")
            yield number, dict(self._cells(element))

    def _cells(self, row: Element) -> Iterator[tuple[int, Cell]]:
        at = 0
        for element in row:
            name = element.get("r", "").rstrip(_DIGITS)
            at = self._column(name) if name else at + 1
            if not len(element):
                continue
            cell = self._cell(element)
            if cell.text and not cell.text.isspace():
                yield at, cell

    def _column(self, name: str) -> int:
        if name not in self._columns:
            at = 0
            for letter in name[:4]:
                at = at * 26 + ord(letter) - _A + 1
            if not (name.isascii() and name.isalpha() and name.isupper()) or at > MOST_COLUMNS:
                raise ValueError(f"column {name[:4]}")
            self._columns[name] = at
        return self._columns[name]

    def _cell(self, element: Element) -> Cell:
        kind, value, formula = element.get("t", "n"), None, None
        for child in element:
            tag = local(child)
            if tag == "v":
                value = child.text or ""
            elif tag == "is":
                value = text_in(child)
            elif tag == "f":
                formula = child.text or "..."
        # The result may be an empty text; an empty number is none, as programs leave it that do not calculate.
        if formula is not None and (value is None or (not value and kind != "str")):
            return Cell(f"={formula}", lacks_result=True)
        return Cell(self._text(kind, value, element.get("s", "0")) if value else "")

    def _text(self, kind: str, value: str, style: str) -> str:
        if kind == "s":
            return self._strings[int(value)]
        if kind == "n":
            shows = self._shows.get(style)
            return _plain(value) if shows is None else self._time_text(value, shows)
        if kind == "b":
            return "true" if value.strip() == "1" else "false"
        return unescaped(value) if kind == "str" else value  # an inline text, an error such as #N/A, a date in ISO 8601


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


def _shown_by_style(package: Package) -> dict[str, Shows]:
    """Return what the numbers of each style show, where that is a time."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    formats = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    shown: dict[str, Shows] = {}
    for element in package.elements(package.styles) if package.styles else ():
        if local(element) == "numFmts":
            formats |= {each.attrib["numFmtId"]: each.attrib["formatCode"] for each in element}
        elif local(element) == "cellXfs":
            for position, style in enumerate(element):
                shows = _shows(formats.get(style.get("numFmtId", "0"), "")[:_LONGEST_FORMAT])
                if shows is not None:
                    shown[str(position)] = shows
    return shown


@lru_cache
def _shows(code: str) -> Shows | None:
    from openpyxl.styles.numbers import STRIP_RE, is_date_format, is_timedelta_format

    if is_timedelta_format(code):
        return "duration"
    if not is_date_format(code):
        return None
    letters = STRIP_RE.sub("", code.split(";")[0]).lower()
    return "time" if "h" in letters or "s" in letters else "date"
