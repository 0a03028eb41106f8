import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from crmkit.clv import BetaDiscreteWeibull, FittedRetention, ShiftedBetaGeometric
from crmkit.clv._contracts._beta_discrete_weibull_likelihood import BetaDiscreteWeibullLikelihood
from crmkit.clv._contracts._shifted_beta_geometric_likelihood import ShiftedBetaGeometricLikelihood
from crmkit.clv._contracts._tenures import tenures_of
from crmkit.errors import ConvergenceWarning, InvalidArgument, NotEnoughData

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
KNOWN = FittedRetention.of(alpha=0.8, beta=2.0, c=1.5)


def likelihood(survivors):
    return BetaDiscreteWeibullLikelihood.of(tenures_of(survivors, columns={}, model="BdW"))


@pytest.mark.parametrize("c", [0.6, 1.0, 1.7])
def test_it_is_the_chance_of_each_tenure_averaged_over_the_beta(c):
    def average(chance):
        return quad(lambda theta: chance(theta) * beta_distribution.pdf(theta, 1.4, 2.1), 0, 1)[0]

    at = np.log([1.4, 2.1, c])
    for t in (1, 2, 5):
        gone = np.log(average(lambda theta, t=t: (1 - theta) ** ((t - 1) ** c) - (1 - theta) ** (t**c)))
        stays = np.log(average(lambda theta, t=t: (1 - theta) ** (t**c)))
        assert likelihood([1] * t + [0])(at).value == pytest.approx(gone, rel=1e-8)
        assert likelihood([1] * (t + 1))(at).value == pytest.approx(stays, rel=1e-8)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=2), st.floats(-1.5, 1.2))
@settings(max_examples=25, deadline=None)
def test_gradient_and_hessian_are_its_differences(logs, shape):
    at = np.array([*logs, shape])
    exact = likelihood(HIGH_END)(at)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        up, down = likelihood(HIGH_END)(at + step), likelihood(HIGH_END)(at - step)
        assert exact.gradient[place] == pytest.approx((up.value - down.value) / 2e-5, rel=1e-4, abs=1e-3)
        np.testing.assert_allclose(exact.hessian[place], (up.gradient - down.gradient) / 2e-5, rtol=1e-4, atol=1e-2)


@given(st.lists(st.floats(-14, 14), min_size=3, max_size=3))
@settings(max_examples=100, deadline=None)
def test_no_parameter_makes_it_infinite(logs):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = likelihood([*HIGH_END, *[400] * 300, 10])(np.array(logs))
    assert np.isfinite(found.value)
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.hessian).all()


def test_with_c_of_1_it_is_that_of_sbg():
    simple = ShiftedBetaGeometricLikelihood.of(tenures_of(HIGH_END, columns={}, model="sBG"))(np.log([0.7, 3.8]))
    found = likelihood(HIGH_END)(np.log([0.7, 3.8, 1.0]))
    assert found.value == pytest.approx(simple.value, rel=1e-13)
    np.testing.assert_allclose(found.gradient[:2], simple.gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.hessian[:2, :2], simple.hessian, rtol=1e-9, atol=1e-9)


def test_the_slope_at_the_top_is_flat_and_the_top_no_lower_than_that_of_sbg():
    fit = BetaDiscreteWeibull().fit(HIGH_END)
    slope = likelihood(HIGH_END)(np.log(list(fit.params.values()))).gradient / 1000
    assert np.abs(slope).max() < 1e-8
    assert fit.log_likelihood > ShiftedBetaGeometric().fit(HIGH_END).log_likelihood


def test_the_order_of_customers_does_not_change_a_bit():
    drawn = KNOWN.simulate(500, age=6, rng=np.random.default_rng(8))
    assert BetaDiscreteWeibull().fit(drawn[::-1]) == BetaDiscreteWeibull().fit(drawn)


@pytest.mark.parametrize(
    "survivors",
    [[1000, 500, 500, 500, 500], [1000, 990, 900, 700, 300, 20, 0], [100, 100, 100, 50], [1000, 999, 998, 997]],
)
def test_customers_all_alike_or_of_two_kinds_give_a_finite_fit_that_warns_and_is_no_worse_than_sbg(survivors):
    with pytest.warns(ConvergenceWarning, match=r"ran away|ridge"):
        fit = BetaDiscreteWeibull().fit(survivors)
    assert np.isfinite(list(fit.params.values())).all()
    assert np.isfinite(fit.survival(range(20))).all()
    with pytest.warns(ConvergenceWarning):
        simpler = ShiftedBetaGeometric().fit(survivors)
    assert fit.log_likelihood > simpler.log_likelihood - 1e-6


def test_a_chance_to_leave_that_grows_fast_is_found_though_sbg_knows_nothing_of_it():
    with pytest.warns(ConvergenceWarning, match="ran away"):
        fit = BetaDiscreteWeibull().fit([1000, 990, 900, 700, 300, 20, 0])
    assert fit.log_likelihood == pytest.approx(-1408.46236, abs=1e-4)
    assert fit.params["c"] == pytest.approx(4.1818, abs=1e-3)


@pytest.mark.parametrize("survivors", [[2624, 2569, 1424, 1089], [455, 455, 191, 191], [16, 16, 13, 6, 5, 4]])
def test_a_likelihood_without_a_top_is_held_by_the_least_penalty_that_gives_it_one(survivors):
    with pytest.warns(ConvergenceWarning, match=r"fitted with penalty=0\.0"):
        fit = BetaDiscreteWeibull().fit(survivors)
    assert fit.warnings[0].startswith("the likelihood rises along a ridge")
    assert np.isfinite(list(fit.params.values())).all()
    assert np.isfinite(list(fit.standard_errors.values())).all()
    assert fit.log_likelihood > ShiftedBetaGeometric(penalty=0.001).fit(survivors).log_likelihood


@pytest.mark.parametrize(("survivors", "why"), [([10, 10, 10, 10], "nobody has left"), ([10, 4, 2], "3 renewals")])
def test_data_that_say_nothing_are_refused(survivors, why):
    with pytest.raises(NotEnoughData, match=why):
        BetaDiscreteWeibull().fit(survivors)


def test_a_penalty_below_0_is_refused_and_one_above_keeps_the_parameters_near_1():
    with pytest.raises(InvalidArgument, match="penalty"):
        BetaDiscreteWeibull(penalty=-0.1).fit(HIGH_END)
    free = np.log(list(BetaDiscreteWeibull().fit(HIGH_END).params.values()))
    held = np.log(list(BetaDiscreteWeibull(penalty=0.1).fit(HIGH_END).params.values()))
    assert held @ held < free @ free
