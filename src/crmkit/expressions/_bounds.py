"""The window [start, end) that a relative question means at an instant, in instants or in dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from crmkit.calendars import Period, local_dates, period_of
from crmkit.errors import InvalidExpression, InvalidPeriod
from crmkit.expressions._kinds import uneven
from crmkit.expressions._nodes import During, Relative

__all__ = ["checked_as_of", "date_bounds", "instant_bounds"]

Day = TypeVar("Day", date, datetime)

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def checked_as_of(as_of: datetime | None) -> datetime:
    """Return the instant that a relative question counts from, in UTC.

    Raises:
        InvalidExpression: none was given, or one without a time zone.
    """
    if as_of is None:
        raise InvalidExpression(
            "this question is relative to a moment; say which with as_of=, a datetime with its time zone",
            code="as_of_needed",
        )
    if getattr(as_of, "tzinfo", None) is None or as_of.utcoffset() is None:  # a date has neither, NaT no offset
        raise InvalidExpression(
            f"as_of must be a datetime with its time zone, not {as_of!r}", code="as_of_naive", value=as_of
        )
    return as_of.astimezone(UTC)


def instant_bounds(leaf: Relative | During, as_of: datetime) -> tuple[datetime, datetime]:
    """Return the window in instants; `as_of` is in UTC."""
    if isinstance(leaf, During):
        period = _period(leaf, as_of)
        return period.start, period.end
    return _span(leaf, as_of, _FIRST, _LAST)


def date_bounds(leaf: Relative | During, as_of: datetime) -> tuple[date, date]:
    """Return the window in dates: those that the period covers in its zone, or whole days around the UTC date.

    Raises:
        InvalidExpression: the span is not of whole days.
    """
    if isinstance(leaf, During):
        return local_dates(_period(leaf, as_of), timezone=leaf.timezone)
    if leaf.span % timedelta(days=1):
        raise uneven(leaf.path)
    return _span(leaf, as_of.date(), date.min, date.max)


def _period(leaf: During, as_of: datetime) -> Period:
    try:
        return period_of(
            as_of,
            leaf.every,
            timezone=leaf.timezone,
            fiscal_year_start=leaf.fiscal_year_start,
            offset=leaf.offset,
        )
    except (InvalidPeriod, OverflowError) as fault:
        raise InvalidExpression(
            f"field {leaf.path!r}: there is no {leaf.every} {leaf.offset} away from {as_of.date()}: {fault}",
            code="no_such_period",
            field=leaf.path,
        ) from fault


def _span(leaf: Relative, at: Day, first: Day, last: Day) -> tuple[Day, Day]:
    """A span that reaches beyond the calendar ends with it."""
    if leaf.direction == "past":
        return (at - leaf.span if at - first >= leaf.span else first), at
    return at, (at + leaf.span if last - at >= leaf.span else last)
