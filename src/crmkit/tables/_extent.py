"""From when to when a table runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import narwhals as nw

from crmkit.tables._frames import collected, open_table

__all__ = ["extent"]


def extent(table: Any, *columns: str) -> tuple[datetime, datetime] | None:
    """Return the first and the last instant in the columns, in UTC; None where all are missing.

    Args:
        table: any dataframe, eager or lazy.
        columns: columns of instants.
    """
    ends = [bound.alias(f"{name} {end}") for name in columns for end, bound in _bounds(name)]
    row = collected(open_table(table).select(*ends)).rows()[0] if ends else ()
    instants = [_plain(instant) for instant in row if instant is not None and instant == instant]
    return (min(instants), max(instants)) if instants else None


def _bounds(name: str) -> tuple[tuple[str, nw.Expr], ...]:
    return ("first", nw.col(name).min()), ("last", nw.col(name).max())


def _plain(instant: datetime) -> datetime:
    """Make a plain datetime of any engine's own."""
    utc = instant.astimezone(UTC)
    return datetime.combine(utc.date(), utc.time(), UTC)
