"""Where the records and the cells of a plain CSV text stand, found in whole blocks of bytes.

A text is plain when its quotation marks stand around whole cells only, or doubled within them, each CR is that of a
CR LF, and there is no NUL. What is found here is then exactly what Python's csv module finds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.io._files._content import Bytes, Content

__all__ = ["Grid", "grid_of"]

Positions: TypeAlias = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_BLOCK = 1 << 18  # fits the cache
_LF, _CR = 10, 13


@attrs.frozen(eq=False)
class Grid:
    """The records of a plain text.

    Args:
        ends: the bytes at which cells end: separators and line ends.
        last: for each record, which of `ends` is the end of its last cell.
        begins: the byte at which it begins, and behind them all the byte at which the next one would.
        lines: on which line that is, counted from 0.
        cells: how many cells it has; 0 for an empty line.
    """

    ends: Positions
    last: npt.NDArray[np.int64]
    begins: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]


def grid_of(content: Content, start: int, stop: int, separator: int, quote: int | None) -> Grid | None:
    """Find the records of a text; None where it is not plain.

    Args:
        content: the bytes, in UTF-8.
        start: where a record begins.
        stop: where to end. What stands behind the last line end before it is no record yet.
        separator: the byte between cells.
        quote: the byte around cells, if there is one.
    """
    found = list(_blocks(content.buffer, start, stop, separator, quote))
    if not found:
        return None
    ends = np.concatenate([block.ends for block in found])
    counts = np.cumsum([0, *(len(block.ends) for block in found)])
    last = np.concatenate([block.line_ends + count for block, count in zip(found, counts, strict=False)])
    within = np.concatenate([block.within for block in found])
    closes = ends[last].astype(np.int64)
    begins = np.concatenate([[start], closes + 1])
    faults = [block.fault for block in found if block.fault is not None]
    if min(faults, default=stop) < begins[-1] or _longest(ends, begins) > csv.field_size_limit():
        return None
    cells = np.diff(last, prepend=-1)
    cells[(closes == begins[:-1]) | ((closes == begins[:-1] + 1) & (content.buffer[begins[:-1]] == _CR))] = 0
    lines = np.arange(len(begins)) + np.searchsorted(within, begins)
    return Grid(ends, last, begins, lines, cells)


@attrs.frozen(eq=False)
class _Block:
    """What stands in a block of bytes.

    Args:
        ends: where cells end.
        line_ends: which of these are line ends.
        within: the line ends within quotation marks.
        fault: the first byte that makes the text not plain.
    """

    ends: Positions
    line_ends: npt.NDArray[np.int64]
    within: npt.NDArray[np.int64]
    fault: int | None


def _blocks(buffer: Bytes, start: int, stop: int, separator: int, quote: int | None) -> Iterator[_Block]:
    index = np.int32 if stop < np.iinfo(np.int32).max else np.int64
    is_open = False
    for at in range(start, stop, _BLOCK):
        to = min(at + _BLOCK, stop)
        block = buffer[at:to]
        lf, cr = block == _LF, block == _CR
        marks = (block == separator) | lf
        faults = block == 0
        if cr.any():
            faults |= cr & (buffer[at + 1 : to + 1] != _LF)
        quotes = block == quote
        within = np.zeros(0, np.int64)
        if quote is not None and (is_open or quotes.any()):
            inside = np.bitwise_xor.accumulate(quotes.view(np.uint8)).view(np.bool_) ^ is_open
            faults[_misplaced(buffer, start, np.flatnonzero(quotes) + at, inside[quotes], separator, quote) - at] = True
            within = np.flatnonzero(lf & inside) + at
            marks &= ~inside
            is_open = bool(inside[-1])
        ends = np.flatnonzero(marks)
        fault = at + int(faults.argmax()) if faults.any() else None
        yield _Block((ends + at).astype(index), np.flatnonzero(lf[ends]), within, fault)


def _misplaced(
    buffer: Bytes, start: int, quotes: npt.NDArray[np.int64], opening: npt.NDArray[np.bool_], separator: int, quote: int
) -> npt.NDArray[np.int64]:
    """Return the quotation marks that open or close within a cell."""
    before, behind = buffer[quotes - 1], buffer[quotes + 1]
    opens = (before == separator) | (before == _LF) | (before == quote) | (quotes == start)
    closes = (behind == separator) | (behind == _LF) | (behind == _CR) | (behind == quote)
    return quotes[~np.where(opening, opens, closes)]


def _longest(ends: Positions, begins: npt.NDArray[np.int64]) -> int:
    """Return a bound of the bytes of a cell: exact where it may be too many."""
    longest = int(np.diff(begins).max(initial=0))
    if longest > csv.field_size_limit():
        longest = max(int(np.diff(ends).max(initial=0)), int(ends[0] - begins[0]))
    return longest
