"""Reminders as data: when each comes, over clock changes and for each time of a series."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.activities import due_reminders, occurrences, overlaps
from crmkit.activities._reminders import ahead_of
from crmkit.errors import InvalidArgument, InvalidPeriod
from tests.activities.moments import BERLIN, between, local, meeting, task, utc

DUE = utc(2026, 7, 6, 9)
DAY = between(utc(2026, 7, 6), utc(2026, 7, 7))


def times(activities, period=DAY):
    return [reminder.at for reminder in due_reminders(activities, period=period)]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("PT0S", timedelta()),
        ("PT15M", timedelta(minutes=15)),
        ("PT1H30M", timedelta(minutes=90)),
        ("PT90S", timedelta(seconds=90)),
        ("P1D", timedelta(days=1)),
        ("P1DT2H", timedelta(hours=26)),
        ("P2W", timedelta(days=14)),
        ("PT24H", timedelta(days=1)),
    ],
)
def test_a_reminder_comes_so_long_before_the_activity_is_due(text, before):
    (reminder,) = due_reminders(
        [task(DUE, reminders=(text,))], period=between(DUE - before, DUE - before + timedelta(seconds=1))
    )
    assert (reminder.at, reminder.takes_place_at, reminder.activity.id) == (DUE - before, DUE, "t1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "15M",
        "PT15",
        "-PT15M",
        "P1M",
        "P1Y",
        "P1W2D",
        "PT1.5H",
        "pt15m",
        "PT15M\n",
        "P٣D",
        "P99999D",
    ],
)
def test_what_is_no_duration_of_days_and_time_is_refused(text):
    with pytest.raises(InvalidArgument, match="say PT15M for 15 minutes before") as caught:
        due_reminders([task(DUE, reminders=(text,))], period=DAY)
    assert (caught.value.code, caught.value.argument, caught.value.value) == ("invalid_reminder", "reminders", text)


@given(st.text(alphabet="PT0123456789WDHMSYX.- "))
def test_whatever_the_text_only_an_error_of_crmkit_escapes(text):
    try:
        ahead = ahead_of(text)
    except InvalidArgument:
        return
    assert ahead.longest > timedelta()


def test_a_day_before_is_the_same_time_of_day_and_24_hours_are_24_hours():
    monday_morning = task(local(2026, 3, 29, 9), timezone=BERLIN, reminders=("P1D", "PT24H"))
    assert times([monday_morning], between(utc(2026, 3, 28), utc(2026, 3, 29))) == [
        utc(2026, 3, 28, 7),
        utc(2026, 3, 28, 8),
    ]


def test_of_a_time_of_day_that_the_clocks_show_twice_the_reminder_comes_at_the_first():
    on_monday = task(local(2026, 10, 26, 2, 30), timezone=BERLIN, reminders=("P1D",))
    assert times([on_monday], between(utc(2026, 10, 25), utc(2026, 10, 26))) == [utc(2026, 10, 25, 0, 30)]
    in_the_second = task(utc(2026, 10, 25, 1, 30), timezone=BERLIN, reminders=("PT0S",))
    assert times([in_the_second], between(utc(2026, 10, 25), utc(2026, 10, 26))) == [utc(2026, 10, 25, 1, 30)]


def test_each_time_of_a_series_is_reminded_of():
    daily = meeting(utc(2026, 7, 1, 9), recurrence="FREQ=DAILY", reminders=("PT10H",))
    (reminder,) = due_reminders([daily], period=DAY)
    assert (reminder.at, reminder.takes_place_at) == (utc(2026, 7, 6, 23), utc(2026, 7, 7, 9))


def test_reminders_come_in_the_order_of_their_times_and_each_once():
    given_ = [task(DUE, id="b", reminders=("PT1H", "PT60M", "PT3H")), task(DUE, id="a", reminders=("PT2H", "PT1H"))]
    found = [(reminder.at.hour, reminder.activity.id) for reminder in due_reminders(given_, period=DAY)]
    assert found == [(6, "b"), (7, "a"), (8, "a"), (8, "b")]


def test_a_period_is_half_open():
    activity = task(DUE, reminders=("PT15M",))
    at = DUE - timedelta(minutes=15)
    assert times([activity], between(at, DUE)) == [at]
    assert times([activity], between(utc(2026, 7, 1), at)) == []


def test_nobody_is_reminded_of_what_is_done_or_not_there_yet():
    assert times([task(DUE, reminders=("PT15M",), done_at=utc(2026, 7, 5))]) == []
    assert times([task(DUE, reminders=("PT15M",), done_at=DUE)]) == [DUE - timedelta(minutes=15)]
    assert times([task(DUE, reminders=("PT15M",), created_at=DUE)]) == []
    assert times([task(reminders=("PT15M",))]) == []


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.integers(0, 40),
    st.integers(0, 5000),
)
def test_over_a_year_a_series_has_as_many_reminders_as_times(start, days, minutes):
    daily = task(start, timezone=BERLIN, recurrence="FREQ=WEEKLY;COUNT=9", reminders=(f"P{days}DT{minutes}M",))
    found = due_reminders([daily], period=between(utc(2025, 1, 1), utc(2028, 1, 1)))
    assert [reminder.takes_place_at for reminder in found] == list(
        occurrences(daily, period=between(utc(2025, 1, 1), utc(2028, 1, 1)))
    )


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_at_the_ends_of_time_there_are_fewer_reminders(zone):
    first = task(utc(1, 1, 2, 9), timezone=zone, reminders=("P9D", "PT999H"))
    last = task(utc(9999, 12, 30), timezone=zone, reminders=("P1D",))
    assert times([first], between(utc(1, 1, 1), utc(2, 1, 1))) == []
    assert times([last], between(utc(9999, 12, 1), datetime.max.replace(tzinfo=UTC))) == [utc(9999, 12, 29)]


def test_what_cannot_be_asked_is_named():
    with pytest.raises(InvalidArgument, match="expected an Activity, found 'date'"):
        due_reminders([date(2026, 7, 6)], period=DAY)
    with pytest.raises(InvalidPeriod, match="no time zone 'Mars'"):
        due_reminders([task(DUE, timezone="Mars", reminders=("PT15M",))], period=DAY)


@pytest.mark.parametrize("period", [None, "2026-07", (utc(2026, 7, 1), utc(2026, 8, 1)), date(2026, 7, 6)])
def test_what_is_no_period_is_refused_by_whatever_looks_into_one(period):
    with pytest.raises(InvalidArgument, match="is no Period") as refusal:
        due_reminders([], period=period)
    with pytest.raises(InvalidArgument, match="is no Period"):
        occurrences(task(), period=period)
    if period is not None:
        with pytest.raises(InvalidArgument, match="is no Period"):
            overlaps([], period=period)
    assert refusal.value.argument == "period"
