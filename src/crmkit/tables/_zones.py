"""Times that do not say their zone, as instants.

Which of them are none, Python's own calendar of the zone says, for all engines alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw

from crmkit.tables._frames import collected

__all__ = [
    "OUTSIDE",
    "SKIPPED",
    "TWICE",
    "Unreadable",
    "in_pandas",
    "in_zone",
    "local_faults",
    "local_time",
]

SKIPPED = "does not exist in the time zone: the clocks were put forward over it"
TWICE = "stands for two instants in the time zone: the clocks were put back over it"
OUTSIDE = "leads outside the years 1 to 9999 in UTC"

Span = tuple[datetime, datetime]

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


class Unreadable(ValueError):
    """A value that is no value of its field; says why."""


def in_zone(local: datetime, place: ZoneInfo) -> datetime:
    """Return the instant in UTC at which the clocks of a zone showed a time.

    Raises:
        Unreadable: they never did, or did twice.
    """
    first, second = local.replace(tzinfo=place, fold=0), local.replace(tzinfo=place, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before != after:
        raise Unreadable(SKIPPED if (before or timedelta()) < (after or timedelta()) else TWICE)
    try:
        return first.astimezone(UTC)
    except OverflowError:
        raise Unreadable(OUTSIDE) from None


def local_time(column: nw.Expr, dtype: Any) -> nw.Expr:
    """Return a column of dates or of times without a zone as times in microseconds."""
    if isinstance(dtype, nw.Datetime) and dtype.time_unit == "ns":  # pyarrow refuses to cut them off
        column = column.dt.truncate("1us")
    return column.cast(nw.Datetime("us"))


def local_faults(frame: Any, local: nw.Expr, place: ZoneInfo) -> tuple[tuple[nw.Expr, str], ...]:
    """Return which times the clocks of a zone never showed, or showed twice, as far as they can occur in the frame."""
    found = frame.select(local.dt.truncate("1d").alias("day")).filter(~nw.col("day").is_null()).unique()
    days = {day.date() for day in collected(found).get_column("day").to_list()}
    skipped: list[Span] = []
    twice: list[Span] = []
    for start, end in _jumps(days, place):
        (skipped if start < end else twice).append((min(start, end), max(start, end)))
    faults = [(_within(local, spans), reason) for spans, reason in ((skipped, SKIPPED), (twice, TWICE)) if spans]
    first, last = _ends(place)
    if days:
        faults.append(((local < nw.lit(first)) | (local > nw.lit(last)), OUTSIDE))
    return tuple(faults)


def in_pandas(frame: Any, columns: Iterable[str], timezone: str) -> Any:
    """Return a pandas frame with instants in place of local times, of zones that narwhals does not know there."""
    series = [frame.get_column(name).to_native() for name in columns]
    instants = [one.dt.tz_localize(timezone).dt.tz_convert("UTC") for one in series]
    return frame.with_columns(*(nw.from_native(one, series_only=True) for one in instants))


def _jumps(days: Iterable[date], place: ZoneInfo) -> list[Span]:
    """Return what the clocks of a zone showed before and after each jump on these days or next to them."""
    found = set()
    for day in days:
        if not date(1, 1, 3) < day < date(9999, 12, 29):  # where no clocks jump, and no day before or after may be
            continue
        noon = datetime.combine(day, time(12), UTC)
        for start in (noon - _DAY, noon):
            if _offset(start, place) != _offset(start + _DAY, place):
                found.add(_jump(start, start + _DAY, place))
    return sorted(found)


def _jump(before: datetime, after: datetime, place: ZoneInfo) -> Span:
    old, new = _offset(before, place), _offset(after, place)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle, place) == new:
            after = middle
        else:
            before = middle
    moment = after.replace(tzinfo=None)
    return moment + old, moment + new


def _offset(instant: datetime, place: ZoneInfo) -> timedelta:
    return instant.astimezone(place).utcoffset() or timedelta()


def _ends(place: ZoneInfo) -> Span:
    """Return the first and the last local time that a datetime in UTC can stand for."""
    early = _offset(datetime(1, 1, 3, tzinfo=UTC), place)
    late = _offset(datetime(9999, 12, 29, tzinfo=UTC), place)
    first, last = datetime.combine(date.min, time.min), datetime.combine(date.max, time.max)
    return first + max(early, timedelta()), last + min(late, timedelta())


def _within(local: nw.Expr, spans: list[Span]) -> nw.Expr:
    """Tell whether a time lies in one of the half-open spans; halved, so that the expression stays shallow."""
    if len(spans) > 1:
        half = len(spans) // 2
        return _within(local, spans[:half]) | _within(local, spans[half:])
    start, end = spans[0]
    return (local >= nw.lit(start)) & (local < nw.lit(end))
