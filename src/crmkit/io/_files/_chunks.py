"""A file in pieces of so many rows, for files that are larger than the memory."""

from __future__ import annotations

from collections.abc import Iterator

from crmkit.io._files._format import FileFormat
from crmkit.io._files._read_rows import read_rows
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Progress, Source

__all__ = ["row_chunks"]

_NOTHING_KNOWN = FileFormat()


def row_chunks(
    source: Source, given: FileFormat = _NOTHING_KNOWN, *, rows: int, progress: Progress = None
) -> Iterator[Rows]:
    """Read a file piece by piece; put together, they are what `read_rows` gives.

    Args:
        source: where its bytes come from.
        given: what is known of how it is written; the rest is found out.
        rows: how many a piece has at most.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is no such file, or cannot be taken apart into rows.
        MissingExtra: the library that reads such files is not installed.
    """
    found = read_rows(source, given, progress=progress)
    for start in range(0, max(len(found), 1), rows):
        yield found.slice(start, start + rows)
