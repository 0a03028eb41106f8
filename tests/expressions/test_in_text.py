"""A question reads as a sentence, and no two questions read alike."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from crmkit.expressions import ALWAYS, NEVER, field
from tests.expressions.strategies import expressions

HOT = field("country").isin("DE", "AT") & (field("employees") >= 50) & ~field("email").missing()


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (HOT, "country in (DE, AT) and employees >= 50 and email is present"),
        (HOT | ALWAYS, "(country in (DE, AT) and employees >= 50 and email is present) or always"),
        (~(HOT | NEVER), "not ((country in (DE, AT) and employees >= 50 and email is present) or never)"),
        (~ALWAYS, "not (always)"),
        (field("a") == "b", "a == b"),
        (field("a") == field("b"), "a == field b"),
        (field("a") != "and", "a != 'and'"),
        (field("a") == "7", "a == '7'"),
        (field("a") == "x y\u202e", "a == 'x y\\u202e'"),
        (field("a b") == "", "['a b'] == ''"),
        (field("missing") < 1.0, "['missing'] < 1.0"),
        (~(field("a") < 1), "not (a < 1)"),
        (field("a").lower() > field("b"), "lower(a) > field lower(b)"),
        (field("a") == True, "a == true"),  # noqa: E712
        (field("a") == False, "a == false"),  # noqa: E712
        (field("a") > date(2020, 1, 2), "a > 2020-01-02"),
        (field("a") > datetime(2020, 1, 2, 3, tzinfo=UTC), "a > 2020-01-02T03:00:00Z"),
        (~field("a").isin(1, 2), "a not in (1, 2)"),
        (field("a").contains("x"), "a contains x"),
        (field("a").startswith("x"), "a starts with x"),
        (~field("a").endswith("x"), "a does not end with x"),
        (field("a").missing(), "a is missing"),
        (field("a").has("x"), "a has x"),
        (~field("a").has_any("x", "y"), "a does not have any of (x, y)"),
        (field("a").has_all("x", "y z"), "a has all of (x, 'y z')"),
        (field("a").within(days=1), "a is within the last day"),
        (~field("a").next(weeks=2, hours=1), "a is not within the next 337 hours"),
        (field("a").within(minutes=90), "a is within the last 90 minutes"),
        (field("a").during("month"), "a is in the current month"),
        (field("a").during("month", offset=1), "a is in the next month"),
        (~field("a").during("quarter", offset=-1), "a is not in the previous quarter"),
        (field("a").during("day", offset=-3, timezone="Asia/Tokyo"), "a is in the day 3 days back (Asia/Tokyo)"),
        (
            field("a").during("year", offset=2, fiscal_year_start=4),
            "a is in the year 2 years ahead of a year that starts in month 4",
        ),
    ],
)
def test_it_reads_as_a_sentence(asked, text):
    assert str(asked) == text


@settings(max_examples=200, deadline=None)
@given(one=expressions(), other=expressions())
def test_two_questions_that_read_alike_are_one(one, other):
    assert (str(one) == str(other)) <= (one == other)
