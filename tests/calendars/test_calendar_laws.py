"""Laws that hold for every instant, zone and kind of period."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

from hypothesis import example, given, reject
from hypothesis import strategies as st

from crmkit.calendars import Every, Period, local_dates, period_of, periods_between, zone
from crmkit.calendars._zone import start_of
from crmkit.errors import InvalidPeriod

KINDS = st.sampled_from(get_args(Every))
MONTHS = st.integers(1, 12)
# zones whose clocks do odd things at midnight stand beside plain ones
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Havana",
        "America/St_Johns",
        "America/Toronto",
        "America/Sitka",
        "Asia/Kathmandu",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "Asia/Manila",
    ]
)
INSTANTS = st.datetimes(*(datetime(year, 1, 1) for year in (1840, 2100)), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
ST_JOHNS_AGAIN = datetime(2006, 10, 29, 3, tzinfo=UTC)
TORONTO_LANDING = datetime(1919, 3, 31, 4, 45, tzinfo=UTC)
SITKA_TWICE = datetime(1867, 10, 19, 0, 40, tzinfo=UTC)


@given(INSTANTS, KINDS, ZONES, MONTHS)
@example(ST_JOHNS_AGAIN, "day", "America/St_Johns", 1)
@example(TORONTO_LANDING, "day", "America/Toronto", 1)
@example(SITKA_TWICE, "day", "America/Sitka", 1)
def test_an_instant_lies_in_the_period_it_is_given_and_in_no_neighbour(instant, every, timezone, first_month):
    period = period_of(instant, every, timezone=timezone, fiscal_year_start=first_month)
    assert instant in period
    window = (period.start - timedelta(days=3), period.end + timedelta(days=3))
    around = periods_between(*window, every, timezone=timezone, fiscal_year_start=first_month)
    assert [other for other in around if instant in other] == [period]


@given(INSTANTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=400)), KINDS, ZONES, MONTHS)
@example(datetime(2011, 12, 28, tzinfo=UTC), timedelta(days=5), "day", "Pacific/Apia", 1)
def test_periods_between_cover_the_window_without_a_gap(start, length, every, timezone, first_month):
    end = start + length
    periods = periods_between(start, end, every, timezone=timezone, fiscal_year_start=first_month)
    assert start in periods[0]
    assert end - timedelta(microseconds=1) in periods[-1]
    assert all(one.end == following.start for one, following in pairwise(periods))
    assert len({period.label for period in periods}) == len(periods)


@given(INSTANTS, KINDS, ZONES, MONTHS, st.integers(-50, 50), st.integers(-50, 50))
def test_two_moves_are_one_move_of_their_sum(instant, every, timezone, first_month, one, other):
    def moved(at, offset):
        return period_of(at, every, timezone=timezone, fiscal_year_start=first_month, offset=offset)

    try:
        halfway, direct = moved(instant, one), moved(instant, one + other)
    except InvalidPeriod as fault:
        if fault.code != "skipped_day":
            raise
        reject()
    assert moved(halfway.start, other) == direct
    assert moved(halfway.start, other).label == direct.label


@given(INSTANTS, KINDS, ZONES, MONTHS)
def test_the_next_period_begins_where_this_one_ends(instant, every, timezone, first_month):
    period = period_of(instant, every, timezone=timezone, fiscal_year_start=first_month)
    following = period_of(period.end, every, timezone=timezone, fiscal_year_start=first_month)
    before = period_of(
        period.start - timedelta(microseconds=1), every, timezone=timezone, fiscal_year_start=first_month
    )
    assert following.start == period.end
    assert before.end == period.start


@given(INSTANTS, KINDS, ZONES, MONTHS)
@example(datetime(2011, 12, 30, 5, tzinfo=UTC), "day", "Pacific/Apia", 1)
@example(ST_JOHNS_AGAIN, "day", "America/St_Johns", 1)
def test_local_dates_give_the_period_back(instant, every, timezone, first_month):
    period = period_of(instant, every, timezone=timezone, fiscal_year_start=first_month)
    first, after = local_dates(period, timezone=timezone)
    place = zone(timezone)
    assert Period(start_of(first, place), start_of(after, place)) == period
    if every == "day":
        assert (first.isoformat(), after - first) == (period.label, timedelta(days=1))


@given(INSTANTS, ZONES)
def test_a_quarter_is_three_months_and_a_year_four_quarters(instant, timezone):
    year = period_of(instant, "year", timezone=timezone)
    quarters = periods_between(year.start, year.end, "quarter", timezone=timezone)
    assert [quarter.label for quarter in quarters] == [f"{year.label}-Q{number}" for number in (1, 2, 3, 4)]
    for quarter in quarters:
        months = periods_between(quarter.start, quarter.end, "month", timezone=timezone)
        assert len(months) == 3
        assert (months[0].start, months[-1].end) == (quarter.start, quarter.end)
