"""The periods of a calendar, each known by its number: days and weeks counted from year 1, the others in months."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from attrs import frozen

from crmkit.calendars._period import Period
from crmkit.calendars._zone import day_of, start_of, utc, zone
from crmkit.errors import InvalidPeriod, did_you_mean, shown

__all__ = ["Every", "local_dates", "period_of", "periods_between"]

Every = Literal["day", "week", "month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_INSTANT = timedelta(microseconds=1)


def period_of(
    at: datetime, every: Every, *, timezone: str = "UTC", fiscal_year_start: int = 1, offset: int = 0
) -> Period:
    """Return the period that holds an instant, or the one `offset` periods later.

    Weeks are those of ISO 8601 and begin on Monday. A fiscal year bears the number of the calendar year in which it
    ends ("FY2018", "FY2018-Q1"); days, weeks and months are the same in every fiscal year.

    Args:
        at: aware datetime.
        every: the kind of period.
        timezone: the zone at whose midnights periods begin.
        fiscal_year_start: the month, 1 to 12, in which years and their quarters begin.
        offset: how many periods to move on; negative moves back.

    Raises:
        InvalidPeriod: an instant without a time zone, an unknown zone or kind, a period outside the years 1 to 9999,
            or a day that the zone left out when it crossed the date line.
    """
    calendar = _calendar(every, timezone, fiscal_year_start)
    if not _is_whole(offset):
        raise InvalidPeriod(f"offset is a whole number of periods, not {shown(offset)}", value=offset)
    number = calendar.number(day_of(utc(at), calendar.place)) + offset
    period = calendar.period(number)
    if period is None:
        raise InvalidPeriod(
            f"{calendar.label(number)} does not exist in {timezone}, whose calendar left it out",
            code="skipped_day",
            value=calendar.label(number),
        )
    return period


def periods_between(
    start: datetime, end: datetime, every: Every, *, timezone: str = "UTC", fiscal_year_start: int = 1
) -> tuple[Period, ...]:
    """Return all periods of a kind that meet the window [start, end), in order and without a gap.

    Args:
        start: aware datetime.
        end: aware datetime after `start`.
        every: the kind of period.
        timezone: the zone at whose midnights periods begin.
        fiscal_year_start: the month, 1 to 12, in which years and their quarters begin.

    Raises:
        InvalidPeriod: as `period_of` and `Period`.
    """
    calendar = _calendar(every, timezone, fiscal_year_start)
    first, last = (calendar.number(day) for day in _first_and_last(Period(start, end), calendar.place))
    periods = (calendar.period(number) for number in range(first, last + 1))
    return tuple(period for period in periods if period is not None)


def local_dates(period: Period, *, timezone: str = "UTC") -> tuple[date, date]:
    """Return the dates that a period covers, wholly or in part, in a zone: the first, and the one after the last.

    Raises:
        InvalidPeriod: an unknown zone, or dates outside the years 1 to 9999.
    """
    first, last = _first_and_last(period, zone(timezone))
    return first, last + timedelta(days=1)


def _first_and_last(period: Period, place: ZoneInfo) -> tuple[date, date]:
    return day_of(period.start, place), day_of(period.end - _INSTANT, place)


@frozen
class _Calendar:
    """One kind of period in one zone."""

    every: Every
    place: ZoneInfo
    fiscal_year_start: int

    def number(self, day: date) -> int:
        """Return the number of the period that holds a day."""
        if self.every == "day":
            return day.toordinal()
        if self.every == "week":
            return (day.toordinal() - 1) // 7  # 1 January of year 1 is a Monday
        return (day.year * 12 + day.month - 1 - self._shift) // _MONTHS[self.every]

    def first_day(self, number: int) -> date:
        """Return the first day of the period with this number."""
        try:
            if self.every == "day":
                return date.fromordinal(number)
            if self.every == "week":
                return date.fromordinal(number * 7 + 1)
            year, month = divmod(number * _MONTHS[self.every] + self._shift, 12)
            return date(year, month + 1, 1)
        except (ValueError, OverflowError):
            raise InvalidPeriod(
                f"{self.every} number {number} lies outside the years 1 to 9999", code="out_of_range", value=number
            ) from None

    def period(self, number: int) -> Period | None:
        """Return the period with this number, or None for a day that the zone's calendar left out."""
        start, end = (start_of(self.first_day(n), self.place) for n in (number, number + 1))
        return Period(start, end, self.label(number)) if start < end else None

    def label(self, number: int) -> str:
        """Return the name of the period with this number."""
        day = self.first_day(number)
        match self.every:
            case "day":
                return day.isoformat()
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year:04}-W{week:02}"
            case "month":
                return day.isoformat()[:7]
            case "quarter":
                return f"{self._year_label(number // 4)}-Q{number % 4 + 1}"
            case _:
                return self._year_label(number)

    def _year_label(self, year: int) -> str:
        return f"{year:04}" if self.fiscal_year_start == 1 else f"FY{year + 1:04}"

    @property
    def _shift(self) -> int:
        return 0 if self.every == "month" else self.fiscal_year_start - 1


def _calendar(every: Every, timezone: str, fiscal_year_start: int) -> _Calendar:
    kinds = get_args(Every)
    if every not in kinds:
        raise InvalidPeriod(
            f"no kind of period {shown(every)}{did_you_mean(str(every), kinds)}", code="unknown_kind", value=every
        )
    if not _is_whole(fiscal_year_start) or not 1 <= fiscal_year_start <= 12:
        raise InvalidPeriod(
            f"fiscal_year_start is a month from 1 to 12, not {shown(fiscal_year_start)}", value=fiscal_year_start
        )
    return _Calendar(every, zone(timezone), fiscal_year_start)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
