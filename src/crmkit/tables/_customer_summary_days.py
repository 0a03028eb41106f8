"""The day in a time zone to which each instant of a column belongs, as a number that every engine computes alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw

from crmkit.errors import TableError
from crmkit.tables._duckdb import duckdb_micros

__all__ = ["DAY", "EPOCH", "day_number", "local_shifts", "micros_of", "with_micros"]

DAY = 86_400_000_000
"""How many microseconds a day has."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Before the first of these no zone had changed its clocks; after the second an offset leads outside a datetime.
_FIRST, _LAST = datetime(1800, 1, 1, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
_ONE_DAY, _SECOND, _MICROSECOND = timedelta(days=1), timedelta(seconds=1), timedelta(microseconds=1)
# From the year 1 to 1970: what is divided must be above 0, since engines divide below it in different ways.
_DAYS_BEFORE = 719_163


def with_micros(frame: Any, name: str) -> Any:
    """Return a frame with microseconds since 1970 in place of a column of instants or of dates.

    Args:
        frame: a narwhals frame; of DuckDB, as plain_duckdb makes it.
        name: the column.

    Raises:
        TableError: an engine that cannot say them.
    """
    if frame.implementation.is_duckdb():
        return duckdb_micros(frame, name)
    return frame.with_columns(_micros(nw.col(name), frame.collect_schema()[name], frame.implementation).alias(name))


def micros_of(instant: datetime) -> int:
    """Return microseconds since 1970."""
    return (instant - EPOCH) // _MICROSECOND


def day_number(micros: nw.Expr, shifts: Iterable[tuple[int | None, int]]) -> nw.Expr:
    """Return the number of the day since 1970.

    Args:
        micros: microseconds since 1970, none of them missing.
        shifts: as local_shifts gives them.
    """
    # Numbers beside missing ones are floats in pandas, which would round the sum.
    local, before = micros.cast(nw.Int64) + _DAYS_BEFORE * DAY, 0
    for start, offset in shifts:
        begun = nw.lit(1) if start is None else (micros >= start).cast(nw.Int64)
        local = local + begun * (offset - before)
        before = offset
    day = local // DAY
    # Spark divides as floats do, which hold no last microsecond of a day: it comes out as of the next.
    day = day - (day * DAY > local).cast(nw.Int64)
    return (day - _DAYS_BEFORE).cast(nw.Int32)  # half the width: engines group by it


def local_shifts(first: int, last: int, place: ZoneInfo) -> tuple[tuple[int | None, int], ...]:
    """Return from when on how much a zone's day is ahead of that in UTC: the first from ever on, all in microseconds.

    Where the clocks go back over midnight, the day stays the later one, as in `calendars`.

    Args:
        first: the first instant to be looked at.
        last: the last.
        place: the zone.
    """
    start = min(max(EPOCH + timedelta(microseconds=first), _FIRST) - _ONE_DAY, _LAST).replace(microsecond=0)
    end = min(EPOCH + timedelta(microseconds=last), _LAST)
    noons = [start + number * _ONE_DAY for number in range(max((end - start).days, 0) + 2)]
    shifts: list[tuple[int | None, int]] = [(None, _offset(noons[0], place) // _MICROSECOND)]
    for before, after in pairwise(noons):
        if _offset(before, place) != _offset(after, place):
            shifts.append(_shift(before, after, place))
    return tuple(shifts)


def _micros(column: nw.Expr, dtype: Any, implementation: nw.Implementation) -> nw.Expr:
    if implementation.is_spark_like():  # which has no timestamp(), but casts to seconds, exact to the year 2100
        if dtype == nw.Date:
            return (column - nw.lit(EPOCH.date())).cast(nw.Int64) * DAY
        return (column.cast(nw.Float64) * 1e6).round().cast(nw.Int64)
    if dtype == nw.Date:
        column, dtype = column.cast(nw.Datetime("us")), nw.Datetime("us")
    if implementation.is_ibis():
        message = "customer_summary cannot count the days of an Ibis table; give what stands behind it, or .to_polars()"
        raise TableError(message, code="unsupported_engine")
    return column.dt.timestamp("us")


def _shift(before: datetime, after: datetime, place: ZoneInfo) -> tuple[int, int]:
    """Return when, between two instants of whole seconds, the zone's day begins to be ahead by the later offset."""
    old, new = _offset(before, place), _offset(after, place)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle, place) == new:
            after = middle
        else:
            before = middle
    latest = after + old - _MICROSECOND  # shown before the clocks go back: at midnight sharp no later day has begun
    if (after + new).date() < latest.date():
        after = latest.replace(hour=0, minute=0, second=0, microsecond=0) - new
    return micros_of(after), new // _MICROSECOND


def _offset(instant: datetime, place: ZoneInfo) -> timedelta:
    return instant.astimezone(place).utcoffset() or timedelta()
