"""A VTIMEZONE says the same as the zone, read as RFC 5545 reads it and as dateutil does."""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import example, given
from hypothesis import strategies as st

from crmkit.activities._vtimezone import vtimezone

YEARS = range(2015, 2031)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "America/Sao_Paulo",
]
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis wants naive bounds
    lambda at: at.replace(microsecond=0)
)


@cache
def onsets(name):
    """Each instant from which on an offset holds: a local time less the offset before it."""
    found = []
    for part in vtimezone(name, years=YEARS).subcomponents:
        walls = [part["DTSTART"].dt, *(each.dt for each in (part["RDATE"].dts if "RDATE" in part else ()))]
        found += [((wall - part["TZOFFSETFROM"].td).replace(tzinfo=UTC), part["TZOFFSETTO"].td) for wall in walls]
    return sorted(found)


@given(st.sampled_from(ZONES), INSTANTS)
@example("Europe/Berlin", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC))
@example("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC))
@example("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC))
@example("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC))
def test_the_offset_of_the_latest_onset_is_that_of_the_zone(name, at):
    assert [offset for onset, offset in onsets(name) if onset <= at][-1] == at.astimezone(ZoneInfo(name)).utcoffset()


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York"])
def test_dateutil_reads_the_zone_from_it(name):
    text = f"BEGIN:VCALENDAR\r\n{vtimezone(name, years=YEARS).to_ical().decode()}END:VCALENDAR\r\n"
    read, place = tz.tzical(io.StringIO(text)).get(name), ZoneInfo(name)
    for hours in range(0, 366 * 24, 7):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert at.astimezone(read).utcoffset() == at.astimezone(place).utcoffset()


def test_the_first_hour_after_each_change_is_on_the_new_time():
    text = vtimezone("Europe/Berlin", years=range(2025, 2027)).to_ical().decode()
    assert "TZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:20250101T010000\r\nTZNAME:CET\r\n" in text
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20250330T020000\r\nRDATE:20260329T020000\r\nTZNAME:CEST\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nRDATE:20261025T030000\r\nTZNAME:CET\r\n" in text
