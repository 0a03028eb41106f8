"""What follows in a series: the next activity of one that recurs, and times moved together."""

from __future__ import annotations

import re
from datetime import datetime

from crmkit.activities._occurrences import Occurrence, local_time, takes_place
from crmkit.activities._planned import compact, time_of
from crmkit.activities._recurrence import recurrence_of
from crmkit.calendars import zone
from crmkit.errors import InvalidArgument, shown
from crmkit.records import Activity, evolve

__all__ = ["following", "moved"]

_TIME_BEHIND = re.compile(r":[0-9]{8}T[0-9]{6}Z$")


def following(activity: Activity, *, after: datetime | None, created_at: datetime) -> Activity | None:
    """Return the activity that comes next, or None where none does.

    Args:
        activity: what it follows; it becomes its copy at another time.
        after: it takes place after this instant.
        created_at: when it is made.

    Raises:
        InvalidArgument: a recurrence that is no rule, or times outside the years 1 to 9999.
    """
    if activity.recurrence is None:
        return None
    times = (each for each in takes_place(activity) if each.number > 1 and (after is None or each.at > after))
    found = next(times, None)
    if found is None:
        return None
    return evolve(
        moved(activity, found.at),
        id=_next_id(activity, found.at),
        recurrence=_remaining(activity.recurrence, found, activity.timezone),
        created_at=created_at,
        version=0,
    )


def moved(activity: Activity, to: datetime) -> Activity:
    """Return an activity that takes place at another time; all its times move by as much.

    Raises:
        InvalidArgument: times outside the years 1 to 9999.
    """
    here = time_of(activity)
    if here is None:
        return evolve(activity, due_at=to)
    times = {name: getattr(activity, name) for name in ("due_at", "occurred_at", "ends_at")}
    try:
        return evolve(activity, **{name: to + (time - here) for name, time in times.items() if time is not None})
    except OverflowError:
        raise InvalidArgument(
            f"activity {shown(activity.id)} would leave the years 1 to 9999 at {to}",
            argument="to",
            value=to,
            code="out_of_range",
        ) from None


def _next_id(activity: Activity, at: datetime) -> str:
    return f"{_TIME_BEHIND.sub('', activity.id)}:{compact(at)}"


def _remaining(text: str, found: Occurrence, timezone: str | None) -> str | None:
    """Return the rule as it goes on: with what is left of COUNT, and its time of day where the clocks skip that."""
    rule = recurrence_of(text)
    left = None if rule.count is None else rule.count - found.number + 1
    if left == 1:
        return None
    skipped = local_time(found.at, zone("UTC" if timezone is None else timezone)) != found.wall
    clock = {"BYHOUR": found.wall.hour, "BYMINUTE": found.wall.minute} if skipped else {}
    return rule.replaced(**clock, **({} if left is None else {"COUNT": left}))
