"""Any file as rows: each kind by its own reader."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from crmkit.errors import ImportRejected
from crmkit.io._files._csv import read_csv
from crmkit.io._files._csv_chunks import csv_chunks
from crmkit.io._files._format import FileFormat
from crmkit.io._files._gzip import held, unpacked
from crmkit.io._files._kinds import Kind, kind_of
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Progress, Source, watched

__all__ = ["read_rows", "row_chunks"]

_NOTHING_KNOWN = FileFormat()


def read_rows(source: Source, given: FileFormat = _NOTHING_KNOWN, *, progress: Progress = None) -> Rows:
    """Read a file: CSV, JSON Lines, Excel or Parquet, gzipped or not.

    Args:
        source: where its bytes come from.
        given: what is known of how it is written; the rest is found out.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is no such file, or cannot be taken apart into rows.
        MissingExtra: the library that reads such files is not installed.
    """
    with _refused_by_name(source.name):
        return _read(_opened(source, progress), given)


def row_chunks(
    source: Source, given: FileFormat = _NOTHING_KNOWN, *, rows: int, progress: Progress = None
) -> Iterator[Rows]:
    """Read a file piece by piece; put together, the pieces are what `read_rows` gives.

    Of a CSV file no more is held than a piece needs. The other kinds are read as a whole.

    Args:
        source: where its bytes come from.
        given: what is known of how it is written; the rest is found out.
        rows: how many a piece has at most.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is no such file, or cannot be taken apart into rows.
        MissingExtra: the library that reads such files is not installed.
    """
    with _refused_by_name(source.name):
        found = _opened(source, progress)
        if found.kind == "csv":
            watched_again = watched(found.source, found.progress)
            yield from csv_chunks(_opened(source, None).source, watched_again, given, rows)
        else:
            yield from _read(found, given).pieces(rows)


@attrs.frozen
class _Opened:
    """A file as what it is, unpacked.

    Args:
        kind: of it.
        source: gives its bytes.
        progress: to be called by whoever reads them.
    """

    kind: Kind
    source: Source
    progress: Progress


def _opened(source: Source, progress: Progress) -> _Opened:
    kind = kind_of(source)
    if kind != "gzip":
        return _Opened(kind, source, progress)
    kind = kind_of(unpacked(source))
    if kind == "gzip":
        reason = "a gzip file in a gzip file is not read; unpack it first"
        raise ImportRejected.of(reason, file=source.name, code="not_csv")
    content = unpacked(watched(source, progress))
    return _Opened(kind, held(content) if kind in ("workbook", "parquet") else content, None)


def _read(found: _Opened, given: FileFormat) -> Rows:
    if found.kind == "workbook":
        from crmkit.io._files._excel import read_workbook

        return read_workbook(found.source, given, progress=found.progress)
    if found.kind == "parquet":
        from crmkit.io._files._parquet import read_parquet

        return read_parquet(found.source, progress=found.progress)
    if found.kind == "json_lines":
        from crmkit.io._files._json_lines import read_json_lines

        return read_json_lines(found.source, given, progress=found.progress)
    return read_csv(watched(found.source, found.progress), given)


@contextmanager
def _refused_by_name(file: str) -> Iterator[None]:
    """Turn the faults of what lies below a file into its refusal."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as fault:
        raise ImportRejected.of(f"it cannot be read: {fault}", file=file, code="no_such_file") from None
    except MemoryError:
        reason = "it is larger than the memory; read it in pieces with crmkit.io.read_chunks"
        raise ImportRejected.of(reason, file=file, code="too_large") from None
