"""Opening hours as time: how much of it passes between two instants, and when so much has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from crmkit.calendars._business import BusinessCalendar, in_order, prove_calendar
from crmkit.calendars._opening_hours import DAY
from crmkit.calendars._zone import day_of, instant_of, start_of, utc, zone
from crmkit.errors import InvalidArgument, InvalidPeriod, shown

__all__ = ["add_business_time", "business_time_between"]

_NONE = timedelta()


def business_time_between(start: datetime, end: datetime, *, calendar: BusinessCalendar) -> timedelta:
    """Return for how long a business was open between two instants.

    Args:
        start: aware datetime.
        end: aware datetime, not before `start`.
        calendar: when it is open. A time that the clocks skip is where they land, one that they show twice the first.

    Raises:
        InvalidPeriod: an instant without a time zone, or an end before the start.
    """
    first, last = in_order(start, end)
    passed = _NONE
    for opens, closes in _openings_from(first, calendar):
        if opens >= last:
            break
        passed += max(min(closes, last) - max(opens, first), _NONE)
    return passed


def add_business_time(start: datetime, duration: timedelta, *, calendar: BusinessCalendar) -> datetime:
    """Return the first instant by which a business was open for so long since `start`.

    Args:
        start: aware datetime.
        duration: how long, not below zero.
        calendar: when it is open. A time that the clocks skip is where they land, one that they show twice the first.

    Raises:
        InvalidArgument: a duration that is none, or below zero.
        InvalidPeriod: an instant without a time zone, or one outside the years 1 to 9999.
    """
    if not _is_duration(duration):
        raise InvalidArgument(
            f"a duration is a timedelta that is not below zero, not {shown(duration)}",
            argument="duration",
            value=duration,
        )
    first, left = utc(start), duration
    if left == _NONE:
        return first
    for opens, closes in _openings_from(first, calendar):
        opens = max(opens, first)
        if closes - opens >= left:
            return opens + left
        left -= max(closes - opens, _NONE)
    raise InvalidPeriod(
        f"{duration} of business time from {first} lead outside the years 1 to 9999",
        code="out_of_range",
        value=duration,
    )


def _is_duration(value: object) -> bool:
    return isinstance(value, timedelta) and value >= _NONE


def _openings_from(first: datetime, calendar: BusinessCalendar) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when a business is open, from the day of an instant on."""
    prove_calendar(calendar)
    for number in range(day_of(first, zone(calendar.timezone)).toordinal(), date.max.toordinal()):
        yield from _openings(date.fromordinal(number), calendar)


# A month's tickets ask for the same days again and again.
@lru_cache(maxsize=4096)
def _openings(day: date, calendar: BusinessCalendar) -> tuple[tuple[datetime, datetime], ...]:
    place = zone(calendar.timezone)

    def instant(minutes: int) -> datetime:
        if minutes == DAY:
            return instant_of(day, timezone=calendar.timezone)
        return start_of(day, place, time(minutes // 60, minutes % 60))

    return tuple((instant(opens), instant(closes)) for opens, closes in calendar.spans_on(day))
