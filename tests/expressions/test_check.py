"""A question is proven against its place before anything runs."""

from datetime import UTC, date, datetime

import pytest

from crmkit.errors import InvalidExpression, UnknownField
from crmkit.expressions import ALWAYS, field
from tests.expressions.models import Company, Custom, Lead, Spec

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked",
    [
        ALWAYS,
        (field("visits") >= 5) & ~field("email").missing() | (field("score") > 2),
        field("visits") > 1.5,
        field("score") > field("visits"),
        field("status").isin("open", "won"),
        field("status").lower() == "WON",
        field("status") != "won",
        field("status") > "zzz",
        field("email").lower() == field("id"),
        field("seen").within(hours=5),
        field("born").within(days=5),
        field("seen").during("year") & field("born").during("day"),
        field("seen") < NOON,
        field("born") == date(2020, 1, 1),
        field("agreed") == field("agreed"),
        field("tags").has("x"),
        field("company.employees") > 5,
        field("company.owner_email").contains("@"),
    ],
    ids=str,
)
def test_what_suits_a_record_class_passes(asked):
    assert asked.check(Lead) is None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (field("visits") == "5", "holds an integer, asked as text"),
        (field("visits").isin("5"), "holds an integer, asked as text"),
        (field("visits").contains("5"), "holds an integer, asked as text"),
        (field("agreed") == 1, "holds true or false, asked as an integer"),
        (field("seen") > date(2020, 1, 1), "holds an instant, asked as a date; give an instant"),
        (field("born") > NOON, "holds a date, asked as an instant"),
        (field("born").within(hours=5), "whole days"),
        (field("visits").within(days=5), "asked as an instant"),
        (field("visits").during("day"), "asked as an instant"),
        (field("tags") == "x", "has, has_any and has_all"),
        (field("status").has("x"), "holds text, asked as tags"),
        (field("score") == 2**53 + 1, "neighbours"),
        (field("score") == field("status"), "which field 'status' holds"),
        (field("tags") == field("tags"), "holds tags"),
        (field("agreed") < field("agreed"), "no order"),
        (field("visits").lower() == field("id"), "asked as text"),
        (field("status") == "Won", "never 'Won'; did you mean 'won'"),
        (field("status").isin("open", "closed"), "never 'closed'"),
        (~(ALWAYS | (field("company.employees") == "x")), "holds an integer"),
    ],
    ids=str,
)
def test_what_does_not_suit_is_refused(asked, why):
    with pytest.raises(InvalidExpression, match=why):
        asked.check(Lead)


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [("vists", "visits"), ("company.employes", "employees"), ("companies.employees", "company"), ("colour", None)],
)
def test_an_unknown_field_is_named_with_the_near_miss(path, suggestion):
    with pytest.raises(UnknownField) as refused:
        field(path).missing().check(Lead)
    assert refused.value.suggestion == suggestion


def test_custom_fields_are_known_by_their_bare_names():
    custom = Custom({Lead: {"region": Spec("choice", choices=("north",))}, Company: {"fleet": Spec("integer")}})
    ((field("region") == "north") & (field("company.fleet") > 5)).check(Lead, custom=custom)
    with pytest.raises(InvalidExpression):
        (field("company.fleet") == "x").check(Lead, custom=custom)
    with pytest.raises(UnknownField):
        field("region").missing().check(Lead)


def test_a_mapping_of_names_to_kinds_is_a_place():
    place = {"amount": "money", "company.employees": "integer"}
    ((field("amount") > 5) & (field("company.employees") > 5)).check(place)
    with pytest.raises(UnknownField, match="did you mean 'amount'"):
        field("ammount").missing().check(place)
    with pytest.raises(InvalidExpression, match="no kind; did you mean 'money'"):
        (field("amount") > 5).check({"amount": "monney"})


def test_nothing_else_is_a_place():
    for place in (5, object, None):
        with pytest.raises(InvalidExpression, match="record class"):
            field("a").missing().check(place)
