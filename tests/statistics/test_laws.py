"""Laws of every estimate: counts are repetitions, order is nothing, the value lies inside, more confidence is wider."""

import math
import struct

import attrs
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from crmkit.statistics import mean, net_proportion, proportion, quantile, ratio

LEVELS = st.sampled_from([0.01, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999999])
# cents repeat and round, floats reach everywhere
VALUES = st.one_of(
    st.integers(-500, 500).map(lambda cents: cents / 100),
    st.floats(allow_nan=False, allow_infinity=False),
    st.just(-0.0),
)
ROWS = st.lists(st.tuples(VALUES, VALUES, st.integers(0, 4)), max_size=25)
ORDERS = st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])


def estimates(rows, q=0.5, confidence=0.95):
    """Return all three estimates of rows (y, x, count)."""
    ys, xs, counts = zip(*rows, strict=True) if rows else ((), (), ())
    return [
        mean(ys, counts=counts, confidence=confidence),
        quantile(ys, q, counts=counts, confidence=confidence),
        ratio(ys, xs, counts=counts, confidence=confidence),
    ]


def bits(estimate):
    return struct.pack("<3dqd", *attrs.astuple(estimate))


@given(ROWS, ORDERS, LEVELS)
def test_counts_are_repetitions_to_the_last_bit(rows, q, confidence):
    written_out = [(y, x, 1) for y, x, count in rows for _ in range(count)]
    for counted, repeated in zip(estimates(rows, q, confidence), estimates(written_out, q, confidence), strict=True):
        assert bits(counted) == bits(repeated)


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), ORDERS)
@example(([(0.0, 1.0, 1), (-0.0, 1.0, 1)], [(-0.0, 1.0, 1), (0.0, 1.0, 1)]), 0.5)
def test_the_order_of_the_rows_does_not_matter_to_the_last_bit(orders, q):
    one, other = orders
    for estimate, again in zip(estimates(one, q), estimates(other, q), strict=True):
        assert bits(estimate) == bits(again)


@given(ROWS)
def test_without_counts_each_row_counts_once(rows):
    ys, xs = [y for y, _, _ in rows], [x for _, x, _ in rows]
    plain = [mean(ys), quantile(ys), ratio(ys, xs)]
    for one, other in zip(plain, estimates([(y, x, 1) for y, x, _ in rows]), strict=True):
        assert bits(one) == bits(other)


@given(ROWS, ORDERS, LEVELS)
def test_the_interval_contains_the_value_and_n_counts_the_rows(rows, q, confidence):
    for estimate in estimates(rows, q, confidence):
        assert_inside(estimate)
        assert estimate.n == sum(count for _, _, count in rows)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), LEVELS)
@example(1, 0, 0, 0.95)
def test_the_interval_of_a_share_contains_it_and_stays_in_range(one, two, three, confidence):
    share, net = (
        proportion(one, one + two, confidence=confidence),
        net_proportion(one, two, three, confidence=confidence),
    )
    assert_inside(share)
    assert_inside(net)
    for estimate, least in ((share, 0), (net, -1)):
        assert not estimate.low < least
        assert not estimate.high > 1


def assert_inside(estimate):
    assert not estimate.low > estimate.value
    assert not estimate.high < estimate.value
    if math.isnan(estimate.value):
        assert math.isnan(estimate.low)
        assert math.isnan(estimate.high)


@given(ROWS, st.tuples(*[st.integers(0, 40)] * 3), ORDERS, st.tuples(LEVELS, LEVELS).map(sorted))
def test_more_confidence_is_never_narrower(rows, answers, q, levels):
    def at(confidence):
        positive, neutral, negative = answers
        return [
            *estimates(rows, q, confidence),
            proportion(positive, positive + negative, confidence=confidence),
            net_proportion(positive, neutral, negative, confidence=confidence),
        ]

    for narrow, wide in zip(*map(at, levels), strict=True):
        assert not wide.low > narrow.low
        assert not wide.high < narrow.high
        # a bound that the data cannot give at one level they cannot give at a higher one
        assert math.isnan(wide.low) or not math.isnan(narrow.low)
        assert math.isnan(wide.high) or not math.isnan(narrow.high)


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=30), st.integers(-1000, 1000))
def test_a_shift_of_the_values_shifts_mean_and_median(values, shift):
    moved = [value + shift for value in values]
    for estimate in (mean, quantile):
        one, other = estimate(values), estimate(moved)
        ends = np.array([one.value, one.low, one.high]) + shift
        np.testing.assert_allclose([other.value, other.low, other.high], ends, rtol=1e-9, atol=1e-6)


@given(ROWS)
def test_mirrored_values_have_the_mirrored_mean_to_the_last_bit(rows):
    one, other = (mean([sign * y for y, _, _ in rows], counts=[n for _, _, n in rows]) for sign in (1, -1))
    np.testing.assert_array_equal([one.value, one.low, one.high], [-other.value, -other.high, -other.low])
