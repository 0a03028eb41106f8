"""A time zone as a VTIMEZONE, with each change of its clocks at the instant at which it comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from crmkit.calendars import zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from icalendar import Timezone

__all__ = ["vtimezone"]

# no zone changes its clocks twice within a week
_STEP = timedelta(days=7)
_SECOND = timedelta(seconds=1)


@frozen
class _Clock:
    """How a zone shows the time: its offset from UTC, and what that is called."""

    offset: timedelta
    name: str


def vtimezone(name: str, *, years: range) -> Timezone:
    """Return the component that describes a zone in some years.

    Args:
        name: the IANA name.
        years: without a gap.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    place = zone(name)
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (years[0], years[-1] + 1))
    before = _clock(start, place)
    onsets: dict[tuple[timedelta, _Clock], list[datetime]] = {(before.offset, before): [_wall(start, before)]}
    for at in _changes(start, end, place):
        after = _clock(at, place)
        onsets.setdefault((before.offset, after), []).append(_wall(at, before))
        before = after
    timezone = Timezone()
    timezone.add("tzid", name)
    for (offset_before, clock), walls in onsets.items():
        part = TimezoneDaylight() if clock.offset > offset_before else TimezoneStandard()
        part.add("dtstart", walls[0])
        part.add("tzoffsetfrom", offset_before)
        part.add("tzoffsetto", clock.offset)
        part.add("tzname", clock.name)
        if len(walls) > 1:
            part.add("rdate", walls[1:])
        timezone.add_component(part)
    return timezone


def _changes(start: datetime, end: datetime, place: ZoneInfo) -> Iterator[datetime]:
    """Yield the first second of each clock that differs from the one before."""
    while start < end:
        low, high = start, start + _STEP
        if _clock(low, place) != _clock(high, place):
            yield _first_of(_clock(high, place), low, high, place)
        start = high


def _first_of(clock: _Clock, low: datetime, high: datetime, place: ZoneInfo) -> datetime:
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        low, high = (low, middle) if _clock(middle, place) == clock else (middle, high)
    return high


def _clock(at: datetime, place: ZoneInfo) -> _Clock:
    local = at.astimezone(place)
    return _Clock(local.utcoffset() or timedelta(), local.tzname() or place.key)


def _wall(at: datetime, clock: _Clock) -> datetime:
    """Return what the clock that still stands shows at a change: an onset is written so."""
    return (at + clock.offset).replace(tzinfo=None)
