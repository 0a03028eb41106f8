"""The times at which an activity takes place: its rule on the wall clock of its zone, by dateutil."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime
from zoneinfo import ZoneInfo

from attrs import frozen

from crmkit.activities._planned import checked, period_given, time_of
from crmkit.activities._recurrence import Recurrence, recurrence_of
from crmkit.calendars import Period, zone
from crmkit.errors import InvalidArgument, shown
from crmkit.records import Activity

__all__ = ["Occurrence", "local_time", "occurrences", "takes_place"]

# after so many years the Gregorian calendar begins anew: same leap years, same weekdays
_CYCLE = 400


@frozen
class Occurrence:
    """One time at which an activity takes place.

    Args:
        number: 1 for the activity's own time.
        at: the instant.
        wall: the time that the rule says; the clocks may skip it.
    """

    number: int
    at: datetime
    wall: datetime


def occurrences(activity: Activity, *, period: Period) -> tuple[datetime, ...]:
    """Return the instants within a period at which an activity takes place, in order.

    It takes place when it is due, or else when it begins, and from then on as its `recurrence` says, on the wall clock
    of its `timezone` (UTC, if it has none): at 09:00 before and after the clocks change. A time that the clocks skip is
    counted by the offset before they do, so 02:30 is then 03:30; one that they show twice is the first (RFC 5545,
    section 3.3.5). The activity's own time is always the first, and `COUNT` counts it.

    Args:
        activity: of any kind; without a time it has no occurrences.
        period: where to look.

    Raises:
        InvalidArgument: no activity or no period; a recurrence that is not a rule or beyond the limits (code
            "invalid_recurrence").
        InvalidPeriod: an unknown zone.
    """
    within = period_given(period)
    found = takes_place(checked(activity), before=within.end)
    return tuple(occurrence.at for occurrence in found if occurrence.at >= within.start)


def takes_place(activity: Activity, *, before: datetime | None = None) -> Iterator[Occurrence]:
    """Yield the times of an activity in order, up to an instant; without one, as long as somebody asks for more."""
    own = time_of(activity)
    if own is None or (before is not None and own >= before):
        return
    rule = None if activity.recurrence is None else recurrence_of(activity.recurrence)
    place = zone("UTC" if activity.timezone is None else activity.timezone)
    local = local_time(own, place)
    first = local if rule is None else datetime.combine(local, rule.clock(local.time()))
    last = Occurrence(1, own, first)
    yield last
    if rule is None:
        return
    last_year = own.year + _CYCLE if before is None else before.year
    for wall in _walls(rule, first, last_year):
        at = _instant(wall, place)
        if at is None or _is_over(rule, last.number, at, wall) or (before is not None and at >= before):
            return
        if at > last.at:
            last = Occurrence(last.number + 1, at, wall)
            yield last


def local_time(instant: datetime, place: ZoneInfo) -> datetime:
    """Return what the clocks of a zone show at an instant.

    Raises:
        InvalidArgument: a time outside the years 1 to 9999.
    """
    try:
        return instant.astimezone(place).replace(tzinfo=None, fold=0)
    except OverflowError:
        raise InvalidArgument(
            f"{shown(str(instant))} lies outside the years 1 to 9999 in {place.key}",
            argument="activity",
            value=instant,
            code="out_of_range",
        ) from None


def _is_over(rule: Recurrence, taken: int, at: datetime, wall: datetime) -> bool:
    if rule.count is not None and taken >= rule.count:
        return True
    if isinstance(rule.until, datetime):
        return at > rule.until
    return rule.until is not None and wall.date() > rule.until


def _walls(rule: Recurrence, first: datetime, last_year: int) -> Iterator[datetime]:
    """Yield the times that a rule says, from the first on.

    dateutil looks for the next time up to the year 9999. The search is done in the same years of a later cycle of the
    calendar, so that for a rule whose time never comes, such as 30 February, it ends soon.
    """
    from dateutil.rrule import rrulestr

    later = max((MAXYEAR - last_year - 1) // _CYCLE * _CYCLE, 0)
    start = first.replace(year=first.year + later)
    for wall in rrulestr(rule.days(), dtstart=start):
        yield wall.replace(year=wall.year - later, microsecond=first.microsecond)  # dateutil drops the latter


def _instant(wall: datetime, place: ZoneInfo) -> datetime | None:
    """Return the instant at which a zone shows a time, or None where that lies outside the years 1 to 9999."""
    try:
        return wall.replace(tzinfo=place).astimezone(UTC)
    except OverflowError:
        return None
