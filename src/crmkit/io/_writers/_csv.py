"""Columns as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import BinaryIO, TypeVar

from crmkit.io._cells import Cells
from crmkit.io._writers._columns import WrittenColumn, refuse_cell, refuse_name
from crmkit.io._writers._texts import Form, cell_texts, neutralised

__all__ = ["csv_file", "in_rows"]

T = TypeVar("T")

_CHUNK = 4096  # rows


def csv_file(stream: BinaryIO, columns: Sequence[WrittenColumn], *, form: Form, encoding: str, separator: str) -> None:
    """Write columns as CSV, each line ended by a carriage return and a line feed (RFC 4180).

    Args:
        stream: gets the bytes.
        columns: what is written.
        form: "spreadsheet" puts an apostrophe before texts that a spreadsheet would calculate.
        encoding: of the text.
        separator: between the cells of a line.

    Raises:
        InvalidColumn: a text that the encoding has no letters for (code "not_writable").
    """
    texts = [cell_texts(column, form) for column in columns]
    headers = [neutralised(column.header) if form == "spreadsheet" else column.header for column in columns]
    for header, column, held in zip(headers, columns, texts, strict=True):
        _refuse_foreign(column, [header, *held], encoding)
    text = TextIOWrapper(stream, encoding=encoding, newline="")
    writer = csv.writer(text, delimiter=separator)
    # A reader that is not told the separator looks for it in the headers, outside of quotation marks.
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL if _is_marked(headers) else csv.QUOTE_MINIMAL).writerow(
        headers
    )
    writer.writerows(in_rows(texts, [column.cells for column in columns]))
    text.flush()
    text.detach()


def in_rows(texts: Sequence[Sequence[T]], cells: Sequence[Cells]) -> Iterator[tuple[T, ...]]:
    """Give row by row the texts of columns, or what else stands for their values.

    Args:
        texts: of each column, those of its distinct values.
        cells: of each column.
    """
    for start in range(0, len(cells[0].codes), _CHUNK):
        chunks = [
            [held[code] for code in column.codes[start : start + _CHUNK].tolist()]
            for held, column in zip(texts, cells, strict=True)
        ]
        yield from zip(*chunks, strict=True)


def _is_marked(headers: Sequence[str]) -> bool:
    return any(mark in header for header in headers for mark in ',;\t|"')


def _refuse_foreign(column: WrittenColumn, texts: Sequence[str], encoding: str) -> None:
    if _is_kept("".join(texts), encoding):
        return
    at = next(at for at, text in enumerate(texts) if not _is_kept(text, encoding))
    reason = f'the encoding {encoding} has no letters for this text; say encoding="utf-8"'
    if at == 0:
        refuse_name(column.header, f"cannot be written: {reason}")
    refuse_cell(column, at - 1, reason)


def _is_kept(text: str, encoding: str) -> bool:
    """Tell whether a text comes back the same from its bytes: some encodings write two letters alike."""
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False
