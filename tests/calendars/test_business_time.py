"""Opening hours as time: the numbers of pandas, and the laws of measuring and adding them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.calendars import BusinessCalendar, add_business_time, business_time_between
from crmkit.errors import InvalidArgument, InvalidPeriod
from tests.calendars.business_weeks import CALENDARS, INSTANTS

OFFICE = BusinessCalendar(hours={"Mon-Fri": "09:00-12:00, 13:00-17:00"}, holidays=[date(2026, 7, 6)])
ALWAYS = {"Mon-Sun": "00:00-24:00"}
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 7, 3, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
DURATIONS = st.timedeltas(timedelta(), timedelta(days=9))


@given(CALENDARS, INSTANTS, DURATIONS)
def test_adding_business_time_is_the_inverse_of_measuring_it(calendar, start, duration):
    end = add_business_time(start, duration, calendar=calendar)
    assert business_time_between(start, end, calendar=calendar) == duration
    if duration:
        assert business_time_between(start, end - timedelta(microseconds=1), calendar=calendar) < duration


@given(CALENDARS, INSTANTS, DURATIONS, DURATIONS)
def test_business_time_adds_up_and_is_never_more_than_time(calendar, start, one, other):
    middle, end = start + one, start + one + other
    first = business_time_between(start, middle, calendar=calendar)
    second = business_time_between(middle, end, calendar=calendar)
    assert first + second == business_time_between(start, end, calendar=calendar)
    assert timedelta() <= first <= one


@given(INSTANTS, DURATIONS, st.sampled_from(["Europe/Berlin", "America/St_Johns", "Africa/Cairo", "Pacific/Apia"]))
def test_of_a_business_that_never_closes_all_time_is_business_time(start, duration, timezone):
    calendar = BusinessCalendar(hours=ALWAYS, timezone=timezone)
    assert business_time_between(start, start + duration, calendar=calendar) == duration


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001 - made aware below
    st.integers(1, 300),
    st.frozensets(st.dates(date(2020, 1, 1), date(2026, 1, 1)), max_size=9),
)
def test_business_hours_are_those_that_pandas_adds(start, hours, holidays):
    calendar = BusinessCalendar(hours={"Mon-Fri": "09:00-17:00"}, holidays=holidays)
    offset = pd.offsets.CustomBusinessHour(hours, start="09:00", end="17:00", holidays=sorted(holidays))
    begin = start.replace(second=0, microsecond=0, tzinfo=UTC)
    there = (pd.Timestamp(begin.replace(tzinfo=None)) + offset).to_pydatetime().replace(tzinfo=UTC)
    assert business_time_between(begin, there, calendar=calendar) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("end", "hours"),
    [
        (FRIDAY, 0),
        (FRIDAY + HOUR, 1),
        (FRIDAY + 2 * HOUR, 2),
        (FRIDAY + 24 * HOUR, 2),
        (datetime(2026, 7, 7, 9, tzinfo=UTC), 2),
        (datetime(2026, 7, 7, 12, 30, tzinfo=UTC), 5),
        (datetime(2026, 7, 8, tzinfo=UTC), 9),
    ],
)
def test_evenings_lunches_weekends_and_holidays_are_left_out(end, hours):
    assert business_time_between(FRIDAY, end, calendar=OFFICE) == hours * HOUR


@pytest.mark.parametrize(
    ("hours", "end"),
    [
        (0, FRIDAY),
        (1, FRIDAY + HOUR),
        (2, FRIDAY + 2 * HOUR),
        (5, datetime(2026, 7, 7, 12, tzinfo=UTC)),
        (5.5, datetime(2026, 7, 7, 13, 30, tzinfo=UTC)),
    ],
)
def test_what_is_due_at_closing_time_is_due_then_and_not_when_it_opens_again(hours, end):
    assert add_business_time(FRIDAY, hours * HOUR, calendar=OFFICE) == end


@pytest.mark.parametrize(
    ("night", "hours", "expected"),
    [
        (datetime(2026, 3, 29, tzinfo=BERLIN), "02:00-03:00", 0),
        (datetime(2026, 3, 29, tzinfo=BERLIN), "01:00-04:00", 2),
        (datetime(2026, 3, 29, tzinfo=BERLIN), "02:30-04:00", 1),
        (datetime(2026, 10, 25, tzinfo=BERLIN), "02:00-03:00", 2),
        (datetime(2026, 10, 25, tzinfo=BERLIN), "02:30-03:30", 2),
        (datetime(2026, 10, 25, tzinfo=BERLIN), "02:00-02:30", 0.5),
        (datetime(2026, 10, 25, tzinfo=BERLIN), "00:00-24:00", 25),
    ],
)
def test_hours_are_as_long_as_the_clocks_make_them(night, hours, expected):
    calendar = BusinessCalendar(hours={"Sun": hours}, timezone="Europe/Berlin")
    assert business_time_between(night, night + timedelta(days=2), calendar=calendar) == expected * HOUR


@pytest.mark.parametrize("duration", [timedelta(microseconds=-1), 3600, None])
def test_a_duration_is_a_timedelta_not_below_zero(duration):
    with pytest.raises(InvalidArgument, match="timedelta") as caught:
        add_business_time(FRIDAY, duration, calendar=OFFICE)
    assert caught.value.argument == "duration"


def test_time_that_leads_out_of_the_calendar_is_refused():
    late = datetime(9999, 12, 1, tzinfo=UTC)
    with pytest.raises(InvalidPeriod, match="years 1 to 9999") as caught:
        add_business_time(late, timedelta(days=40), calendar=OFFICE)
    assert caught.value.code == "out_of_range"
    assert business_time_between(late, datetime(9999, 12, 31, 23, tzinfo=UTC), calendar=OFFICE) == 22 * 7 * HOUR


def test_an_end_before_the_start_and_a_naive_instant_are_refused():
    with pytest.raises(InvalidPeriod, match="give the earlier one first"):
        business_time_between(FRIDAY, FRIDAY - HOUR, calendar=OFFICE)
    with pytest.raises(InvalidPeriod, match="has no time zone"):
        add_business_time(FRIDAY.replace(tzinfo=None), HOUR, calendar=OFFICE)
