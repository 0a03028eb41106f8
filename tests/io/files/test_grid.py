"""What is found in whole blocks of bytes is what the csv module finds."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import ImportRejected
from crmkit.io._files import _distinct, _grid
from crmkit.io._files._content import packed
from crmkit.io._files._dialect import Dialect
from crmkit.io._files._grid import grid_of, grid_records
from crmkit.io._files._records import Records, read_records

SMALL = settings(max_examples=100, deadline=None)
SPECIAL = ["", " ", "a", "ab", "7", "007", "é", "日本", "\u2028", "12345678", "123456789", "x" * 40, "Ümlaut" * 9]
QUOTED = st.text(st.sampled_from('a,;"\n\r é'), max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"')
RAW = st.text(st.sampled_from('ab,"\n\r\0é '), max_size=5)
PLAIN = st.sampled_from(SPECIAL)
ENDS = st.sampled_from(["\n", "\r\n"])


def joined(cells: st.SearchStrategy[str], ends: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    line = st.tuples(st.lists(cells, min_size=1, max_size=4).map(",".join), ends).map("".join)
    return st.lists(line, max_size=9).map(lambda lines: "".join(lines).encode())


TEXTS = joined(PLAIN, ENDS) | joined(PLAIN | QUOTED, ENDS) | joined(PLAIN | QUOTED | RAW, st.just("\n"))


def by_csv(text: bytes, width: int, dialect: Dialect) -> Records | None:
    try:
        return read_records("drawn", packed([text]), 0, len(text), 5, width, dialect)
    except ImportRejected:
        return None


def by_grid(text: bytes, width: int, dialect: Dialect) -> Records | None:
    content = packed([text])
    grid = grid_of(content, 0, len(text), dialect)
    if grid is None or grid.begin(len(grid.cells)) < len(text):
        return None
    return grid_records(content, grid, 5, width, dialect)


def assert_same(found: Records, expected: Records) -> None:
    assert [list(texts) for texts, _ in found.columns] == [list(texts) for texts, _ in expected.columns]
    for (_, one), (_, other) in zip(found.columns, expected.columns, strict=True):
        assert (one.dtype, one.tolist()) == (np.int32, other.tolist())
    assert (found.lines.dtype, found.lines.tolist()) == (np.int64, expected.lines.tolist())
    assert list(found.malformed) == list(expected.malformed)


@pytest.fixture(params=["as it is", "small blocks", "long cells", "texts alike", "few cells"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_distinct, "_FEW", 100 if request.param == "few cells" else 0)
    if request.param == "small blocks":
        monkeypatch.setattr(_grid, "_BLOCK", 7)
        monkeypatch.setattr(_grid, "_MOST_IN_INT32", 0)
        monkeypatch.setattr(_distinct, "_AT_ONCE", 3)
        monkeypatch.setattr(_distinct, "_SAMPLE", 2)
        monkeypatch.setattr(_distinct, "_MOST_KEPT", 1)
    elif request.param == "long cells":
        monkeypatch.setattr(_distinct, "_MOST_WORDS", 1)
    elif request.param == "texts alike":
        monkeypatch.setattr(_distinct, "_FACTOR", np.uint64(0))


@pytest.mark.usefixtures("_way")
def test_a_plain_text_gives_the_rows_that_the_csv_module_gives() -> None:
    plain = 0

    @SMALL
    @given(TEXTS, st.integers(1, 4), st.sampled_from([Dialect(","), Dialect(",", ""), Dialect(";", "'")]))
    def check(text: bytes, width: int, dialect: Dialect) -> None:
        nonlocal plain
        whole = text if text.endswith(b"\n") else text + b"\n"
        found = by_grid(whole, width, dialect)
        if found is not None:
            plain += 1
            expected = by_csv(whole, width, dialect)
            assert expected is not None
            assert_same(found, expected)

    check()
    assert plain > 30


@pytest.mark.parametrize("kept", [0, 4])
def test_texts_that_are_taken_for_one_are_told_apart(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr(_distinct, "_FEW", 0)
    monkeypatch.setattr(_distinct, "_FACTOR", np.uint64(0))
    monkeypatch.setattr(_distinct, "_MOST_KEPT", kept)
    text = b"123456789\na\nab\na\n"
    found, expected = by_grid(text, 1, Dialect(",")), by_csv(text, 1, Dialect(","))
    assert found is not None
    assert expected is not None
    assert_same(found, expected)


@pytest.mark.parametrize(
    "text",
    [
        b'a,"b"c\n',
        b'a,b"c"\n',
        b'a,"b\n',
        b'"a""\n',
        b"a,\0\n",
        b"a\rb,c\n",
        b'"a\rb",c\n',
        b"a," + b"9" * 131_073 + b"\n",
        b"",
    ],
)
def test_a_text_that_is_not_plain_is_left_to_the_csv_module(text: bytes) -> None:
    assert by_grid(text, 2, Dialect(",")) is None


def test_marks_beyond_ascii_are_left_to_the_csv_module() -> None:
    assert by_grid("a¦b\n".encode(), 2, Dialect("¦")) is None


@pytest.mark.parametrize("text", [b'a,b\nc,"d', b"a,b\nc,d\r", b'a,b\n"c"x,d', b"a,b\nc,\0"])
def test_what_stands_behind_the_last_line_end_is_no_record_yet(text: bytes) -> None:
    content = packed([text])
    grid = grid_of(content, 0, len(text), Dialect(","))
    assert grid is not None
    assert (grid.cells.tolist(), grid.begin(1)) == ([2], 4)


def test_a_text_without_a_line_end_has_no_record() -> None:
    grid = grid_of(packed([b"a,b"]), 0, 3, Dialect(","))
    assert grid is not None
    assert len(grid.cells) == 0


def test_a_long_record_of_short_cells_is_plain() -> None:
    text = b"1234567," * 20_000 + b"\n"
    found = by_grid(text, 2, Dialect(","))
    assert found is not None
    assert [len(row.fields) for row in found.malformed] == [20_001]


def test_the_limit_of_the_csv_module_is_the_limit_of_a_cell() -> None:
    text = b"a,12345\nb,1\n"
    before = csv.field_size_limit(4)
    try:
        assert by_grid(text, 2, Dialect(",")) is None
    finally:
        csv.field_size_limit(before)
