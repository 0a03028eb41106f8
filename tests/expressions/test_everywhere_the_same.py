"""The laws that make an expression one question: every place selects the same rows."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from crmkit.expressions import Expression
from tests.expressions.frames import EAGER, LAZY, ids
from tests.expressions.strategies import AS_OF, expressions, rows

EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "200"))
PHASES = [phase for phase in Phase if phase is not Phase.explain] if EXAMPLES <= 200 else [Phase.generate]
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)


def on_objects(expression, table):
    return [row["id"] for row in table if expression.test(row, as_of=AS_OF)]


@pytest.mark.parametrize("kind", EAGER)
@many
@given(table=rows(), expression=expressions())
def test_an_eager_frame_keeps_the_rows_that_objects_do(kind, table, expression):
    frame = EAGER[kind](table)
    kept = on_objects(expression, table)
    assert ids(expression.filter(frame, as_of=AS_OF)) == kept
    mask = expression.mask(frame, as_of=AS_OF)
    assert mask.dtype == bool
    assert [row["id"] for row, answer in zip(table, mask, strict=True) if answer] == kept


@pytest.mark.parametrize("kind", LAZY)
@many
@given(table=rows(), expression=expressions(lower=False))
def test_a_lazy_frame_keeps_the_rows_that_objects_do(kind, table, expression):
    frame = LAZY[kind](table)
    assert sorted(ids(expression.filter(frame, as_of=AS_OF))) == on_objects(expression, table)


@many
@given(table=rows(), expression=expressions())
def test_a_question_and_its_complement_part_the_rows(table, expression):
    kept, others = on_objects(expression, table), on_objects(~expression, table)
    assert sorted(kept + others) == list(range(len(table)))


@pytest.mark.parametrize("kind", LAZY)
@settings(many, max_examples=EXAMPLES // 4)
@given(table=rows(), expression=expressions(lower=False))
def test_a_lazy_flag_is_never_null_and_parts_the_rows(kind, table, expression):
    frame = LAZY[kind](table)
    flagged = (~expression).flag(expression.flag(frame, "yes", as_of=AS_OF), "no", as_of=AS_OF)
    answers = flagged.fetchall() if kind == "duckdb" else flagged.collect().rows()
    assert all({yes, no} == {True, False} for *_, yes, no in answers)


@many
@given(table=rows(), expression=expressions())
def test_the_normal_form_asks_the_same_and_is_its_own(table, expression):
    normal = expression.canonical()
    assert on_objects(normal, table) == on_objects(expression, table)
    assert normal.canonical() == normal


@many
@given(expression=expressions())
def test_json_and_back_is_the_same_expression(expression):
    assert Expression.from_json(expression.to_json()) == expression
    normal = expression.canonical()
    assert Expression.from_json(normal.to_json()) == normal


@many
@given(table=rows(), expression=expressions())
def test_an_explanation_has_the_outcome_of_the_test(table, expression):
    for row in table:
        told = expression.explain(row, as_of=AS_OF)
        assert told.outcome is expression.test(row, as_of=AS_OF)
        assert str(told)
