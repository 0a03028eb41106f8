"""Files for the tests of reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

HEADER = "Deal ID,Deal Stage,Amount,Create Date,Close Date"

Write = Callable[..., Path]


def deals(*rows: str) -> str:
    """A file of deals with these rows."""
    return "\n".join([HEADER, *rows]) + "\n"
