"""Zones by name, instants, and the instant at which a day begins."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from crmkit.calendars import instant_of, zone
from crmkit.calendars._zone import day_of, start_of
from crmkit.errors import InvalidPeriod


def instant(*when):
    return datetime(*when, tzinfo=UTC)


def test_a_zone_is_found_by_its_name():
    assert zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Europe/Berln", "did you mean 'Europe/Berlin'"),
        ("", "names are such as 'Europe/Berlin'"),
        ("../../etc/passwd", "names are such as"),
        ("/etc/localtime", "no time zone '/etc/localtime'"),
        ("America", "no time zone 'America'"),
        ("a\0b", r"no time zone 'a\\x00b'"),
        ("\ud800", "names are such as"),
        ("x" * 5000, "names are such as"),
        (None, "by its IANA name"),
        (UTC, "by its IANA name"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_near_miss(name, words):
    with pytest.raises(InvalidPeriod, match=words) as caught:
        zone(name)
    assert caught.value.code == "unknown_timezone"
    assert caught.value.value is name


def test_a_datetime_is_its_own_instant_whatever_the_zone():
    noon = datetime(2017, 3, 31, 12, tzinfo=timezone(timedelta(hours=2)))
    assert instant_of(noon, timezone="America/New_York") == datetime(2017, 3, 31, 10, tzinfo=UTC)
    assert instant_of(noon).tzinfo is UTC


def test_a_date_is_the_instant_at_which_the_day_ends_in_the_zone():
    assert instant_of(date(2017, 12, 31)) == datetime(2018, 1, 1, tzinfo=UTC)
    assert instant_of(date(2017, 12, 31), timezone="America/New_York") == datetime(2018, 1, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "timezone_name"),
    [
        (date.max, "UTC"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))), "UTC"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "UTC"),
    ],
)
def test_what_leads_outside_the_years_1_to_9999_is_refused(when, timezone_name):
    with pytest.raises(InvalidPeriod, match="years 1 to 9999") as caught:
        instant_of(when, timezone=timezone_name)
    assert caught.value.code == "out_of_range"


@pytest.mark.parametrize("when", ["2017-01-01", 20170101, None])
def test_what_is_neither_datetime_nor_date_is_refused(when):
    with pytest.raises(InvalidPeriod, match="expected a date, such as"):
        instant_of(when)


def test_a_zone_that_gives_no_offset_counts_as_none():
    class Nowhere(tzinfo):
        def utcoffset(self, when):
            return None

    with pytest.raises(InvalidPeriod, match="has no time zone"):
        instant_of(datetime(2017, 1, 1, tzinfo=Nowhere()))


@pytest.mark.parametrize(
    ("day", "name", "start"),
    [
        pytest.param(date(2017, 3, 26), "Europe/Berlin", instant(2017, 3, 25, 23), id="plain"),
        pytest.param(date(2018, 11, 4), "America/Sao_Paulo", instant(2018, 11, 4, 3), id="clocks skip 0:00 to 1:00"),
        pytest.param(date(1919, 3, 31), "America/Toronto", instant(1919, 3, 31, 4, 30), id="skip 23:30 to 0:30"),
        pytest.param(date(2017, 11, 5), "America/Havana", instant(2017, 11, 5, 4), id="0:00 comes twice"),
        pytest.param(date(2018, 2, 18), "America/Sao_Paulo", instant(2018, 2, 18, 3), id="back from 0:00 to 23:00"),
        pytest.param(
            date(2006, 10, 29), "America/St_Johns", instant(2006, 10, 29, 2, 30), id="back from 0:01 to 23:01"
        ),
        pytest.param(date(2011, 12, 30), "Pacific/Apia", instant(2011, 12, 30, 10), id="a day that is left out"),
        pytest.param(date(2011, 12, 31), "Pacific/Apia", instant(2011, 12, 30, 10), id="the day after it"),
    ],
)
def test_a_day_begins_with_the_first_instant_that_shows_its_date(day, name, start):
    assert start_of(day, zone(name)) == start
    assert start.astimezone(zone(name)).date() >= day
    assert (start - timedelta(microseconds=1)).astimezone(zone(name)).date() < day


def test_an_hour_in_which_an_old_date_shows_again_belongs_to_the_new_day():
    st_johns = zone("America/St_Johns")  # on 29 October 2006 the clocks went from 0:01 back to 23:01
    again_on_the_28th = datetime(2006, 10, 29, 3, tzinfo=UTC)
    assert again_on_the_28th.astimezone(st_johns).date() == date(2006, 10, 28)
    assert day_of(again_on_the_28th, st_johns) == date(2006, 10, 29)
