"""Equal questions written in another order are one."""

import pytest

from crmkit.expressions import ALWAYS, NEVER, all_of, any_of, field

A, B, C = field("a") == 1, field("b") == 2, field("c") == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A & B & C, C & (B & A)),
        (A | B | A, B | A),
        (~(A & B), ~B | ~A),
        (~(A | ~B), B & ~A),
        (A & ALWAYS, A),
        (A | NEVER, A),
        (A & NEVER, NEVER),
        (A | ALWAYS, ALWAYS),
        (~(A & ~NEVER), ~A),
        ((A & ALWAYS) | (NEVER & B), A),
        (~ALWAYS, NEVER),
        (ALWAYS & field("t").has_all() & ~NEVER, field("t").present()),
        (ALWAYS & ~NEVER, ALWAYS),
        (field("x").isin(2, 1, 2), field("x").isin(1, 2)),
        (field("x").isin(1), field("x") == 1),
        (~field("x").isin(), ALWAYS),
        (field("a") > field("b"), field("b") < field("a")),
        (field("a") <= field("b"), field("b") >= field("a")),
        (field("b") == field("a"), field("a") == field("b")),
        (field("t").has_all("x"), field("t").has("x")),
        (field("t").has_any("y", "x", "y"), field("t").has_any("x", "y")),
        (field("t").has_all(), field("t").present()),
        (~field("t").has_all(), field("t").missing()),
        (field("t").has_any(), NEVER),
        (field("d").during("month", fiscal_year_start=4), field("d").during("month")),
        (field("d").within(days=7), field("d").within(weeks=1)),
    ],
    ids=str,
)
def test_the_same_question_has_one_fingerprint(one, other):
    assert one.canonical() == other.canonical()
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, ~A),
        (A & B, A | B),
        (field("x") == 1, field("x") == 1.0),
        (field("x").isin(1), field("x").isin(1.0)),
        (field("x") < 1, ~(field("x") >= 1)),
        (field("t").has_all("x", "y"), field("t").has_any("x", "y")),
        (field("d").during("year", fiscal_year_start=4), field("d").during("year")),
        (field("d").within(days=1), field("d").next(days=1)),
        (field("x").lower() == "a", field("x") == "a"),
    ],
    ids=str,
)
def test_another_question_has_another_fingerprint(one, other):
    assert one.fingerprint() != other.fingerprint()


def test_a_fingerprint_stays_what_it_is():
    asked = all_of(field("country").isin("DE", "AT"), any_of(field("employees") >= 50, field("email").present()))
    assert asked.fingerprint() == "4e24f54b24200eae135dfa514ba345a49f10ce362ebd2f97188d96f770c790f8"
