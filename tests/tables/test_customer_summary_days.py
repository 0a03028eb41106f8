"""The day of an instant: that of the calendar, in every zone and century."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import narwhals as nw
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmkit.calendars import Period, local_dates
from crmkit.errors import TableError
from crmkit.tables._customer_summary_days import EPOCH, _micros, day_number, local_shifts, micros_of

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Havana",
    "Asia/Amman",
    "Asia/Beirut",
)
INSTANTS = st.datetimes(datetime(1890, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def numbers_of(instants, zone):
    micros = [micros_of(at) for at in instants]
    shifts = local_shifts(min(micros), max(micros), ZoneInfo(zone))
    frame = nw.from_native(pl.DataFrame({"at": micros}))
    return frame.select(day_number(nw.col("at"), shifts)).get_column("at").to_list()


def by_calendar(at, zone):
    first, _ = local_dates(Period(at, at + timedelta(microseconds=1)), timezone=zone)
    return (first - EPOCH.date()).days


# Havana puts its clocks back from 1 to 0 o'clock, Goose Bay put them back over midnight, Beirut does at midnight sharp,
# and Apia once did by a day.
@given(instants=st.tuples(INSTANTS, st.integers(-400, 400)), zone=st.sampled_from(ZONES))
@example(instants=(datetime(2025, 11, 2, 4, 30, tzinfo=UTC), 1), zone="America/Havana")
@example(instants=(datetime(2010, 11, 7, 3, 0, 30, tzinfo=UTC), 1), zone="America/Goose_Bay")
@example(instants=(datetime(2010, 11, 7, 2, 30, tzinfo=UTC), 30), zone="America/Goose_Bay")
@example(instants=(datetime(2025, 10, 25, 20, tzinfo=UTC), 1), zone="Asia/Beirut")
@example(instants=(datetime(2011, 12, 30, 12, tzinfo=UTC), 1), zone="Pacific/Apia")
@example(instants=(datetime(1892, 7, 4, tzinfo=UTC), 2), zone="Pacific/Apia")
def test_the_day_is_that_of_the_calendar(instants, zone):
    start, days = instants
    both = sorted([start, start + timedelta(days=days)])
    every = [both[0] + (both[1] - both[0]) * step / 40 for step in range(41)]
    assert numbers_of(every, zone) == [by_calendar(at, zone) for at in every]


@pytest.mark.parametrize(
    "at", [datetime(1, 1, 1, tzinfo=UTC), datetime(1700, 5, 5, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
)
def test_the_ends_of_time_have_a_day(at):
    assert numbers_of([at], "UTC") == [(at - EPOCH).days]
    assert numbers_of([at], "Asia/Tokyo")[0] in {(at - EPOCH).days, (at - EPOCH).days + 1}


def test_engines_without_a_timestamp_count_seconds_or_are_refused():
    spark = nw.Implementation.PYSPARK
    frame = nw.from_native(pl.DataFrame({"at": [5.25, -309_182_399.876544, 1_709_294_400.123456]}))
    expected = [(5_250_000,), (-309_182_399_876_544,), (1_709_294_400_123_456,)]
    assert frame.select(_micros(nw.col("at"), nw.Int64(), spark)).rows() == expected
    dates = nw.from_native(duckdb.sql("select unnest([date '1970-01-02', date '1969-12-30']) as at"))
    found = dates.select(_micros(nw.col("at"), nw.Date(), spark)).collect().rows()
    assert found == [(86_400_000_000,), (-172_800_000_000,)]
    with pytest.raises(TableError, match=r"\.to_polars\(\)"):
        _micros(nw.col("at"), nw.Int64(), nw.Implementation.IBIS)
