"""Period: half-open, in UTC, equal by its instants."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pandas as pd
import pytest

from crmkit.calendars import Period
from crmkit.errors import CrmError, InvalidPeriod

START = datetime(2017, 1, 1, tzinfo=UTC)
END = datetime(2017, 4, 1, tzinfo=UTC)


def test_holds_its_start_and_not_its_end():
    period = Period(START, END)
    assert START in period
    assert END - timedelta(microseconds=1) in period
    assert END not in period
    assert START - timedelta(microseconds=1) not in period


def test_an_instant_of_another_zone_is_compared_as_an_instant():
    new_year_in_berlin = datetime(2017, 1, 1, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert new_year_in_berlin not in Period(START, END)
    assert new_year_in_berlin + timedelta(hours=1) in Period(START, END)


def test_instants_are_kept_as_utc():
    period = Period(datetime(2017, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")), END)
    assert period.start == datetime(2016, 12, 31, 23, tzinfo=UTC)
    assert period.start.tzinfo is UTC


def test_a_pandas_timestamp_becomes_a_plain_datetime():
    period = Period(pd.Timestamp("2017-01-01 00:00:00.000000999", tz="UTC"), END)
    assert type(period.start) is datetime
    assert period == Period(START, END)
    assert pd.Timestamp("2017-03-31 23:59:59.999999999", tz="UTC") in period


def test_equality_and_hash_ignore_the_label():
    named, nameless = Period(START, END, label="2017-Q1"), Period(START, END)
    assert named == nameless
    assert hash(named) == hash(nameless)
    assert named != Period(START, END + timedelta(days=1), label="2017-Q1")


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period(START, END, label="2017-Q1"), "2017-Q1"),
        (Period(START, END), "2017-01-01T00:00Z to 2017-04-01T00:00Z"),
        (Period(START, START + timedelta(seconds=1)), "2017-01-01T00:00Z to 2017-01-01T00:00:01Z"),
        (Period(START, START + timedelta(microseconds=1)), "2017-01-01T00:00Z to 2017-01-01T00:00:00.000001Z"),
    ],
)
def test_reads_as_its_label_or_its_instants(period, text):
    assert str(period) == text


@pytest.mark.parametrize("end", [START, START - timedelta(microseconds=1)])
def test_an_end_that_is_not_after_the_start_is_refused(end):
    with pytest.raises(InvalidPeriod, match="ends after its start") as caught:
        Period(START, end)
    assert caught.value.code == "empty_period"
    assert caught.value.value == (START, end)


@pytest.mark.parametrize("naive", [datetime(2017, 1, 1), pd.Timestamp("2017-01-01"), pd.NaT])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused(naive):
    with pytest.raises(InvalidPeriod, match="no time zone") as caught:
        Period(naive, END)
    assert caught.value.code == "naive_instant"
    with pytest.raises(InvalidPeriod, match="no time zone"):
        _ = naive in Period(START, END)


@pytest.mark.parametrize("other", [date(2017, 1, 1), "2017-01-01", 0, None])
def test_what_is_no_datetime_is_refused(other):
    with pytest.raises(InvalidPeriod, match="expected a datetime"):
        Period(other, END)
    with pytest.raises(InvalidPeriod, match="expected a datetime"):
        _ = other in Period(START, END)


def test_its_errors_are_crm_errors_and_value_errors():
    assert issubclass(InvalidPeriod, CrmError)
    assert issubclass(InvalidPeriod, ValueError)


def test_is_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Period(START, END).label = "other"
