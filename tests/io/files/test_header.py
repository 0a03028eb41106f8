"""A first line that is no line of headers is told apart from headers that nobody knows."""

from __future__ import annotations

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from tests.io.written import Write, deals

ROW = "d1,Won,10,2017-01-01,2017-02-01"


def refusal(path: object) -> str:
    with pytest.raises(ImportRejected) as refused:
        io.read(path)  # type: ignore[arg-type]  # a path
    assert refused.value.code == "unknown_record"
    return str(refused.value)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(("above", "lines"), [("Sales report\n", (1, 2)), ("\nSales report\n\n", (2, 4))])
def test_lines_above_the_header_are_to_be_deleted(write: Write, mark: str, above: str, lines: tuple[int, int]) -> None:
    said = refusal(write(above + deals(ROW).replace(",", mark)))
    assert said.endswith(f"; line {lines[0]} has 1 cell, line {lines[1]} has 5: delete the lines above the header")


def test_a_title_of_several_cells_is_one_too(write: Write) -> None:
    assert "line 1 has 2 cells, line 3 has 5: delete" in refusal(write("Report,2017\nby,Ana\n" + deals(ROW)))


@pytest.mark.parametrize("cells", ["a,Ana,x@y.example,Paris", "a,Ana,2017-01-31,Paris", "a,Ana,12,Paris"])
def test_a_first_line_of_data_asks_for_headers(write: Write, cells: str) -> None:
    assert refusal(write(f"{cells}\n")).endswith("; the first line looks like data: add a line of headers")


@pytest.mark.parametrize("text", ["colour,size,form\nred,4,x\nred,4,x,y\n", "colour\nred\n", "colour\n"])
def test_headers_that_nobody_knows_are_called_neither(write: Write, text: str) -> None:
    said = refusal(write(text))
    assert "delete the lines" not in said
    assert "looks like data" not in said
