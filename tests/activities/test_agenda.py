"""What is late and what comes next, as of any instant."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.activities import next_action, overdue
from crmkit.errors import InvalidArgument, InvalidPeriod
from crmkit.records import Deal, evolve
from tests.activities.moments import meeting, task, utc

NOW = utc(2026, 7, 6, 12)
HOUR = timedelta(hours=1)
TIMES = st.none() | st.integers(-5, 5).map(lambda hours: NOW + hours * HOUR)
ACTIVITIES = st.lists(
    st.builds(
        task,
        TIMES,
        id=st.uuids().map(str),
        occurred_at=TIMES,
        done_at=TIMES,
        created_at=TIMES,
        kind=st.sampled_from(["task", "call"]),
    ),
    max_size=8,
)


def ids(activities):
    return [activity.id for activity in activities]


def test_overdue_is_what_was_due_before_and_is_not_done_the_longest_first():
    given_ = [
        task(NOW - HOUR, id="late"),
        task(NOW - 2 * HOUR, id="later"),
        task(NOW, id="due now"),
        task(NOW + HOUR, id="not yet"),
        task(id="undated"),
        meeting(NOW - HOUR, id="was"),
        task(NOW - HOUR, id="done", done_at=NOW),
        task(NOW - HOUR, id="done afterwards", done_at=NOW + HOUR),
        task(NOW - HOUR, id="not there", created_at=NOW + HOUR),
    ]
    assert ids(overdue(given_, as_of=NOW)) == ["later", "done afterwards", "late"]
    assert overdue(iter([]), as_of=NOW) == ()


@pytest.mark.parametrize(
    ("activities", "expected"),
    [
        ([], None),
        ([task(NOW + HOUR, id="b"), task(NOW + HOUR, id="a"), task(NOW + 2 * HOUR, id="c")], "a"),
        ([task(NOW + HOUR, id="next"), task(NOW - HOUR, id="late")], "late"),
        ([meeting(NOW - HOUR, id="was"), task(NOW + HOUR, id="next")], "next"),
        ([meeting(NOW, id="begins"), task(NOW + HOUR, id="next")], "begins"),
        ([meeting(NOW - 48 * HOUR, id="daily", recurrence="FREQ=DAILY"), task(NOW + HOUR, id="next")], "daily"),
        ([meeting(NOW - 48 * HOUR, id="over", recurrence="FREQ=DAILY;COUNT=2")], None),
        ([task(id="undated"), task(NOW + 999 * HOUR, id="dated")], "dated"),
        ([task(id="undated"), meeting(None, id="note")], "undated"),
        ([task(NOW, id="done", done_at=NOW), task(NOW, id="not there", created_at=NOW + HOUR)], None),
    ],
)
def test_the_next_action_is_the_earliest_that_is_still_to_be_done(activities, expected):
    found = next_action(activities, as_of=NOW)
    assert (None if found is None else found.id) == expected


def test_the_next_action_of_a_record_is_among_the_activities_linked_to_it():
    deal = Deal(id="d1")
    other = task(NOW - HOUR, id="other", links=("deal:d2", "contact:d1"))
    its = task(NOW + HOUR, id="its", links=("contact:c1", "deal:d1"))
    assert next_action([other, its], as_of=NOW, of=deal) is its
    assert next_action([other], as_of=NOW, of=deal) is None


@given(ACTIVITIES)
def test_nothing_that_happens_after_the_instant_of_a_question_changes_its_answer(activities):
    known = [
        evolve(each, done_at=None if each.done_at is not None and each.done_at > NOW else each.done_at)
        for each in activities
        if each.created_at is None or each.created_at <= NOW
    ]
    assert ids(overdue(activities, as_of=NOW)) == ids(overdue(known, as_of=NOW))
    first, second = next_action(activities, as_of=NOW), next_action(known, as_of=NOW)
    assert getattr(first, "id", None) == getattr(second, "id", None)


@given(ACTIVITIES)
def test_what_is_overdue_the_longest_is_the_next_action(activities):
    late = overdue(activities, as_of=NOW)
    if late:
        assert next_action(activities, as_of=NOW) == late[0]


def test_what_cannot_be_asked_is_named():
    with pytest.raises(InvalidArgument, match="expected an Activity, found 'Deal'"):
        overdue([Deal(id="d1")], as_of=NOW)
    with pytest.raises(InvalidArgument, match="expected activities, such as a list of them, found 'Activity'"):
        next_action(task(), as_of=NOW)
    with pytest.raises(InvalidArgument, match="of is a record, such as a Deal, not 'str'"):
        next_action([], as_of=NOW, of="deal:d1")
    for question in (overdue, next_action):
        with pytest.raises(InvalidPeriod, match="has no time zone"):
            question([], as_of=NOW.replace(tzinfo=None))
