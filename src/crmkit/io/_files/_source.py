"""Where the bytes of a file come from: a path, or a member of an archive."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import attrs

from crmkit.errors import ImportRejected, shown

__all__ = ["Source", "source_of"]


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
