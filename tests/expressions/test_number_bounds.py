"""Bounds say exactly what a comparison as float64 says: of integers, and of decimals."""

import math
import random
import sys
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmkit.expressions._judging import OPERATORS
from crmkit.expressions._number_bounds import decimal_bounds, integer_bounds
from tests.expressions.strategies import INTEGERS, NUMBERS

finite = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(NUMBERS)
ops = st.sampled_from(sorted(OPERATORS))


def holds(bounds, value):
    return bounds is not None and all(OPERATORS[op](value, bound) for op, bound in bounds)


def near(value):
    """Decimals at, between and just beside a double and its neighbours."""
    doubles = [value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf)]
    exact = [Decimal(double) for double in doubles if math.isfinite(double)]
    with_middles = exact + [bound for op in OPERATORS for _, bound in decimal_bounds(op, value)]
    for each in with_middles:
        tiny = abs(each) * Decimal("1e-25") or Decimal("1e-400")
        yield from (each, each - tiny, each + tiny)


@given(op=ops, value=finite)
@example(op="==", value=sys.float_info.max)
@example(op="<=", value=-sys.float_info.max)
def test_a_decimal_compares_as_its_nearest_double_does(op, value):
    for decimal in near(value):
        assert holds(decimal_bounds(op, value), decimal) == OPERATORS[op](float(decimal), value), decimal


@given(op=ops, value=finite, number=st.integers(-(2**63), 2**63 - 1) | st.sampled_from(INTEGERS))
def test_an_integer_compares_as_its_nearest_double_does(op, value, number):
    for each in {number, *near_integers(value)}:
        assert holds(integer_bounds(op, value), each) == OPERATORS[op](float(each), value)


@given(op=ops, value=st.integers(-(10**37), 10**37) | st.sampled_from(INTEGERS), number=st.sampled_from(INTEGERS))
def test_an_integer_compares_with_an_integer_exactly(op, value, number):
    for each in {number, *near_integers(value)}:
        assert holds(integer_bounds(op, value), each) == OPERATORS[op](each, value)


def near_integers(value):
    chance = random.Random(1)
    middle = int(value)
    steps = [0, 1, -1, 2, 512, -512, 1024, -1024, 2048, chance.randrange(4096)]
    return [number for number in (middle + step for step in steps) if -(2**63) <= number < 2**63]


@pytest.mark.parametrize("op", OPERATORS)
def test_what_no_column_can_hold_is_always_or_never(op):
    assert integer_bounds(op, 2**63) == ([] if op in ("<", "<=") else None)
    assert integer_bounds(op, -(2**63) - 1) == ([] if op in (">", ">=") else None)
    assert integer_bounds(op, 1e300) == ([] if op in ("<", "<=") else None)
    assert integer_bounds("==", 0.5) is None
