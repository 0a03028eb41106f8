"""Columns to guess at, and what they are taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from crmkit.io._files import Column, Rows
from crmkit.io._guess._guess import Match, best_matches, match
from crmkit.io._plan._columns import specs_of


def rows_of(columns: Mapping[str, Sequence[str]]) -> Rows:
    """A file with these columns, each a list of cells."""
    parts = {}
    count = 0
    for header, cells in columns.items():
        texts = tuple(dict.fromkeys(cells))
        codes = np.array([texts.index(cell) for cell in cells], np.int32)
        parts[header] = Column(header, texts, codes)
        count = len(cells)
    return Rows("file.csv", parts, np.arange(2, 2 + count), ())


def headers_only(*headers: str) -> Rows:
    """A file with these headers and no row."""
    return rows_of({header: [] for header in headers})


def guessed(rows: Rows, record: str) -> Match:
    """What the columns are, told the kind of record."""
    return match(rows, record, specs_of(record, None))


def kinds_of(rows: Rows) -> list[str]:
    """The kinds of record that the rows can be, the likeliest first."""
    return [found.record for found in best_matches(rows, lambda record: specs_of(record, None))]
