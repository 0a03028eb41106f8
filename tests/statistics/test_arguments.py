"""What the estimates refuse, and what they say then."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import CrmError, InvalidArgument
from crmkit.statistics import mean, net_proportion, proportion, quantile, ratio


def refused(call, argument):
    with pytest.raises(InvalidArgument) as caught:
        call()
    assert caught.value.argument == argument
    return caught.value


def test_the_error_is_a_crm_error_and_a_value_error():
    assert issubclass(InvalidArgument, CrmError)
    assert issubclass(InvalidArgument, ValueError)
    assert InvalidArgument.code == "invalid_argument"


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, 1.5, 95, float("nan"), float("inf"), "0.95", None, True])
@pytest.mark.parametrize(
    "call",
    [
        lambda confidence: proportion(1, 2, confidence=confidence),
        lambda confidence: net_proportion(1, 1, 1, confidence=confidence),
        lambda confidence: mean([1, 2], confidence=confidence),
        lambda confidence: quantile([1, 2], confidence=confidence),
        lambda confidence: ratio([1, 2], [1, 2], confidence=confidence),
    ],
)
def test_a_level_outside_0_and_1_is_refused(call, confidence):
    assert refused(lambda: call(confidence), "confidence").value is confidence


@pytest.mark.parametrize("q", [0.0, 1.0, 50, float("nan")])
def test_an_order_outside_0_and_1_is_refused(q):
    refused(lambda: quantile([1, 2], q), "q")


@pytest.mark.parametrize("count", [-1, 1.0, 1.5, True, "1", None, Decimal(1), 2**53 + 1])
def test_a_count_that_is_no_whole_number_is_refused(count):
    refused(lambda: proportion(count, 5), "successes")
    refused(lambda: proportion(0, count), "trials")
    refused(lambda: net_proportion(count, 1, 1), "positive")
    refused(lambda: net_proportion(1, count, 1), "neutral")
    refused(lambda: net_proportion(1, 1, count), "negative")


def test_numpy_counts_are_whole_numbers_too():
    assert proportion(np.int64(3), np.uint32(4)) == proportion(3, 4)


def test_more_successes_than_trials_are_refused():
    error = refused(lambda: proportion(5, 4), "successes")
    assert str(error) == "5 successes in 4 trials"


UNUSABLE = [
    [1.0, float("nan")],
    [1.0, float("inf")],
    [1.0, None],
    ["1", "2"],
    [True, False],
    [1j, 2j],
    [Decimal(1), Decimal(2)],
    [[1.0, 2.0]],
    [[1.0], [2.0, 3.0]],
    5.0,
    None,
    pd.Series([1, None], dtype="Int64"),
]


@pytest.mark.parametrize("values", UNUSABLE, ids=repr)
def test_values_that_are_not_finite_numbers_in_a_row_are_refused(values):
    refused(lambda: mean(values), "values")
    refused(lambda: quantile(values), "values")
    refused(lambda: ratio(values, [1.0, 2.0]), "numerators")
    refused(lambda: ratio([1.0, 2.0], values), "denominators")


def test_the_position_of_what_is_not_finite_is_named():
    error = refused(lambda: mean([1.0, 2.0, float("nan")]), "values")
    assert str(error) == "values holds nan at position 2; leave out what is missing"


@pytest.mark.parametrize("counts", [[1, -1], [1, 0.5], [1, float("nan")], [1, None], ["1", "2"], [True, True], 1])
def test_counts_that_are_not_whole_numbers_from_0_on_are_refused(counts):
    refused(lambda: mean([1, 2], counts=counts), "counts")
    refused(lambda: quantile([1, 2], counts=counts), "counts")
    refused(lambda: ratio([1, 2], [1, 2], counts=counts), "counts")


def test_counts_beyond_what_a_float_counts_are_refused():
    assert mean([1, 2], counts=[2**52, 2**52]).n == 2**53
    refused(lambda: mean([1, 2], counts=[2**53, 2]), "counts")


def test_lengths_that_differ_are_refused():
    error = refused(lambda: ratio([1, 2], [1, 2, 3]), "denominators")
    assert str(error) == "denominators has 3 entries and numerators has 2; they must be equally long"
    refused(lambda: mean([1, 2], counts=[1]), "counts")
    refused(lambda: ratio([1, 2], [1, 2], counts=[1, 1, 1]), "counts")


@pytest.mark.parametrize(
    "values",
    [
        np.array([1, 2, 4]),
        np.array([1, 2, 4], dtype=np.uint8),
        np.array([1, 2, 4], dtype=np.float32),
        pd.Series([1, 2, 4]),
        (1, 2, 4),
    ],
)
def test_every_kind_of_number_gives_the_same(values):
    assert mean(values) == mean([1.0, 2.0, 4.0])


def test_the_callers_arrays_are_left_alone():
    values, counts = np.array([3.0, -0.0, 1.0]), np.array([1, 2, 1])
    before = values.tobytes(), counts.tobytes()
    mean(values, counts=counts)
    quantile(values, counts=counts)
    assert (values.tobytes(), counts.tobytes()) == before
