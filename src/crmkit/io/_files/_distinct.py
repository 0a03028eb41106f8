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
_MOST_KEPT = 4  # of a cell; more are computed twice rather than held
_SAMPLE = 4096
_FEW = 100  # cells are cut out sooner
_AT_ONCE = 1 << 14  # cells whose words fit the cache together
_CR = 13


@attrs.frozen(eq=False)
class Cells:
    """The cells of a column.

    Args:
        content: UTF-8 without NUL.
        ends: where the cells of all columns end, in their order, and before them the byte before the first.
        begins: for each row, which of `ends` is before its first cell.
        position: of the column, from 1.
        quote: what may stand around a cell, and doubled within it; None where none does.
        may_end_in_cr: whether a CR before the end is a part of the line end.
    """

    content: Content
    ends: Places
    begins: Places
    position: int
    quote: int | None
    may_end_in_cr: bool

    def __len__(self) -> int:
        return len(self.begins)

    def places(self, some: npt.NDArray[np.int64] | slice) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return where some of the cells begin, and how many bytes they have."""
        which = self.begins[some] + self.position
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
    found = _by_words(cells) if len(cells) > _FEW else None
    texts, codes = _cut_out(cells) if found is None else found
    if cells.quote is not None:
        quote = chr(cells.quote)
        texts = [text.replace(2 * quote, quote) if quote in text else text for text in texts]
    return texts, codes


def _by_words(cells: Cells) -> tuple[list[str], Codes] | None:
    longest = max(int(cells.places(part)[1].max()) for part in cells.parts())
    words = _Words(cells, max(1, -(-longest // _WORD)))
    found = words.numbered() if words.most <= _MOST_WORDS else None
    return None if found is None else (words.decoded(found[1]), found[0])


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
        at = starts >> 3
        cut = ((starts & 7) << 3).view(np.uint64)  # in bits; a shift by all 64 leaves nothing
        low = self._words.take(at, mode="clip")
        for _ in range(self.most):
            at += 1
            high = self._words.take(at, mode="clip")
            words = (low >> cut) | (high << (_BITS - cut))
            words &= _MASKS.take(left, mode="clip")
            yield words
            low = high
            left -= _WORD

    def numbered(self) -> tuple[Codes, npt.NDArray[np.int64]] | None:
        """Return each cell's number and each number's first cell; None if two texts were taken for one."""
        count = len(self._cells)
        kept = np.empty((self.most, count if self.most <= _MOST_KEPT else 0), np.uint64)
        mixed = np.empty(count, np.uint64)
        for part in self._cells.parts():
            words = list(self.of(part))
            mixed[part] = _mixed(words)
            if kept.size:
                kept[:, part] = words
        if _all_differ(mixed):
            each = np.arange(count)
            return each.astype(np.int32), each
        codes, distinct = pd.factorize(mixed)
        first = np.empty(len(distinct), np.int64)
        first[codes[::-1]] = np.arange(count - 1, -1, -1)  # the last one written is the first cell
        if self.most > 1 and len(distinct) < count:
            for part in self._cells.parts():
                model = first[codes[part]]
                if kept.size:
                    differs = any((row[part] != row[model]).any() for row in kept)
                else:
                    differs = any((own != its).any() for own, its in zip(self.of(part), self.of(model), strict=True))
                if differs:
                    return None
        return codes.astype(np.int32), first

    def decoded(self, chosen: npt.NDArray[np.int64]) -> list[str]:
        """Return the texts of some cells."""
        texts: list[str] = []
        for at in range(0, len(chosen), _AT_ONCE):
            words = np.stack(list(self.of(chosen[at : at + _AT_ONCE])), axis=1)
            padded = np.zeros((len(words), _WORD * self.most + 1), np.uint8)
            padded[:, :-1] = words.view(np.uint8)
            needed = padded != 0
            needed[:, -1] = True
            texts += padded[needed].tobytes()[:-1].decode().split("\0")
        return texts


def _all_differ(words: Words) -> bool:
    """Tell whether no two words are alike. Where the first ones are not, as those of ids, sorting them is faster."""
    for some in (words[:_SAMPLE], words):
        ordered = np.sort(some)
        if (ordered[1:] == ordered[:-1]).any():
            return False
    return True


def _mixed(words: list[Words]) -> Words:
    """Return one word for all words of a cell: most often another one for other texts."""
    mixed = words[0]
    for more in words[1:]:
        mixed = (mixed ^ (mixed >> _HALF)) * _FACTOR + more
    return mixed


def _cut_out(cells: Cells) -> tuple[list[str], Codes]:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new text gets the next number
    view = cells.content.view(0, cells.content.size)
    codes = np.empty(len(cells), np.int32)
    for part in cells.parts():
        places = zip(*(places.tolist() for places in cells.places(part)), strict=True)
        codes[part] = [numbers[str(view[start : start + length], "utf-8")] for start, length in places]
    return list(numbers), codes
