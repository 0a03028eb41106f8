"""BusinessCalendar: when a business is open; and its business days, counted as numpy.busday_count counts them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import accumulate
from typing import Self

from attrs import field, frozen

from crmkit._documents import dump, load
from crmkit.calendars._opening_hours import Spans, hours_of_week, spans_of
from crmkit.calendars._zone import day_of, start_of, utc, zone
from crmkit.errors import CrmError, InvalidArgument, InvalidDocument, InvalidPeriod, shown

__all__ = ["BusinessCalendar", "add_business_days", "business_days_between"]

_KIND = "business_calendar"
_DAYS = range(1, date.max.toordinal() + 1)  # day 1 is a Monday
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _dates(given: Iterable[date]) -> frozenset[date]:
    try:
        found = frozenset(given)
    except TypeError:
        raise InvalidArgument(
            f"holidays are dates, as country_holidays gives them, not {shown(given)}", argument="holidays", value=given
        ) from None
    for day in found:
        if not _is_date(day):
            raise InvalidArgument(
                f"a holiday is a date, such as date(2026, 12, 25), not {shown(day)}", argument="holidays", value=day
            )
    return found


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _in_order(days: frozenset[date]) -> str:
    return f"{{{', '.join(day.isoformat() for day in sorted(days))}}}"


@frozen
class _Week:
    """The open days of a calendar, as numbers: by weekday, and the holidays among them in order."""

    spans: tuple[Spans, ...]
    open_before: tuple[int, ...]
    holidays: tuple[int, ...]

    def before(self, number: int) -> int:
        """Return how many business days there are from day 1 up to this one, without it."""
        weeks, rest = divmod(number - 1, 7)
        return weeks * self.open_before[7] + self.open_before[rest] - bisect_left(self.holidays, number)

    def nth(self, count: int) -> int | None:
        """Return the business day before which there are `count`, or None outside the years 1 to 9999."""
        index = bisect_right(_DAYS, count, key=lambda number: self.before(number + 1))
        return _DAYS[index] if count >= 0 and index < len(_DAYS) else None


@frozen(kw_only=True)
class BusinessCalendar:
    """When a business is open: hours by weekday, on the wall clock of a zone, but not on holidays.

    A business day is a date with hours that is no holiday. Data only: it compares, hashes, and goes to JSON and back.

    Args:
        hours: by day or days, "Mon" to "Sun"; several spans a day are separated by commas. A day without is closed.
        holidays: dates on which it is closed; `country_holidays` knows those of a country.
        timezone: the IANA name of the zone.

    Raises:
        InvalidArgument: hours that cannot be or never are (code "invalid_hours"), a holiday that is no date.
        InvalidPeriod: an unknown zone.
    """

    hours: tuple[tuple[str, str], ...] = field(default=(("Mon-Fri", "00:00-24:00"),), converter=hours_of_week)
    holidays: frozenset[date] = field(default=frozenset(), converter=_dates, repr=_in_order)
    timezone: str = "UTC"
    _week: _Week = field(init=False, eq=False, repr=False)

    @_week.default
    def _reckoned(self) -> _Week:
        zone(self.timezone)
        hours = dict(self.hours)
        spans = tuple(spans_of(hours[name]) if name in hours else () for name in _NAMES)
        return _Week(
            spans,
            tuple(accumulate((bool(day) for day in spans), initial=0)),
            tuple(sorted(day.toordinal() for day in self.holidays if spans[day.weekday()])),
        )

    def spans_on(self, day: date) -> Spans:
        """Return the hours of a date, in minutes after midnight; none on a holiday.

        Raises:
            InvalidArgument: no date.
        """
        given: object = day
        if not isinstance(given, date):
            raise InvalidArgument(f"day is a date, not {shown(given)}", argument="day", value=given)
        return () if day in self.holidays else self._week.spans[day.weekday()]

    def to_json(self) -> str:
        """Write this calendar as a document that `from_json` reads."""
        holidays = [day.isoformat() for day in sorted(self.holidays)]
        return dump(_KIND, {"hours": dict(self.hours), "holidays": holidays, "timezone": self.timezone})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a calendar from a document.

        Raises:
            InvalidDocument: a text that holds no calendar; the message says where.
        """
        body = load(_KIND, text)
        if set(body) != {"hours", "holidays", "timezone"}:
            raise _unreadable(f"it has hours, holidays and timezone, found {shown(sorted(body))}")
        if not isinstance(body["holidays"], list):
            raise _unreadable(f"its holidays are a list, found {shown(body['holidays'])}")
        try:
            holidays = [date.fromisoformat(day) for day in body["holidays"]]
            return cls(hours=body["hours"], holidays=holidays, timezone=body["timezone"])
        except (CrmError, TypeError, ValueError) as fault:
            raise _unreadable(str(fault)) from None


def business_days_between(start: datetime, end: datetime, *, calendar: BusinessCalendar) -> int:
    """Return how many whole business days have passed from one instant to another.

    A day has passed when the next business day shows the same time of day; from Friday, 15:00, that is Monday, 15:00.
    What begins on a closed day begins with the next business day. Between midnights this is numpy.busday_count.

    Args:
        start: aware datetime.
        end: aware datetime, not before `start`.
        calendar: which days are open; its opening hours do not matter here.

    Raises:
        InvalidPeriod: an instant without a time zone, or an end before the start.
    """
    first, last = in_order(start, end)
    (days, clock), (days_at_end, clock_at_end) = _position(first, calendar), _position(last, calendar)
    # never below 0: where the clocks go back, a later instant shows an earlier time
    return max(days_at_end - days - (clock_at_end < clock), 0)


def add_business_days(start: datetime, days: int, *, calendar: BusinessCalendar) -> datetime:
    """Return the instant on the business day `days` later, at the same time of day.

    From a closed day it is the beginning of a business day: from Saturday, one day on, that of Tuesday.

    Args:
        start: aware datetime.
        days: a whole number; below 0 goes back.
        calendar: which days are open; its opening hours do not matter here.

    Raises:
        InvalidArgument: days that are no whole number.
        InvalidPeriod: an instant without a time zone, or one outside the years 1 to 9999.
    """
    if not _is_whole(days):
        raise InvalidArgument(f"days are a whole number, not {shown(days)}", argument="days", value=days)
    passed, clock = _position(utc(start), calendar)
    number = calendar._week.nth(passed + days)
    if number is None:
        raise InvalidPeriod(
            f"{shown(days)} business days from {start} lead outside the years 1 to 9999",
            code="out_of_range",
            value=days,
        )
    return start_of(date.fromordinal(number), zone(calendar.timezone), clock)


def in_order(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return two instants in UTC, of which the second is not before the first.

    Raises:
        InvalidPeriod: an instant without a time zone, or an end before the start.
    """
    first, last = utc(start), utc(end)
    if last < first:
        raise InvalidPeriod(
            f"the end {last} lies before the start {first}; give the earlier one first",
            code="empty_period",
            value=(first, last),
        )
    return first, last


def prove_calendar(calendar: object) -> None:
    """Refuse what is no BusinessCalendar.

    Raises:
        InvalidArgument: something else.
    """
    if not isinstance(calendar, BusinessCalendar):
        message = f"calendar is a BusinessCalendar, not {shown(calendar)}"
        raise InvalidArgument(message, argument="calendar", value=calendar)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _position(instant: datetime, calendar: BusinessCalendar) -> tuple[int, time]:
    """Return the business days before an instant, and the time of day; that is midnight on closed days."""
    prove_calendar(calendar)
    place = zone(calendar.timezone)
    day, local = day_of(instant, place), instant.astimezone(place)
    # on a day that has begun although the clocks, set back over midnight, show the one before, it is midnight too
    running = calendar.spans_on(day) and local.date() == day
    return calendar._week.before(day.toordinal()), local.time() if running else time()


def _unreadable(reason: str) -> InvalidDocument:
    return InvalidDocument(f"not a crmkit.{_KIND} document: {reason}", document=f"crmkit.{_KIND}")
