"""The distinct texts of a column, told apart eight bytes at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from crmkit.io._files._content import Content
from crmkit.io._files._rows import Codes

__all__ = ["Places", "distinct_texts"]

Places: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]

_WORD = 8
_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(_WORD + 1)], "<u8")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two values become one
_HALF = np.uint64(32)
_MOST_WORDS = 32  # of a cell; a column with a longer one is cut out cell by cell
_KEPT_WORDS = 4  # of a cell; more of them are computed twice rather than held
_AT_ONCE = 1 << 16


def distinct_texts(content: Content, starts: Places, stops: Places) -> tuple[list[str], Codes]:
    """Return the distinct texts of some cells in the order of first appearance, and for each cell the position of its own.

    Args:
        content: UTF-8 without NUL.
        starts: where each cell begins.
        stops: where it ends.
    """
    cells = _Cells.of(content, starts, stops)
    found = _numbered(cells) if cells.most <= _MOST_WORDS else None
    if found is None:
        return _cut_out(content, starts, stops)
    codes, first = found
    return _decoded(cells, first), codes


@attrs.frozen(eq=False)
class _Cells:
    """Cells as words of eight bytes.

    Args:
        words: those that begin at each byte.
        starts: where each cell begins.
        lengths: how many bytes it has.
        most: how many words the longest has.
    """

    words: Words
    starts: Places
    lengths: Places
    most: int

    @classmethod
    def of(cls, content: Content, starts: Places, stops: Places) -> _Cells:
        count = len(content.buffer) - _WORD + 1
        words: Words = np.ndarray((count,), "<u8", buffer=content.buffer, strides=(1,))
        lengths = stops - starts
        return cls(words, starts, lengths, max(1, -(-int(lengths.max(initial=0)) // _WORD)))

    def word(self, at: int, cells: Places | slice = slice(None)) -> Words:
        """Return the word of each cell at a position, with zeros behind the end of the cell."""
        starts, left = self.starts[cells], self.lengths[cells]
        if at:
            starts = np.minimum(starts + _WORD * at, len(self.words) - 1)
            left = left - _WORD * at
        words = self.words[starts]
        words &= _MASKS[np.clip(left, 0, _WORD)]
        return words


def _numbered(cells: _Cells) -> tuple[Codes, Places] | None:
    """Return each cell's number and each number's first cell; None if two texts were taken for one."""
    kept: list[Words] = []
    mixed = cells.word(0)
    kept.append(mixed)
    for at in range(1, cells.most):
        words = cells.word(at)
        if at < _KEPT_WORDS:
            kept.append(words)
        mixed = (mixed ^ (mixed >> _HALF)) * _FACTOR + words
    codes, distinct = pd.factorize(mixed)
    first = np.empty(len(distinct), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # the last one written is the first cell
    if len(distinct) < len(codes):
        for at in range(cells.most if cells.most > 1 else 0):
            words = kept[at] if at < _KEPT_WORDS else cells.word(at)
            if (words[first][codes] != words).any():
                return None
    return codes.astype(np.int32), first


def _decoded(cells: _Cells, chosen: Places) -> list[str]:
    texts: list[str] = []
    for at in range(0, len(chosen), _AT_ONCE):
        some = chosen[at : at + _AT_ONCE]
        words = np.stack([cells.word(at, some) for at in range(cells.most)], axis=1)
        padded = words.view(f"S{_WORD * cells.most}").ravel().tolist()  # without the zeros at the end
        texts += b"\0".join(padded).decode().split("\0")
    return texts


def _cut_out(content: Content, starts: Places, stops: Places) -> tuple[list[str], Codes]:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new text gets the next number
    view = content.view(0, content.size)
    codes = np.empty(len(starts), np.int32)
    for at in range(0, len(starts), _AT_ONCE):
        places = zip(starts[at : at + _AT_ONCE].tolist(), stops[at : at + _AT_ONCE].tolist(), strict=True)
        some = [numbers[str(view[start:stop], "utf-8")] for start, stop in places]
        codes[at : at + len(some)] = some
    return list(numbers), codes
