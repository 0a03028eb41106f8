"""When an activity takes place: the examples of RFC 5545, the clocks, and rules as dateutil reads them."""

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given
from hypothesis import strategies as st

from crmkit.activities import occurrences
from crmkit.errors import InvalidArgument, InvalidPeriod
from crmkit.records import Deal
from tests.activities.moments import BERLIN, between, local, meeting, task, utc

NEW_YORK = "America/New_York"
ALWAYS = between(utc(1990, 1, 1), utc(2030, 1, 1))


def dates(activity, *, period=ALWAYS):
    return [(at.year, at.month, at.day) for at in occurrences(activity, period=period)]


# RFC 5545, section 3.8.5.3; all begin in New York at 09:00
@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        (
            (1997, 9, 2),
            "FREQ=DAILY;INTERVAL=10;COUNT=5",
            [(1997, 9, 2), (1997, 9, 12), (1997, 9, 22), (1997, 10, 2), (1997, 10, 12)],
        ),
        (
            (1997, 9, 1),
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
            [
                *((1997, 9, day) for day in (1, 3, 5, 15, 17, 19, 29)),
                *((1997, 10, day) for day in (1, 3, 13, 15, 17, 27, 29, 31)),
                *((1997, 11, day) for day in (10, 12, 14, 24, 26, 28)),
                *((1997, 12, day) for day in (8, 10, 12, 22)),
            ],
        ),
        (
            (1997, 9, 2),
            "FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH",
            [(1997, 9, 2), (1997, 9, 4), (1997, 9, 9), (1997, 9, 11)],
        ),
        ((1997, 9, 5), "FREQ=MONTHLY;COUNT=3;BYDAY=1FR", [(1997, 9, 5), (1997, 10, 3), (1997, 11, 7)]),
        ((1997, 9, 28), "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3", [(1997, 9, 28), (1997, 10, 29), (1997, 11, 28)]),
        (
            (1997, 9, 29),
            "FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
            [(1997, 9, 29), (1997, 10, 30), (1997, 11, 27)],
        ),
        (
            (1997, 1, 1),
            "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
            [(1997, 1, 1), (1997, 4, 10), (1997, 7, 19), (2000, 1, 1)],
        ),
        ((1997, 5, 12), "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", [(1997, 5, 12), (1998, 5, 11), (1999, 5, 17)]),
        (
            (1996, 11, 5),
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
            [(1996, 11, 5), (2000, 11, 7), (2004, 11, 2)],
        ),
        (
            (1997, 8, 5),
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            [(1997, 8, 5), (1997, 8, 10), (1997, 8, 19), (1997, 8, 24)],
        ),
        (
            (1997, 8, 5),
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            [(1997, 8, 5), (1997, 8, 17), (1997, 8, 19), (1997, 8, 31)],
        ),
        (
            (2007, 1, 15),
            "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
            [(2007, 1, 15), (2007, 1, 30), (2007, 2, 15), (2007, 3, 15), (2007, 3, 30)],
        ),
    ],
)
def test_a_rule_gives_the_days_that_its_standard_says(start, rule, expected):
    activity = meeting(local(*start, 9, zone=NEW_YORK), timezone=NEW_YORK, recurrence=rule)
    assert dates(activity) == expected
    assert {
        at.astimezone(local(2026, 1, 1, zone=NEW_YORK).tzinfo).hour for at in occurrences(activity, period=ALWAYS)
    } == {9}


def test_a_task_at_nine_stays_at_nine_when_the_clocks_change():
    daily = task(local(2026, 3, 28, 9), timezone=BERLIN, recurrence="FREQ=DAILY;COUNT=3")
    assert occurrences(daily, period=ALWAYS) == (utc(2026, 3, 28, 8), utc(2026, 3, 29, 7), utc(2026, 3, 30, 7))
    without_zone = task(utc(2026, 3, 28, 8), recurrence="FREQ=DAILY;COUNT=3")
    assert occurrences(without_zone, period=ALWAYS)[-1] == utc(2026, 3, 30, 8)


def test_a_time_that_the_clocks_skip_is_that_much_later_and_the_next_is_on_time_again():
    daily = task(local(2026, 3, 28, 2, 30), timezone=BERLIN, recurrence="FREQ=DAILY;COUNT=3")
    expected = (local(2026, 3, 28, 2, 30), local(2026, 3, 29, 3, 30), local(2026, 3, 30, 2, 30))
    assert occurrences(daily, period=ALWAYS) == tuple(at.astimezone(UTC) for at in expected)


def test_of_a_time_that_the_clocks_show_twice_it_is_the_first():
    daily = task(local(2026, 10, 24, 2, 30), timezone=BERLIN, recurrence="FREQ=DAILY;COUNT=3")
    assert occurrences(daily, period=ALWAYS)[1] == utc(2026, 10, 25, 0, 30)


def test_a_day_that_a_zone_left_out_is_not_there_twice():
    # Samoa had no 30 December 2011; its 09:00 would be the instant of 31 December, 09:00
    daily = task(local(2011, 12, 29, 9, zone="Pacific/Apia"), timezone="Pacific/Apia", recurrence="FREQ=DAILY;COUNT=3")
    assert occurrences(daily, period=ALWAYS) == (utc(2011, 12, 29, 19), utc(2011, 12, 30, 19), utc(2011, 12, 31, 19))


def test_the_time_of_day_of_the_rule_is_taken_where_it_says_one():
    landed = task(
        local(2026, 3, 29, 3, 30), timezone=BERLIN, recurrence="FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0;COUNT=2"
    )
    assert occurrences(landed, period=ALWAYS) == (utc(2026, 3, 29, 1, 30), utc(2026, 3, 30, 0, 30))


def test_the_time_of_the_activity_is_the_first_also_where_the_rule_would_not_say_so():
    wednesday = task(utc(2026, 7, 8, 9), recurrence="FREQ=WEEKLY;BYDAY=MO;COUNT=3")
    assert dates(wednesday) == [(2026, 7, 8), (2026, 7, 13), (2026, 7, 20)]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260710", utc(2026, 7, 9, 22)),
        ("20260710T215959Z", utc(2026, 7, 9, 22)),
        ("20260710T220000Z", utc(2026, 7, 10, 22)),
        ("20260101", utc(2026, 7, 6, 22)),
        ("99991231", utc(2026, 7, 11, 22)),
    ],
)
def test_until_is_the_last_day_on_the_wall_calendar_or_the_last_instant(until, last):
    midnight = task(local(2026, 7, 7), timezone=BERLIN, recurrence=f"FREQ=DAILY;UNTIL={until}")
    assert occurrences(midnight, period=between(utc(2026, 7, 1), utc(2026, 7, 12)))[-1] == last


def test_a_period_is_half_open():
    daily = task(utc(2026, 7, 6, 9), recurrence="FREQ=DAILY")
    assert dates(daily, period=between(utc(2026, 7, 7, 9), utc(2026, 7, 9, 9))) == [(2026, 7, 7), (2026, 7, 8)]
    assert dates(daily, period=between(utc(2026, 7, 1), utc(2026, 7, 6, 9))) == []


def test_without_a_rule_there_is_one_time_and_without_a_time_none():
    assert dates(task(utc(2026, 7, 6), occurred_at=utc(2026, 7, 1))) == [(2026, 7, 6)]
    assert dates(meeting(utc(2026, 7, 6))) == [(2026, 7, 6)]
    assert dates(task(recurrence="FREQ=DAILY")) == []


def test_microseconds_are_kept():
    daily = task(utc(2026, 7, 6, 9, 0, 0, 7), recurrence="FREQ=DAILY;COUNT=2")
    assert occurrences(daily, period=ALWAYS)[1] == utc(2026, 7, 7, 9, 0, 0, 7)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=TU"])
def test_a_rule_whose_time_never_comes_leaves_the_first(rule):
    assert dates(task(utc(2026, 7, 6), recurrence=rule)) == [(2026, 7, 6)]


@pytest.mark.parametrize("year", [9198, 9199, 9200, 9598, 9599, 9600, 9999])
def test_late_in_time_days_are_counted_too(year):
    daily = task(utc(year, 2, 27), recurrence="FREQ=DAILY")
    assert len(dates(daily, period=between(utc(year, 2, 27), utc(year, 3, 2)))) == (4 if year % 400 == 0 else 3)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
def test_at_the_end_of_time_a_rule_ends(zone):
    last_days = task(utc(9999, 12, 29, 3), timezone=zone, recurrence="FREQ=DAILY")
    found = occurrences(last_days, period=between(utc(9999, 12, 1), datetime.max.replace(tzinfo=UTC)))
    assert 2 <= len(found) <= 3


def test_what_cannot_be_asked_is_named():
    with pytest.raises(InvalidArgument, match="expected an Activity, found 'Deal'"):
        occurrences(Deal(id="d1"), period=ALWAYS)
    with pytest.raises(InvalidArgument, match="FREQ=WEEKLY") as caught:
        occurrences(task(utc(2026, 7, 6), recurrence="weekly"), period=ALWAYS)
    assert caught.value.code == "invalid_recurrence"
    with pytest.raises(InvalidPeriod, match="no time zone 'Mars'"):
        occurrences(task(utc(2026, 7, 6), timezone="Mars"), period=ALWAYS)
    with pytest.raises(InvalidArgument, match="years 1 to 9999 in Asia/Tokyo") as caught:
        occurrences(
            task(utc(9999, 12, 31, 23), timezone="Asia/Tokyo"),
            period=between(utc(9999, 1, 1), datetime.max.replace(tzinfo=UTC)),
        )
    assert caught.value.code == "out_of_range"


def _listed(values, size):
    return st.lists(values, min_size=1, max_size=size, unique=True).map(lambda found: ",".join(map(str, found)))


WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
MONTH_DAYS = _listed(st.integers(1, 31) | st.integers(-31, -1), 4)
MONTH_DAYS = _listed(st.integers(1, 28) | st.integers(-28, -1), 4)  # for days that never come dateutil takes seconds
COUNTED = st.builds("{}{}".format, st.sampled_from(["", "1", "-1", "2", "+3"]), WEEKDAYS)
PARTS = {
    "DAILY": {"BYDAY": _listed(WEEKDAYS, 3), "BYMONTH": _listed(st.integers(1, 12), 4), "BYMONTHDAY": MONTH_DAYS},
    "WEEKLY": {"BYDAY": _listed(WEEKDAYS, 3), "BYMONTH": _listed(st.integers(1, 12), 4), "WKST": WEEKDAYS},
    "MONTHLY": {"BYDAY": _listed(COUNTED, 3), "BYMONTHDAY": MONTH_DAYS, "BYSETPOS": st.sampled_from(["1", "-1"])},
    "YEARLY": {"BYMONTH": _listed(st.integers(1, 12), 4), "BYDAY": _listed(COUNTED, 3), "BYMONTHDAY": MONTH_DAYS},
}


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(sorted(PARTS)))
    chosen = {name: draw(values) for name, values in PARTS[frequency].items() if draw(st.booleans())}
    # for days that never come, such as the first Monday on a 20th, dateutil alone takes seconds
    if "BYDAY" in chosen:
        chosen.pop("BYMONTHDAY", None)
    if set(chosen) == {"BYSETPOS"}:
        chosen.clear()
    parts = {"FREQ": frequency, "INTERVAL": draw(st.integers(1, 5)), **chosen}
    return ";".join(f"{name}={value}" for name, value in parts.items())


STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(rules(), STARTS, st.none() | st.integers(1, 30))
@example("FREQ=MONTHLY;BYMONTHDAY=31,-31", datetime(2001, 1, 31), None)  # noqa: DTZ001 - as dateutil takes it
@example("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", datetime(2001, 4, 13), 3)  # noqa: DTZ001 - as above
@example("FREQ=YEARLY;INTERVAL=1;BYMONTHDAY=29;BYMONTH=2", datetime(2000, 2, 29), None)  # noqa: DTZ001 - as dateutil takes it
def test_in_utc_a_rule_gives_what_dateutil_gives_after_the_first_time(rule, start, count):
    bound = "" if count is None else f";COUNT={count}"
    end = start + timedelta(days=500)
    activity = task(start.replace(tzinfo=UTC), recurrence=rule + bound)
    found = occurrences(activity, period=between(activity.due_at, end.replace(tzinfo=UTC)))
    last = end - timedelta(microseconds=1)
    later = [at.replace(tzinfo=UTC) for at in rrulestr(rule, dtstart=start).between(start, last)]
    assert list(found) == [activity.due_at, *later][:count]
