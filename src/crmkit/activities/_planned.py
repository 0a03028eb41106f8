"""When an activity takes place, and whether it is still to be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crmkit.calendars import Period
from crmkit.errors import InvalidArgument, shown
from crmkit.records import Activity

__all__ = ["activities_of", "checked", "compact", "is_open", "period_given", "shifted", "time_of"]

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def checked(activity: object) -> Activity:
    """Return what was given, if it is an activity.

    Raises:
        InvalidArgument: it is something else.
    """
    if not isinstance(activity, Activity):
        raise InvalidArgument(
            f"expected an Activity, found {shown(type(activity).__name__)}", argument="activity", value=activity
        )
    return activity


def activities_of(given: object) -> tuple[Activity, ...]:
    """Return the activities in an iterable.

    Raises:
        InvalidArgument: no iterable, or one that holds something else.
    """
    if not isinstance(given, Iterable):
        raise InvalidArgument(
            f"expected activities, such as a list of them, found {shown(type(given).__name__)}",
            argument="activities",
            value=given,
        )
    return tuple(checked(activity) for activity in given)


def period_given(period: object) -> Period:
    """Return what was given, if it is a period.

    Raises:
        InvalidArgument: it is something else.
    """
    if not isinstance(period, Period):
        raise InvalidArgument(
            f"period: {shown(period)} is no Period; say period_of(at, 'week')", argument="period", value=period
        )
    return period


def time_of(activity: Activity) -> datetime | None:
    """Return when an activity is due, or else when it begins."""
    return activity.occurred_at if activity.due_at is None else activity.due_at


def is_open(activity: Activity, as_of: datetime) -> bool:
    """Tell whether an activity was there at an instant and not yet done."""
    there = activity.created_at is None or activity.created_at <= as_of
    return there and (activity.done_at is None or activity.done_at > as_of)


def shifted(instant: datetime, by: timedelta) -> datetime:
    """Return an instant so much later, at most the last one that there is and at least the first."""
    try:
        return instant + by
    except OverflowError:
        return _FIRST if by < timedelta() else _LAST


def compact(instant: datetime) -> str:
    """Write an instant as iCalendar does: 20260706T070000Z."""
    return f"{instant.replace(tzinfo=None).isoformat(timespec='seconds').replace('-', '').replace(':', '')}Z"
