import copy
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest

from crmkit.errors import InvalidRecord
from crmkit.records import NO_CUSTOM, Deal, evolve


def held(value):
    return Deal(id="d1", custom={"x": value}).custom["x"]


def test_custom_values_never_change():
    source = {"seats": 3}
    custom = Deal(id="d1", custom=source).custom
    source["seats"] = 4
    assert dict(custom) == {"seats": 3}
    with pytest.raises(TypeError):
        custom["seats"] = 5
    with pytest.raises(AttributeError, match="never change"):
        custom._values = {}
    with pytest.raises(AttributeError, match="never change"):
        del custom._values
    assert copy.deepcopy(custom) is custom
    assert len(custom) == 1


def test_custom_values_stand_in_the_order_of_their_names():
    assert list(Deal(id="d1", custom={"b": 1, "a": 2}).custom) == ["a", "b"]


def test_the_values_of_one_record_go_into_another():
    custom = Deal(id="d1", custom={"seats": 3}).custom
    assert evolve(Deal(id="d2"), custom=custom).custom is custom
    assert Deal(id="d1").custom is NO_CUSTOM


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        ("x", "x"),
        (True, True),
        (3, 3),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (Decimal("1.50"), Decimal("1.50")),
        (datetime(2017, 3, 31, 2, tzinfo=timezone(timedelta(hours=2))), datetime(2017, 3, 31, tzinfo=UTC)),
        (date(2017, 3, 31), date(2017, 3, 31)),
        (["a"], ("a",)),
        (("a", "b"), ("a", "b")),
    ],
)
def test_a_custom_value_keeps_its_kind(given, expected):
    assert held(given) == expected
    assert type(held(given)) is type(expected)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (float("nan"), "is not a number"),
        (Decimal("NaN"), "is not a number"),
        (datetime(2017, 3, 31), "does not say its time zone"),  # noqa: DTZ001
        (2**63, "does not fit in 64 bits"),
        ("\ud800", "surrogate"),
        ([1], "holds something that is an int"),
        ({"a": 1}, "is a dict; custom values are texts, numbers"),
        (object(), "is an object; custom values are"),
    ],
)
def test_a_custom_value_of_no_kind_is_refused_and_masked(given, message):
    with pytest.raises(InvalidRecord, match=message) as caught:
        held(given)
    assert caught.value.field == "x"
    assert str(caught.value).startswith("Deal.x: *** ")
