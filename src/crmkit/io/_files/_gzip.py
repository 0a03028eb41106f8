"""A gzip file, unpacked while it is read."""

from __future__ import annotations

import zlib
from io import BufferedReader, BytesIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, cast

import attrs

from crmkit.errors import ImportRejected
from crmkit.io._files._source import Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["GZIP", "held", "unpacked"]

GZIP = b"\x1f\x8b"

_READ = 1 << 17
_BLOCK = 1 << 14  # what is left of one is copied for each of many small gzips in it
_MOST_PER_BYTE = 100  # a table of numbers shrinks to a tenth; a file made to fill a memory, to a thousandth
_ALWAYS = 4 << 20
_HEADER_AND_CHECK = 16 + zlib.MAX_WBITS  # as zlib calls the format of gzip


def unpacked(source: Source) -> Source:
    """Return what a gzip file holds.

    Reading it raises ImportRejected where the file is damaged (code "damaged"), or holds far more than any export
    of its size does (code "too_large").
    """
    return attrs.evolve(source, open=lambda: cast("BinaryIO", BufferedReader(_Unpacking(source), _READ)))


def held(source: Source) -> Source:
    """Return a source whose bytes are in memory, for readers that go back and forth."""
    with source.open() as stream:
        content = stream.read()
    return Source(source.name, lambda: BytesIO(content), len(content))


class _Unpacking(RawIOBase):
    def __init__(self, source: Source) -> None:
        self._name = source.name
        self._stream = source.open()
        self._left = _MOST_PER_BYTE * source.size + _ALWAYS
        self._unpacker = zlib.decompressobj(_HEADER_AND_CHECK)
        self._packed = b""
        self._is_begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, room: WriteableBuffer) -> int:
        target = memoryview(room)
        some = self._next(len(target))
        target[: len(some)] = some
        self._left -= len(some)
        if self._left < 0:
            reason = (
                f"unpacked, it is more than {_MOST_PER_BYTE} times its size, as no export is; "
                "if this one is, unpack it first"
            )
            raise ImportRejected.of(reason, file=self._name, code="too_large")
        return len(some)

    def _next(self, most: int) -> bytes:
        """Return some of the unpacked bytes; none at the end."""
        while True:
            self._packed = self._packed or self._stream.read(_BLOCK)
            if not self._packed and self._is_begun:
                raise self._damaged("it ends too early")
            if not self._packed:
                return b""
            if not self._is_begun:  # another gzip may follow, or zeros that fill up a tape
                self._packed = self._packed.lstrip(b"\0")
            some = self._unpack(most) if self._packed else b""
            if some:
                return some

    def _unpack(self, most: int) -> bytes:
        try:
            some = self._unpacker.decompress(self._packed, most)
        except zlib.error as fault:
            raise self._damaged(str(fault)) from None
        self._is_begun = not self._unpacker.eof
        self._packed = self._unpacker.unconsumed_tail
        if self._unpacker.eof:
            self._packed = self._unpacker.unused_data
            self._unpacker = zlib.decompressobj(_HEADER_AND_CHECK)
        return some

    def _damaged(self, fault: str) -> ImportRejected:
        reason = f"this gzip file is damaged: {fault}; fetch it once more"
        return ImportRejected.of(reason, file=self._name, code="damaged")

    def close(self) -> None:
        self._stream.close()
        super().close()
