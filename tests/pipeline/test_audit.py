"""The audit of a stage history: every code, every kind of frame, and a reference in plain Python."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import datasets, io, tables
from crmkit.errors import InvalidColumn, MissingColumn, UnknownField
from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage
from crmkit.records import Deal, StageChange
from tests.histories import day, history, walk
from tests.kinds import KINDS, rows

from .plain_audit import violations

STAGES = [Stage("Talk"), Stage("Offer"), Stage("Won", kind="won"), Stage("Lost", kind="lost")]
STRICT = Pipeline(
    "Sales",
    stages=STAGES,
    moves=[Move("Talk", "Offer"), Move("Offer", "Won"), Move("Talk", "Lost"), Move("Offer", "Lost")],
    version=3,
)
OPEN_AGAIN = Pipeline("Sales", stages=STAGES, reopen=field("amount") > 0, starts=["Talk", "Offer"])

GOOD = history(
    *walk("a", ("Talk", 1), ("Offer", 3), ("Won", 9)),
    *walk("b", ("Talk", 2), ("Lost", 4)),
    *walk("c", ("Talk", 5)),
)
NAMES = st.sampled_from([None, "Talk", "Offer", "Won", "Lost", "talk"])
ROWS = st.lists(st.tuples(st.sampled_from([None, "a", "b"]), NAMES, NAMES, st.none() | st.integers(0, 4)), max_size=12)


def _codes(audit):
    return [(row["row"], row["code"]) for row in rows(audit.table)]


def test_a_history_that_keeps_to_the_definition_has_no_violation():
    audit = STRICT.audit(GOOD)
    assert audit.ok
    assert (audit.rows, audit.deals, dict(audit.counts)) == (6, 3, {})
    assert len(audit.table) == 0
    assert str(audit) == "Sales, version 3: no violation in 6 rows of 3 deals"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([(None, None, "Talk", 1)], [(0, "missing_deal")]),
        ([("a", None, "Talk", None)], [(0, "missing_time")]),
        ([("a", None, None, 1)], [(0, "missing_stage")]),
        ([("a", None, "Tlak", 1)], [(0, "unknown_stage")]),
        ([("a", None, "Offer", 1)], [(0, "wrong_start")]),
        ([("a", "Talk", "Offer", 1)], [(0, "wrong_start")]),
        ([("a", None, "Talk", 1), ("a", "Offer", "Won", 2)], [(1, "broken_chain")]),
        ([("a", None, "Talk", 1), ("a", None, "Offer", 2)], [(1, "broken_chain")]),
        ([("a", None, "Talk", 1), ("a", "Talk", "Talk", 2)], [(1, "same_stage")]),
        (walk("a", ("Talk", 1), ("Lost", 2), ("Talk", 3)), [(2, "after_close")]),
        (walk("a", ("Talk", 1), ("Won", 2)), [(1, "no_such_move")]),
        (
            [("a", None, "Talk", 1), ("a", "Offer", "Tlak", 2)],
            [(1, "unknown_stage"), (1, "broken_chain")],
        ),
    ],
)
def test_each_violation_is_named_with_its_row(steps, found):
    audit = STRICT.audit(history(*steps))
    assert _codes(audit) == found
    assert not audit.ok
    assert dict(audit.counts) == {code: 1 for _, code in found}


def test_a_fault_is_told_once_and_the_deal_goes_on_from_where_the_row_puts_it():
    steps = [("a", None, "Talk", 1), ("a", "Offer", "Won", 2), ("b", None, "Tlak", 1), ("b", "Tlak", "Offer", 2)]
    assert _codes(STRICT.audit(history(*steps))) == [(1, "broken_chain"), (2, "unknown_stage"), (3, "unknown_stage")]


def test_a_violation_shows_the_row_as_it_stands():
    bad = history(*walk("a", ("Talk", 1), ("Won", 2)))
    assert rows(STRICT.audit(bad).table) == [
        {
            "row": 1,
            "deal_id": "a",
            "changed_at": bad["changed_at"][1],
            "from_stage": "Talk",
            "to_stage": "Won",
            "code": "no_such_move",
        }
    ]


@settings(max_examples=40)
@given(ROWS, st.sampled_from([STRICT, OPEN_AGAIN]))
def test_any_history_is_judged_as_row_by_row_in_plain_python(steps, pipeline):
    assert sorted(_codes(pipeline.audit(history(*steps)))) == sorted(violations(pipeline, steps))


@settings(max_examples=40)
@given(ROWS, st.sampled_from([STRICT, OPEN_AGAIN]))
def test_without_from_stage_a_row_comes_from_where_the_row_before_led(steps, pipeline):
    bare = history(*steps).drop(columns="from_stage")
    expected = sorted(violations(pipeline, steps, inferred=True))
    assert sorted(_codes(pipeline.audit(bare))) == expected


def test_an_inferred_stage_stands_in_the_table():
    bare = history(*walk("a", ("Talk", 1), ("Won", 2))).drop(columns="from_stage")
    assert [row["from_stage"] for row in rows(STRICT.audit(bare).table)] == ["Talk"]


def test_rows_of_one_instant_follow_one_another_as_they_stand():
    steps = walk("a", ("Talk", 1), ("Offer", 1), ("Won", 1))
    assert STRICT.audit(history(*steps)).ok
    assert not STRICT.audit(history(*steps[::-1])).ok


def test_a_pipeline_that_reopens_lets_closed_deals_go_on_but_not_change_their_end():
    again = history(*walk("a", ("Offer", 1), ("Lost", 2), ("Talk", 3), ("Won", 4), ("Lost", 5)))
    assert _codes(OPEN_AGAIN.audit(again)) == [(4, "after_close")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_the_same_violations_in_kind(kind):
    bad = history(*walk("a", ("Talk", 1), ("Won", 2)), (None, None, "Tlak", 3), ("b", "Talk", None, None))
    table = KINDS[kind](bad)
    audit = STRICT.audit(table)
    assert type(audit.table) is type(table)
    assert _codes(audit) == _codes(STRICT.audit(bad))
    assert [row["to_stage"] for row in rows(audit.table)] == ["Won", "Tlak", "Tlak", None, None]


def test_rows_of_other_pipelines_are_left_out_and_counted():
    table = GOOD.assign(pipeline=["Sales", "Sales", "Sales", "Renewal", None, "Renewal"])
    audit = STRICT.audit(table)
    assert (audit.rows, dict(audit.left_out), dict(audit.counts)) == (4, {"Renewal": 2}, {})
    assert "left out: 2 rows of pipeline 'Renewal'" in str(audit)


def test_pipelines_may_be_categories():
    table = GOOD.assign(pipeline=pd.Series(["Sales"] * 3 + ["Renewal", None, "Renewal"], dtype="category"))
    for history_of_two in (table, KINDS["polars"](table), KINDS["pyarrow"](table)):
        assert dict(STRICT.audit(history_of_two).left_out) == {"Renewal": 2}


def test_a_history_that_is_all_left_out_is_not_fine():
    audit = STRICT.audit(GOOD.assign(pipeline="sales"))
    assert not audit.ok
    assert audit.rows == 0
    assert STRICT.audit(GOOD.iloc[:0]).ok


def test_the_summary_names_what_was_meant():
    table = history(("a", None, "Tlak", 1), ("b", None, "Xyz", 1), *walk("c", ("Talk", 1), ("Won", 2)))
    audit = STRICT.audit(table)
    assert dict(audit.unknown_stages) == {"Tlak": "Talk", "Xyz": None}
    assert str(audit).splitlines() == [
        "Sales, version 3: 3 violations in 4 rows of 3 deals",
        "  unknown_stage: 2",
        "  no_such_move: 1",
        "  no stage 'Tlak'; did you mean 'Talk'?",
        "  no stage 'Xyz'",
    ]
    assert repr(audit) == "Audit('Sales': 4 rows, 3 violations)"


def test_a_summary_of_many_unknown_stages_stays_short():
    audit = STRICT.audit(history(*((str(number), None, f"Stage {number}", 1) for number in range(14))))
    assert "  and 4 more stages that it does not have" in str(audit).splitlines()


def test_own_names_of_columns_are_understood():
    mine = GOOD.rename(columns={"deal_id": "opportunity", "changed_at": "date_entered"})
    assert STRICT.audit(mine, columns={"deal_id": "opportunity", "changed_at": "date_entered"}).ok


def test_what_is_no_history_is_refused():
    with pytest.raises(MissingColumn, match="audit needs column 'to_stage'"):
        STRICT.audit(GOOD.drop(columns="to_stage"))
    with pytest.raises(InvalidColumn, match="not instants with a time zone"):
        STRICT.audit(GOOD.assign(changed_at=1))
    with pytest.raises(UnknownField, match="did you mean 'deal_id'"):
        STRICT.audit(GOOD, columns={"deal_ids": "deal_id"})


OPEN_STAGES = [Stage(name) for name in ("Prospecting", "Engaging", "Proposal", "Negotiation")]
SIMULATED = Pipeline("Sales", stages=[*OPEN_STAGES, Stage("Won", kind="won"), Stage("Lost", kind="lost")])


@pytest.mark.parametrize("seed", [1, 7])
def test_the_history_of_a_simulated_company_keeps_to_its_pipeline(seed):
    audit = SIMULATED.audit(datasets.simulate_company(seed=seed, customers=200).stage_changes)
    assert audit.ok
    assert audit.rows > 1_000


def test_a_history_without_an_order_of_rows_is_put_in_that_of_time():
    steps = datasets.simulate_company(seed=1, customers=100).stage_changes
    late = steps.assign(changed_at=steps["changed_at"] + timedelta(days=1))
    assert SIMULATED.audit(pd.concat([late.iloc[1::2], late.iloc[::2]])).ok


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["Talk", "Offer", "Won", "Lost"]), max_size=8), st.integers(0, 3))
def test_what_a_pipeline_has_moved_its_audit_finds_right(targets, spoiled):
    deal = Deal(id="d1", amount=Decimal(5))
    change = OPEN_AGAIN.start(deal, at=day(0), by="ana")
    made = []
    for number, to in enumerate([None, *targets]):
        if to is not None:
            if not OPEN_AGAIN.check(deal, to=to, as_of=day(number)).allowed:
                continue
            change = OPEN_AGAIN.move(deal, to=to, at=day(number), by="ana")
        deal = next(edit.after for edit in change.edits if isinstance(edit.after, Deal))
        made += [edit.after for edit in change.edits if isinstance(edit.after, StageChange)]
    assert OPEN_AGAIN.audit(tables.to_table(made, StageChange)).ok
    lacking = made[:spoiled] + made[spoiled + 1 :]
    if 0 < spoiled < len(made) - 1 and lacking[spoiled].from_stage != lacking[spoiled - 1].to_stage:
        assert not OPEN_AGAIN.audit(tables.to_table(lacking, StageChange)).ok


def test_a_hubspot_history_is_audited_by_chaining(data):
    file = data / "exports" / "fivetran_hubspot_deal_stage_data.csv"
    if not file.is_file():
        pytest.skip("the HubSpot history is not here")
    table = io.read(file).table
    stages = [Stage(name) for name in sorted(set(table["to_stage"]))]
    pipeline = Pipeline("default", stages=[*stages, Stage("end", kind="won")], starts=[stage.name for stage in stages])
    audit = pipeline.audit(table)
    assert (audit.rows, audit.ok) == (len(table), True)
