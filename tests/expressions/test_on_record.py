"""A question asked of one object."""

import math
from collections import UserDict, defaultdict, namedtuple
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import InvalidExpression, UnknownField
from crmkit.expressions import ALWAYS, NEVER, field
from tests.expressions.models import Company, Lead

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
MISSING = [None, math.nan, Decimal("NaN"), np.float64("nan"), pd.NaT, pd.NA, np.datetime64("NaT")]
QUESTIONS = [
    field("x") == 1,
    field("x") < 1.0,
    field("x") >= "a",
    field("x").isin(1, 2),
    field("x").isin("a"),
    field("x").isin(),
    field("x").lower() == "a",
    field("x").contains(""),
    field("x").has_all(),
    field("x").has("a"),
    field("x").within(days=1),
    field("x").during("year"),
    field("x") == field("x"),
    field("x") <= field("y"),
    field("y") <= field("x"),
]


@pytest.mark.parametrize("value", MISSING)
@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_a_comparison_with_a_missing_value_is_false_and_its_complement_true(asked, value):
    thing = {"x": value, "y": "a"}
    assert asked.test(thing, as_of=NOON) is False
    assert (~asked).test(thing, as_of=NOON) is True
    assert field("x").missing().test(thing) is True
    assert field("x").present().test(thing) is False


@pytest.mark.parametrize("value", ["", 0, False, 0.0, NOON, date(2020, 1, 1), (), [], {}, object(), Decimal(0), "x"])
def test_what_is_there_is_present(value):
    assert field("x").present().test({"x": value}) is True


@pytest.mark.parametrize(
    ("asked", "value", "answer"),
    [
        (field("x") == 2**53 + 1, 2**53, False),
        (field("x") == 2**53 + 1, np.int64(2**53 + 1), True),
        (field("x") == float(2**53), 2**53 + 1, True),
        (field("x").isin(float(2**53)), 2**53 + 1, True),
        (field("x").isin(1, 2.5), 2.5, True),
        (field("x").isin(1, 2.5), 1, True),
        (field("x").isin(1, 2.5), 1.0, True),
        (field("x").isin(1, 2.5), np.float32(2.5), True),
        (field("x").isin(1, 2), Decimal(2), True),
        (field("x") == 19.99, Decimal("19.99"), True),
        (field("x") == Decimal("19.99"), 19.99, True),
        (field("x") > 5, math.inf, True),
        (field("x") == 7, 7.0, True),
        (field("x") == True, np.bool_(1), True),  # noqa: E712
        (field("x") == "é", "e\u0301", False),
        (field("x") < "😀", "\uffff", True),
        (field("x").lower() == "straße", "STRASSE", False),
        (field("x").lower() == "ΑΣ", "ας", True),
        (field("x").lower().contains("B"), "abc", True),
        (field("x").lower().startswith("A"), np.str_("ABC"), True),
        (field("x").lower().isin("A"), "a", True),
        (field("x").contains("%"), "100", False),
        (field("x").endswith("_"), "a_", True),
        (field("x").has("vip"), {"vip"}, True),
        (field("x").has_any("vip", "b"), np.array(["b"]), True),
        (field("x").has_all("vip", "b"), ["vip", None], False),
        (field("x").has_all(), [], True),
        (field("x").has_any(), ["a"], False),
        (field("x") == NOON, pd.Timestamp(NOON), True),
        (field("x") < NOON, pd.Timestamp(NOON) + pd.Timedelta(1, "ns"), False),
        (field("x") == NOON, datetime.fromisoformat("2020-01-01T13:00+01:00"), True),
        (field("x").within(days=1), NOON, False),
        (field("x").within(days=1), NOON - timedelta(days=1), True),
        (field("x").next(days=1), NOON, True),
        (field("x").next(days=1), NOON + timedelta(days=1), False),
        (field("x").within(days=1), date(2019, 12, 31), True),
        (field("x").within(days=1), date(2020, 1, 1), False),
        (field("x").next(days=1), date(2020, 1, 1), True),
        (field("x").next(days=1), date(2020, 1, 2), False),
        (field("x").during("month", offset=-1), date(2019, 12, 1), True),
        (ALWAYS, 1, True),
        (NEVER, 1, False),
    ],
    ids=str,
)
def test_each_question_means_what_the_laws_say(asked, value, answer):
    assert asked.test({"x": value}, as_of=NOON) is answer


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (2**53 + 1, 2**53, False),
        (float(2**53), 2**53 + 1, True),
        (Decimal("0.1"), 0.1, True),
        ("a", "a", True),
        (NOON, pd.Timestamp(NOON).tz_convert("Asia/Tokyo"), True),
        (True, True, True),
        (date(2020, 1, 1), date(2020, 1, 1), True),
        (1, None, False),
    ],
)
def test_two_fields_compare_as_their_values_do(left, right, answer):
    assert (field("a") == field("b")).test({"a": left, "b": right}) is answer


def test_two_fields_compare_in_lowercase():
    assert (field("a").lower() == field("b")).test({"a": "AB", "b": "ab"})


@pytest.mark.parametrize(
    ("asked", "value", "why"),
    [
        (field("x") == 1, "1", "text, asked as an integer"),
        (field("x") == "1", 1, "an integer, asked as text"),
        (field("x") == 1, True, "true or false, asked as an integer"),
        (field("x") == True, 1, "an integer, asked as true or false"),  # noqa: E712
        (field("x") == 2**53 + 1, 1.0, "neighbours"),
        (field("x").isin(2**53 + 1), 1.0, "neighbours"),
        (field("x").isin("a"), 1, "asked as text"),
        (field("x") == 1.0, 10**400, "too large"),
        (field("x").contains("a"), 1, "asked as text"),
        (field("x").has("a"), "a;b", "has_any"),
        (field("x").has("a"), [1], "collection of something else"),
        (field("x") < NOON, NOON.replace(tzinfo=None), "without a time zone"),
        (field("x") == NOON, NOON.replace(tzinfo=None), "without a time zone"),
        (field("x") < NOON, date(2020, 1, 1), "a date, asked as an instant"),
        (field("x").within(days=1), NOON.replace(tzinfo=None), "without a time zone"),
        (field("x").within(days=1), 7, "asked as an instant"),
        (field("x").within(hours=1), date(2020, 1, 1), "whole days"),
        (field("x") == field("y"), "a", "text, asked as a number, which field 'y' holds"),
        (field("y") == field("x"), [], "tags, asked as text"),
        (field("x") == field("y"), {}, "a mapping"),
        (field("y") == field("x"), {}, "a mapping"),
        (field("x") < field("x"), True, "no order"),
        (field("x").lower() == field("y"), 1, "asked as text"),
        (field("x").missing(), len, "function"),
    ],
    ids=str,
)
def test_a_value_of_another_kind_is_refused_by_name_and_value(asked, value, why):
    with pytest.raises(InvalidExpression, match=why) as refused:
        asked.test({"x": value, "y": 1.5}, as_of=NOON)
    assert refused.value.field == "x"


def test_a_relative_question_asks_for_its_moment():
    for as_of, code in ((None, "as_of_needed"), (datetime(2020, 1, 1), "as_of_naive"), (pd.NaT, "as_of_naive")):  # noqa: DTZ001
        with pytest.raises(InvalidExpression) as refused:
            field("x").within(days=1).test({"x": NOON}, as_of=as_of)
        assert refused.value.code == code


def test_a_relative_question_follows_its_moment():
    asked = field("x").within(days=1)
    answers = [asked.test({"x": NOON}, as_of=NOON + timedelta(hours=h)) for h in (0, 1, 24, 25, 1)]
    assert answers == [False, True, True, False, True]


def test_a_window_ends_with_the_calendar():
    assert field("x").within(weeks=500_000).test({"x": date(1, 1, 1)}, as_of=NOON)
    assert field("x").next(weeks=500_000).test({"x": datetime(9999, 12, 31, tzinfo=UTC)}, as_of=NOON)
    with pytest.raises(InvalidExpression, match="no year") as refused:
        field("x").during("year", offset=9000).test({"x": NOON}, as_of=NOON)
    assert refused.value.code == "no_such_period"


Pair = namedtuple("Pair", "x y")


@pytest.mark.parametrize(
    "thing",
    [{"x": 7}, UserDict(x=7), defaultdict(int, x=7), SimpleNamespace(x=7), Pair(7, 8), Company("1", employees=7)],
    ids=lambda thing: type(thing).__name__,
)
def test_any_object_is_asked_by_key_or_attribute(thing):
    asked = field("x") == 7
    fields = {"x": "employees"} if isinstance(thing, Company) else None
    assert asked.test(thing, fields=fields)
    assert asked.test(thing, fields=fields)


def test_the_caller_s_names_are_used():
    asked = field("employees") >= 50
    assert asked.test({"n": 60}, fields={"employees": "n"})
    assert not asked.test({"n": 60, "m": 1}, fields={"employees": "m"})
    assert asked.test({"org": {"size": 60}}, fields={"employees": "org.size", "unused": "x"})
    with pytest.raises(InvalidExpression):
        asked.test({"_n": 60}, fields={"employees": "_n"})


def test_many_renamings_do_not_pile_up():
    asked = field("x") == 1
    for number in range(200):
        assert asked.test({f"n{number}": 1}, fields={"x": f"n{number}"})
    assert len(asked._compiled) <= 64


def test_asking_makes_no_key():
    counts = defaultdict(int)
    with pytest.raises(UnknownField):
        (field("x") == 0).test(counts)
    assert not counts


@pytest.mark.parametrize(
    "thing", [{"amount": 1}, SimpleNamespace(amount=1), UserDict(amount=1), {"amount": 1, 5: 6}], ids=str
)
def test_an_absent_name_is_unknown_with_the_near_miss(thing):
    for asked in (field("ammount") == 1, field("ammount").within(days=1), field("ammount") == field("amount")):
        with pytest.raises(UnknownField, match="did you mean 'amount'") as refused:
            asked.test(thing, as_of=NOON)
        assert refused.value.suggestion == "amount"


def test_a_record_s_custom_fields_answer_to_their_bare_names():
    lead = Lead("1", custom={"region": "north"}, company=Company("2", custom={"fleet": 5}))
    assert (field("region") == "north").test(lead)
    assert field("colour").missing().test(lead)
    assert (field("company.fleet") == 5).test(lead)
    with pytest.raises(UnknownField, match=r"on the path 'owner\.name'"):
        field("owner.name").missing().test(SimpleNamespace(id=1))


def test_a_path_follows_references_and_nothing_beyond_none():
    asked = field("company.employees") >= 50
    assert asked.test(Lead("1", company=Company("2", employees=60)))
    assert asked.test({"company": {"employees": 60}})
    assert asked.test({"company.employees": 60})
    assert asked.test(SimpleNamespace(company={"employees": 60}))
    assert not asked.test(Lead("1"))
    assert field("company.employees").missing().test({"company": None})
    with pytest.raises(UnknownField, match="did you mean 'employes'"):
        asked.test({"company": {"employes": 60}})


def test_a_property_s_own_failure_is_not_hidden():
    class Faulty:
        @property
        def x(self):
            return self.absent

    with pytest.raises(AttributeError, match="absent"):
        (field("x") == 1).test(Faulty())


def test_a_method_is_no_value():
    with pytest.raises(InvalidExpression, match="function"):
        (field("keys") == "x").test(SimpleNamespace(keys=len))


def test_an_error_does_not_show_a_personal_value():
    with pytest.raises(InvalidExpression) as refused:
        (field("email") == 1).test(Lead("1", email="ana@example.org"))
    assert "ana" not in str(refused.value) + repr(refused.value.facts)
