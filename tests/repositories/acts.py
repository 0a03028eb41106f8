"""Changes in one line each."""

from datetime import UTC, datetime

from crmkit.records import Change

AT = datetime(2017, 3, 31, 12, tzinfo=UTC)


def act(**said):
    return Change.of(**{"act": "test", "at": AT, "by": "ana", **said})
