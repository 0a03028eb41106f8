"""Named days of the calendar: clock changes, fiscal years, ISO weeks, the edges of time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmkit.calendars import Period, local_dates, period_of, periods_between
from crmkit.errors import InvalidPeriod

NEW_YORK = ZoneInfo("America/New_York")


def at(*when):
    return datetime(*when, tzinfo=UTC)


def test_a_new_york_deal_in_the_evening_of_31_march_is_in_the_first_quarter():
    evening = datetime(2017, 3, 31, 20, tzinfo=NEW_YORK)
    assert str(period_of(evening, "quarter", timezone="America/New_York")) == "2017-Q1"
    assert str(period_of(evening, "quarter")) == "2017-Q2"


@pytest.mark.parametrize(
    ("every", "label", "start", "end"),
    [
        ("day", "2017-03-31", at(2017, 3, 31), at(2017, 4, 1)),
        ("week", "2017-W13", at(2017, 3, 27), at(2017, 4, 3)),
        ("month", "2017-03", at(2017, 3, 1), at(2017, 4, 1)),
        ("quarter", "2017-Q1", at(2017, 1, 1), at(2017, 4, 1)),
        ("year", "2017", at(2017, 1, 1), at(2018, 1, 1)),
    ],
)
def test_each_kind_has_its_bounds_and_its_label(every, label, start, end):
    period = period_of(at(2017, 3, 31, 12), every)
    assert period == Period(start, end)
    assert period.label == label


@pytest.mark.parametrize(
    ("noon", "timezone", "hours"),
    [
        (at(2017, 3, 26, 12), "Europe/Berlin", 23),
        (at(2017, 10, 29, 12), "Europe/Berlin", 25),
        (at(2017, 3, 12, 12), "America/New_York", 23),
        (at(2017, 11, 5, 12), "America/New_York", 25),
        (at(2017, 11, 6, 12), "America/New_York", 24),
        (at(2018, 11, 4, 12), "America/Sao_Paulo", 23),
        (at(2018, 2, 17, 12), "America/Sao_Paulo", 25),
    ],
)
def test_a_day_on_which_the_clocks_change_has_another_length(noon, timezone, hours):
    day = period_of(noon, "day", timezone=timezone)
    assert day.end - day.start == timedelta(hours=hours)


def test_a_day_without_midnight_begins_where_the_clocks_land():
    day = period_of(at(2018, 11, 4, 12), "day", timezone="America/Sao_Paulo")
    assert day.label == "2018-11-04"
    assert day.start.astimezone(ZoneInfo("America/Sao_Paulo")).isoformat() == "2018-11-04T01:00:00-02:00"


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (at(2021, 1, 3), "2020-W53"),
        (at(2021, 1, 4), "2021-W01"),
        (at(2018, 12, 31), "2019-W01"),
        (at(2016, 1, 1), "2015-W53"),
        (at(2017, 1, 1), "2016-W52"),
        (at(2017, 1, 30), "2017-W05"),
        (at(1, 1, 1), "0001-W01"),
    ],
)
def test_a_week_is_that_of_iso_8601(day, label):
    week = period_of(day, "week")
    assert week.label == label
    assert week.start.isoweekday() == 1
    assert week.end - week.start == timedelta(days=7)


@pytest.mark.parametrize(
    ("day", "first_month", "year", "quarter"),
    [
        (at(2017, 3, 31), 4, "FY2017", "FY2017-Q4"),
        (at(2017, 4, 1), 4, "FY2018", "FY2018-Q1"),
        (at(2017, 12, 31), 4, "FY2018", "FY2018-Q3"),
        (at(2018, 1, 1), 4, "FY2018", "FY2018-Q4"),
        (at(2017, 1, 31), 2, "FY2017", "FY2017-Q4"),
        (at(2017, 2, 1), 2, "FY2018", "FY2018-Q1"),
        (at(2017, 12, 1), 12, "FY2018", "FY2018-Q1"),
        (at(2017, 12, 1), 1, "2017", "2017-Q4"),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends(day, first_month, year, quarter):
    assert period_of(day, "year", fiscal_year_start=first_month).label == year
    assert period_of(day, "quarter", fiscal_year_start=first_month).label == quarter


def test_a_fiscal_year_and_its_quarters_begin_with_their_month():
    assert period_of(at(2018, 2, 1), "year", fiscal_year_start=7) == Period(at(2017, 7, 1), at(2018, 7, 1))
    assert period_of(at(2018, 2, 1), "quarter", fiscal_year_start=12) == Period(at(2017, 12, 1), at(2018, 3, 1))


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_days_weeks_and_months_are_the_same_in_every_fiscal_year(every):
    shifted, plain = period_of(at(2018, 2, 1), every, fiscal_year_start=4), period_of(at(2018, 2, 1), every)
    assert shifted == plain
    assert shifted.label == plain.label


def test_offset_moves_by_calendar_periods():
    last_of_january = at(2017, 1, 31, 12)
    assert period_of(last_of_january, "month", offset=1).label == "2017-02"
    assert period_of(last_of_january, "quarter", offset=-1).label == "2016-Q4"
    assert period_of(last_of_january, "year", offset=-17).label == "2000"
    assert period_of(at(2017, 3, 26, 12), "day", timezone="Europe/Berlin", offset=1).label == "2017-03-27"


def test_periods_between_meet_the_window_and_stop_before_its_end():
    months = periods_between(at(2017, 1, 15), at(2017, 4, 1), "month")
    assert [month.label for month in months] == ["2017-01", "2017-02", "2017-03"]
    assert len(periods_between(at(2017, 1, 15), at(2017, 4, 1) + timedelta(microseconds=1), "month")) == 4
    assert [str(year) for year in periods_between(at(2017, 3, 1), at(2017, 4, 2), "year", fiscal_year_start=4)] == [
        "FY2017",
        "FY2018",
    ]


def test_the_day_that_samoa_left_out_has_no_period():
    days = periods_between(at(2011, 12, 29, 12), at(2011, 12, 31, 12), "day", timezone="Pacific/Apia")
    assert [day.label for day in days] == ["2011-12-29", "2011-12-31", "2012-01-01"]
    with pytest.raises(InvalidPeriod, match="2011-12-30 does not exist in Pacific/Apia") as caught:
        period_of(at(2011, 12, 30, 12), "day", timezone="Pacific/Apia", offset=-1)
    assert caught.value.code == "skipped_day"


def test_local_dates_cover_a_period_that_does_not_begin_at_midnight():
    night = Period(at(2017, 3, 31, 23), at(2017, 4, 1, 5))
    assert local_dates(night) == (date(2017, 3, 31), date(2017, 4, 2))
    assert local_dates(night, timezone="America/New_York") == (date(2017, 3, 31), date(2017, 4, 2))
    assert local_dates(night, timezone="America/Los_Angeles") == (date(2017, 3, 31), date(2017, 4, 1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: period_of(datetime.max.replace(tzinfo=UTC), "day"),
        lambda: period_of(at(9999, 12, 30), "week"),
        lambda: period_of(at(9999, 12, 1), "month"),
        lambda: period_of(at(9999, 12, 1), "quarter"),
        lambda: period_of(at(9999, 1, 1), "year"),
        lambda: period_of(at(9999, 12, 31), "day", timezone="Asia/Tokyo"),
        lambda: period_of(datetime.max.replace(tzinfo=UTC), "day", timezone="Asia/Tokyo"),
        lambda: period_of(at(1, 1, 1), "day", timezone="Asia/Tokyo"),
        lambda: period_of(at(1, 1, 1), "day", timezone="America/New_York"),
        lambda: period_of(at(1, 1, 1), "year", fiscal_year_start=2),
        lambda: period_of(at(1, 1, 1), "day", offset=-1),
        lambda: period_of(at(2017, 1, 1), "day", offset=10**30),
        lambda: period_of(at(2017, 1, 1), "week", offset=-(10**30)),
        lambda: period_of(at(2017, 1, 1), "month", offset=10**30),
        lambda: period_of(at(2017, 1, 1), "year", offset=8000),
        lambda: periods_between(at(9999, 1, 1), at(9999, 12, 31, 1), "day"),
        lambda: local_dates(Period(at(9999, 12, 31), at(9999, 12, 31, 1))),
    ],
)
def test_the_edges_of_time_are_refused_and_never_overflow(ask):
    with pytest.raises(InvalidPeriod, match="years 1 to 9999") as caught:
        ask()
    assert caught.value.code == "out_of_range"


def test_the_first_and_the_last_whole_periods_exist():
    assert period_of(at(1, 1, 1), "year").label == "0001"
    assert period_of(at(1, 12, 31), "month").label == "0001-12"
    assert period_of(at(9998, 12, 31), "year").label == "9998"
    assert period_of(at(9999, 12, 30), "day").label == "9999-12-30"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"every": "quartr"}, "did you mean 'quarter'"),
        ({"every": None}, "no kind of period None; there are: day, month"),
        ({"timezone": "Europe/Berln"}, "did you mean 'Europe/Berlin'"),
        ({"fiscal_year_start": 0}, "from 1 to 12, not 0"),
        ({"fiscal_year_start": 13}, "from 1 to 12, not 13"),
        ({"fiscal_year_start": True}, "not True"),
        ({"fiscal_year_start": 4.0}, "not 4.0"),
        ({"offset": 1.5}, "offset is a whole number of periods, not 1.5"),
        ({"offset": True}, "not True"),
        ({"at": datetime(2017, 1, 1)}, "no time zone"),  # noqa: DTZ001
        ({"at": date(2017, 1, 1)}, "expected a datetime"),
    ],
)
def test_what_names_no_period_is_refused(change, words):
    arguments = {"at": at(2017, 1, 1), "every": "quarter"} | change
    with pytest.raises(InvalidPeriod, match=words):
        period_of(arguments.pop("at"), arguments.pop("every"), **arguments)


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(InvalidPeriod, match="ends after its start"):
        periods_between(at(2017, 1, 2), at(2017, 1, 1), "day")
