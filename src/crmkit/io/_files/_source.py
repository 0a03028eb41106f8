"""Where the bytes of a file come from: a path, or a member of an archive."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

import attrs

from crmkit.errors import ImportRejected, shown

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Progress", "Source", "source_of", "watched"]

Progress: TypeAlias = Callable[[int, int], None] | None

_BLOCK = 1 << 20


@attrs.frozen
class Source:
    """A file to read.

    Args:
        name: what messages call it.
        open: gives its bytes from the beginning, each time anew.
        size: how many bytes there are.
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int


def source_of(path: str | os.PathLike[str]) -> Source:
    """Return the file at a path.

    Raises:
        ImportRejected: there is no such file, or it cannot be read (code "no_such_file").
    """
    file = Path(path)
    try:
        if file.is_dir():
            reason = "this is a directory; name one of the files in it, or read them all with crmkit.io.read_all"
            raise ImportRejected.of(reason, file=str(file), code="no_such_file")
        with file.open("rb"):
            return Source(file.name, lambda: file.open("rb"), file.stat().st_size)
    except FileNotFoundError:
        raise ImportRejected.of("there is no such file", file=str(file), code="no_such_file") from None
    except (OSError, ValueError) as fault:
        if isinstance(fault, ImportRejected):
            raise
        raise ImportRejected.of(f"it cannot be read: {fault}", file=shown(str(file)), code="no_such_file") from None


def watched(source: Source, progress: Progress) -> Source:
    """Return a source that tells how much of it has been read.

    Args:
        source: where the bytes come from.
        progress: called with the bytes read and the bytes in all; None for nobody.
    """
    if progress is None:
        return source
    return attrs.evolve(source, open=lambda: _watched(source, progress))


def _watched(source: Source, progress: Callable[[int, int], None]) -> BinaryIO:
    return cast("BinaryIO", BufferedReader(_Watched(source.open(), progress, source.size), _BLOCK))


class _Watched(RawIOBase):
    """A stream that counts what is read from another."""

    def __init__(self, stream: BinaryIO, progress: Callable[[int, int], None], size: int) -> None:
        self._stream = stream
        self._progress = progress
        self._size = size
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, room: WriteableBuffer) -> int:
        target = memoryview(room)
        some = self._stream.read(len(target))
        target[: len(some)] = some
        self._done += len(some)
        self._progress(self._done, max(self._done, self._size))
        return len(some)

    def close(self) -> None:
        self._stream.close()
        super().close()
