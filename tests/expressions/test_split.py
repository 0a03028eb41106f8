"""A question is parted into what a place can answer and the rest, which together ask the same."""

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidExpression
from crmkit.expressions import ALWAYS, NEVER, Expression, all_of, any_of, field
from tests.expressions.strategies import AS_OF, expressions, rows

A, B, C = field("size") > 1, field("name").lower() == "a", ~(field("count") == 3)


def is_sql(part):
    return ".lower" not in repr(part) and "lower" not in part.to_json()


def test_what_the_place_supports_is_pushed():
    assert (A & B & C).split(is_sql) == (A & C, B)
    assert (A & C).split(is_sql) == (A & C, ALWAYS)
    assert B.split(is_sql) == (ALWAYS, B)
    assert (A | B).split(is_sql) == (ALWAYS, A | B)
    assert ALWAYS.split(lambda part: False) == (ALWAYS, ALWAYS)
    assert NEVER.split(lambda part: True) == (NEVER, ALWAYS)


def test_nested_conjunctions_are_parted_too():
    nested = Expression.from_json(
        '{"format":"crmkit.expression","version":1,"where":{"and":['
        '{"and":[{">":[{"field":"size"},{"integer":1}]},{"==":[{"field":"name","lower":true},{"text":"a"}]}]},'
        '{"not":{"==":[{"field":"count"},{"integer":3}]}}]}}'
    )
    assert nested.split(is_sql) == (A & C, B)


def test_every_part_is_asked_for_once():
    seen = []
    all_of(A, any_of(B, C), C).split(lambda part: bool(seen.append(part)))
    assert seen == [A, B | C, C]


@settings(max_examples=40, deadline=None)
@given(table=rows(), parts=st.lists(expressions(), min_size=1, max_size=4), seed=st.randoms())
def test_the_two_parts_are_true_together_where_the_question_is(table, parts, seed):
    expression = all_of(*parts)
    pushed, rest = expression.split(lambda part: seed.random() < 0.5)
    for row in table:
        together = pushed.test(row, as_of=AS_OF) and rest.test(row, as_of=AS_OF)
        assert together is expression.test(row, as_of=AS_OF)
        assert (pushed & rest).test(row, as_of=AS_OF) is together


def test_a_database_answers_its_part_and_the_records_the_rest():
    people = sa.table("people", sa.column("size", sa.Integer()), sa.column("name", sa.Text()))

    def supported(part):
        try:
            part.sql(people, dialect="sqlite")
        except InvalidExpression:
            return False
        return True

    assert (A & B).split(supported) == (A, B)
