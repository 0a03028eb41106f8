"""Columns as Parquet, with the types of a canonical table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from crmkit.errors import MissingExtra
from crmkit.expressions import Kind
from crmkit.io._writers._columns import WrittenColumn

__all__ = ["parquet_file"]


def parquet_file(stream: BinaryIO, columns: Sequence[WrittenColumn]) -> None:
    """Write columns as a Parquet file.

    Args:
        stream: gets the bytes.
        columns: what is written.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow.parquet import write_table
    except ModuleNotFoundError as fault:
        raise MissingExtra.of("parquet", purpose="writing a Parquet file") from fault
    arrays = [
        pa.array(column.cells.values, _type(column.kind)).take(pa.array(column.cells.codes)) for column in columns
    ]
    write_table(pa.table(arrays, names=[column.header for column in columns]), stream)


def _type(kind: Kind) -> Any:
    import pyarrow as pa

    types: dict[str, Any] = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "money": pa.float64(),
        "flag": pa.bool_(),
        "instant": pa.timestamp("us", "UTC"),
        "date": pa.date32(),
        "tags": pa.list_(pa.string()),
    }
    return types.get(kind, pa.string())
