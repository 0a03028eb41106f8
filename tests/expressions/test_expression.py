"""How questions are joined, compared, shown and limited."""

import pickle

import pytest

from crmkit.errors import InvalidExpression
from crmkit.expressions import ALWAYS, NEVER, Expression, all_of, any_of, field
from crmkit.expressions._limits import MAX_DEPTH, MAX_NODES
from crmkit.expressions._nodes import And, Or

A, B, C = field("a") == 1, field("b") == 2, field("c") == 3


def test_twice_not_is_the_question_itself():
    assert ~~A == A
    assert ~~(A & B) == A & B


@pytest.mark.parametrize(("joined", "node"), [(A & B & C, And), (A & (B & C), And), (A | B | C, Or), (A | (B | C), Or)])
def test_a_chain_stays_flat(joined, node):
    assert joined.node == node((A.node, B.node, C.node))


def test_joining_many_is_joining_each():
    assert all_of(A, B, C) == A & B & C
    assert any_of(A, B, C) == A | B | C
    assert all_of(A) == A == any_of(A)
    assert all_of() == ALWAYS
    assert any_of() == NEVER


def test_equal_questions_are_one_key():
    assert {A & B: 1}[(field("a") == 1) & (field("b") == 2)] == 1
    assert A & B != B & A


@pytest.mark.parametrize("misuse", [lambda: A and B, lambda: A or B, lambda: not A, lambda: 1 < field("x") < 3])
def test_an_expression_is_neither_true_nor_false(misuse):
    with pytest.raises(InvalidExpression, match=r"& \| ~") as refused:
        misuse()
    assert refused.value.code == "expression_as_bool"


def test_only_expressions_are_joined():
    with pytest.raises(TypeError):
        A & True
    with pytest.raises(TypeError):
        A | None
    with pytest.raises(InvalidExpression, match="only expressions"):
        all_of(A, field("x"))


def test_the_fields_are_those_that_are_read():
    asked = (field("a") > field("b")) & ~field("c").missing() | field("d").isin(1) | field("e").has("x") | ALWAYS
    assert (asked | field("f").contains("x") | field("g").within(days=1) | field("h").during("day")).fields == set(
        "abcdefgh"
    )


def nested(depth):
    deep = A
    for level in range(depth - 1):
        deep = deep | B if level % 2 else deep & C
    return deep


def test_depth_is_limited():
    assert nested(MAX_DEPTH)._depth == MAX_DEPTH
    with pytest.raises(InvalidExpression, match="deep") as refused:
        nested(MAX_DEPTH + 1)
    assert refused.value.code == "too_large"
    with pytest.raises(InvalidExpression, match="deep"):
        ~nested(MAX_DEPTH)


def test_the_depth_and_size_counted_are_those_of_the_tree():
    from crmkit.expressions._leaves import extent_of

    for built in (A, ~A, ~~A, A & B, ~(A & B) | C, (A | B) & (C | (A & ~B)), field("a").isin(1, 2, 3) & ~ALWAYS):
        assert (built._depth, built._size) == extent_of(built.node)


def test_size_is_limited():
    assert any_of(*[A] * (MAX_NODES - 1))._size == MAX_NODES
    with pytest.raises(InvalidExpression, match="nodes"):
        any_of(*[A] * MAX_NODES)
    with pytest.raises(InvalidExpression, match="nodes"):
        field("a").isin(*range(MAX_NODES))


def test_an_expression_cannot_be_changed_nor_derived_from():
    with pytest.raises(AttributeError):
        A.node = B.node
    assert not hasattr(A, "__dict__")
    assert Expression.__final__


def test_repr_is_the_sentence():
    assert repr(A & B) == "<Expression: a == 1 and b == 2>"
    assert len(repr(any_of(*[A] * 1000))) < 150


def test_a_question_can_be_pickled_also_after_it_was_asked():
    question = field("amount") > 3
    assert question.test({"amount": 4})
    copy = pickle.loads(pickle.dumps(question))  # noqa: S301  # written a line above
    assert copy == question
    assert copy.test({"amount": 4})
