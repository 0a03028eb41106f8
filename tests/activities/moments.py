"""Activities and instants as the tests name them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crmkit.calendars import Period
from crmkit.records import Activity

BERLIN = "Europe/Berlin"


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def local(*when, zone=BERLIN):
    return datetime(*when, tzinfo=ZoneInfo(zone))


def between(start, end):
    return Period(start, end)


def task(due=None, **more):
    return Activity(**{"id": "t1", "kind": "task", "due_at": due, **more})


def meeting(start, end=None, **more):
    return Activity(**{"id": "m1", "kind": "meeting", "occurred_at": start, "ends_at": end, "owner_id": "ana", **more})
