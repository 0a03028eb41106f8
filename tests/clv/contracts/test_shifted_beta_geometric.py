import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from crmkit.clv import FittedRetention, ShiftedBetaGeometric
from crmkit.clv._contracts._shifted_beta_geometric_likelihood import ShiftedBetaGeometricLikelihood
from crmkit.clv._contracts._tenures import tenures_of
from crmkit.errors import ConvergenceWarning, InvalidArgument, NotEnoughData

REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
KNOWN = FittedRetention.of(alpha=0.704, beta=1.182)


def likelihood(survivors):
    return ShiftedBetaGeometricLikelihood.of(tenures_of(survivors, columns={}, model="sBG"))


def test_it_is_the_chance_of_each_tenure_averaged_over_the_beta():
    def average(chance):
        return quad(lambda theta: chance(theta) * beta_distribution.pdf(theta, 1.4, 2.1), 0, 1)[0]

    at = np.log([1.4, 2.1])
    for t in (1, 2, 5):
        gone = np.log(average(lambda theta, t=t: theta * (1 - theta) ** (t - 1)))
        stays = np.log(average(lambda theta, t=t: (1 - theta) ** t))
        assert likelihood([1] * t + [0])(at).value == pytest.approx(gone, rel=1e-9)
        assert likelihood([1] * (t + 1))(at).value == pytest.approx(stays, rel=1e-9)


@given(st.lists(st.floats(-4, 4), min_size=2, max_size=2))
@settings(max_examples=25, deadline=None)
def test_gradient_and_hessian_are_its_differences(logs):
    at = np.array(logs)
    exact = likelihood(REGULAR)(at)
    for place in range(2):
        step = np.zeros(2)
        step[place] = 1e-5
        up, down = likelihood(REGULAR)(at + step), likelihood(REGULAR)(at - step)
        assert exact.gradient[place] == pytest.approx((up.value - down.value) / 2e-5, rel=1e-5, abs=1e-3)
        np.testing.assert_allclose(exact.hessian[place], (up.gradient - down.gradient) / 2e-5, rtol=1e-5, atol=1e-3)


def test_the_slope_at_the_top_is_flat():
    fit = ShiftedBetaGeometric().fit(REGULAR)
    slope = likelihood(REGULAR)(np.log(list(fit.params.values()))).gradient / 1000
    assert np.abs(slope).max() < 1e-8


def test_customers_one_by_one_in_any_order_give_the_same_bits_as_their_survivors():
    drawn = KNOWN.simulate(800, age=6, rng=np.random.default_rng(8))
    survivors = [int((drawn["tenure"] + ~drawn["churned"] > t).sum()) for t in range(7)]
    one = ShiftedBetaGeometric().fit(drawn)
    assert ShiftedBetaGeometric().fit(drawn.sample(frac=1, random_state=2)) == one
    assert ShiftedBetaGeometric().fit(survivors) == one
    counted = drawn.groupby(["tenure", "churned"]).size().rename("n").reset_index()
    assert ShiftedBetaGeometric().fit(counted.rename(columns={"tenure": "t"}), columns={"tenure": "t"}) == one


@pytest.mark.parametrize(
    "survivors", [[1000, 900, 810, 729, 656], [1000, 500, 500, 500], [100, 100, 50], [1000, 1, 0, 0], [1, 1, 0]]
)
def test_customers_all_alike_or_of_two_kinds_give_a_finite_fit_that_warns(survivors):
    with pytest.warns(ConvergenceWarning, match="ran away"):
        fit = ShiftedBetaGeometric().fit(survivors)
    assert np.isfinite(list(fit.params.values())).all()
    assert np.isfinite(fit.survival(range(20))).all()
    assert ShiftedBetaGeometric(penalty=0.001).fit(survivors).warnings == ()


@pytest.mark.parametrize(
    ("survivors", "why"), [([10, 10, 10], "nobody has left"), ([10, 4], "2 renewals"), ([10, 0, 0], "2 renewals")]
)
def test_data_that_say_nothing_are_refused(survivors, why):
    with pytest.raises(NotEnoughData, match=why):
        ShiftedBetaGeometric().fit(survivors)


def test_a_penalty_below_0_is_refused():
    with pytest.raises(InvalidArgument, match="penalty"):
        ShiftedBetaGeometric(penalty=-0.1).fit(REGULAR)


def test_tenures_in_the_hundred_thousands_are_no_trouble():
    rows = pd.DataFrame({"tenure": [1, 200_000, 150_000, 7], "churned": [1, 0, 1, 1], "n": [50, 3, 4, 9]})
    fit = ShiftedBetaGeometric().fit(rows)
    assert np.isfinite([fit.log_likelihood, *fit.params.values(), *fit.standard_errors.values()]).all()
