"""NBD: its likelihood, what it expects, and how it compares with Pareto/NBD, in which customers leave."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import chi2, gamma, nbinom

from crmkit.clv import NBD, FittedNBD, FittedParetoNBD, ParetoNBD
from crmkit.clv._customers import History, collapsed
from crmkit.clv._nbd._likelihood import NBDLikelihood
from crmkit.errors import ConvergenceWarning, InvalidArgument, InvalidDocument
from tests.clv.data import cdnow_rounded

KNOWN = FittedNBD.of(r=0.4, alpha=7.0)
FEW = pd.DataFrame({"frequency": [0, 2, 26], "recency": [0.0, 30.43, 30.86], "T": [38.86, 38.86, 31.0]})


def history(rows, counts=None):
    columns = np.array(rows, dtype=float).T
    return History(*columns, np.ones(len(rows)) if counts is None else np.array(counts, dtype=float))


def test_the_likelihood_is_the_mean_over_all_rates_of_that_of_a_customer():
    for x, age in ((0, 30.0), (2, 38.9), (26, 31.0)):

        def of_rate(rate, x=x, age=age):
            return rate**x * math.exp(-rate * age) * gamma.pdf(rate, 1.4, scale=1 / 7.0)

        found, _ = quad(of_rate, 0, np.inf, epsabs=0, epsrel=1e-11)
        value = NBDLikelihood.of(history([(x, age / 2 if x else 0, age)]))(np.log([1.4, 7.0])).value
        assert value == pytest.approx(math.log(found), rel=1e-9)


def test_its_derivatives_are_those_of_its_value():
    likelihood = NBDLikelihood.of(history([(0, 0, 30), (1, 9, 30), (7, 9, 12)], counts=[8, 3, 1]))
    logs, step = np.log([0.4, 7.0]), 1e-5
    found = likelihood(logs)
    for place, way in enumerate(np.eye(2) * step):
        up, down = likelihood(logs + way), likelihood(logs - way)
        assert found.gradient[place] == pytest.approx((up.value - down.value) / (2 * step), rel=1e-7)
        assert found.hessian[place] == pytest.approx((up.gradient - down.gradient) / (2 * step), rel=1e-7)


def test_counted_histories_in_any_order_are_the_same_customers_to_the_last_bit():
    rows, counts = [(0, 0, 30), (1, 9, 30), (7, 9, 12)], [4, 3, 1]
    many = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    one = NBDLikelihood.of(collapsed(history(many[::-1])))(np.log([0.4, 7.0]))
    other = NBDLikelihood.of(collapsed(history(rows, counts=counts)))(np.log([0.4, 7.0]))
    assert (one.value, one.gradient.tolist(), one.hessian.tolist()) == (
        other.value,
        other.gradient.tolist(),
        other.hessian.tolist(),
    )


def test_where_nobody_leaves_it_is_as_likely_as_pareto_nbd_and_on_cdnow_it_is_not():
    data = KNOWN.simulate(3000, age=40, rng=np.random.default_rng(2))
    assert data["alive"].all()
    two, four = NBD().fit(data), ParetoNBD(penalty=0.0).fit(data)
    assert 0 <= four.log_likelihood - two.log_likelihood + 1e-6 < chi2.ppf(0.999, 2) / 2
    cdnow = pd.DataFrame(cdnow_rounded())
    assert ParetoNBD().fit(cdnow).log_likelihood - NBD().fit(cdnow).log_likelihood > 100


def test_predictions_go_on_at_the_rate_seen():
    rate = (0.4 + FEW["frequency"]) / (7.0 + FEW["T"])
    expected = KNOWN.expected_purchases(FEW, horizon=52)
    assert expected["expected_purchases"].to_numpy() == pytest.approx((rate * 52).to_numpy(), rel=1e-14)
    assert KNOWN.probability_alive(FEW)["probability_alive"].tolist() == [1, 1, 1]
    assert KNOWN.probability_alive(FEW, at=9)["probability_alive"].tolist() == [1, 1, 1]
    assert KNOWN.expected_purchases_new([0, 7]) == pytest.approx([0, 0.4])


def test_discounted_purchases_are_an_annuity():
    def worth(**arguments):
        return KNOWN.discounted_expected_purchases(FEW, **arguments)["discounted_expected_purchases"].to_numpy()

    rate = ((0.4 + FEW["frequency"]) / (7.0 + FEW["T"])).to_numpy()
    assert worth(discount_rate=0.02) == pytest.approx(rate / 0.02, rel=1e-14)
    assert worth(discount_rate=math.expm1(0.02), compounding="discrete") == pytest.approx(rate / 0.02, rel=1e-12)
    assert worth(discount_rate=0.02, horizon=9) == pytest.approx(rate * (1 - math.exp(-0.18)) / 0.02, rel=1e-12)
    assert worth(discount_rate=0, horizon=9) == pytest.approx(rate * 9, rel=1e-14)


@pytest.mark.parametrize("horizon", [1e-6, 3.0, 4e5])
def test_the_chances_are_those_of_the_negative_binomial(horizon):
    counts = [0, 1, 2, 30, 5000]
    wanted = nbinom.pmf(counts, 0.4, 7.0 / (7.0 + horizon))
    assert KNOWN.probability_of(counts, horizon=horizon) == pytest.approx(wanted, rel=1e-9)


def test_a_fit_is_the_same_after_it_was_written_and_read():
    fit = NBD().fit(pd.DataFrame(cdnow_rounded()))
    assert FittedNBD.from_json(fit.to_json()) == fit
    with pytest.raises(InvalidDocument):
        FittedNBD.from_json(FittedParetoNBD.of(r=1, alpha=1, s=1, beta=1).to_json())


def test_equal_rates_go_on():
    equal = pd.DataFrame({"frequency": [3, 3, 3], "recency": 20.0, "T": 30.0})
    with pytest.warns(ConvergenceWarning, match="r, alpha ran away"):
        fit = NBD().fit(equal)
    assert fit.expected_purchases(equal, horizon=10)["expected_purchases"].to_numpy() == pytest.approx(1, rel=1e-4)
    assert NBD(penalty=0.001).fit(equal).warnings == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: KNOWN.expected_purchases(FEW, horizon=0),
        lambda: KNOWN.probability_alive(FEW, at=-1),
        lambda: KNOWN.discounted_expected_purchases(FEW, discount_rate=0),
        lambda: KNOWN.probability_of([-1], horizon=3),
        lambda: FittedNBD.of(r=1, alpha=math.inf),
        lambda: NBD(penalty=-1).fit(FEW),
    ],
)
def test_arguments_that_cannot_be_are_refused(wrong):
    with pytest.raises(InvalidArgument):
        wrong()
