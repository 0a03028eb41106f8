"""Rows can be cut, and each piece is Rows of its own."""

from __future__ import annotations

import pytest

from crmkit.io._files import header_key, read_rows
from tests.io.files.sources import cells, source

ROWS = read_rows(source("id,x\n1,a\nbad\n2,b\n3,a\nbad too\n\nCopyright\n"))


@pytest.mark.parametrize(
    ("start", "stop", "ids", "bad", "footer"),
    [
        (0, 3, ["1", "2", "3"], [3, 6], (8,)),
        (0, 2, ["1", "2"], [3], ()),
        (1, 2, ["2"], [3], ()),
        (1, 3, ["2", "3"], [3, 6], (8,)),
        (2, 9, ["3"], [6], (8,)),
        (0, 1, ["1"], [], ()),
    ],
)
def test_a_piece_has_its_rows_and_the_malformed_ones_above_them(
    start: int, stop: int, ids: list[str], bad: list[int], footer: tuple[int, ...]
) -> None:
    piece = ROWS.slice(start, stop)
    assert cells(piece)["id"] == ids
    assert list(piece.columns["id"].texts) == ids
    assert [row.line for row in piece.malformed] == bad
    assert piece.footer == footer


def test_a_file_without_rows_is_one_piece() -> None:
    (piece,) = read_rows(source("id,x\nbad\n")).pieces(5)
    assert [row.line for row in piece.malformed] == [2]


def test_a_column_counts_its_texts_and_finds_their_first_row() -> None:
    assert ROWS.columns["x"].counts().tolist() == [2, 1]
    assert ROWS.columns["x"].first_row("b") == 1


def test_rows_name_their_file_when_they_are_refused() -> None:
    fault = ROWS.refusal("no", line=3, code="none")
    assert (str(fault), fault.code) == ("file, line 3: no", "none")


def test_a_header_too_long_to_be_a_name_stands_for_itself() -> None:
    assert header_key(" A b" * 9_000) == "A b" + " A b" * 8_999
