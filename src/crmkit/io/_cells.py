"""The cells of one column as values of a field, read once for each distinct text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.calendars import zone
from crmkit.errors import did_you_mean
from crmkit.io._dates import ISO, DateFormat, Unreadable, instant_at, moment_of
from crmkit.io._files import Codes, Column, header_key
from crmkit.io._mapping import Mapping, decimal_of
from crmkit.io._mapping_checks import PERCENT
from crmkit.io._numbers import number_reader, whole_reader
from crmkit.io._synonyms import STATUS
from crmkit.records import FieldSpec

__all__ = ["FLAGS", "Cells", "Readings", "choice_keys", "is_blank", "read_cells", "text_faults"]

FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_TAG_MARK = ";"
_CELL_LIMIT = 131_072


@attrs.frozen(eq=False)
class Cells:
    """A column of values: the distinct ones, None for missing, and in every row the position of its value."""

    values: list[Any]
    codes: Codes

    def of(self, rows: npt.NDArray[np.int64]) -> Cells:
        """Return the cells of some rows."""
        return Cells(self.values, self.codes[rows])

    def in_rows(self) -> list[Any]:
        """Return the value of every row."""
        return [self.values[code] for code in self.codes.tolist()]

    def where(self, wanted: Container[object]) -> npt.NDArray[np.bool_]:
        """Tell for every row whether its value is one of those wanted."""
        hits = np.fromiter((value in wanted for value in self.values), np.bool_, len(self.values))
        return hits[self.codes]


@attrs.frozen(eq=False)
class Readings:
    """A column of a file, read as a field.

    Args:
        cells: the values; None also where the text could not be read.
        faults: by the position of the distinct text, why it could not be read.
        notes: the positions of the texts of which something was assumed, by what that is.
    """

    cells: Cells
    faults: dict[int, Unreadable]
    notes: dict[str, list[int]]


def is_blank(text: str) -> bool:
    """Tell whether a cell says nothing."""
    return not text or text.isspace()


def text_faults(texts: Sequence[str]) -> dict[int, Unreadable]:
    """Return what makes some of the texts unfit to be kept at all, by their position."""
    if max(map(len, texts), default=0) <= _CELL_LIMIT and "\0" not in "".join(texts):
        return {}
    faults = {}
    for at, text in enumerate(texts):
        if "\0" in text:
            faults[at] = Unreadable("nul", "it holds a NUL character; the file is damaged or not a text")
        elif len(text) > _CELL_LIMIT:
            reason = f"it has {len(text):,} characters, more than the {_CELL_LIMIT:,} that a cell may have"
            faults[at] = Unreadable("too_long", reason)
    return faults


def read_cells(column: Column, spec: FieldSpec, mapping: Mapping) -> Readings:
    """Read a column as a field.

    Args:
        column: of the file.
        spec: what the field holds.
        mapping: how the file writes dates, numbers and shares.
    """
    if spec.kind in ("text", "id"):
        return Readings(Cells([None if is_blank(text) else text for text in column.texts], column.codes), {}, {})
    notes: dict[str, list[int]] = defaultdict(list)
    here = [0]
    read = _within(spec, _reader(spec, mapping, lambda note: notes[note].append(here[0])))
    values: list[Any] = []
    faults: dict[int, Unreadable] = {}
    for here[0], text in enumerate(column.texts):
        value = None
        if not is_blank(text):
            try:
                value = read(text)
            except Unreadable as fault:
                faults[here[0]] = fault
        values.append(value)
    return Readings(Cells(values, column.codes), faults, dict(notes))


def _reader(spec: FieldSpec, mapping: Mapping, note: Callable[[str], None]) -> Callable[[str], Any]:
    if spec.kind in ("instant", "date"):
        form = DateFormat.of(mapping.formats.get(spec.name, "")) or ISO
        return _date_reader(form, note) if spec.kind == "date" else _instant_reader(form, mapping, note)
    if spec.kind == "integer":
        return whole_reader(decimal_of(mapping), mapping.thousands)
    if spec.kind in ("number", "money"):
        number = number_reader(decimal_of(mapping), mapping.thousands, exact=spec.kind == "money")
        return (lambda text: number(text) / 100) if mapping.units.get(spec.name) == PERCENT else number
    if spec.kind == "flag":
        return _flag
    if spec.kind == "tags":
        return _tags
    return _choice_reader(spec)


def _instant_reader(form: DateFormat, mapping: Mapping, note: Callable[[str], None]) -> Callable[[str], Any]:
    place = zone(mapping.timezone or "UTC")

    def read(text: str) -> Any:
        moment = moment_of(text, form)
        instant, twice = instant_at(moment, place)
        if moment.offset is None:
            note("zoneless")
        if twice:
            note("shown_twice")
        return instant

    return read


def _date_reader(form: DateFormat, note: Callable[[str], None]) -> Callable[[str], date]:
    def read(text: str) -> date:
        wall = moment_of(text, form).wall
        if wall.time().replace(fold=0) != wall.min.time():
            note("time_dropped")
        return wall.date()

    return read


def _flag(text: str) -> bool:
    flag = FLAGS.get(text.strip().casefold())
    if flag is None:
        raise Unreadable("not_a_flag", "it is neither true nor false; write true or false, yes or no, 1 or 0")
    return flag


def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in text.split(_TAG_MARK) if tag.strip())


def choice_keys(spec: FieldSpec) -> dict[str, str]:
    """Return the choices of a field by what their writings have in common, other words for them included."""
    choices = spec.choices or ()
    others = {word: choice for word, choice in STATUS.items() if choice in choices}
    return others | {header_key(choice): choice for choice in choices}


def _choice_reader(spec: FieldSpec) -> Callable[[str], str]:
    by_key = choice_keys(spec)

    def read(text: str) -> str:
        choice = by_key.get(header_key(text))
        if choice is None:
            hint = did_you_mean(text.strip(), spec.choices or ())
            raise Unreadable("not_a_choice", f"it is none of the values of {spec.name}{hint}")
        return choice

    return read


def _within(spec: FieldSpec, read: Callable[[str], Any]) -> Callable[[str], Any]:
    if spec.minimum is None and spec.maximum is None:
        return read
    low = Decimal("-Infinity") if spec.minimum is None else Decimal(spec.minimum)
    high = Decimal("Infinity") if spec.maximum is None else Decimal(spec.maximum)

    def bounded(text: str) -> Any:
        value = read(text)
        if not low <= value <= high:
            raise Unreadable("out_of_range", f"{spec.name} is from {low} to {high}")
        return value

    return bounded
