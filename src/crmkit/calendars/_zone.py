"""Instants, the zones that give them a date, and the instant at which a date begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from crmkit.errors import InvalidPeriod, did_you_mean, nearest, shown

__all__ = ["day_of", "instant_of", "start_of", "utc", "zone"]

_DAY = timedelta(days=1)
_MIDNIGHT = time()
_SECOND = timedelta(seconds=1)


def zone(name: str) -> ZoneInfo:
    """Return the time zone of this IANA name.

    Args:
        name: such as "Europe/Berlin" or "UTC".

    Raises:
        InvalidPeriod: no such zone (code "unknown_timezone"); names the near miss.
    """
    if not isinstance(name, str):
        raise InvalidPeriod(
            f"a time zone is given by its IANA name, not as {shown(name)}", code="unknown_timezone", value=name
        )
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # absent; not a name; a folder of the zone files
        known = available_timezones()
        hint = did_you_mean(name, known) if nearest(name, known) else "; names are such as 'Europe/Berlin'"
        raise InvalidPeriod(f"no time zone {shown(name)}{hint}", code="unknown_timezone", value=name) from None


def utc(instant: datetime) -> datetime:
    """Return an aware datetime as a plain one in UTC.

    Raises:
        InvalidPeriod: not a datetime, one without a time zone, or one outside the years 1 to 9999 in UTC.
    """
    if type(instant) is datetime and instant.tzinfo is UTC:
        return instant
    if not isinstance(instant, datetime):
        raise InvalidPeriod(
            f"expected a datetime, such as datetime(2017, 6, 30, tzinfo=UTC), found {shown(instant)}", value=instant
        )
    if instant.tzinfo is None or instant.utcoffset() is None:  # the first for NaT, which has no offset to ask for
        raise InvalidPeriod(
            f"{shown(instant)} has no time zone; say which, as in .replace(tzinfo=datetime.UTC)",
            code="naive_instant",
            value=instant,
        )
    try:
        moved = instant.astimezone(UTC)
    except OverflowError:
        raise _out_of_range(instant) from None
    # pandas' Timestamp is a datetime too: rebuilt, so that its arithmetic and its nanoseconds stay outside
    return datetime.combine(moved.date(), moved.time(), UTC)


def instant_of(when: datetime | date, *, timezone: str = "UTC") -> datetime:
    """Return the instant in UTC that `when` stands for; for a date, the instant at which that day ends.

    Args:
        when: an aware datetime, or a date.
        timezone: the zone whose date is meant.

    Raises:
        InvalidPeriod: neither of them, a datetime without a time zone, an unknown zone, or an instant outside the years
            1 to 9999.
    """
    place = zone(timezone)
    if not isinstance(when, date):
        message = f"expected a date, such as date(2017, 6, 30), or a datetime with a time zone, found {shown(when)}"
        raise InvalidPeriod(message, value=when)
    if isinstance(when, datetime):
        return utc(when)
    if when == date.max:
        raise _out_of_range(when)
    return start_of(when + _DAY, place)


def start_of(day: date, place: ZoneInfo, clock: time = _MIDNIGHT) -> datetime:
    """Return the first instant, in UTC, at which this zone shows `day`, and on it `clock`, or what is later."""
    shown_first = datetime.combine(day, clock, place).replace(fold=0)  # of two such times the first
    try:
        start = shown_first.astimezone(UTC)
        if start.astimezone(place).replace(tzinfo=None) == shown_first.replace(tzinfo=None):
            return start
        return _landing(shown_first.replace(fold=1).astimezone(UTC), start, place)
    except OverflowError:
        raise _out_of_range(day) from None


def day_of(instant: datetime, place: ZoneInfo) -> date:
    """Return the day to which an instant in UTC belongs: the latest that has begun.

    Where the clocks go back over midnight, the calendar shows a date again that had ended; the day stays the later.
    """
    try:
        day = instant.astimezone(place).date()
        following = day + _DAY
    except OverflowError:
        raise _out_of_range(instant) from None
    return day if instant < start_of(following, place) else following


def _landing(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """Find the instant, to the second, at which the clocks jump; `before` lies before it and `after` does not."""
    jumped = after.astimezone(place).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(place).utcoffset() == jumped:
            after = middle
        else:
            before = middle
    return after


def _out_of_range(value: object) -> InvalidPeriod:
    return InvalidPeriod(
        f"{shown(value)} leads outside the years 1 to 9999 that a datetime can hold", code="out_of_range", value=value
    )
