"""Every kind of file is read by its own reader, and what goes wrong below it is its refusal."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from crmkit.errors import ImportRejected
from crmkit.io._files import Source, read_rows, row_chunks
from tests.io.files.sources import cells, source


def parquet() -> bytes:
    out = BytesIO()
    pq.write_table(pa.table({"id": ["1"], "x": ["a"]}), out)
    return out.getvalue()


def workbook() -> bytes:
    book, out = Workbook(), BytesIO()
    for row in (["id", "x"], ["1", "a"]):
        book.active.append(row)  # type: ignore[union-attr]  # a new book has a sheet
    book.save(out)
    return out.getvalue()


KINDS = {"csv": b"id,x\n1,a\n", "json_lines": b'{"id":"1","x":"a"}\n', "parquet": parquet(), "workbook": workbook()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_table_is_read_from_every_kind_of_file(kind: str) -> None:
    file = source(KINDS[kind], "file.csv")
    assert cells(read_rows(file)) == {"id": ["1"], "x": ["a"]}
    assert [cells(piece) for piece in row_chunks(file, rows=1)] == [{"id": ["1"], "x": ["a"]}]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError("unplugged"), "no_such_file"),
        (EOFError("short"), "no_such_file"),
        (zlib.error("bad"), "no_such_file"),
        (zipfile.BadZipFile("bad"), "no_such_file"),
        (MemoryError(), "too_large"),
    ],
)
def test_a_fault_below_the_file_is_its_refusal(fault: Exception, code: str) -> None:
    class Faulty(BytesIO):
        def readinto(self, room: Any, /) -> int:
            raise fault

    file = Source("far.csv", lambda: Faulty(b"id\n1\n"), 5)
    with pytest.raises(ImportRejected, match=r"far\.csv") as refused:
        read_rows(file)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        b"," * 1_000_000,
        b'"' * 1_000_001,
        b'id\n"' + b"a\n" * 500_000,
        b"\r" * 1_000_000,
        b"\n" * 1_000_000,
        b"\0" * 1_000_000,
        b"id,x\n" + b"\0" * 1_000_000,
        b"id,x\n" + b"a\n" * 100_000,
        b"id,x\n" + b'"a"b\n' * 50_000,
        b"id\n" + b"\xe9" * 1_000_000,
        b"{" * 1_000_000,
        b'{"a":' * 200_000,
        b"PK\x03\x04" * 250_000,
        b"\x1f\x8b" * 500_000,
        ",".join(f"h{at}" for at in range(16_384)).encode() + b"\n" + b"1\n" * 100_000,
    ],
)
def test_hostile_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(ImportRejected):
        rows = read_rows(source(content))
        assert len(rows) + len(rows.malformed) > 0
