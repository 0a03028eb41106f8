"""A file as columns: for each, the distinct texts, and in every row the position of its text among them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from crmkit.errors import ImportRejected
from crmkit.io._files._format import FileFormat
from crmkit.io._findings import Assumption, RejectedRow

__all__ = ["LONGEST_NAME", "Codes", "Column", "Rows", "header_key"]

Codes: TypeAlias = npt.NDArray[np.int32]

LONGEST_NAME = 500  # longer texts are no names; to put a run of accents in order takes the square of their number


@attrs.frozen(eq=False)
class Column:
    """One column: its header, its distinct texts, and in every row the position of its text among them."""

    header: str
    texts: tuple[str, ...]
    codes: Codes

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how many rows hold each of the distinct texts."""
        return np.bincount(self.codes, minlength=len(self.texts))

    def slice(self, start: int, stop: int) -> Column:
        """Return some of the rows."""
        codes, texts = pd.factorize(self.codes[start:stop])
        return Column(self.header, tuple(self.texts[text] for text in texts.tolist()), codes.astype(np.int32))

    def first_row(self, text: str) -> int:
        """Return the first row that holds this text."""
        return int(np.argmax(self.codes == self.texts.index(text)))


@attrs.frozen(eq=False)
class Rows:
    """The well-formed rows of a file by column, and the others as they stand.

    Args:
        file: the name that messages use.
        columns: by header, in the order of the file.
        lines: the physical line on which each row begins, from 1.
        malformed: the rows that do not fit the header.
        header_line: the physical line of the headers.
        format: how the file is written, every part of it said.
        assumptions: what of that the file and the caller left open.
        footer: the lines below the rows that are no rows: a report's totals and its copyright.
        original: where the rows were rejected from another file and mended, the lines on which they stood there.
    """

    file: str
    columns: Mapping[str, Column]
    lines: npt.NDArray[np.int64]
    malformed: tuple[RejectedRow, ...]
    header_line: int = 1
    format: FileFormat = attrs.field(factory=FileFormat)
    assumptions: tuple[Assumption, ...] = ()
    footer: tuple[int, ...] = ()
    original: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def fields(self, row: int) -> tuple[str, ...]:
        """Return the cells of a row as they stand in the file."""
        return tuple(column.texts[column.codes[row]] for column in self.columns.values())

    def slice(self, start: int, stop: int) -> Rows:
        """Return some of the rows, with the malformed ones that stand before each, and behind the last row of all."""
        first = self.lines[start - 1] if 0 < start < len(self) else 0
        last = self.lines[stop - 1] if stop < len(self) else np.inf
        columns = {header: column.slice(start, stop) for header, column in self.columns.items()}
        lower, upper = (bisect(self.malformed, line, key=lambda row: row.line) for line in (first, last))
        malformed = self.malformed[lower:upper]
        footer = self.footer if stop >= len(self) else ()
        return attrs.evolve(self, columns=columns, lines=self.lines[start:stop], malformed=malformed, footer=footer)

    def pieces(self, most: int) -> Iterator[Rows]:
        """Give the rows in pieces of at most so many; one where there are none."""
        for start in range(0, max(len(self), 1), most):
            yield self.slice(start, start + most)

    def refusal(self, reason: str, **place: Any) -> ImportRejected:
        """Build the error that refuses this file."""
        return ImportRejected.of(reason, file=self.file, **place)


def header_key(header: str) -> str:
    """Return what headers have in common that mean the same: their letters and digits, in one case."""
    if len(header) > LONGEST_NAME:
        return header.strip()
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold()) or header.strip()
