"""What is gzipped is read as if it were not; what is damaged or made to burst is refused."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from openpyxl import Workbook

from crmkit.errors import ImportRejected
from crmkit.io._files import Source, read_rows, row_chunks
from tests.io.files.sources import cells, source

TEXT = "id,x\n" + "".join(f"{at},y{at % 7}\n" for at in range(20_000))


def workbook() -> bytes:
    book, out = Workbook(), BytesIO()
    for row in (["id", "x"], ["1", "a"]):
        book.active.append(row)  # type: ignore[union-attr]  # a new book has a sheet
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT[:1000].encode()) + gzip.compress(TEXT[1000:].encode()),
        gzip.compress(TEXT.encode()) + bytes(100_000),
        gzip.compress(b"") + gzip.compress(TEXT.encode()) + bytes(512) + gzip.compress(b""),
    ],
)
def test_a_gzipped_file_is_read_as_what_it_holds(packed: bytes) -> None:
    assert cells(read_rows(source(packed))) == cells(read_rows(source(TEXT)))
    assert sum(map(len, row_chunks(source(packed), rows=7_000))) == 20_000


@pytest.mark.parametrize("content", [b'{"id":"1","x":"a"}\n', workbook(), b"id,x\n1,a\n"])
def test_a_gzip_may_hold_any_kind_of_file(content: bytes) -> None:
    seen: list[int] = []
    rows = read_rows(source(gzip.compress(content)), progress=lambda done, _: seen.append(done))
    assert cells(rows) == {"id": ["1"], "x": ["a"]}
    assert seen[-1] == len(gzip.compress(content))


def test_a_gzip_in_a_gzip_is_refused() -> None:
    with pytest.raises(ImportRejected, match="gzip file in a gzip file") as refused:
        read_rows(source(gzip.compress(gzip.compress(b"id\n"))))
    assert refused.value.code == "not_csv"


@pytest.mark.parametrize("cut", [3, 12, 200, -1, -8])
def test_a_gzip_that_ends_too_early_is_damaged(cut: int) -> None:
    with pytest.raises(ImportRejected, match="ends too early") as refused:
        read_rows(source(gzip.compress(TEXT.encode())[:cut]))
    assert refused.value.code == "damaged"


@pytest.mark.parametrize("at", [200, -6])
def test_a_gzip_with_another_byte_is_damaged(at: int) -> None:
    packed = bytearray(gzip.compress(TEXT.encode()))
    packed[at] ^= 255
    with pytest.raises(ImportRejected, match="damaged") as refused:
        read_rows(source(bytes(packed)))
    assert refused.value.code == "damaged"


def test_other_bytes_behind_a_gzip_are_damage() -> None:
    with pytest.raises(ImportRejected, match="damaged"):
        read_rows(source(gzip.compress(b"id\n1\n") + b"id\n2\n"))


def test_a_workbook_that_bursts_is_refused() -> None:
    with pytest.raises(ImportRejected) as refused:
        read_rows(source(gzip.compress(b"PK\x03\x04" + bytes(50_000_000))))
    assert refused.value.code == "too_large"


def test_a_gzip_that_bursts_is_refused_before_it_fills_the_memory() -> None:
    packed = gzip.compress(bytes(50_000_000))
    read = 0

    class Counted(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal read
            some = super().read(size)
            read += len(some)
            return some

    with pytest.raises(ImportRejected, match="more than 100 times its size") as refused:
        read_rows(Source("bomb.csv.gz", lambda: Counted(packed), len(packed)))
    assert refused.value.code == "too_large"
    assert read < len(packed)
