"""What is done to activities: planned, put off, completed."""

from __future__ import annotations

from datetime import datetime

from crmkit.activities._occurrences import takes_place
from crmkit.activities._planned import checked, time_of
from crmkit.activities._recurrence import recurrence_of
from crmkit.activities._reminders import ahead_of
from crmkit.activities._series import following, moved
from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, shown
from crmkit.records import Activity, Change, evolve

__all__ = ["complete", "reschedule", "schedule"]


def schedule(activity: Activity, *, at: datetime, by: str, reason: str | None = None) -> Change:
    """Add an activity after checking what its other acts and questions need.

    Args:
        activity: not done, with a time at which it is due or begins.
        at: when it is planned; its `created_at`, if it has none.
        by: who plans it.
        reason: why.

    Raises:
        InvalidArgument: an activity without a time (code "no_time"), that is done (code "already_done") or ends before
            it begins, or whose recurrence or reminders cannot be read.
        InvalidPeriod: `at` without a time zone, or an unknown zone.
    """
    now = utc(at)
    _must_be_open(checked(activity))
    if time_of(activity) is None:
        raise InvalidArgument(
            f"activity {shown(activity.id)} has no time; set due_at, or occurred_at where it begins",
            argument="activity",
            value=activity.id,
            code="no_time",
        )
    if activity.ends_at is not None and (activity.occurred_at is None or activity.ends_at < activity.occurred_at):
        raise InvalidArgument(
            f"activity {shown(activity.id)} ends before it begins; set occurred_at to when it begins",
            argument="activity",
            value=activity.id,
        )
    for text in activity.reminders:
        ahead_of(text)
    next(takes_place(activity))
    return Change.of(
        add=[evolve(activity, created_at=now) if activity.created_at is None else activity],
        act="schedule",
        at=now,
        by=by,
        reason=reason,
        idempotency_key=f"schedule:{activity.id}",
    )


def reschedule(activity: Activity, *, to: datetime, at: datetime, by: str, reason: str | None = None) -> Change:
    """Move an activity to another time; its other times move by as much, and its recurrence goes on from there.

    Args:
        activity: not done.
        to: when it is due from now on, or else begins; one without a time is due then.
        at: when it is put off.
        by: who does it.
        reason: why.

    Raises:
        InvalidArgument: an activity that is done (code "already_done"), or is due or begins then already.
        InvalidPeriod: an instant without a time zone.
    """
    _must_be_open(checked(activity))
    now, there, here = utc(at), utc(to), time_of(activity)
    if there == here:
        raise InvalidArgument(
            f"activity {shown(activity.id)} takes place at {there} already; say another time", argument="to", value=to
        )
    rule = None if activity.recurrence is None else recurrence_of(activity.recurrence)
    recurrence = None if rule is None else rule.replaced(BYHOUR=None, BYMINUTE=None, BYSECOND=None)
    return Change.of(
        edit=[(activity, evolve(moved(activity, there), recurrence=recurrence))],
        act="reschedule",
        at=now,
        by=by,
        reason=reason,
        idempotency_key=f"reschedule:{activity.id}:{activity.version}",
    )


def complete(
    activity: Activity, *, at: datetime, by: str, reason: str | None = None, skip_missed: bool = False
) -> Change:
    """Complete an activity; of one that recurs the next is added, and the recurrence moves on to it.

    The next one is a copy that takes place at the next time of the rule. Its id is that of the first of the series with
    this time behind it, such as "t1:20260706T070000Z".

    Args:
        activity: not done.
        at: when it was done.
        by: who did it.
        reason: why.
        skip_missed: leave out the times up to `at`; otherwise the next one may be overdue already.

    Raises:
        InvalidArgument: an activity that is done (code "already_done") or was created after `at`, or a recurrence that
            is no rule.
        InvalidPeriod: an instant without a time zone, or an unknown zone.
    """
    now = utc(at)
    _must_be_open(checked(activity))
    if activity.created_at is not None and now < activity.created_at:
        raise InvalidArgument(
            f"activity {shown(activity.id)} was created at {activity.created_at}, after {now}; say when it was done",
            argument="at",
            value=at,
        )
    upcoming = following(activity, after=now if skip_missed else None, created_at=now)
    return Change.of(
        edit=[(activity, evolve(activity, done_at=now, recurrence=None))],
        add=[] if upcoming is None else [upcoming],
        act="complete",
        at=now,
        by=by,
        reason=reason,
        idempotency_key=f"complete:{activity.id}:{activity.version}",
    )


def _must_be_open(activity: Activity) -> None:
    if activity.done_at is not None:
        raise InvalidArgument(
            f"activity {shown(activity.id)} was done at {activity.done_at}; plan another one",
            argument="activity",
            value=activity.id,
            code="already_done",
        )
