"""A Parquet file becomes texts of what it holds, none less exact; what it cannot tell is refused by name."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from pyarrow.parquet import write_table

from crmkit.errors import ImportRejected, MissingExtra
from crmkit.io._files import FileFormat, Rows
from crmkit.io._files._parquet import read_parquet
from tests.io.files.sources import cells, source

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


def written(table: pa.Table, **how: Any) -> bytes:
    stream = BytesIO()
    write_table(table, stream, **how)
    return stream.getvalue()


def read(**columns: Any) -> Rows:
    return read_parquet(source(written(pa.table(columns)), "file.parquet"))


def test_rows_are_counted_from_line_2() -> None:
    rows = read(id=["a", "b", "a"], x=[1, None, 1])
    assert cells(rows) == {"id": ["a", "b", "a"], "x": ["1", "", "1"]}
    assert (rows.lines.tolist(), rows.malformed, rows.format) == ([2, 3, 4], (), FileFormat())


@pytest.mark.parametrize(
    ("value", "dtype", "text"),
    [
        (" 007 ", pa.string(), " 007 "),
        ("a", pa.large_string(), "a"),
        ("a", pa.dictionary(pa.int8(), pa.string()), "a"),
        (None, pa.null(), ""),
        (True, pa.bool_(), "true"),
        (-(2**63), pa.int64(), "-9223372036854775808"),
        (2**64 - 1, pa.uint64(), "18446744073709551615"),
        (0.1, pa.float64(), "0.1"),
        (29.99, pa.float32(), "29.99"),
        (0.5, pa.float16(), "0.5"),
        (1e20, pa.float64(), "1" + "0" * 20),
        (float("nan"), pa.float64(), ""),
        (float("nan"), pa.float32(), ""),
        (float("inf"), pa.float64(), "inf"),
        (Decimal("1234567890123456789.10"), pa.decimal128(30, 2), "1234567890123456789.1"),
        (date(2024, 1, 31), pa.date32(), "2024-01-31"),
        (date(2024, 1, 31), pa.date64(), "2024-01-31"),
        (NOON, pa.timestamp("us", "UTC"), "2024-01-31T12:00:00+00:00"),
        (NOON, pa.timestamp("s", "America/New_York"), "2024-01-31T12:00:00+00:00"),
        (NOON, pa.timestamp("us", "Mars/Olympus"), "2024-01-31T12:00:00+00:00"),
        (NOON.replace(tzinfo=None), pa.timestamp("ms"), "2024-01-31T12:00:00"),
        (1706702400000000001, pa.timestamp("ns", "UTC"), "2024-01-31T12:00:00.000000001+00:00"),
        (253402300800000000, pa.timestamp("us"), "10000-01-01 00:00:00.000000"),
        (time(3, 4), pa.time64("us"), "03:04:00"),
        (timedelta(hours=26), pa.duration("us"), "26:00:00"),
        (["a", "b;c"], pa.list_(pa.string()), '["a", "b;c"]'),
        (["a", "b"], pa.large_list(pa.string()), "a;b"),
        ([1, None], pa.list_(pa.int64()), "[1,null]"),
        ({"a": [NOON]}, pa.struct({"a": pa.list_(pa.timestamp("us", "UTC"))}), '{"a":["2024-01-31T12:00:00+00:00"]}'),
    ],
)
def test_a_value_becomes_one_text(value: Any, dtype: pa.DataType, text: str) -> None:
    array = pa.array([value, None], dtype) if not pa.types.is_dictionary(dtype) else pa.array([value, None]).cast(dtype)
    assert cells(read(x=array)) == {"x": [text, ""]}


def test_a_type_that_is_made_of_another_is_read_as_that() -> None:
    rows = read(x=pa.array([1.5], pa.float64()), y=pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}'])))
    assert cells(rows) == {"x": ["1.5"], "y": ['{"a": 1}']}


@pytest.mark.parametrize(
    "dtype",
    [pa.binary(), pa.large_binary(), pa.binary(3), pa.list_(pa.binary()), pa.dictionary(pa.int8(), pa.binary())],
)
def test_a_column_of_bytes_is_refused_by_its_name(dtype: pa.DataType) -> None:
    table = pa.table({"id": ["a"], "photo": pa.nulls(1, dtype)})
    with pytest.raises(ImportRejected, match="column 'photo': it holds bytes") as refused:
        read_parquet(source(written(table)))
    assert refused.value.code == "bytes"


@pytest.mark.parametrize(
    ("names", "code"), [(["Amount", "amount"], "duplicate_header"), (["id", " "], "empty_header"), ([], "empty")]
)
def test_headers_name_each_column_once(names: list[str], code: str) -> None:
    table = pa.table([pa.array(["a"])] * len(names), names=names)
    with pytest.raises(ImportRejected) as refused:
        read_parquet(source(written(table)))
    assert refused.value.code == code


def test_texts_of_several_batches_are_numbered_together() -> None:
    count = 70_000
    rows = read(id=[f"d{at}" for at in range(count)], stage=["a", "b"] * (count // 2))
    assert rows.columns["stage"].texts == ("a", "b")
    assert rows.columns["stage"].counts().tolist() == [count // 2] * 2
    assert len(set(rows.columns["id"].codes.tolist())) == len(rows) == count


def test_a_table_without_rows_has_its_columns() -> None:
    rows = read(id=pa.array([], pa.string()))
    assert (cells(rows), rows.lines.tolist()) == ({"id": []}, [])


def test_a_table_far_larger_than_the_file_is_refused() -> None:
    table = pa.table({f"c{at}": pa.nulls(60_000, pa.string()) for at in range(200)})
    with pytest.raises(ImportRejected, match="nearly all of its 12,000,000 cells are blank") as refused:
        read_parquet(source(written(table)))
    assert refused.value.code == "too_large"


def test_progress_ends_with_all_of_the_file() -> None:
    told: list[tuple[int, int]] = []
    content = written(pa.table({"id": [str(at) for at in range(100_000)]}))
    read_parquet(source(content), progress=lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert (len(told), told[-1]) == (3, (len(content), len(content)))


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    content = written(pa.table({"id": ["a"]}))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[parquet\]"):
        read_parquet(source(content))


def test_text_that_is_none_is_damage() -> None:
    text = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())
    with pytest.raises(ImportRejected, match="the Parquet file is damaged") as refused:
        read_parquet(source(written(pa.table({"id": text}))))
    assert refused.value.code == "damaged"


def test_any_damage_is_read_or_refused() -> None:
    chance = random.Random(7)
    plain = written(pa.table({"id": ["a", "b"], "at": [NOON, None], "tags": [["x"], []]}))
    for _ in range(400):
        damaged = bytearray(plain)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(ImportRejected):
            read_parquet(source(bytes(damaged[: chance.choice([None, chance.randrange(len(damaged))])])))
