"""Put together, the pieces of a file are the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import ImportRejected
from crmkit.io._files import FileFormat, Rows, _csv_chunks, read_rows, row_chunks
from crmkit.io._files._rows import Column
from tests.io.files.sources import cells, source

LINES = st.sampled_from(
    [
        "1,a\n",
        "22,b\r\n",
        '3,"x\ny"\n',
        '4,"q""q"\n',
        "short\n",
        "5,é,6\n",
        "\n",
        '7,"bad"x\n',
        "8,\0\n",
        "9,y\r",
        'a"b,c\n',
    ]
)
ENDS = st.sampled_from(["", "Total,\n", "\nReport\nCopyright Acme\n", "\x1a", '1,"open\n', "no line end"])


def assert_whole(pieces: Iterable[Rows], whole: Rows, most: int) -> None:
    found = list(pieces)
    assert [list(piece.columns) for piece in found] == [list(whole.columns)] * len(found)
    assert all(len(piece) == most for piece in found[:-1])
    assert len(found[-1]) <= most
    assert [line for piece in found for line in piece.lines.tolist()] == whole.lines.tolist()
    assert [row for piece in found for row in piece.malformed] == list(whole.malformed)
    for header, texts in cells(whole).items():
        assert [text for piece in found for text in cells(piece)[header]] == texts
    assert [piece.footer for piece in found] == [()] * (len(found) - 1) + [whole.footer]
    assert {piece.format for piece in found} == {whole.format}
    assert {piece.header_line for piece in found} == {whole.header_line}
    for piece in found:
        for column in piece.columns.values():
            assert_numbered(column)


def assert_numbered(column: Column) -> None:
    seen = list(dict.fromkeys(column.codes.tolist()))
    assert seen == list(range(len(column.texts)))
    assert len(set(column.texts)) == len(column.texts)


def outcome(read: Callable[[], Any]) -> Any:
    """What is read, or the words of the refusal."""
    try:
        return read()
    except ImportRejected as refused:
        return str(refused)


def small_blocks(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(_csv_chunks, "BLOCK", size)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("block", [5, 64, 1 << 20])
def test_pieces_are_what_is_read_at_once(monkeypatch: pytest.MonkeyPatch, encoding: str, block: int) -> None:
    small_blocks(monkeypatch, block)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(LINES, max_size=25).map("".join), ENDS, st.integers(1, 6))
    def check(body: str, end: str, most: int) -> None:
        file = source(f"id,x\n{body}{end}".encode(encoding))
        form = FileFormat(encoding=encoding)
        whole = outcome(lambda: read_rows(file, form))
        if isinstance(whole, Rows):
            assert_whole(row_chunks(file, form, rows=most), whole, most)
        else:
            assert outcome(lambda: list(row_chunks(file, form, rows=most))) == whole

    check()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bad", ["", '9,"y"z', "9,\0"])
def test_many_rows_come_in_even_pieces(line_end: str, bad: str) -> None:
    text = "id,x\n" + "".join(f"{at},{'y' * (at % 90)}\n" for at in range(40_000)) + bad + "\n"
    file = source(text.replace("\n", line_end))
    whole = read_rows(file)
    assert_whole(row_chunks(file, rows=7_000), whole, 7_000)


def test_no_more_is_read_than_the_next_piece_needs() -> None:
    text = "id,x\n" + "".join(f"{at},{'y' * 90}\n" for at in range(60_000))
    done: list[int] = []
    pieces = row_chunks(source(text), rows=1_000, progress=lambda read, _: done.append(read))
    assert len(next(pieces)) == 1_000
    assert done[-1] < len(text) / 2
    pieces.close()  # type: ignore[attr-defined]  # it is a generator


def test_a_long_header_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    small_blocks(monkeypatch, 7)
    text = ",".join(f'"a\n{at}"' for at in range(50)) + "\n" + ",".join("1" * 50) + "\n"
    assert_whole(row_chunks(source(text), rows=1), read_rows(source(text)), 1)


@pytest.mark.parametrize("text", ["id,x,id\n1,2,3\n" * 9, "\n" * 50, 'id,"x\n' * 9])
def test_a_header_that_is_none_is_refused_without_reading_on(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    small_blocks(monkeypatch, 7)
    monkeypatch.setattr(_csv_chunks, "_MOST_HEAD", 20)
    done: list[int] = []
    with pytest.raises(ImportRejected):
        list(row_chunks(source(text), rows=5, progress=lambda read, _: done.append(read)))


def test_a_quotation_mark_that_closes_in_vain_is_refused_before_the_end_is_read() -> None:
    text = "id,x\n" + "1,a\n" * 10 + '2,"b\n"c\n' + "3,d\n" * 600_000
    done: list[int] = []
    with pytest.raises(ImportRejected) as refused:
        list(row_chunks(source(text), rows=4, progress=lambda read, _: done.append(read)))
    assert (refused.value.code, refused.value.line) == ("open_quote", 12)
    assert done[-1] < len(text)


def test_a_header_alone_is_one_piece_without_rows() -> None:
    (piece,) = row_chunks(source("id,x\n"), rows=5)
    assert (len(piece), list(piece.columns)) == (0, ["id", "x"])


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_other_kinds_are_cut_when_they_are_read(most: int) -> None:
    text = '{"id":"1","x":"a"}\n{"id":"2","x":"a"}\nnone\n{"id":"3","x":"b"}\n["none"]\n'
    assert_whole(row_chunks(source(text), rows=most), read_rows(source(text)), most)


def test_a_refusal_comes_when_the_first_piece_is_asked_for() -> None:
    pieces: Iterator[Rows] = row_chunks(source(b""), rows=1)
    with pytest.raises(ImportRejected):
        next(pieces)
