"""What is late, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from crmkit.activities._occurrences import takes_place
from crmkit.activities._planned import activities_of, is_open
from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, shown
from crmkit.records import Activity, Record, is_record, ref

__all__ = ["next_action", "overdue"]

_NEVER = datetime.max.replace(tzinfo=UTC)


def overdue(activities: Iterable[Activity], *, as_of: datetime) -> tuple[Activity, ...]:
    """Return the activities that were due before an instant and not done by then, the longest overdue first.

    Args:
        activities: any iterable of activities. What was created after `as_of` is not there, and what was done after it
            is not done.
        as_of: when the question is asked.

    Raises:
        InvalidArgument: something that is no activity.
        InvalidPeriod: an instant without a time zone.
    """
    now = utc(as_of)
    late = [
        (activity.due_at, activity.id, activity)
        for activity in activities_of(activities)
        if activity.due_at is not None and activity.due_at < now and is_open(activity, now)
    ]
    return tuple(activity for *_, activity in sorted(late, key=lambda each: each[:2]))


def next_action(activities: Iterable[Activity], *, as_of: datetime, of: Record | None = None) -> Activity | None:
    """Return the earliest activity that is still to be done, or None.

    That is one that is due, late or not; or one that begins at `as_of` or later, a recurring one at its next time. A
    task without a time comes after all others.

    Args:
        activities: any iterable of activities. What was created after `as_of` is not there, and what was done after it
            is not done.
        as_of: when the question is asked.
        of: only activities that are linked to this record.

    Raises:
        InvalidArgument: something that is no activity, `of` that is no record, a recurrence that is no rule.
        InvalidPeriod: an instant without a time zone.
    """
    now = utc(as_of)
    link = None if of is None else _link(of)
    planned = [
        (at, activity.id, activity)
        for activity in activities_of(activities)
        if (link is None or link in activity.links)
        and is_open(activity, now)
        and (at := _planned_at(activity, now)) is not None
    ]
    return min(planned, key=lambda each: each[:2])[2] if planned else None


def _planned_at(activity: Activity, now: datetime) -> datetime | None:
    if activity.due_at is not None:
        return activity.due_at
    if activity.occurred_at is None:
        return _NEVER if activity.kind == "task" else None
    return next((occurrence.at for occurrence in takes_place(activity) if occurrence.at >= now), None)


def _link(of: Record) -> str:
    if not is_record(of):
        raise InvalidArgument(
            f"of is a record, such as a Deal, not {shown(type(of).__name__)}", argument="of", value=of
        )
    return ref(of)
