"""The audit of a history that tells of several definitions, of migrations and of reasons."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import tables
from crmkit.errors import InvalidArgument
from crmkit.pipeline import Audit, Pipeline, Stage
from crmkit.records import StageChange
from tests.histories import history, walk
from tests.kinds import KINDS, rows

from .plain_audit import violations
from .test_replay_across import BOTH, LATER, PLAIN
from .test_replay_across import lives as lives_across

SALES = Pipeline(
    "Sales",
    stages=[
        Stage("Talk"),
        Stage("Offer"),
        Stage("Won", kind="won", needs_reason=True),
        Stage("Lost", kind="lost", reasons=("price", "timing")),
    ],
    version=2,
)
NAMES = st.sampled_from([None, "Talk", "Offer", "Won", "Lost", "Old"])
ROWS = st.lists(st.tuples(st.sampled_from([None, "a", "b"]), NAMES, NAMES, st.none() | st.integers(0, 4)), max_size=12)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "pipeline": st.sampled_from(["Sales", "Renewal"]),
        "pipeline_version": st.sampled_from([1, 2]),
        "reason": st.sampled_from(["migration", "price", "dear", " "]),
        "days_in_stage": st.just(1.5),
    },
)
COLUMNS = {"pipeline": "str", "pipeline_version": "Int64", "reason": "str", "days_in_stage": "float64"}


def _table(steps, said):
    more = {name: pd.Series([each.get(name) for each in said], dtype=dtype) for name, dtype in COLUMNS.items()}
    return history(*steps).assign(**more)


def _codes(audit):
    return [(row["row"], row["code"]) for row in rows(audit.table)]


@settings(max_examples=60)
@given(ROWS, st.data(), st.booleans())
def test_any_history_is_judged_as_row_by_row_in_plain_python(steps, data, inferred):
    said = data.draw(st.lists(SAID, min_size=len(steps), max_size=len(steps)))
    table = _table(steps, said)
    audit = SALES.audit(table.drop(columns="from_stage") if inferred else table)
    assert sorted(_codes(audit)) == sorted(violations(SALES, steps, inferred=inferred, said=said))
    others = [each for each in said if each.get("pipeline", "Sales") != "Sales"]
    assert sum(audit.left_out.values()) == len(others)
    assert audit.rows + len(others) + sum(audit.other_versions.values()) == len(steps)


@settings(max_examples=60)
@given(lives_across())
def test_what_two_definitions_have_moved_and_migrated_the_audit_of_each_finds_right(life):
    _, made, _ = life
    steps = [row for row in made if isinstance(row, StageChange)]
    for version, pipeline in BOTH.items():
        audit = pipeline.audit(tables.to_table(steps, StageChange))
        assert not audit.counts, str(audit)
        theirs = [row for row in steps if row.pipeline_version != version]
        assert dict(audit.other_versions) == ({str(3 - version): len(theirs)} if theirs else {})
        assert audit.rows == len(steps) - len(theirs)


def test_rows_of_another_version_are_left_out_and_counted():
    table = history(*walk("a", ("Old", 1), ("Offer", 2), ("Talk", 3))).assign(pipeline_version=[1, 1, None])
    audit = SALES.audit(table)
    assert (audit.rows, dict(audit.left_out), dict(audit.other_versions)) == (1, {}, {"1": 2})
    assert audit.ok
    assert str(audit).splitlines()[1:] == ["  left out: 2 rows of version '1'"]
    assert not SALES.audit(table.assign(pipeline_version=7)).ok


@pytest.mark.parametrize("kind", KINDS)
def test_versions_with_gaps_are_the_same_in_every_kind_of_frame(kind):
    table = history(*walk("a", ("Talk", 1), ("Offer", 2), ("Talk", 3))).assign(pipeline_version=[1, 2, None])
    audit = SALES.audit(KINDS[kind](table))
    assert (audit.rows, dict(audit.other_versions), audit.ok) == (2, {"1": 1}, True)


def test_where_a_migration_comes_from_is_not_checked_but_where_it_leads_is():
    table = _table(
        [("a", "Older", "Won", 1), ("b", "Offer", "Offer", 1), ("c", "Talk", "Nowhere", 1)],
        [{"reason": "migration"}] * 3,
    )
    assert _codes(SALES.audit(table)) == [(2, "unknown_stage")]
    told = [(0, "unknown_stage"), (0, "wrong_start"), (1, "wrong_start"), (1, "same_stage")]
    assert _codes(SALES.audit(table.iloc[:2].assign(days_in_stage=1.0))) == told
    assert _codes(SALES.audit(table.drop(columns="days_in_stage"))) == [(2, "unknown_stage")]


def test_after_a_migration_the_chain_goes_on_from_where_it_led():
    steps = [("a", None, "Old", 1), ("a", "Old", "Offer", 2), ("a", "Talk", "Offer", 3)]
    table = _table(steps, [{"pipeline_version": 1}, {"pipeline_version": 2}, {"pipeline_version": 2}])
    assert _codes(SALES.audit(table)) == [(2, "broken_chain")]


@pytest.mark.parametrize(
    ("to", "reason", "code"),
    [
        ("Won", None, "missing_reason"),
        ("Won", " ", "missing_reason"),
        ("Won", "better", None),
        ("Lost", None, "missing_reason"),
        ("Lost", "", "missing_reason"),
        ("Lost", "dear", "unknown_reason"),
        ("Lost", "price", None),
        ("Offer", None, None),
        ("Offer", "why not", None),
    ],
)
def test_a_reason_is_asked_for_where_the_stage_needs_it(to, reason, code):
    table = history(*walk("a", ("Talk", 1), (to, 2)))
    found = SALES.audit(table.assign(reason=pd.Series([None, reason], dtype="str")))
    assert [row["code"] for row in rows(found.table)] == ([code] if code else [])
    assert SALES.audit(table).ok


def test_an_audit_is_of_a_public_class():
    assert isinstance(PLAIN.audit(history()), Audit)
    assert isinstance(LATER.audit(history()), Audit)


@pytest.mark.parametrize("columns", [1, "deal_id", ["deal_id"], {"deal_id": 1}, {1: "deal_id"}, {"deal_id": None}])
def test_columns_that_rename_nothing_are_refused(columns):
    with pytest.raises(InvalidArgument, match="takes names by canonical name") as refusal:
        SALES.audit(history(), columns=columns)
    assert refusal.value.argument == "columns"
