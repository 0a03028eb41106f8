"""What can be asked, and what is refused while it is being written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import InvalidExpression
from crmkit.expressions import Field, field
from crmkit.expressions._limits import MAX_PATH, MAX_TEXT
from crmkit.expressions._nodes import Literal

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)


class Grade(Enum):
    A = "a"


class Size(IntEnum):
    SMALL = 1


class Stage(StrEnum):
    WON = "won"


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("DE", Literal("text", "DE")),
        (1, Literal("integer", 1)),
        (1.0, Literal("number", 1.0)),
        (True, Literal("flag", value=True)),
        (Decimal("19.99"), Literal("number", 19.99)),
        (NOON, Literal("instant", NOON)),
        (date(2020, 1, 1), Literal("date", date(2020, 1, 1))),
        (Grade.A, Literal("text", "a")),
        (Size.SMALL, Literal("integer", 1)),
        (Stage.WON, Literal("text", "won")),
        (np.int64(7), Literal("integer", 7)),
        (np.float32(0.5), Literal("number", 0.5)),
        (np.bool_(1), Literal("flag", value=True)),
        (pd.Timestamp(NOON), Literal("instant", NOON)),
        (10**38 - 1, Literal("integer", 10**38 - 1)),
    ],
)
def test_a_value_becomes_a_literal_of_its_own_kind(value, literal):
    built = (field("x") == value).node.right
    assert built == literal
    assert type(built.value) is type(literal.value)


def test_one_as_integer_number_and_flag_are_three_questions():
    assert len({field("x") == 1, field("x") == 1.0, field("x") == True}) == 3  # noqa: E712


def test_minus_zero_is_zero():
    assert str(field("x") == -0.0) == str(field("x") == 0.0)


def test_instants_are_kept_in_utc():
    in_berlin = datetime.fromisoformat("2020-01-01T13:00:00+01:00")
    assert (field("x") == in_berlin) == (field("x") == NOON)


@pytest.mark.parametrize("value", [None, float("nan"), Decimal("NaN"), pd.NaT, pd.NA, np.datetime64("NaT")])
def test_a_missing_value_is_asked_for_with_missing(value):
    with pytest.raises(InvalidExpression, match="missing") as refused:
        field("x") == value  # noqa: B015
    assert refused.value.code == "compared_with_missing"
    assert refused.value.field == "x"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("inf"), "finite"),
        (Decimal("1e999"), "finite"),
        (datetime(2020, 1, 1), "time zone"),  # noqa: DTZ001
        (np.datetime64("2020-01-01"), "time zone"),
        (np.timedelta64(1, "D"), "timedelta64"),
        (datetime.max.replace(tzinfo=UTC).astimezone(UTC).replace(tzinfo=None), "time zone"),
        (datetime.fromisoformat("0001-01-01T00:00:00+05:00"), "years 1 to 9999"),
        (pd.Timestamp(1, tz="UTC"), "microsecond"),
        ("\ud800", "surrogate"),
        ("x" * (MAX_TEXT + 1), "at most"),
        (10**38, "38 digits"),
        pytest.param(10**5000, "38 digits", id="huge"),
        (["a"], "isin"),
        (np.array(["a"]), "isin"),
        ({"a": 1}, "mapping"),
        (len, "function"),
        (timedelta(1), "timedelta"),
    ],
)
def test_a_value_that_no_field_can_be_compared_with_is_refused(value, why):
    with pytest.raises(InvalidExpression, match=why):
        field("x") == value  # noqa: B015


@pytest.mark.parametrize("path", ["", "_x", "a._b", "a..b", ".a", "a.", "__class__", "x" * (MAX_PATH + 1), 5, "\ud800"])
def test_what_names_no_field_is_refused(path):
    with pytest.raises(InvalidExpression):
        field(path)


def test_values_of_two_kinds_are_refused_in_one_list():
    with pytest.raises(InvalidExpression, match="both text and integer"):
        field("x").isin("a", 1)
    assert field("x").isin(1, 2.5).fields == {"x"}


def test_not_equal_is_the_complement_of_equal():
    assert (field("x") != 1) == ~(field("x") == 1)


def test_an_operator_can_stand_on_either_side():
    assert (field("x") > 5) == (field("x") > 5)


@pytest.mark.parametrize("wrong", [lambda: field("x") > True, lambda: field("x").isin(*[True]) & (field("y") <= False)])
def test_true_and_false_have_no_order(wrong):
    with pytest.raises(InvalidExpression, match="order"):
        wrong()


@pytest.mark.parametrize(
    "asked",
    [
        lambda: field("x").within(),
        lambda: field("x").within(days=-1),
        lambda: field("x").within(days=1.5),
        lambda: field("x").within(days=True),
        lambda: field("x").next(days=10**12),
        lambda: field("x").next(weeks=10**6),
        lambda: field("x").lower().within(days=1),
        lambda: field("x").lower().during("day"),
        lambda: field("x").lower().has("a"),
        lambda: field("x").lower() == 1,
        lambda: field("x").contains(1),
        lambda: field("x").has(None),
        lambda: field("x").during("fortnight"),
        lambda: field("x").during("day", offset=0.5),
        lambda: field("x").during("day", offset=10**9),
        lambda: field("x").during("year", fiscal_year_start=13),
        lambda: field("x").during("year", fiscal_year_start=True),
        lambda: field("x").during("day", timezone="Europe/Berlinn"),
        lambda: bool(field("x")),
        lambda: "vip" in field("tags"),
    ],
)
def test_a_question_that_means_nothing_is_refused(asked):
    with pytest.raises(InvalidExpression):
        asked()


def test_lower_holds_on_both_sides():
    assert (field("x").lower() == "DE") == (field("x").lower() == "de")
    assert (field("x").lower() == field("y")) == (field("x") == field("y").lower())
    assert field("x").lower().isin("A", "b") == field("x").lower().isin("a", "B")


def test_a_field_shows_itself_and_is_no_key():
    assert repr(field("x")) == "field('x')"
    assert repr(field("x").lower()) == "field('x').lower()"
    with pytest.raises(TypeError):
        hash(field("x"))
    assert isinstance(field("x"), Field)
