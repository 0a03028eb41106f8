"""The hours of a week: how they are written, and what cannot be."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.calendars import BusinessCalendar
from crmkit.errors import CrmError, InvalidArgument, InvalidDocument, InvalidPeriod
from tests.calendars.business_weeks import CALENDARS


def test_without_words_a_business_is_open_from_monday_to_friday_all_day():
    assert BusinessCalendar() == BusinessCalendar(hours={"Mon-Fri": "00:00-24:00"}, holidays=[], timezone="UTC")


def test_a_range_of_days_stands_for_each_of_them():
    named = dict.fromkeys(("Tue", "Wed", "Mon", "Thu", "Fri"), "09:00-17:00")
    assert BusinessCalendar(hours=named) == BusinessCalendar(hours={"Mon-Fri": "09:00-17:00"})


def test_spans_are_put_in_order_and_joined_where_they_touch():
    calendar = BusinessCalendar(hours={"Sat": "13:00 - 15:00,09:00-12:00, 12:00-12:30"})
    assert calendar.hours == (("Sat", "09:00-12:30, 13:00-15:00"),)


def test_a_holiday_has_no_hours():
    calendar = BusinessCalendar(hours={"Fri": "09:00-10:30"}, holidays=[date(2026, 12, 25)])
    assert calendar.spans_on(date(2026, 12, 18)) == ((540, 630),)
    assert calendar.spans_on(date(2026, 12, 25)) == calendar.spans_on(date(2026, 12, 19)) == ()


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ({}, "never open"),
        ("Mon-Fri", "are given by day"),
        (("Mon", "09:00-17:00"), "are given by day"),
        ({"Mo": "09:00-17:00"}, "hours 'Mo' are given for no day of the week; did you mean 'Mon'?"),
        ({1: "09:00-17:00"}, "are given for no day of the week"),
        ({"Sat-Tue": "09:00-17:00"}, "run backwards"),
        ({"Mon-Fri": "09:00-17:00", "Wed": "09:00-12:00"}, "names Wed for the second time"),
        ({"Mon": ""}, "leave out a day that is closed"),
        ({"Mon": None}, "not written as"),
        ({"Mon": "9-17"}, "not written as"),
        ({"Mon": "09:00-17:00,"}, "not written as"),
        ({"Mon": "٠٩:00-17:00"}, "not written as"),
        ({"Mon": "09:60-17:00"}, "a time that no day has"),
        ({"Mon": "09:00-24:01"}, "a time that no day has"),
        ({"Mon": "22:00-06:00"}, "hours over midnight are two"),
        ({"Mon": "09:00-09:00"}, "end before they start"),
        ({"Mon": "09:00-12:00, 11:59-13:00"}, "overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours, says):
    with pytest.raises(InvalidArgument, match=r".") as caught:
        BusinessCalendar(hours=hours)
    assert says in str(caught.value)
    assert (caught.value.code, caught.value.argument) == ("invalid_hours", "hours")


@pytest.mark.parametrize("holidays", [2026, ["2026-12-25"], [datetime(2026, 12, 25, tzinfo=UTC)], [None], [[]]])
def test_a_holiday_is_a_date(holidays):
    with pytest.raises(InvalidArgument, match="date") as caught:
        BusinessCalendar(holidays=holidays)
    assert caught.value.argument == "holidays"


def test_an_unknown_zone_is_named():
    with pytest.raises(InvalidPeriod, match="Europe/Berlin"):
        BusinessCalendar(timezone="Europe/Berln")


@given(CALENDARS)
def test_a_calendar_comes_back_from_json_and_equal_ones_hash_alike(calendar):
    again = BusinessCalendar.from_json(calendar.to_json())
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert again.to_json() == calendar.to_json()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"timezone":"UTC"', '"timezone":"Nowhere"'),
        ('"timezone":"UTC"', '"timezone":1'),
        ('"timezone":"UTC"', '"zone":"UTC"'),
        ("00:00-24:00", "all day"),
        ('{"Mon":"00:00-24:00"}', '["Mon"]'),
        ('{"Mon":"00:00-24:00"}', "{}"),
        ('"2026-12-25"', "1"),
        ('"2026-12-25"', '"25.12.2026"'),
        ('["2026-12-25"]', '"2026-12-25"'),
        ('["2026-12-25"]', '{"2026-12-25":1}'),
        ("business_calendar", "calendar"),
    ],
)
def test_a_document_that_is_no_calendar_is_refused(old, new):
    text = BusinessCalendar(hours={"Mon": "00:00-24:00"}, holidays=[date(2026, 12, 25)]).to_json()
    assert old in text
    with pytest.raises(InvalidDocument, match="business_calendar") as caught:
        BusinessCalendar.from_json(text.replace(old, new))
    assert caught.value.document == "crmkit.business_calendar"


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda kept: st.dictionaries(st.text(), kept) | st.tuples(kept))
)
def test_whatever_is_given_as_hours_only_an_error_of_crmkit_escapes(hours):
    with pytest.raises(CrmError):
        BusinessCalendar(hours=hours)


def test_a_calendar_is_shown_with_its_holidays_in_order():
    days = [date(2026, 1, day) for day in (9, 3, 7, 1)]
    assert "holidays={2026-01-01, 2026-01-03, 2026-01-07, 2026-01-09}" in repr(BusinessCalendar(holidays=days))
