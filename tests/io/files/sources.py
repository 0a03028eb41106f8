"""Files in memory, and their rows as texts."""

from __future__ import annotations

from io import BytesIO

from crmkit.io._files import Rows, Source


def source(content: bytes | str, name: str = "file") -> Source:
    """A file with this content."""
    data = content.encode() if isinstance(content, str) else content
    return Source(name, lambda: BytesIO(data), len(data))


def cells(rows: Rows) -> dict[str, list[str]]:
    """The texts of each column, row by row."""
    return {header: [column.texts[code] for code in column.codes.tolist()] for header, column in rows.columns.items()}


def faults(rows: Rows) -> dict[int, str]:
    """Why each malformed row is not taken, by its line."""
    return {row.line: row.problems[0].reason for row in rows.malformed}
