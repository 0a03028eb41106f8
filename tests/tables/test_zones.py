"""Instants: aware ones in UTC, and local times by the zone that is said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidColumn, InvalidPeriod
from crmkit.records import Deal
from crmkit.tables import conform
from tests.tables.frames import EAGER, KINDS, cells, deals

BERLIN = "Europe/Berlin"
UNITS = ["s", "ms", "us", "ns"]
local_times = st.datetimes(datetime(1972, 1, 1), datetime(2036, 1, 1))  # noqa: DTZ001  # local times are what is tested


def local(*values, unit="us"):
    return pa.array([None if value is None else datetime.fromisoformat(value) for value in values], pa.timestamp(unit))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/New_York"])
def test_aware_instants_of_any_zone_and_unit_are_in_utc_and_microseconds(kind, unit, zone):
    table = deals(created_at=pa.array([1490961600, None, -1], pa.timestamp("s", zone)).cast(pa.timestamp(unit, zone)))
    made = conform(KINDS[kind](table), Deal)
    assert cells(made, "created_at") == [
        datetime(2017, 3, 31, 12, tzinfo=UTC),
        None,
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    ]
    if kind != "duckdb":
        assert str(cells_type(made)) == "Datetime(time_unit='us', time_zone='UTC')"


def cells_type(frame):
    return nw.from_native(frame).collect_schema()["created_at"]


@pytest.mark.parametrize("kind", EAGER)
def test_what_is_finer_than_a_microsecond_is_cut_off(kind):
    table = deals(created_at=pa.array([-1, 1500], pa.timestamp("ns", "UTC")))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    expected = [epoch - timedelta(microseconds=1), epoch + timedelta(microseconds=1)]
    assert cells(conform(KINDS[kind](table), Deal), "created_at") == expected
    naive = deals(created_at=pa.array([-1, 1500], pa.timestamp("ns")))
    assert cells(conform(KINDS[kind](naive), Deal, timezone="UTC"), "created_at") == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", UNITS)
def test_local_times_and_dates_take_the_zone_that_is_said(kind, unit):
    table = deals(created_at=local("2017-03-31T12:00:00", None, "2017-01-01T00:00:00", unit=unit))
    made = conform(KINDS[kind](table), Deal, timezone=BERLIN)
    assert cells(made, "created_at") == [
        datetime(2017, 3, 31, 10, tzinfo=UTC),
        None,
        datetime(2016, 12, 31, 23, tzinfo=UTC),
    ]
    days = KINDS[kind](deals(created_at=[date(2017, 3, 31), None]))
    assert cells(conform(days, Deal, timezone=BERLIN), "created_at") == [datetime(2017, 3, 30, 22, tzinfo=UTC), None]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("when", "zone", "reason"),
    [
        ("2017-03-26T02:00:00", BERLIN, "does not exist"),
        ("2017-03-26T02:59:59.999999", BERLIN, "does not exist"),
        ("2017-10-29T02:00:00", BERLIN, "two instants"),
        ("2017-10-29T02:59:59.999999", BERLIN, "two instants"),
        ("2017-10-15T00:30:00", "America/Sao_Paulo", "does not exist"),
        ("2018-02-17T23:30:00", "America/Sao_Paulo", "two instants"),
        ("2017-04-02T01:45:00", "Australia/Lord_Howe", "two instants"),
        ("9999-12-31T23:00:00", "America/New_York", "outside the years 1 to 9999"),
        ("0001-01-01T00:30:00", BERLIN, "outside the years 1 to 9999"),
    ],
)
def test_a_local_time_that_is_no_one_instant_is_refused(kind, when, zone, reason):
    with pytest.raises(InvalidColumn, match=reason) as fault:
        conform(KINDS[kind](deals(created_at=local("2017-07-01T00:00:00", None, when))), Deal, timezone=zone)
    assert (fault.value.column, fault.value.row) == ("created_at", 2 if kind in EAGER else None)
    assert fault.value.value == datetime.fromisoformat(when)
    objects = pd.DataFrame({"id": ["d1"], "created_at": pd.Series([datetime.fromisoformat(when)], dtype=object)})
    with pytest.raises(InvalidColumn, match=reason):
        conform(objects, Deal, timezone=zone)


@pytest.mark.parametrize("kind", KINDS)
def test_the_times_around_a_jump_are_instants(kind):
    table = deals(
        created_at=local(
            "2017-03-26T01:59:59.999999", "2017-03-26T03:00:00", "2017-10-29T01:59:59.999999", "2017-10-29T03:00:00"
        )
    )
    assert cells(conform(KINDS[kind](table), Deal, timezone=BERLIN), "created_at") == [
        datetime(2017, 3, 26, 0, 59, 59, 999999, tzinfo=UTC),
        datetime(2017, 3, 26, 1, tzinfo=UTC),
        datetime(2017, 10, 28, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2017, 10, 29, 2, tzinfo=UTC),
    ]


@pytest.mark.parametrize("kind", ["pandas", "polars", "duckdb"])
@settings(max_examples=25, deadline=None)
@given(when=local_times, zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]))
@example(when=datetime(2017, 3, 26, 2, 30), zone=BERLIN)  # noqa: DTZ001  # a local time
@example(when=datetime(2017, 10, 29, 2, 30), zone=BERLIN)  # noqa: DTZ001  # a local time
def test_a_local_time_becomes_the_instant_that_python_says_or_is_refused(kind, when, zone):
    first, second = (when.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    table = KINDS[kind](deals(created_at=pa.array([when], pa.timestamp("us"))))
    if first == second:
        assert cells(conform(table, Deal, timezone=zone), "created_at") == [first]
    else:
        with pytest.raises(InvalidColumn):
            conform(table, Deal, timezone=zone)


@pytest.mark.parametrize("kind", KINDS)
def test_local_times_of_many_years_are_proven_at_once(kind):
    springs = [f"{year}-03-31T12:00:00" for year in range(1980, 2100)]
    made = conform(KINDS[kind](deals(created_at=local(*springs))), Deal, timezone=BERLIN)
    assert None not in cells(made, "created_at")


@pytest.mark.parametrize("kind", KINDS)
def test_local_times_that_are_all_missing_are_missing_instants(kind):
    made = conform(KINDS[kind](deals(created_at=local(None, None))), Deal, timezone=BERLIN)
    assert cells(made, "created_at") == [None, None]
    assert cells_type(made).time_zone is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_date_is_read_from_midnights_and_its_own_type(kind):
    for days in ([date(2017, 3, 31), None], local("2017-03-31T00:00:00", None)):
        made = conform(KINDS[kind](deals(expected_close_on=days)), Deal)
        assert [(day, type(day)) for day in cells(made, "expected_close_on")] == [
            (date(2017, 3, 31), date),
            (None, type(None)),
        ]


def test_an_unknown_zone_is_refused():
    with pytest.raises(InvalidPeriod, match="did you mean 'Europe/Berlin'"):
        conform(pd.DataFrame({"id": ["d1"]}), Deal, timezone="Europe/Berln")


def test_duckdb_with_a_zone_of_its_own_holds_the_same_instants():
    connection = duckdb.connect()
    connection.execute("set timezone = 'Asia/Kathmandu'")
    relation = connection.sql(
        """select 'd1' as id, timestamptz '2017-03-31 12:00:00+00' as created_at,
           timestamp '2017-03-31 14:00:00' as closed_at, 1 as "odd ""name" """
    )
    made = conform(relation, Deal, timezone=BERLIN)
    assert cells(made, "created_at") == cells(made, "closed_at") == [datetime(2017, 3, 31, 12, tzinfo=UTC)]
    assert cells(made, 'odd "name') == [1]


def test_polars_keeps_instants_of_another_zone_the_same():
    at = pl.Series([datetime(2017, 3, 31, 12, tzinfo=UTC)]).dt.convert_time_zone("Asia/Kathmandu")
    assert conform(pl.DataFrame({"id": ["d1"], "created_at": at}), Deal)["created_at"].to_list() == [
        datetime(2017, 3, 31, 12, tzinfo=UTC)
    ]
