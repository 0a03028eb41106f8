import math

import numpy as np
import pytest
from scipy.special import betaln, hyp2f1

from crmkit.clv import FittedRetention, ShiftedBetaGeometric
from crmkit.errors import InvalidArgument, InvalidDocument

SBG = FittedRetention.of(alpha=0.668, beta=3.806)
BDW = FittedRetention.of(alpha=0.26, beta=1.72, c=1.58)
FALLING = FittedRetention.of(alpha=3.0, beta=1.5, c=0.4)
ALL = pytest.mark.parametrize("fit", [SBG, BDW, FALLING], ids=["sbg", "rising", "falling"])


def survivors(fit, t):
    alpha, beta, c = (*fit.params.values(), 1.0)[:3]
    return np.exp(betaln(alpha, beta + np.asarray(t, dtype=float) ** c) - betaln(alpha, beta))


@ALL
def test_the_share_that_stays_is_a_ratio_of_beta_functions(fit):
    np.testing.assert_allclose(fit.survival(range(30)), survivors(fit, range(30)), rtol=1e-12)
    np.testing.assert_allclose(fit.survival(range(9), tenure=4), survivors(fit, range(4, 13)) / survivors(fit, 4))


@ALL
def test_retention_and_churn_add_up_to_survival(fit):
    renewals = np.arange(1, 41)
    np.testing.assert_allclose(np.cumprod(fit.retention_rate(renewals)), fit.survival(renewals), rtol=1e-11)
    np.testing.assert_allclose(1 - np.cumsum(fit.churn_probability(renewals)), fit.survival(renewals), rtol=1e-11)


def test_retention_under_sbg_is_the_published_ratio_and_rises():
    renewals = np.arange(1, 20)
    expected = (3.806 + renewals - 1) / (0.668 + 3.806 + renewals - 1)
    np.testing.assert_allclose(SBG.retention_rate(renewals), expected, rtol=1e-13)
    assert (np.diff(FittedRetention.of(alpha=1.0, beta=4.0, c=2.5).retention_rate([1, 2, 3])) < 0).all()


def test_discounted_lifetimes_under_sbg_are_the_published_closed_forms():
    ratio = 1 / 1.1
    found = SBG.discounted_lifetime(discount_rate=0.1, compounding="discrete")
    assert found == pytest.approx(hyp2f1(1, 3.806, 4.474, ratio), rel=1e-12)
    tenure = np.array([0, 1, 5, 20])
    residual = SBG.discounted_residual_lifetime(tenure, discount_rate=0.1, compounding="discrete")
    expected = (3.806 + tenure) / (4.474 + tenure) * hyp2f1(1, 3.806 + tenure + 1, 4.474 + tenure + 1, ratio)
    np.testing.assert_allclose(residual, expected, rtol=1e-12)
    assert (np.diff(residual) > 0).all()


@ALL
@pytest.mark.parametrize("rate", [0.1, 0.002])
def test_discounted_lifetimes_are_the_sum_taken_period_by_period(fit, rate):
    ahead = np.arange(int(45 / rate))
    worth = np.exp(-rate * ahead)
    assert fit.discounted_lifetime(discount_rate=rate) == pytest.approx(worth @ survivors(fit, ahead), rel=1e-10)
    summed = worth @ (survivors(fit, ahead + 4.0) / survivors(fit, 3))
    found = fit.discounted_residual_lifetime([3, 0, 3], discount_rate=rate)
    np.testing.assert_allclose(found[[0, 2]], summed, rtol=1e-10)
    some = fit.discounted_residual_lifetime(3, discount_rate=rate, horizon=7)
    np.testing.assert_allclose(some, worth[:7] @ (survivors(fit, ahead[:7] + 4.0) / survivors(fit, 3)), rtol=1e-12)


def test_what_is_not_summed_period_by_period_is_integrated_to_as_many_digits():
    fit = FittedRetention.of(alpha=0.5, beta=2.0, c=0.4)
    ahead = np.arange(90_000)
    summed = np.exp(-0.0005 * ahead) @ survivors(fit, ahead)
    assert fit.discounted_lifetime(discount_rate=0.0005) == pytest.approx(summed, rel=1e-12)


@ALL
def test_a_lifetime_without_discount_counts_periods(fit):
    found = fit.discounted_lifetime(discount_rate=0, horizon=6)
    assert found == pytest.approx(survivors(fit, range(6)).sum(), rel=1e-12)
    residual = fit.expected_residual_tenure([0, 2], horizon=5)
    np.testing.assert_allclose(residual[1], survivors(fit, range(3, 8)).sum() / survivors(fit, 2), rtol=1e-12)


def test_the_mean_residual_tenure_is_the_limit_of_far_horizons_where_it_is_finite():
    fit = FittedRetention.of(alpha=4.5, beta=6.0)
    far = fit.expected_residual_tenure([0, 3], horizon=100_000)
    np.testing.assert_allclose(fit.expected_residual_tenure([0, 3]), far, rtol=1e-9)
    np.testing.assert_allclose(fit.expected_residual_tenure([0, 3]), [6 / 3.5, 9 / 3.5], rtol=1e-12)


@ALL
def test_a_simulated_cohort_stays_as_long_as_the_model_says(fit):
    n = 40_000
    drawn = fit.simulate(n, age=9, rng=np.random.default_rng(6))
    left = np.bincount(drawn["tenure"][drawn["churned"]], minlength=10)[1:]
    seen = np.append(left, n - left.sum())
    expected = n * np.append(fit.churn_probability(range(1, 10)), fit.survival(9))
    assert ((seen - expected) ** 2 / expected).sum() < 27.9  # the 0.999 quantile of chi square, 9 degrees of freedom
    assert (drawn["tenure"][~drawn["churned"]] == 9).all()


def test_customers_are_drawn_to_an_age_of_their_own():
    drawn = SBG.simulate(3, age=[0, 1, 50], rng=np.random.default_rng(2))
    assert drawn["customer_id"].tolist() == ["c1", "c2", "c3"]
    assert (drawn["tenure"] <= [0, 1, 50]).all()
    assert not drawn["churned"][0]


@pytest.mark.parametrize(
    "parameters",
    [
        (1e-9, 1e-9, None),
        (1e10, 3e10, None),
        (1.0, 1.0, None),
        (1e-9, 1e13, 29.0),
        (1e10, 1e9, 1e-9),
        (500.0, 1.0, 3.0),
    ],
)
def test_every_number_is_finite_for_extreme_parameters(parameters):
    alpha, beta, c = parameters
    fit = FittedRetention.of(alpha=alpha, beta=beta, c=c)
    times = [0, 1, 5000, 100_000]
    found = [
        *fit.survival(times),
        *fit.retention_rate([1, 5000]),
        *fit.churn_probability([1, 5000]),
        fit.discounted_lifetime(discount_rate=0.0027),
        *fit.discounted_residual_lifetime(times, discount_rate=0.0027),
        *fit.expected_residual_tenure(times, horizon=50),
        *fit.simulate(20, age=5, rng=np.random.default_rng(1))["tenure"],
    ]
    assert np.isfinite(found).all()
    assert min(found) >= 0


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: SBG.survival([-1]), "periods"),
        (lambda: SBG.survival(3, tenure=[1, 2]), "tenure"),
        (lambda: SBG.retention_rate([0, 1]), "renewal"),
        (lambda: SBG.expected_residual_tenure(0), "horizon"),
        (lambda: FittedRetention.of(alpha=1, beta=2).expected_residual_tenure(0), "horizon"),
        (lambda: FALLING.expected_residual_tenure(0), "horizon"),
        (lambda: SBG.expected_residual_tenure(0, horizon=0), "horizon"),
        (lambda: SBG.discounted_lifetime(discount_rate=0), "discount_rate"),
        (lambda: SBG.discounted_lifetime(discount_rate=0.1, compounding="daily"), "compounding"),
        (lambda: SBG.simulate(3, age=[1, 2], rng=np.random.default_rng(1)), "age"),
        (lambda: SBG.simulate(0, age=1, rng=np.random.default_rng(1)), "n"),
        (lambda: FittedRetention.of(alpha=1, beta=-1), "beta"),
        (lambda: FittedRetention.of(alpha=1, beta=1, c=math.inf), "c"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_by_its_name(call, argument):
    with pytest.raises(InvalidArgument) as caught:
        call()
    assert caught.value.argument == argument


def test_a_fit_goes_to_json_and_back():
    fit = ShiftedBetaGeometric().fit([1000, 631, 468, 382])
    assert FittedRetention.from_json(fit.to_json()) == fit
    assert FittedRetention.from_json(BDW.to_json()).params == BDW.params
    for text in (fit.to_json().replace("sBG", "BdW"), BDW.to_json().replace("BdW", "sBG"), '{"format":"crmkit.clv"}'):
        with pytest.raises(InvalidDocument):
            FittedRetention.from_json(text)


def test_known_parameters_have_no_errors():
    assert math.isnan(SBG.log_likelihood)
    assert all(math.isnan(error) for error in SBG.standard_errors.values())
