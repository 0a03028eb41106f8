"""Reminders: how long before an activity, written as ISO 8601 durations; data, nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from attrs import frozen

from crmkit.activities._occurrences import local_time, takes_place
from crmkit.activities._planned import activities_of, is_open, period_given, shifted
from crmkit.calendars import Period, zone
from crmkit.errors import InvalidArgument, shown
from crmkit.records import Activity

__all__ = ["Reminder", "ahead_of", "due_reminders"]

_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,3})W|(?:(?P<days>[0-9]{1,4})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,5})H)?(?:(?P<minutes>[0-9]{1,6})M)?(?:(?P<seconds>[0-9]{1,6})S)?)?)"
)


@frozen
class Reminder:
    """A time at which somebody is to be reminded of an activity.

    Args:
        at: when.
        activity: of what.
        takes_place_at: when the activity is due or begins.
    """

    at: datetime
    activity: Activity
    takes_place_at: datetime


@frozen
class Ahead:
    """How long before: days on the wall clock, and time."""

    days: int
    time: timedelta

    def before(self, activity: Activity, at: datetime) -> datetime | None:
        """Return the instant so long before an activity takes place, or None where that is before year 1."""
        place = zone("UTC" if activity.timezone is None else activity.timezone)
        try:
            if self.days:  # time alone asks no wall clock, which may show the time twice
                wall = local_time(at, place) - timedelta(days=self.days)
                at = wall.replace(tzinfo=place).astimezone(UTC)
            return at - self.time
        except OverflowError:
            return None

    @property
    def longest(self) -> timedelta:
        """As much time as this can be, whatever the clocks do."""
        return timedelta(days=self.days + 2) + self.time


def due_reminders(activities: Iterable[Activity], *, period: Period) -> tuple[Reminder, ...]:
    """Return the reminders whose time lies within a period, in the order of their times.

    Each text in an activity's `reminders` says how long before it is due or begins, for each time that it takes place.
    Days and weeks are those of the wall clock of its `timezone`; hours, minutes and seconds are time. Of an activity
    that is done by then, or not there yet, nobody is reminded.

    Args:
        activities: any iterable of activities.
        period: where to look.

    Raises:
        InvalidArgument: something that is no activity or no period; a reminder that is no duration (code
            "invalid_reminder"); a recurrence that is no rule.
        InvalidPeriod: an unknown zone.
    """
    within = period_given(period)
    found = [reminder for activity in activities_of(activities) for reminder in _reminders(activity, within)]
    return tuple(sorted(found, key=lambda reminder: (reminder.at, reminder.takes_place_at, reminder.activity.id)))


def ahead_of(text: str) -> Ahead:
    """Read how long before an activity a reminder comes, such as "PT15M" or "P1D".

    Raises:
        InvalidArgument: no duration of ISO 8601, or one of months or years (code "invalid_reminder").
    """
    match = _DURATION.fullmatch(text)
    if match is None or text == "P":
        raise InvalidArgument(
            f"reminder {shown(text)} is no duration in weeks, or in days, hours, minutes and seconds; "
            "say PT15M for 15 minutes before, P1D for a day",
            argument="reminders",
            value=text,
            code="invalid_reminder",
        )
    number = {unit: int(count or 0) for unit, count in match.groupdict().items()}
    time = timedelta(hours=number["hours"], minutes=number["minutes"], seconds=number["seconds"])
    return Ahead(number["weeks"] * 7 + number["days"], time)


def _reminders(activity: Activity, period: Period) -> Iterator[Reminder]:
    for ahead in {ahead_of(text) for text in activity.reminders}:
        for occurrence in takes_place(activity, before=shifted(period.end, ahead.longest)):
            at = ahead.before(activity, occurrence.at)
            if at is not None and at in period and is_open(activity, at):
                yield Reminder(at, activity, occurrence.at)
