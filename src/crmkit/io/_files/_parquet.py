"""A Parquet file as rows: in each batch of each column only the distinct values become texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import numpy as np

from crmkit.errors import ImportRejected, MissingExtra, shown
from crmkit.io._files._header import checked_headers
from crmkit.io._files._rows import Codes, Column, Rows
from crmkit.io._files._source import Progress, Source
from crmkit.io._files._sparse import refuse_thin
from crmkit.io._files._typed import text_of

__all__ = ["read_parquet"]


_BATCH = 1 << 16


def read_parquet(source: Source, *, progress: Progress = None) -> Rows:
    """Read a Parquet file; its first row counts as line 2, below the names of the columns.

    Args:
        source: where its bytes come from.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is damaged, or has a column of bytes, or the columns are not told apart by their names.
        MissingExtra: pyarrow is not installed.
    """
    with _read(source) as file:
        schema, count = file.schema_arrow, file.metadata.num_rows
        headers = checked_headers(source.name, schema.names, 1)
        if not headers:
            raise ImportRejected.of("the file is empty: it has no columns", file=source.name, code="empty")
        refuse_thin(source.name, count * len(headers), source.size)
        for field in schema:
            _refuse_bytes(source.name, field)
        columns = [_Texts() for _ in headers]
        done = 0
        for batch in file.iter_batches(_BATCH):
            for column, values in zip(columns, batch.columns, strict=True):
                column.add(values)
            done += len(batch)
            refuse_thin(source.name, done * len(headers), source.size)
            if progress is not None:
                progress(source.size * min(done, count) // max(count, 1), source.size)
    if progress is not None:
        progress(source.size, source.size)
    named = {header: column.column(header) for header, column in zip(headers, columns, strict=True)}
    return Rows(source.name, named, np.arange(2, done + 2), ())


@contextmanager
def _read(source: Source) -> Iterator[Any]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as fault:
        raise MissingExtra.of("parquet", purpose=f"reading {source.name}, a Parquet file,") from fault
    try:
        with source.open() as stream, ParquetFile(stream) as file:
            yield file
    except ImportRejected:
        raise
    except (ArrowException, OSError, ValueError, TypeError, LookupError, OverflowError) as fault:
        reason = f"the Parquet file is damaged ({shown(str(fault))}); write it anew"
        raise ImportRejected.of(reason, file=source.name, code="damaged") from None


def _refuse_bytes(file: str, field: Any) -> None:
    from pyarrow import types

    dtype = getattr(field.type, "storage_type", field.type)
    dtype = getattr(dtype, "value_type", dtype)
    if any(test(dtype) for test in (types.is_binary, types.is_large_binary, types.is_fixed_size_binary)):
        reason = f"it holds bytes ({field.type}), which are no text; leave the column out or write it as text"
        raise ImportRejected.of(reason, file=file, column=field.name, code="bytes")


class _Texts:
    """The column read so far: its texts by number."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__  # a new text gets the next number
        self._codes: list[Codes] = []

    def add(self, values: Any) -> None:
        """Add a batch of values."""
        from pyarrow import types

        values = getattr(values, "storage", values)
        if types.is_dictionary(values.type):
            values = values.dictionary_decode()
        if types.is_nested(values.type):
            self._codes.append(self._numbered(values.to_pylist()))
            return
        distinct = values.dictionary_encode("encode")
        numbers = self._numbered(_python(distinct.dictionary))
        self._codes.append(numbers.take(distinct.indices.to_numpy(zero_copy_only=False)))

    def column(self, header: str) -> Column:
        """Return the whole column."""
        codes = np.concatenate([np.zeros(0, np.int32), *self._codes])
        return Column(header, tuple(self._numbers), codes)

    def _numbered(self, values: Iterable[Any]) -> Codes:
        return np.array([self._numbers[text_of(value)] for value in values], np.int32)


def _python(values: Any) -> list[Any]:
    """Return values as Python's own, none of them less exact than it is."""
    from pyarrow import string, timestamp, types

    dtype = values.type
    if types.is_float16(dtype) or types.is_float32(dtype):  # whose digits are fewer than those of the next float64
        return [None if text is None else Decimal(text) for text in values.cast(string()).to_pylist()]
    if types.is_timestamp(dtype) and dtype.tz is not None:
        values = values.cast(timestamp(dtype.unit, "UTC"))
    try:
        return list(values.to_pylist())
    except OverflowError:  # a date before the year 1 or after 9999
        return list(values.cast(string()).to_pylist())
