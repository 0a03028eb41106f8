"""Business days: the numbers of numpy, and the laws of counting and adding them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.calendars import (
    BusinessCalendar,
    add_business_days,
    add_business_time,
    business_days_between,
    business_time_between,
)
from crmkit.calendars._zone import start_of
from crmkit.errors import InvalidArgument, InvalidPeriod
from tests.calendars.business_weeks import CALENDARS, DAYS, LOCAL_TIMES

WEEK = BusinessCalendar()
BERLIN = BusinessCalendar(hours={"Mon-Fri": "09:00-17:00"}, timezone="Europe/Berlin")
FRIDAY = datetime(2026, 7, 3, 15, tzinfo=UTC)
COUNTS = st.integers(-3000, 3000)
# the hours of the day in which no clock of the zones drawn ever changes
BY_DAY = LOCAL_TIMES.map(lambda local: local.replace(hour=4 + local.hour % 20))


def weekmask(calendar):
    return [day in dict(calendar.hours) for day in DAYS]


@given(CALENDARS, st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_between_midnights_business_days_are_those_that_numpy_counts(calendar, one, other):
    first, last = sorted((one, other))
    place = ZoneInfo(calendar.timezone)
    counted = business_days_between(start_of(first, place), start_of(last, place), calendar=calendar)
    assert counted == np.busday_count(first, last, weekmask=weekmask(calendar), holidays=sorted(calendar.holidays))


@given(CALENDARS, st.dates(date(1990, 1, 1), date(2040, 1, 1)), COUNTS)
def test_from_a_midnight_business_days_are_added_as_numpy_does(calendar, day, days):
    place = ZoneInfo(calendar.timezone)
    later = add_business_days(start_of(day, place), days, calendar=calendar)
    holidays = sorted(calendar.holidays)
    there = np.busday_offset(day, days, roll="forward", weekmask=weekmask(calendar), holidays=holidays)
    assert later == start_of(there.item(), place)


@given(CALENDARS, BY_DAY, COUNTS)
def test_as_many_days_lie_between_as_were_added(calendar, local, days):
    start = local.replace(tzinfo=ZoneInfo(calendar.timezone))
    first, last = sorted((start, add_business_days(start, days, calendar=calendar)))
    assert business_days_between(first, last, calendar=calendar) == abs(days)


@given(CALENDARS, BY_DAY, st.integers(0, 300), st.timedeltas(timedelta(), timedelta(days=400)))
def test_days_have_passed_once_the_instant_has_to_which_adding_them_leads(calendar, local, days, span):
    start = local.replace(tzinfo=ZoneInfo(calendar.timezone))
    if add_business_days(start, days, calendar=calendar) <= start + span:
        assert business_days_between(start, start + span, calendar=calendar) >= days


@pytest.mark.parametrize(
    ("end", "days"),
    [
        (FRIDAY, 0),
        (FRIDAY + timedelta(days=1), 0),
        (FRIDAY + timedelta(days=3) - timedelta(microseconds=1), 0),
        (FRIDAY + timedelta(days=3), 1),
        (FRIDAY + timedelta(days=7), 5),
        (FRIDAY + timedelta(days=7 * 52 * 10), 2600),
    ],
)
def test_a_business_day_has_passed_when_the_next_one_shows_the_same_time(end, days):
    assert business_days_between(FRIDAY, end, calendar=WEEK) == days


def test_what_begins_on_a_closed_day_begins_with_the_next_business_day():
    saturday = FRIDAY + timedelta(days=1)
    tuesday = datetime(2026, 7, 7, tzinfo=UTC)
    assert add_business_days(saturday, 1, calendar=WEEK) == tuesday
    assert business_days_between(saturday, tuesday - timedelta(microseconds=1), calendar=WEEK) == 0
    assert business_days_between(saturday, tuesday, calendar=WEEK) == 1
    assert add_business_days(saturday, 0, calendar=WEEK) == datetime(2026, 7, 6, tzinfo=UTC)


def test_the_time_of_day_is_that_of_the_wall_over_a_change_of_the_clocks():
    friday = datetime(2026, 3, 27, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    monday = add_business_days(friday, 1, calendar=BERLIN)
    assert monday == datetime(2026, 3, 30, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert monday - friday == timedelta(days=3, hours=-1)


def test_a_time_that_the_clocks_skip_is_where_they_land():
    sundays = BusinessCalendar(hours={"Sun": "00:00-24:00"}, timezone="Europe/Berlin")
    before = datetime(2026, 3, 22, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add_business_days(before, 1, calendar=sundays) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_where_the_clocks_go_back_no_count_falls_below_zero():
    sundays = BusinessCalendar(hours={"Sun": "00:00-24:00"}, timezone="Europe/Berlin")
    first_run = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert business_days_between(first_run, first_run + timedelta(minutes=30), calendar=sundays) == 0


def test_a_day_whose_midnight_comes_twice_begins_with_the_first():
    # at 00:01 on 29 October 2006 the clocks of St John's went back to 23:01
    every_day = BusinessCalendar(hours={"Mon-Sun": "00:00-24:00"}, timezone="America/St_Johns")
    shows_saturday_again = datetime(2006, 10, 29, 3, tzinfo=UTC)
    later = add_business_days(shows_saturday_again, 1, calendar=every_day)
    assert later == start_of(date(2006, 10, 30), ZoneInfo("America/St_Johns"))


@pytest.mark.parametrize("days", [10**9, -(10**9), 3_000_000])
def test_days_that_lead_out_of_the_calendar_are_refused(days):
    with pytest.raises(InvalidPeriod, match="years 1 to 9999") as caught:
        add_business_days(FRIDAY, days, calendar=WEEK)
    assert caught.value.code == "out_of_range"


def test_the_first_and_the_last_day_that_there_are_can_be_reached():
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    assert add_business_days(first, 0, calendar=WEEK) == first
    assert add_business_days(last - timedelta(days=1), 1, calendar=WEEK) == last
    for start, days in ((first, -1), (last, 1)):
        with pytest.raises(InvalidPeriod, match="years 1 to 9999"):
            add_business_days(start, days, calendar=WEEK)


@pytest.mark.parametrize("days", [1.5, True, None, "1"])
def test_days_are_a_whole_number(days):
    with pytest.raises(InvalidArgument, match="whole number"):
        add_business_days(FRIDAY, days, calendar=WEEK)


def test_an_end_before_the_start_and_a_naive_instant_are_refused():
    with pytest.raises(InvalidPeriod, match="give the earlier one first") as caught:
        business_days_between(FRIDAY, FRIDAY - timedelta(days=1), calendar=WEEK)
    assert caught.value.code == "empty_period"
    with pytest.raises(InvalidPeriod, match="has no time zone"):
        business_days_between(FRIDAY.replace(tzinfo=None), FRIDAY, calendar=WEEK)
    with pytest.raises(InvalidPeriod, match="has no time zone"):
        add_business_days(FRIDAY.replace(tzinfo=None), 1, calendar=WEEK)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: business_days_between(FRIDAY, FRIDAY, calendar=None),
        lambda: add_business_days(FRIDAY, 1, calendar="Mon-Fri"),
        lambda: add_business_time(FRIDAY, timedelta(hours=1), calendar=None),
        lambda: business_time_between(FRIDAY, FRIDAY, calendar=5),
        lambda: WEEK.spans_on("2026-07-03"),
    ],
)
def test_what_is_no_calendar_or_no_date_is_named(ask):
    with pytest.raises(InvalidArgument, match=r"calendar is a BusinessCalendar|day is a date"):
        ask()
