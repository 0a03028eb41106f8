"""Kaplan-Meier curves against statsmodels, and their laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from crmkit.errors import InvalidArgument
from crmkit.statistics import kaplan_meier

RNG = np.random.default_rng(1958)
DURATIONS = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=40)


def _drawn(n, share):
    return np.ceil(RNG.exponential(20, n)), RNG.random(n) < share


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("n", "share"), [(5, 0.9), (40, 0.5), (500, 0.8), (500, 0.1)])
def test_the_curve_and_its_interval_are_those_of_statsmodels(n, share, confidence):
    durations, ended = _drawn(n, share)
    curve = kaplan_meier(durations, ended, confidence=confidence)
    theirs = SurvfuncRight(durations, ended.astype(int))
    np.testing.assert_array_equal(curve.times, theirs.surv_times)
    np.testing.assert_allclose(curve.survival, theirs.surv_prob, rtol=1e-12, atol=1e-15)
    inner = curve.survival > 0
    share, error = theirs.surv_prob[inner], theirs.surv_prob_se[inner]
    reach = stats.norm.ppf((1 + confidence) / 2) * error / np.abs(share * np.log(share))
    np.testing.assert_allclose(curve.low[inner], share ** np.exp(reach), rtol=1e-9)
    np.testing.assert_allclose(curve.high[inner], share ** np.exp(-reach), rtol=1e-9)


@pytest.mark.parametrize("q", [0.25, 0.5, 0.75])
def test_quantiles_and_their_bounds_are_those_of_statsmodels(q):
    durations, ended = _drawn(300, 0.9)
    estimate = kaplan_meier(durations, ended).quantile(q)
    theirs = SurvfuncRight(durations, ended.astype(int))
    assert estimate.value == theirs.quantile(q)
    with np.errstate(divide="ignore", invalid="ignore"):  # theirs, where nobody is left
        assert (estimate.low, estimate.high) == theirs.quantile_ci(q, method="cloglog")


@given(DURATIONS)
def test_the_curve_falls_from_at_most_1_and_lies_in_its_interval(rows):
    curve = kaplan_meier([days for days, _ in rows], [ended for _, ended in rows])
    assert curve.n == len(rows)
    assert np.all(np.diff(curve.times) > 0)
    assert np.all(np.diff(np.array([1.0, *curve.survival])) < 0)
    assert np.all((curve.low <= curve.survival) & (curve.survival >= 0))
    assert np.all((curve.survival <= curve.high) | np.isnan(curve.high))


@given(DURATIONS, st.integers(1, 3))
def test_counted_rows_are_rows_written_out(rows, times):
    days, ended = [days for days, _ in rows], [ended for _, ended in rows]
    written, counted = kaplan_meier(days * times, ended * times), kaplan_meier(days, ended, counts=[times] * len(rows))
    for name in ("times", "survival", "low", "high", "at_risk", "ended"):
        np.testing.assert_array_equal(getattr(written, name), getattr(counted, name))
    assert written.n == counted.n


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]))
def test_where_everything_has_ended_a_quantile_is_the_first_value_that_so_many_do_not_exceed(values, q):
    median = kaplan_meier(values, [True] * len(values)).quantile(q)
    assert median.value == sorted(values)[math.ceil(q * len(values) - 1e-9) - 1]


def test_shares_that_rounding_would_spoil_still_reach_one_half():
    for n in range(2, 400, 2):
        assert kaplan_meier(np.arange(n), np.ones(n, dtype=int)).median.value == n / 2 - 1


def test_at_a_share_of_0_there_is_no_upper_bound():
    curve = kaplan_meier([1, 2, 3], [1, 1, 1])
    assert (curve.survival[-1], curve.low[-1]) == (0.0, 0.0)
    assert math.isnan(curve.high[-1])


def test_what_goes_on_when_something_ends_was_at_risk():
    assert kaplan_meier([5, 5], [1, 0]).at_risk.tolist() == [2.0]


@pytest.mark.parametrize("rows", [([], []), ([3.0, 4.0], [0, 0])])
def test_where_nothing_has_ended_there_is_no_median(rows):
    curve = kaplan_meier(*rows)
    assert len(curve.times) == 0
    assert all(math.isnan(part) for part in (curve.median.value, curve.median.low, curve.median.high))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (([-1.0], [1]), "durations"),
        (([math.nan], [1]), "durations"),
        (([1.0], [2]), "ended"),
        (([1.0], ["yes"]), "ended"),
        (([1.0, 2.0], [1]), "durations"),
    ],
)
def test_what_is_no_duration_or_no_end_is_refused_by_name(arguments, named):
    with pytest.raises(InvalidArgument) as refusal:
        kaplan_meier(*arguments)
    assert refusal.value.argument == named


@pytest.mark.parametrize("q", [0, 1, 1.5])
def test_an_order_outside_0_and_1_is_refused(q):
    with pytest.raises(InvalidArgument, match="q lies between"):
        kaplan_meier([1.0], [1]).quantile(q)
