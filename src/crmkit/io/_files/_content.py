"""The bytes of a file in memory, with room behind them for reading whole words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["BLOCK", "Bytes", "Content", "content_of", "packed"]

Bytes: TypeAlias = npt.NDArray[np.uint8]

BLOCK = 1 << 20
_LF = 10
_ROOM = 16  # a word may be read from the last byte on, and a line end may be written there


@attrs.frozen(eq=False)
class Content:
    """Bytes in memory.

    Args:
        buffer: the bytes, and room behind them.
        size: how many of them count.
    """

    buffer: Bytes
    size: int

    def view(self, start: int, stop: int) -> memoryview:
        """Return a part of the bytes, not copied."""
        view: memoryview = self.buffer.data[start:stop]
        return view

    def ended(self) -> Content:
        """Return the same bytes with a line end behind them where there is none."""
        if not self.size or self.buffer[self.size - 1] == _LF:
            return self
        self.buffer[self.size] = _LF
        return Content(self.buffer, self.size + 1)

    def blocks(self) -> Iterator[memoryview]:
        """Give the bytes piece by piece, not copied."""
        for at in range(0, self.size, BLOCK):
            yield self.view(at, min(at + BLOCK, self.size))

    def text(self, start: int, stop: int) -> TextIOWrapper:
        """Return a part of the bytes as a text, line by line, each with its end as it stands."""
        raw = cast("BinaryIO", BufferedReader(_Reader(self.view(start, stop)), BLOCK))
        return TextIOWrapper(raw, encoding="utf-8", newline="")


def content_of(stream: BinaryIO, size: int) -> Content:
    """Read a stream to its end.

    Args:
        stream: from where it stands.
        size: how many bytes it may have; more or fewer are read all the same.
    """
    data, at = bytearray(size + _ROOM), 0
    while True:
        with memoryview(data) as view:
            count = stream.readinto(view[at : min(at + BLOCK, len(data) - _ROOM)])  # type: ignore[attr-defined]  # as every binary stream can
        at += count
        if not count:
            more = stream.read(1)
            if not more:
                data[at:] = bytes(_ROOM)
                return Content(np.frombuffer(data, np.uint8), at)
            data[at:] = more + bytes(max(at // 2, BLOCK))
            at += 1


def packed(parts: Sequence[bytes | memoryview]) -> Content:
    """Put bytes together."""
    size = sum(map(len, parts))
    buffer = np.zeros(size + _ROOM, np.uint8)
    buffer[:size] = np.frombuffer(b"".join(parts), np.uint8)
    return Content(buffer, size)


class _Reader(RawIOBase):
    """A stream over bytes in memory that copies only what is read."""

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def readable(self) -> bool:
        return True

    def readinto(self, room: WriteableBuffer) -> int:
        target = memoryview(room)
        count = min(len(target), len(self._view))
        target[:count] = self._view[:count]
        self._view = self._view[count:]
        return count
