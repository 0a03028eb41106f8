"""Planning, putting off and completing: what changes, what follows, what is refused."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.activities import complete, next_action, occurrences, overdue, reschedule, schedule
from crmkit.errors import InvalidArgument, InvalidPeriod
from crmkit.records import Activity, Deal, evolve
from crmkit.repositories import InMemoryStore
from tests.activities.moments import BERLIN, between, local, meeting, task, utc

NOW = utc(2026, 7, 1, 12)
MONDAY = local(2026, 7, 6, 9)
WEEKLY = "FREQ=WEEKLY;BYDAY=MO"


def edits(change):
    """The activity after, and the one that was added."""
    done = [edit.after for edit in change.edits if edit.before is not None]
    added = [edit.after for edit in change.edits if edit.before is None]
    return (*done, *added)


def done_and_next(activity, **more):
    return edits(complete(activity, **{"at": NOW, "by": "ana", **more}))


def test_a_planned_activity_is_added_with_the_time_at_which_it_was():
    change = schedule(task(MONDAY, recurrence=WEEKLY, reminders=("PT15M",)), at=NOW, by="ana", reason="quarter")
    (added,) = edits(change)
    assert (added.created_at, added.version) == (NOW, 1)
    assert (change.act, change.by, change.reason, change.idempotency_key) == (
        "schedule",
        "ana",
        "quarter",
        "schedule:t1",
    )
    (kept,) = edits(schedule(task(MONDAY, created_at=utc(2026, 1, 1)), at=NOW, by="ana"))
    assert kept.created_at == utc(2026, 1, 1)
    (met,) = edits(schedule(meeting(MONDAY, MONDAY), at=NOW, by="ana"))
    assert met.ends_at == MONDAY


@pytest.mark.parametrize(
    ("activity", "code", "says"),
    [
        (task(), "no_time", "set due_at, or occurred_at"),
        (task(MONDAY, done_at=NOW), "already_done", "was done at 2026-07-01"),
        (task(MONDAY, ends_at=MONDAY), "invalid_argument", "ends before it begins"),
        (meeting(MONDAY, MONDAY - timedelta(hours=1)), "invalid_argument", "ends before it begins"),
        (task(MONDAY, recurrence="weekly"), "invalid_recurrence", "FREQ=WEEKLY"),
        (task(MONDAY, reminders=("15 minutes",)), "invalid_reminder", "PT15M"),
        (Deal(id="d1"), "invalid_argument", "expected an Activity"),
    ],
)
def test_what_cannot_be_planned_is_refused(activity, code, says):
    with pytest.raises(InvalidArgument, match=says) as caught:
        schedule(activity, at=NOW, by="ana")
    assert caught.value.code == code


def test_an_unknown_zone_and_a_naive_time_are_refused():
    with pytest.raises(InvalidPeriod, match="no time zone 'Mars'"):
        schedule(task(MONDAY, timezone="Mars"), at=NOW, by="ana")
    for act in (lambda at: schedule(task(MONDAY), at=at, by="ana"), lambda at: complete(task(MONDAY), at=at, by="ana")):
        with pytest.raises(InvalidPeriod, match="has no time zone"):
            act(NOW.replace(tzinfo=None))


def test_what_is_put_off_moves_with_all_its_times():
    change = reschedule(meeting(MONDAY, MONDAY + timedelta(hours=1)), to=MONDAY + timedelta(days=1), at=NOW, by="ana")
    (moved,) = edits(change)
    assert moved.occurred_at == MONDAY + timedelta(days=1)
    assert moved.ends_at - moved.occurred_at == timedelta(hours=1)
    assert change.idempotency_key == "reschedule:m1:0"
    (both,) = edits(reschedule(task(MONDAY, occurred_at=NOW), to=MONDAY + timedelta(days=2), at=NOW, by="ana"))
    assert both.occurred_at == NOW + timedelta(days=2)


def test_a_task_without_a_time_is_given_one():
    (timed,) = edits(reschedule(task(), to=MONDAY, at=NOW, by="ana"))
    assert timed.due_at == MONDAY


@pytest.mark.parametrize(
    "act",
    [
        lambda day: schedule(task(MONDAY), at=day, by="ana"),
        lambda day: reschedule(task(), to=day, at=NOW, by="ana"),
        lambda day: reschedule(task(), to=MONDAY, at=day, by="ana"),
        lambda day: complete(task(MONDAY), at=day, by="ana"),
        lambda day: overdue([], as_of=day),
        lambda day: next_action([], as_of=day),
    ],
)
def test_a_date_is_no_instant_in_any_act_and_any_question(act):
    with pytest.raises(InvalidPeriod, match="expected a datetime"):
        act(date(2026, 7, 6))


def test_a_series_that_is_put_off_goes_on_at_the_new_time_of_day():
    landed = task(local(2026, 3, 29, 3, 30), timezone=BERLIN, recurrence="FREQ=DAILY;BYHOUR=2;BYMINUTE=30")
    (moved,) = edits(reschedule(landed, to=local(2026, 3, 29, 9), at=utc(2026, 3, 1), by="ana"))
    assert moved.recurrence == "FREQ=DAILY"
    assert occurrences(moved, period=between(utc(2026, 3, 30), utc(2026, 3, 31))) == (utc(2026, 3, 30, 7),)


@pytest.mark.parametrize(
    ("activity", "to", "says"),
    [
        (task(MONDAY), MONDAY, "at 2026-07-06 07:00:00.00:00 already"),
        (task(MONDAY, done_at=NOW), NOW, "was done"),
        (meeting(MONDAY, MONDAY + timedelta(days=9)), utc(9999, 12, 30), "would leave the years 1 to 9999"),
    ],
)
def test_what_cannot_be_put_off_is_refused(activity, to, says):
    with pytest.raises(InvalidArgument, match=says):
        reschedule(activity, to=to, at=NOW, by="ana")


def test_what_is_done_has_the_time_at_which_it_was():
    change = complete(task(MONDAY), at=NOW, by="ana", reason="phoned")
    (done,) = edits(change)
    assert (done.done_at, done.version) == (NOW, 1)
    assert (change.act, change.reason, change.idempotency_key) == ("complete", "phoned", "complete:t1:0")


def test_of_a_recurring_task_the_next_is_added_and_takes_over_the_rule():
    activity = task(
        MONDAY, timezone=BERLIN, recurrence=WEEKLY, links=("deal:d1",), created_at=utc(2026, 1, 1), version=4
    )
    done, following = done_and_next(activity)
    assert (done.done_at, done.recurrence) == (NOW, None)
    assert following == attrs.evolve(
        activity, id="t1:20260713T070000Z", due_at=local(2026, 7, 13, 9), created_at=NOW, version=1
    )


def test_the_ids_of_a_series_do_not_grow():
    activity, ids = task(MONDAY, recurrence=WEEKLY), []
    for _ in range(3):
        activity = done_and_next(activity)[1]
        ids.append(activity.id)
    assert ids == ["t1:20260713T070000Z", "t1:20260720T070000Z", "t1:20260727T070000Z"]


def test_over_a_change_of_the_clocks_a_series_keeps_its_time_of_day():
    activity, times = task(local(2026, 3, 28, 2, 30), timezone=BERLIN, recurrence="FREQ=DAILY"), []
    for _ in range(3):
        activity = done_and_next(activity)[1]
        times.append(activity.due_at)
    assert times == [local(2026, 3, 29, 3, 30), local(2026, 3, 30, 2, 30), local(2026, 3, 31, 2, 30)]


@given(
    st.sampled_from(
        ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY"]
    ),
    st.integers(1, 8),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
)
def test_completed_one_after_the_other_a_series_has_the_times_that_its_rule_has(rule, count, start):
    activity = task(start, timezone=BERLIN, recurrence=f"{rule};COUNT={count}")
    expected = occurrences(activity, period=between(start, start + timedelta(days=5000)))
    times = [start]
    while len(found := done_and_next(activity)) == 2:
        activity = found[1]
        times.append(activity.due_at)
    assert tuple(times) == expected
    assert len(times) == count


def test_what_was_missed_is_left_out_if_so_said_and_counted_all_the_same():
    late, activity = utc(2026, 7, 20, 7), task(MONDAY, timezone=BERLIN, recurrence=f"{WEEKLY};COUNT=6")
    assert done_and_next(activity, at=late)[1].due_at == local(2026, 7, 13, 9)
    following = done_and_next(activity, at=late, skip_missed=True)[1]
    assert following.due_at == local(2026, 7, 27, 9)
    assert following.recurrence == f"{WEEKLY};COUNT=3"


def test_after_the_last_time_nothing_follows():
    assert len(done_and_next(task(MONDAY, recurrence=f"{WEEKLY};UNTIL=20260712"))) == 1
    assert done_and_next(task(MONDAY, recurrence=f"{WEEKLY};COUNT=2"))[1].recurrence is None
    assert len(done_and_next(task(recurrence=WEEKLY))) == 1


def test_a_meeting_that_recurs_stays_as_long_as_it_is():
    following = done_and_next(meeting(MONDAY, MONDAY + timedelta(hours=1), timezone=BERLIN, recurrence=WEEKLY))[1]
    assert (following.occurred_at, following.ends_at) == (local(2026, 7, 13, 9), local(2026, 7, 13, 10))


@pytest.mark.parametrize(
    ("activity", "code", "says"),
    [
        (task(MONDAY, done_at=NOW), "already_done", "plan another one"),
        (task(MONDAY, created_at=NOW + timedelta(seconds=1)), "invalid_argument", "say when it was done"),
        (task(MONDAY, recurrence="FREQ=SECONDLY"), "invalid_recurrence", "SECONDLY"),
        ("t1", "invalid_argument", "expected an Activity, found 'str'"),
    ],
)
def test_what_cannot_be_completed_is_refused(activity, code, says):
    with pytest.raises(InvalidArgument, match=says) as caught:
        complete(activity, at=NOW, by="ana")
    assert caught.value.code == code


def test_a_store_applies_the_acts_and_takes_them_back():
    store = InMemoryStore()
    kept = store.repository(Activity)
    store.apply(schedule(task(MONDAY, recurrence=WEEKLY), at=NOW, by="ana"))
    planned = kept.get("t1")
    change = complete(planned, at=NOW, by="ana")
    store.apply(change)
    store.apply(change)
    assert {each.id for each in kept.find()} == {"t1", "t1:20260713T070000Z"}
    store.apply(change.inverse())
    assert [evolve(each, version=1) for each in kept.find()] == [planned]


def test_no_refusal_shows_what_is_personal():
    private = {"subject": "divorce", "body": "secret", "location": "home"}
    for act in (schedule, complete):
        with pytest.raises(InvalidArgument, match="t1") as caught:
            act(task(MONDAY, done_at=NOW, **private), at=NOW, by="ana")
        assert not any(word in str(caught.value) or word in str(caught.value.facts) for word in private.values())
