"""The time in each stage adds up to the time that has passed, however the rows are given."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.pipeline import time_spent
from crmkit.records import FieldChange
from tests.pipeline.test_replay import DAY, PLAIN, START, changed, lives, moved

HOUR = timedelta(hours=1)


@settings(max_examples=50)
@given(lives(PLAIN), st.integers(0, 30), st.randoms(use_true_random=False))
def test_it_is_what_a_clock_that_looks_every_hour_counts(life, hours, random):
    """Each row is put on the full hour, so that a clock which looks once an hour misses nothing."""
    _, history = life
    rows = []
    for row in history:
        whole = START + (row.changed_at - START) // HOUR * HOUR
        rows.append(type(row)(**{**_values(row), "changed_at": whole}))
    seen: dict[str, timedelta] = {}
    for hour in range(hours):
        entered = [row for row in rows if hasattr(row, "to_stage") and row.changed_at <= START + hour * HOUR]
        seen[entered[-1].to_stage] = seen.get(entered[-1].to_stage, timedelta()) + HOUR
    random.shuffle(rows)
    spent = time_spent(rows, as_of=START + hours * HOUR)
    assert {stage: time for stage, time in spent.items() if time} == seen
    assert sum(spent.values(), timedelta()) == hours * HOUR


def _values(row):
    return {name: getattr(row, name) for name in type(row).__slots__ if not name.startswith("__")}


def test_stays_in_the_same_stage_add_up_and_the_last_one_lasts():
    rows = [moved(None, "first", 0), moved("first", "second", 2), moved("second", "first", 5), moved("first", "won", 9)]
    spent = time_spent(rows, as_of=START + 10 * DAY)
    assert dict(spent) == {"first": 6 * DAY, "second": 3 * DAY, "won": DAY}
    assert dict(time_spent(rows, as_of=START + 9 * DAY)) == {"first": 6 * DAY, "second": 3 * DAY}
    assert dict(time_spent(rows, as_of=START + 3 * DAY)) == {"first": 2 * DAY, "second": DAY}


def test_before_the_first_row_no_time_has_passed():
    assert dict(time_spent([moved(None, "first", 0)], as_of=START)) == {}
    assert dict(time_spent([], as_of=START)) == {}


def test_the_stage_in_which_a_history_begins_counts_by_what_its_first_row_says():
    later = moved("second", "first", 5)
    told = [moved("first", "second", 2, days_in_stage=1.5), later]
    assert dict(time_spent(told, as_of=START + 6 * DAY)) == {"first": 2.5 * DAY, "second": 3 * DAY}
    untold = [moved("first", "second", 2), later]
    assert dict(time_spent(untold, as_of=START + 6 * DAY)) == {"first": DAY, "second": 3 * DAY}


def test_of_a_lead_it_is_the_time_in_each_status_and_other_fields_do_not_count():
    def turned(before, after, at: datetime, **said):
        return FieldChange(
            **{"id": f"{at}", "record": "lead:l1", "field": "status", "from_value": before, "to_value": after}
            | {"changed_at": at, **said}
        )

    rows = [
        turned("new", "working", START, days_held=2.0),
        turned("working", None, START + DAY),
        turned(None, "working", START + 3 * DAY),
        turned("a", "b", START + DAY, id="x", field="source"),
        turned("c", "d", START + 2 * DAY, id="y", field="source"),
    ]
    assert dict(time_spent(rows, as_of=START + 4 * DAY)) == {"new": 2 * DAY, "working": 2 * DAY}


def test_of_a_deal_the_stage_counts_and_not_the_status():
    rows = [moved(None, "first", 0), changed("status", "open", "won", 1)]
    assert dict(time_spent(rows, as_of=START + 2 * DAY)) == {"first": 2 * DAY}
