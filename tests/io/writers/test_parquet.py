"""Parquet has the types of a canonical table."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from io import BytesIO

import pyarrow as pa
import pytest
from pyarrow.parquet import read_table

from crmkit.errors import MissingExtra
from crmkit.io._writers import parquet_file
from tests.io.writers.made import columns

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


def test_a_column_has_the_type_of_its_kind() -> None:
    stream = BytesIO()
    values = {
        "id": (["a", "b"], pa.string()),
        "status": (["won", None], pa.string()),
        "amount": ([1.5, None], pa.float64()),
        "number": ([0.1, None], pa.float64()),
        "count": ([2**62, None], pa.int64()),
        "flag": ([True, None], pa.bool_()),
        "tags": ([["a"], []], pa.list_(pa.string())),
        "created_at": ([NOON, None], pa.timestamp("us", "UTC")),
        "expected_close_on": ([date(2024, 1, 31), None], pa.date32()),
        "note": (["x", None], pa.string()),
        "nothing": ([None, None], pa.string()),
    }
    parquet_file(stream, columns(**{name: [*held] for name, (held, _) in values.items()}))
    table = read_table(stream)
    assert {field.name: field.type for field in table.schema} == {name: dtype for name, (_, dtype) in values.items()}
    assert table.to_pydict() == {name: held for name, (held, _) in values.items()}


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[parquet\]"):
        parquet_file(BytesIO(), columns(id=["a"]))
