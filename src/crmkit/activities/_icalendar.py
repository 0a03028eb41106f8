"""Activities as iCalendar: RFC 5545, written by the library `icalendar`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crmkit.activities._occurrences import local_time
from crmkit.activities._planned import activities_of, compact, shifted
from crmkit.activities._recurrence import recurrence_of
from crmkit.activities._reminders import ahead_of
from crmkit.activities._vtimezone import vtimezone
from crmkit.calendars import utc, zone
from crmkit.errors import InvalidArgument, MissingExtra, shown
from crmkit.records import Activity

if TYPE_CHECKING:
    from icalendar import Event, Todo

__all__ = ["to_icalendar"]

# the years of a zone's clock changes that are written: these, and those of the activities within wider bounds
_YEARS = (2020, 2038)
_BOUNDS = (1970, 2100)


def to_icalendar(
    activities: Iterable[Activity],
    *,
    at: datetime,
    prodid: str = "-//crmkit//crmkit//EN",
    domain: str = "crmkit.invalid",
) -> str:
    """Write activities as an iCalendar file: what is due and tasks as VTODO, what begins as VEVENT.

    Subject, body and location are in it: hand out no more than its reader may see. Reminders become alarms; times are
    those of the activity's `timezone`, or UTC without one.

    Args:
        activities: any iterable of activities.
        at: when the file is made.
        prodid: the name of what made it.
        domain: what stands behind each id, so that no other calendar has the same; best a domain of your own.

    Raises:
        InvalidArgument: something that is no activity, one without a time (code "no_time"), or whose recurrence or
            reminders cannot be read; a `prodid` or `domain` that is no text.
        InvalidPeriod: an instant without a time zone, or an unknown zone.
        MissingExtra: the library is not installed.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise MissingExtra.of("calendar", purpose="to_icalendar") from None
    given, stamp = activities_of(activities), utc(at)
    _prove_text("prodid", prodid)
    _prove_text("domain", domain)
    calendar = Calendar()
    calendar.add("prodid", _plain(prodid))
    calendar.add("version", "2.0")
    for name in sorted({activity.timezone for activity in given if activity.timezone is not None} - {"UTC"}):
        calendar.add_component(vtimezone(name, years=_years(given)))
    for activity in given:
        entry = _todo(activity) if activity.due_at is not None or activity.kind == "task" else _event(activity)
        entry.add("uid", _plain(f"{activity.id}@{domain}"))
        entry.add("dtstamp", stamp)
        _add_words(entry, activity)
        calendar.add_component(entry)
    text: bytes = calendar.to_ical()
    return text.decode()


def _event(activity: Activity) -> Event:
    from icalendar import Event

    if activity.occurred_at is None:
        raise InvalidArgument(
            f"activity {shown(activity.id)} has no time; set due_at, or occurred_at where it begins",
            argument="activity",
            value=activity.id,
            code="no_time",
        )
    event = Event()
    event.add("dtstart", _local(activity, activity.occurred_at))
    if activity.ends_at is not None and activity.ends_at > activity.occurred_at:
        event.add("dtend", _local(activity, activity.ends_at))
    if activity.recurrence is not None:
        _add_rule(event, activity, recurrence_of(activity.recurrence).replaced(), timedelta())
    _add_alarms(event, activity, related="START")
    return event


def _todo(activity: Activity) -> Todo:
    from icalendar import Todo

    todo = Todo()
    todo.add("status", "NEEDS-ACTION" if activity.done_at is None else "COMPLETED")
    if activity.done_at is not None:
        todo.add("completed", activity.done_at)
    if activity.due_at is None:
        return todo
    due = _local(activity, activity.due_at)
    start = None if activity.occurred_at is None else _local(activity, activity.occurred_at)
    if activity.recurrence is not None:
        # what recurs needs a start, on the same day as it is due, since the rule counts from it
        start = datetime.combine(due, time(), due.tzinfo)
        rule = recurrence_of(activity.recurrence).replaced(BYHOUR=None, BYMINUTE=None, BYSECOND=None)
        _add_rule(todo, activity, rule, activity.due_at - start.astimezone(UTC))
    if start is not None and start <= due:
        todo.add("dtstart", start)
    if start != due:  # it has to lie after the start
        todo.add("due", due)
    _add_alarms(todo, activity, related="END" if start != due else "START")
    return todo


def _add_rule(entry: Event | Todo, activity: Activity, text: str, ahead: timedelta) -> None:
    """Add a rule; its end is an instant in UTC, as it has to be beside a start with a zone.

    Args:
        entry: of the calendar.
        activity: whose rule it is.
        text: the rule.
        ahead: how long the entry starts before the time that the rule is about.
    """
    from icalendar import vRecur

    rule = recurrence_of(text)
    if rule.until is not None:
        until = rule.until
        if not isinstance(until, datetime):
            until = _instant(datetime.combine(until, time(23, 59, 59), _place(activity)))
        until = shifted(until, -ahead)
        text = rule.replaced(UNTIL=compact(until))
    entry.add("rrule", vRecur.from_ical(text))


def _add_words(entry: Event | Todo, activity: Activity) -> None:
    entry.add("sequence", activity.version)
    if activity.created_at is not None:
        entry.add("created", activity.created_at)
    words = {"summary": activity.subject, "description": activity.body, "location": activity.location}
    for name, text in words.items():
        if text is not None:
            entry.add(name, _plain(text))
    if activity.tags:
        entry.add("categories", [_plain(tag) for tag in activity.tags])


def _add_alarms(entry: Event | Todo, activity: Activity, *, related: str) -> None:
    from icalendar import Alarm, Parameters, vText

    for text in dict.fromkeys(activity.reminders):
        ahead_of(text)
        # as a text: icalendar would write a day for 24 hours, which it is not where the clocks change
        trigger = vText(f"-{text}")
        trigger.params = Parameters({"RELATED": related})
        alarm = Alarm()
        alarm["TRIGGER"] = trigger
        alarm.add("action", "DISPLAY")
        alarm.add("description", _plain(activity.subject or "Reminder"))
        entry.add_component(alarm)


def _place(activity: Activity) -> ZoneInfo:
    return zone("UTC" if activity.timezone is None else activity.timezone)


def _local(activity: Activity, instant: datetime) -> datetime:
    place = _place(activity)
    local_time(instant, place)  # refuses what lies outside the years that there are
    return instant.astimezone(place)


def _instant(local: datetime) -> datetime:
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC, microsecond=0)


def _years(activities: Iterable[Activity]) -> range:
    times = [time for each in activities for time in (each.due_at, each.occurred_at, each.ends_at) if time is not None]
    years = [*_YEARS, *(time.year for time in times)]
    return range(max(min(years), _BOUNDS[0]), min(max(years), _BOUNDS[1]) + 1)


def _prove_text(argument: str, value: object) -> None:
    if not isinstance(value, str):
        raise InvalidArgument(f"{argument}: {shown(value)} is no text", argument=argument, value=value)
    try:
        value.encode()
    except UnicodeEncodeError:
        reason = "holds half of a surrogate pair, which no file can hold"
        raise InvalidArgument(f"{argument}: {shown(value)} {reason}", argument=argument, value=value) from None


def _plain(text: str) -> str:
    """Return a text with one kind of line break, which is escaped, and without other control characters."""
    return "".join(sign for sign in "\n".join(text.splitlines()) if sign in "\n\t" or not _is_control(sign))


def _is_control(sign: str) -> bool:
    return sign < " " or "\x7f" <= sign <= "\x9f"
