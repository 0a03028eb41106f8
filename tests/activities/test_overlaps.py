"""Two things at the same time: found as by comparing all with all, and what cannot be compared is told."""

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.activities import overlaps
from crmkit.errors import InvalidArgument
from tests.activities.moments import between, meeting, task, utc

NINE = utc(2026, 7, 6, 9)
HOUR = timedelta(hours=1)
WEEK = between(utc(2026, 7, 6), utc(2026, 7, 13))


def block(identifier, start, end, **more):
    return meeting(NINE + start * HOUR, NINE + end * HOUR, id=identifier, **more)


def pairs(result):
    return [(overlap.first.id, overlap.second.id) for overlap in result.found]


@st.composite
def calendars(draw):
    spans = draw(
        st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from(["ana", "ben"])), max_size=12)
    )
    return [
        block(str(number), start, start + length, owner_id=owner) for number, (start, length, owner) in enumerate(spans)
    ]


@given(calendars())
def test_the_overlaps_are_those_that_comparing_all_with_all_finds(meetings):
    found = {frozenset(pair) for pair in pairs(overlaps(meetings))}
    expected = {
        frozenset((one.id, other.id))
        for one, other in combinations(meetings, 2)
        if one.owner_id == other.owner_id and one.occurred_at < other.ends_at and other.occurred_at < one.ends_at
    }
    assert found == expected
    assert len(pairs(overlaps(meetings))) == len(expected)


@given(calendars())
def test_an_overlap_lies_within_both_and_they_come_in_the_order_of_their_starts(meetings):
    found = overlaps(meetings).found
    for each in found:
        assert each.start == max(each.first.occurred_at, each.second.occurred_at) < each.end
        assert each.end == min(each.first.ends_at, each.second.ends_at)
    assert [each.start for each in found] == sorted(each.start for each in found)


@given(calendars(), st.randoms())
def test_the_order_in_which_meetings_are_given_does_not_matter(meetings, random):
    shuffled = random.sample(meetings, len(meetings))
    assert set(pairs(overlaps(meetings))) == set(pairs(overlaps(shuffled)))


def test_what_ends_as_another_begins_does_not_overlap():
    assert pairs(overlaps([block("a", 0, 1), block("b", 1, 2), block("c", 0, 2)])) == [("a", "c"), ("c", "b")]


def test_only_those_of_one_owner_if_so_said():
    meetings = [block("a", 0, 2), block("b", 1, 3), block("c", 0, 2, owner_id="ben"), block("d", 1, 3, owner_id="ben")]
    assert pairs(overlaps(meetings)) == [("a", "b"), ("c", "d")]
    assert pairs(overlaps(meetings, owner="ben")) == [("c", "d")]


def test_meetings_that_cannot_be_compared_are_told_and_other_activities_are_not():
    lacking = [
        meeting(NINE, id="no end"),
        meeting(None, NINE, id="no beginning"),
        block("nobody's", 0, 1, owner_id=None),
        block("ends first", 2, 1),
        block("no time at all", 1, 1),
    ]
    result = overlaps([*lacking, task(NINE, id="task", owner_id="ana"), block("a", 0, 3)])
    assert result.found == ()
    assert [activity.id for activity in result.left_out] == [activity.id for activity in lacking]
    assert [activity.id for activity in overlaps(lacking, owner="ana").left_out] == [
        "no end",
        "no beginning",
        "ends first",
        "no time at all",
    ]


def test_a_call_that_has_an_end_is_compared_too():
    assert pairs(overlaps([block("a", 0, 1), block("b", 0, 1, kind="call")])) == [("a", "b")]


def test_in_a_period_each_time_of_a_series_is_compared():
    daily = block("daily", -24 * 9, -24 * 9 + 1, recurrence="FREQ=DAILY")
    once = block("once", 24, 26)
    assert pairs(overlaps([daily, once])) == []
    (found,) = overlaps([daily, once], period=WEEK).found
    assert (found.first.id, found.start, found.end) == ("daily", NINE + 24 * HOUR, NINE + 25 * HOUR)
    two = overlaps(
        [daily, block("weekly", 24, 25, recurrence="FREQ=WEEKLY")], period=between(NINE, NINE + 24 * 14 * HOUR)
    )
    assert [each.start for each in two.found] == [NINE + 24 * HOUR, NINE + 24 * 8 * HOUR]


def test_what_overlaps_outside_the_period_is_not_told():
    assert overlaps([block("a", -48, -46), block("b", -47, -45)], period=WEEK).found == ()
    assert pairs(overlaps([block("a", -48, 1), block("b", -47, 2)], period=WEEK)) == [("a", "b")]
    assert overlaps([block("a", 480, 481), block("b", 480, 481)], period=WEEK).found == ()


def test_a_series_is_not_compared_with_itself():
    assert overlaps([block("a", 0, 30, recurrence="FREQ=DAILY")], period=WEEK).found == ()


def test_what_is_due_at_another_time_takes_place_when_it_begins():
    prepared = block("a", 0, 1, due_at=NINE - 24 * HOUR, recurrence="FREQ=DAILY;COUNT=2")
    (found,) = overlaps([prepared, block("b", 24, 25)], period=WEEK).found
    assert found.start == NINE + 24 * HOUR


def test_something_else_than_activities_is_refused():
    with pytest.raises(InvalidArgument, match="expected an Activity"):
        overlaps(["m1"])
