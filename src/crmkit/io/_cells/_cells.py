"""The cells of one column: its distinct values, and in every row the position of its value among them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.io._files import Codes
from crmkit.io._notation import Unreadable

__all__ = ["Cells", "Readings", "is_blank", "text_faults"]

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

    def same_codes(self) -> npt.NDArray[np.int64]:
        """Return for every row a number that two rows share where their values are equal."""
        numbers: dict[Any, int] = {}
        same = np.array([numbers.setdefault(value, len(numbers)) for value in self.values], np.int64)
        return same[self.codes] if len(same) else np.zeros(len(self.codes), np.int64)

    def filled(self) -> npt.NDArray[np.bool_]:
        """Tell for every row whether it has a value."""
        filled = np.array([value is not None for value in self.values], np.bool_)
        return filled[self.codes]

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
            reason = "it holds a NUL character: the file is damaged or not a text; export it once more"
            faults[at] = Unreadable("nul", reason)
        elif len(text) > _CELL_LIMIT:
            reason = f"it has {len(text):,} characters, more than the {_CELL_LIMIT:,} that a cell may have; shorten it"
            faults[at] = Unreadable("too_long", reason)
    return faults
