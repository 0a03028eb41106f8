"""Estimate: a number that carries its interval."""

import math

import attrs
import numpy as np
import pytest

from crmkit.statistics import Estimate


def test_converts_with_float():
    assert float(Estimate(value=0.4, low=0.3, high=0.5, n=10, confidence=0.95)) == 0.4


def test_holds_plain_numbers_whatever_it_is_given():
    estimate = Estimate(value=np.float64(1), low=0, high=np.int64(2), n=np.int64(3), confidence=np.float32(0.5))
    assert [type(part) for part in attrs.astuple(estimate)] == [float, float, float, int, float]


def test_is_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Estimate(value=1, low=0, high=2, n=3, confidence=0.95).value = 2


def test_spanning_stretches_the_interval_to_the_value_and_never_shrinks_it():
    assert Estimate.spanning(1.0, 0.2, 0.9, n=1, confidence=0.95).high == 1.0
    assert Estimate.spanning(0.1, 0.2, 0.9, n=1, confidence=0.95).low == 0.1
    assert Estimate.spanning(0.5, 0.2, 0.9, n=1, confidence=0.95) == Estimate(0.5, 0.2, 0.9, n=1, confidence=0.95)


def test_spanning_keeps_bounds_that_do_not_exist():
    estimate = Estimate.spanning(1.0, math.nan, math.nan, n=1, confidence=0.95)
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)


def test_undefined_is_nan_with_its_count():
    estimate = Estimate.undefined(n=4, confidence=0.9)
    assert all(math.isnan(part) for part in (float(estimate), estimate.low, estimate.high))
    assert (estimate.n, estimate.confidence) == (4, 0.9)
