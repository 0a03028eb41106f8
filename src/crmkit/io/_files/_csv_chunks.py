"""A CSV file in pieces of so many rows, of which no more is held than a piece needs."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import attrs
import numpy as np

from crmkit.errors import ImportRejected
from crmkit.io._files._content import BLOCK, Content, packed
from crmkit.io._files._csv import records_of
from crmkit.io._files._encoding import Encoding, encoding_of, in_utf8
from crmkit.io._files._footer import without_end_mark, without_footer
from crmkit.io._files._format import FileFormat
from crmkit.io._files._grid import grid_of
from crmkit.io._files._head import Head, counted_lines, head_of
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Source
from crmkit.io._findings import Assumption

__all__ = ["csv_chunks"]

_MOST_HEAD = 1 << 24  # bytes above the rows
_IN_SIGHT = 2  # rows that must follow a piece, unless it is the last: one may be the totals


def csv_chunks(source: Source, again: Source, given: FileFormat, rows: int) -> Iterator[Rows]:
    """Read a CSV file piece by piece.

    Args:
        source: where its bytes come from, to find out their encoding.
        again: where they come from, to read them.
        given: what is known of how it is written.
        rows: how many a piece has at most.
    """
    encoding = encoding_of(source.name, lambda: _blocks(source), given.encoding)
    window = _Window(in_utf8(source.name, lambda: _blocks(again), encoding))
    head = _head(source.name, window, given, encoding)
    window.cut(head.start)
    line = head.first_line
    while not window.is_last:
        start = 0
        for stop, next_line in _cuts(head, window.content, rows, line):
            yield head.rows(records_of(head, window.content, start, stop, line))
            start, line = stop, next_line
        window.cut(start)
        window.more(max(BLOCK, start, window.content.size))
    rest = head.rows(records_of(head, window.content, 0, window.content.size, line))
    rest = attrs.evolve(rest, assumptions=(*rest.assumptions, *window.assumptions))
    yield from without_footer(rest).pieces(rows)


def _blocks(source: Source) -> Iterator[bytes]:
    with source.open() as stream:
        while block := stream.read(BLOCK):
            yield block


class _Window:
    """The part of a text that is looked at; it begins where a record does."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.content = packed([])
        self.is_last = False
        self.assumptions: tuple[Assumption, ...] = ()

    def more(self, least: int) -> None:
        """Read so many bytes more, or to the end."""
        parts = [self.content.view(0, self.content.size).tobytes()]
        size = 0
        for block in self._blocks:
            parts.append(block)
            size += len(block)
            if size >= least:
                break
        else:
            self.is_last = True
        self.content = packed(parts)
        if self.is_last:
            content, self.assumptions = without_end_mark(self.content)
            self.content = content.ended()

    def cut(self, start: int) -> None:
        """Leave out what has been read."""
        self.content = packed([self.content.view(start, self.content.size).tobytes()])


def _head(file: str, window: _Window, given: FileFormat, encoding: Encoding) -> Head:
    while True:
        window.more(BLOCK)
        is_all = window.is_last or window.content.size > _MOST_HEAD
        try:
            head = head_of(file, window.content, 0, given, encoding)
        except ImportRejected:
            if is_all:
                raise
            continue
        if is_all or head.start < window.content.size:
            return head


def _cuts(head: Head, content: Content, rows: int, line: int) -> list[tuple[int, int]]:
    """Return where pieces end: the byte behind each, and the line below it."""
    grid = grid_of(content, 0, content.size, head.dialect)
    if grid is None:
        return _cuts_by_csv(head, content, rows, line)
    full = np.flatnonzero(grid.cells == len(head.headers))
    records = full[rows - 1 : max(0, len(full) - _IN_SIGHT) : rows] + 1
    return [(grid.begin(record), line + int(grid.lines[record])) for record in records]


def _cuts_by_csv(head: Head, content: Content, rows: int, line: int) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    sizes: list[int] = []
    found = 0
    with content.text(0, content.size) as text:
        reader = csv.reader(counted_lines(text, sizes), **head.dialect.for_csv)
        while True:
            before = len(sizes)
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as fault:
                if "end of data" in str(fault):
                    break
                if len(sizes) > before + 1:  # refused as soon as it is read
                    return [*cuts[: found // rows], (sum(sizes), line + len(sizes))]
                continue
            if len(row) == len(head.headers):
                found += 1
                if found % rows == 0:
                    cuts.append((sum(sizes), line + len(sizes)))
    return cuts[: max(0, found - _IN_SIGHT) // rows]
