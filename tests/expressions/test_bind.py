"""A field that stands for a known value can be taken out of the question before it is asked."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidExpression
from crmkit.expressions import ALWAYS, NEVER, all_of, any_of, field
from tests.expressions.strategies import AS_OF, FIELDS, expressions, rows


def answer(call):
    try:
        return call()
    except InvalidExpression as refusal:
        return refusal.code


mine = field("owner_id") == field("actor.id")


@settings(max_examples=25)
@given(expressions(), rows(4), st.sets(st.sampled_from([*FIELDS, "tags"]), max_size=6))
def test_a_bound_question_says_of_the_rest_what_the_question_says_of_the_whole(question, table, names):
    assume(not question.relative)
    for row in table:
        rest = {name: value for name, value in row.items() if name not in names}
        values = {name: row[name] for name in names}
        answered = answer(lambda: question.bind(values).test(rest))  # noqa: B023 - called at once
        # Refused as literals, and not in a field: infinity, and integers that float64 does not hold.
        assert answered in (question.test(row), "invalid_literal", "inexact_integer")


@settings(max_examples=25)
@given(expressions(), rows(4), st.sampled_from([*FIELDS, "tags"]))
def test_what_a_closed_question_says_without_a_value_it_says_with_every_value(question, table, name):
    assume(not question.relative and field(name).missing() not in question.leaves)
    closed = question.bind({name: None}, closed=True)
    for row in table:
        rest = {key: value for key, value in row.items() if key != name}
        if closed.test(rest):
            assert all(question.test({**rest, name: other[name]}, as_of=AS_OF) for other in table)


def test_the_value_takes_the_place_of_the_field_on_either_side():
    assert mine.bind({"actor.id": "u1"}) == (field("owner_id") == "u1")
    assert (field("actor.limit") > field("amount")).bind({"actor.limit": 5}) == (field("amount") < 5)
    assert (field("actor.limit") <= field("amount")).bind({"actor.limit": 5}) == (field("amount") >= 5)
    assert (field("amount") < field("actor.limit")).bind({"actor.limit": 5}) == (field("amount") < 5)


def test_where_nothing_is_bound_the_question_stays():
    question = (field("amount") > 5) | NEVER
    assert question.bind({"actor.id": "u1"}) is question


def test_what_no_longer_decides_anything_is_left_out():
    theirs = field("team_id") == field("actor.team_id")
    assert any_of(mine, theirs).bind({"actor.id": "u1", "actor.team_id": None}) == (field("owner_id") == "u1")
    assert all_of(mine, theirs).bind({"actor.id": "u1", "actor.team_id": None}) == NEVER
    assert (~all_of(mine, theirs)).bind({"actor.id": None}) == ALWAYS
    assert all_of(field("actor.a").missing(), field("actor.b").missing()).bind({"actor.a": None, "actor.b": None}) == (
        ALWAYS
    )
    assert any_of(field("actor.a").present(), theirs).bind({"actor.a": None, "actor.team_id": None}) == NEVER


def test_a_question_about_bound_fields_only_is_answered():
    assert (field("actor.level") >= 3).bind({"actor.level": 4}) == ALWAYS
    assert field("actor.tags").has("vip").bind({"actor.tags": ("vip",)}) == ALWAYS
    assert (field("actor.a") == field("actor.b")).bind({"actor.a": 1, "actor.b": 2}) == NEVER
    assert (field("actor.a") == field("actor.a")).bind({"actor.a": 1}) == ALWAYS


def test_a_missing_value_is_equal_to_nothing_and_unequal_to_all():
    assert mine.bind({"actor.id": None}) == NEVER
    assert (~mine).bind({"actor.id": float("nan")}) == ALWAYS


def test_closed_a_missing_value_is_neither_equal_nor_unequal():
    for question in (mine, ~mine, ~~mine, field("actor.id") == "u1", ~field("actor.id").isin("u1")):
        assert question.bind({"actor.id": None}, closed=True) == NEVER
    assert field("actor.id").missing().bind({"actor.id": None}, closed=True) == ALWAYS
    assert (~mine).bind({"actor.id": "u1"}, closed=True) == (field("owner_id") != "u1")


def test_values_of_every_kind_can_be_bound():
    instant = datetime(2024, 5, 3, 9, tzinfo=UTC)
    for value in ("a", 7, 1.5, Decimal("19.99"), True, instant, date(2024, 5, 3)):
        assert (field("x") == field("actor.x")).bind({"actor.x": value}).test({"x": value})
    lowered = field("name").lower() == field("actor.name")
    assert lowered.bind({"actor.name": "ÄNNE"}).test({"name": "Änne"})


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        (mine, ["u1"], "invalid_literal"),
        (mine, ("u1",), "invalid_literal"),
        (mine, datetime(2024, 5, 3), "invalid_literal"),  # noqa: DTZ001 - naive on purpose
        (mine, print, "invalid_literal"),
        (field("name").lower() == field("actor.id"), 7, "kind_mismatch"),
        (field("active") < field("actor.id"), True, "no_order"),
    ],
)
def test_a_value_that_cannot_be_compared_is_refused_and_not_shown(question, value, code):
    with pytest.raises(InvalidExpression) as refused:
        question.bind({"actor.id": value})
    assert refused.value.code == code
    assert "actor.id" in str(refused.value)
    assert "u1" not in str(refused.value)
    assert "u1" not in repr(refused.value.facts)


def test_a_question_tells_its_leaves_and_whether_it_counts_from_a_moment():
    question = all_of(mine, ~any_of(field("a").missing(), field("b").within(days=3)))
    assert question.leaves == (mine, field("a").missing(), field("b").within(days=3))
    assert question.relative
    assert field("b").during("day").relative
    assert not mine.relative
    assert ALWAYS.leaves == ()


def test_what_is_always_or_never_true_stays_so():
    for constant in (ALWAYS, NEVER):
        assert constant.bind({"actor.id": "ana"}) == constant


def test_within_a_question_what_asks_nothing_stays_as_it_is():
    from crmkit.expressions import ALWAYS
    from crmkit.expressions._bind import bind

    assert bind(ALWAYS.node, {}, closed=False, negated=False) is ALWAYS.node
