"""A first line that is no line of headers, recognised to say what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crmkit.errors import ImportRejected, shown
from crmkit.io._files._rows import header_key
from crmkit.io._notation import is_date_shaped

__all__ = ["MOST_COLUMNS", "checked_headers", "delimiter_of", "header_hint", "title_hint"]

MOST_COLUMNS = 16_384  # as a sheet of Excel has

_DELIMITERS = (",", ";", "\t", "|")
_A_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_AN_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FAR_FEWER = 2


def checked_headers(file: str, cells: Sequence[str], line: int | None = None) -> tuple[str, ...]:
    """Return the headers that a line of cells holds: their texts without blanks around them.

    Args:
        file: the name that messages use.
        cells: of the line.
        line: its number; None where the headers stand on none.

    Raises:
        ImportRejected: a cell is blank, two are one name, or they are too many.
    """
    if len(cells) > MOST_COLUMNS:
        reason = f"it has {len(cells):,} columns, more than the {MOST_COLUMNS:,} that a table may have"
        raise ImportRejected.of(reason, file=file, line=line, code="too_many_columns")
    headers = [cell.strip() for cell in cells]
    seen: dict[str, str] = {}
    for position, header in enumerate(headers, 1):
        if not header:
            hint = header_hint(headers)
            reason = f"column {position} of {len(headers)} has no header; every column needs a name{hint}"
            raise ImportRejected.of(reason, file=file, line=line, code="empty_header")
        key = header_key(header)
        if key in seen:
            reason = f"the headers {shown(seen[key])} and {shown(header)} are one name; rename one"
            reason += header_hint(headers)
            raise ImportRejected.of(reason, file=file, line=line, column=header, code="duplicate_header")
        seen[key] = header
    return tuple(headers)


def delimiter_of(line: str, quote: str = '"') -> str:
    """Return the delimiter that stands most often outside of quotation marks."""
    mark = re.escape(quote)
    bare = re.sub(f"{mark}[^{mark}]*{mark}", "", line) if quote else line
    return max(_DELIMITERS, key=bare.count)


def header_hint(headers: Sequence[str]) -> str:
    """End a message about headers: most are blank, or a quarter look like data; empty where they look like names."""
    if 2 * list(headers).count("") > len(headers):
        return "; if this line is a title, delete the lines above the header"
    data = sum(
        is_date_shaped(header) or _A_NUMBER.fullmatch(header) is not None or _AN_EMAIL.fullmatch(header) is not None
        for header in headers
    )
    return "; the first line looks like data: add a line of headers" if 4 * data >= len(headers) else ""


def title_hint(line: int, headers: Sequence[str], others: Iterable[tuple[int, Sequence[str]]]) -> str:
    """End a message about headers when a following line has far more cells; empty where none has.

    Args:
        line: of the headers.
        headers: the cells of that line.
        others: the other lines, each with its number and its cells. A single cell may hold delimiters that the
            line of headers does not have.
    """
    width = len(headers)
    for number, cells in others:
        count = 1 + cells[0].count(delimiter_of(cells[0])) if len(cells) == 1 else len(cells)
        if count >= _FAR_FEWER * width:
            cell = "cell" if width == 1 else "cells"
            return f"; line {line} has {width} {cell}, line {number} has {count}: delete the lines above the header"
    return ""
