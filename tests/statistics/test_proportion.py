"""Shares: Wilson's interval against statsmodels, the net share against a weighted mean."""

import math

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from crmkit.statistics import net_proportion, proportion


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("trials", [1, 2, 7, 100, 6711, 10**9])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.99, 1.0])
def test_proportion_is_that_of_statsmodels(share, trials, confidence):
    successes = round(share * trials)
    estimate = proportion(successes, trials, confidence=confidence)
    low, high = proportion_confint(successes, trials, alpha=1 - confidence, method="wilson")
    assert estimate.value == successes / trials
    assert (estimate.low, estimate.high) == pytest.approx((low, high), rel=1e-9, abs=1e-12)
    assert (estimate.n, estimate.confidence) == (trials, confidence)


def test_all_and_none_have_one_exact_bound():
    for trials in range(1, 300):
        assert proportion(0, trials).low == 0.0
        assert proportion(trials, trials).high == 1.0


def test_none_of_20_mirrors_all_of_20():
    assert 0.0 < proportion(0, 20).high < proportion(1, 20).high
    assert proportion(20, 20).low == pytest.approx(1 - proportion(0, 20).high, rel=1e-12)


def test_no_trials_have_no_share():
    estimate = proportion(0, 0)
    assert all(math.isnan(part) for part in (estimate.value, estimate.low, estimate.high))
    assert estimate.n == 0


def test_the_win_rate_of_maven_analytics_crm_data():
    estimate = proportion(4238, 4238 + 2473)
    assert estimate.value == pytest.approx(0.63150, abs=5e-6)
    assert (estimate.low, estimate.high) == pytest.approx((0.61989, 0.64296), abs=5e-6)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("answers", [(3, 2, 1), (10, 0, 0), (0, 0, 10), (0, 10, 0), (57, 20, 23), (400, 1, 399)])
def test_net_proportion_is_the_mean_of_the_answers_with_those_added(answers, confidence):
    positive, neutral, negative = answers
    estimate = net_proportion(positive, neutral, negative, confidence=confidence)
    weights = np.array([positive + 0.75, neutral + 1.5, negative + 0.75])
    # the maximum-likelihood variance over n, as Rocks has it, is the one with n - 1 taken back
    scores = DescrStatsW([1.0, 0.0, -1.0], weights=weights, ddof=0)
    reach = (scores.zconfint_mean(alpha=1 - confidence)[1] - scores.mean) * math.sqrt(
        (weights.sum() - 1) / weights.sum()
    )
    assert estimate.value == pytest.approx((positive - negative) / sum(answers))
    assert estimate.low == pytest.approx(max(scores.mean - reach, -1), rel=1e-9)
    assert estimate.high == pytest.approx(min(scores.mean + reach, 1), rel=1e-9)
    assert estimate.n == sum(answers)


def test_one_detractor_two_passives_three_promoters():
    estimate = net_proportion(3, 2, 1)
    assert [round(100 * part, 3) for part in (estimate.value, estimate.low, estimate.high)] == [33.333, -26.743, 71.188]


def test_a_net_share_stays_within_minus_1_and_1():
    assert net_proportion(5, 0, 0).high == 1.0
    assert net_proportion(0, 0, 5).low == -1.0
    assert net_proportion(5, 0, 0).low > -1.0


def test_a_net_share_that_the_interval_misses_stretches_it():
    single = net_proportion(1, 0, 0)  # unstretched the interval would end at .25 + 1.96 * .375
    assert 0.25 + 1.96 * 0.375 < 1
    assert single.high == 1.0
    assert single.low == pytest.approx(0.25 - 1.959964 * 0.375, abs=1e-6)


def test_swapping_for_and_against_mirrors_the_net_share():
    one, other = net_proportion(7, 3, 2), net_proportion(2, 3, 7)
    assert (one.value, one.low, one.high) == (-other.value, -other.high, -other.low)


def test_no_answers_have_no_net_share():
    estimate = net_proportion(0, 0, 0)
    assert all(math.isnan(part) for part in (estimate.value, estimate.low, estimate.high))
    assert estimate.n == 0
