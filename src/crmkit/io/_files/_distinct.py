"""The distinct texts of a column, told apart eight bytes at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from crmkit.io._files._content import Content
from crmkit.io._files._rows import Codes

__all__ = ["Cells", "Places", "distinct_texts"]

Places: TypeAlias = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]

_WORD = 8
_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(_WORD + 1)], "<u8")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two values become one
_BITS = np.uint64(64)
_HALF = np.uint64(32)
_MOST_WORDS = 32  # of a cell; a column with a longer one is cut out cell by cell
_AT_ONCE = 1 << 14  # cells whose words fit the cache together
_CR = 13


@attrs.frozen(eq=False)
class Cells:
    """The cells of a column.

    Args:
        content: UTF-8 without NUL.
        ends: where the cells of all columns end, in their order, and before them the byte before the first.
        which: those of `ends` that are of this column.
        quote: what may stand around a cell, and doubled within it; None where none does.
        may_end_in_cr: whether a CR before the end is a part of the line end.
    """

    content: Content
    ends: Places
    which: npt.NDArray[np.int64]
    quote: int | None
    may_end_in_cr: bool

    def __len__(self) -> int:
        return len(self.which)

    def places(self, some: npt.NDArray[np.int64] | slice) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return where some of the cells begin, and how many bytes they have."""
        which = self.which[some]
        starts = self.ends[which - 1].astype(np.int64) + 1
        stops = self.ends[which].astype(np.int64)
        if self.may_end_in_cr:
            stops -= self.content.buffer[stops - 1] == _CR
        if self.quote is not None:
            quoted = self.content.buffer[starts] == self.quote
            starts += quoted
            stops -= quoted
        return starts, stops - starts

    def parts(self) -> Iterator[slice]:
        """Cut the column into parts that fit the cache."""
        for at in range(0, len(self), _AT_ONCE):
            yield slice(at, at + _AT_ONCE)


def distinct_texts(cells: Cells) -> tuple[list[str], Codes]:
    """Return the distinct texts of a column in the order of first appearance, and which of them each cell is."""
    longest = max((int(cells.places(part)[1].max()) for part in cells.parts()), default=0)
    words = _Words(cells, max(1, -(-longest // _WORD)))
    found = words.numbered() if words.most <= _MOST_WORDS else None
    texts, codes = _cut_out(cells) if found is None else (words.decoded(found[1]), found[0])
    if cells.quote is not None:
        quote = chr(cells.quote)
        texts = [text.replace(2 * quote, quote) if quote in text else text for text in texts]
    return texts, codes


class _Words:
    """The cells of a column as words of eight bytes, with zeros behind the end of a cell.

    Args:
        cells: of the column.
        most: how many words the longest of them has.
    """

    def __init__(self, cells: Cells, most: int) -> None:
        buffer = cells.content.buffer
        self._cells = cells
        self._words: Words = buffer[: len(buffer) // _WORD * _WORD].view("<u8")
        self.most = most

    def of(self, some: npt.NDArray[np.int64] | slice) -> Iterator[Words]:
        """Give the first word of some cells, then the second, and so on."""
        starts, left = self._cells.places(some)
        at = starts // _WORD
        cut = (starts % _WORD * _WORD).astype(np.uint64)  # in bits; a shift by all 64 leaves nothing
        low = self._words.take(at, mode="clip")
        for _ in range(self.most):
            at += 1
            high = self._words.take(at, mode="clip")
            words = (low >> cut) | (high << (_BITS - cut))
            words &= _MASKS.take(left, mode="clip")
            yield words
            low = high
            left = left - _WORD

    def numbered(self) -> tuple[Codes, npt.NDArray[np.int64]] | None:
        """Return each cell's number and each number's first cell; None if two texts were taken for one."""
        mixed = np.empty(len(self._cells), np.uint64)
        for part in self._cells.parts():
            mixed[part] = self._mixed(part)
        codes, distinct = pd.factorize(mixed)
        first = np.empty(len(distinct), np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # the last one written is the first cell
        if self.most > 1 and len(distinct) < len(codes):
            for part in self._cells.parts():
                alike = zip(self.of(part), self.of(first[codes[part]]), strict=True)
                if any((own != those_of_first).any() for own, those_of_first in alike):
                    return None
        return codes.astype(np.int32), first

    def _mixed(self, some: slice) -> Words:
        words = self.of(some)
        mixed = next(words)
        for more in words:
            mixed = (mixed ^ (mixed >> _HALF)) * _FACTOR + more
        return mixed

    def decoded(self, chosen: npt.NDArray[np.int64]) -> list[str]:
        """Return the texts of some cells."""
        texts: list[str] = []
        for at in range(0, len(chosen), _AT_ONCE):
            words = np.stack(list(self.of(chosen[at : at + _AT_ONCE])), axis=1)
            padded = words.view(f"S{_WORD * self.most}").ravel().tolist()  # without the zeros at the end
            texts += b"\0".join(padded).decode().split("\0")
        return texts


def _cut_out(cells: Cells) -> tuple[list[str], Codes]:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new text gets the next number
    view = cells.content.view(0, cells.content.size)
    codes = np.empty(len(cells), np.int32)
    for part in cells.parts():
        places = zip(*(places.tolist() for places in cells.places(part)), strict=True)
        codes[part] = [numbers[str(view[start : start + length], "utf-8")] for start, length in places]
    return list(numbers), codes
