"""From when to when a table runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import narwhals as nw

from crmkit.errors import InvalidColumn, MissingColumn
from crmkit.tables._frames import collected, open_table
from crmkit.tables._remedies import no_instants

__all__ = ["extent"]


def extent(table: Any, *columns: str) -> tuple[datetime, datetime] | None:
    """Return the first and the last instant in the columns, in UTC; None where all are missing.

    Args:
        table: any dataframe, eager or lazy.
        columns: columns of instants.

    Raises:
        MissingColumn: a column that the table does not have.
        InvalidColumn: a column that holds something other than instants with a time zone.
    """
    frame = open_table(table)
    schema = frame.collect_schema()
    for name in columns:
        if name not in schema:
            raise MissingColumn.of(name, schema.names(), purpose="extent", remedy="say the names of columns it has")
    dated = [name for name in columns if _holds_instants(frame, name, schema[name])]
    bounds = [bound for name in dated for bound in (nw.col(name).min(), nw.col(name).max().alias(f"{name} max"))]
    row = collected(frame.select(*bounds)).rows()[0] if bounds else ()
    instants = [_plain(instant) for instant in row if isinstance(instant, datetime) and instant == instant]
    return (min(instants), max(instants)) if instants else None


def _holds_instants(frame: Any, name: str, dtype: Any) -> bool:
    """Tell whether a column holds any instant; what holds nothing may be of any type."""
    if isinstance(dtype, nw.Datetime) and dtype.time_zone is not None:
        return True
    found = collected(frame.select(name).filter(~nw.col(name).is_null()).head(1)).rows()
    if found:
        raise InvalidColumn(no_instants(frame, name, own=name), column=name, row=None, value=found[0][0])
    return False


def _plain(instant: datetime) -> datetime:
    """Make a plain datetime of any engine's own."""
    utc = instant.astimezone(UTC)
    return datetime.combine(utc.date(), utc.time(), UTC)
