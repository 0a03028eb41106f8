"""Any file as rows: each kind by its own reader."""

from __future__ import annotations

import zipfile
import zlib

from crmkit.errors import ImportRejected
from crmkit.io._files._csv import read_csv
from crmkit.io._files._format import FileFormat
from crmkit.io._files._gzip import held, unpacked
from crmkit.io._files._kinds import Kind, kind_of
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Progress, Source, watched

__all__ = ["read_rows"]

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
    try:
        kind = kind_of(source)
        if kind == "gzip":
            kind = _kind_within(source)
            source, progress = unpacked(watched(source, progress)), None
            if kind in ("workbook", "parquet"):
                source = held(source)
        return _read(kind, source, given, progress)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as fault:
        raise ImportRejected.of(f"it cannot be read: {fault}", file=source.name, code="no_such_file") from None


def _kind_within(source: Source) -> Kind:
    kind = kind_of(unpacked(source))
    if kind == "gzip":
        reason = "a gzip file in a gzip file is not read; unpack it first"
        raise ImportRejected.of(reason, file=source.name, code="not_csv")
    return kind


def _read(kind: Kind, source: Source, given: FileFormat, progress: Progress) -> Rows:
    if kind == "workbook":
        from crmkit.io._files._excel import read_workbook

        return read_workbook(source, given, progress=progress)
    if kind == "parquet":
        from crmkit.io._files._parquet import read_parquet

        return read_parquet(source, progress=progress)
    if kind == "json_lines":
        from crmkit.io._files._json_lines import read_json_lines

        return read_json_lines(source, given, progress=progress)
    return read_csv(watched(source, progress), given)
