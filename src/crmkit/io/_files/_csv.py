"""A CSV file as rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from crmkit.io._files._content import Content, content_of
from crmkit.io._files._encoding import content_in_utf8, encoding_of
from crmkit.io._files._footer import without_end_mark, without_footer
from crmkit.io._files._format import FileFormat
from crmkit.io._files._grid import grid_of, grid_records
from crmkit.io._files._head import Head, head_of
from crmkit.io._files._records import Records, read_records
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Source

__all__ = ["read_csv", "records_of"]

_FEW_ROWS = 1000  # that many are read sooner one by one than in blocks


def read_csv(source: Source, given: FileFormat) -> Rows:
    """Read a text whose cells are separated by commas, semicolons, tabs, bars or another mark.

    Args:
        source: where its bytes come from.
        given: what is known of how it is written.

    Raises:
        ImportRejected: its encoding is not certain, its header does not name each column once,
            or a quotation mark is left open, so that nobody can tell where the next row begins.
    """
    with source.open() as stream:
        content = content_of(stream, source.size)
    encoding = encoding_of(source.name, content.blocks, given.encoding)
    content, mark = without_end_mark(content_in_utf8(source.name, content, encoding))
    content = content.ended()
    head = head_of(source.name, content, encoding.bom, given, encoding)
    rows = head.rows(records_of(head, content, head.start, content.size, head.first_line))
    return without_footer(attrs.evolve(rows, assumptions=(*rows.assumptions, *mark)))


def records_of(head: Head, content: Content, start: int, stop: int, line: int) -> Records:
    """Read the records of a part of a text.

    Args:
        head: of the text.
        content: its bytes, in UTF-8.
        start: where a record begins.
        stop: where one ends.
        line: the line on which the first begins.
    """
    width = len(head.headers)
    with _uncollected():
        grid = grid_of(content, start, stop, head.dialect)
        if grid is None or len(grid.cells) < _FEW_ROWS or grid.begin(len(grid.cells)) < stop:
            return read_records(head.file, content, start, stop, line, width, head.dialect)
        return grid_records(content, grid, line, width, head.dialect)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from going through all rows again and again while they are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
