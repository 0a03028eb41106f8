"""The likelihood of BG/NBD and MBG/NBD, and its derivatives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.stats import beta, gamma

from crmkit.clv._beta_geo._likelihood import BetaGeoLikelihood
from crmkit.clv._customers import History, collapsed
from tests.clv.data import cdnow_rounded

POINT = np.log([0.6, 5.0, 0.7, 2.0])


def history(*rows):
    columns = np.array(rows, dtype=float).T
    return History(*columns[:3], columns[3] if len(columns) > 3 else np.ones(len(rows)))


def by_integration(x, recency, age, parameters, chances):
    """Mix the likelihood of one customer with known rate and drop-out over both distributions."""
    r, alpha, a, b = parameters

    def of(p, rate):
        stays = (1 - p) ** (x + chances) * rate**x * np.exp(-rate * age)
        leaves = p * (1 - p) ** (x + chances - 1) * rate**x * np.exp(-rate * recency) if x + chances else 0.0
        return (stays + leaves) * beta.pdf(p, a, b) * gamma.pdf(rate, r, scale=1 / alpha)

    return np.log(dblquad(of, 0, 20, 0, 1, epsabs=1e-8, epsrel=1e-6)[0])


@pytest.mark.parametrize("chances", [0, 1])
@pytest.mark.parametrize("row", [(0, 0.0, 3.0), (1, 0.7, 3.0), (4, 2.5, 3.0)])
def test_it_is_the_mixture_over_rates_and_drop_outs(row, chances):
    parameters = (1.6, 2.0, 1.3, 2.1)
    found = BetaGeoLikelihood.of(history(row), chances=chances)(np.log(parameters)).value
    assert found == pytest.approx(by_integration(*row, parameters, chances), abs=1e-5)


@pytest.mark.parametrize("chances", [0, 1])
def test_its_derivatives_are_those_of_finite_differences(chances):
    data = cdnow_rounded()
    some = history(*zip(data["frequency"][:400], data["recency"][:400], data["T"][:400], strict=True))
    likelihood = BetaGeoLikelihood.of(collapsed(some), chances=chances)
    found = likelihood(POINT)
    for place, step in enumerate(np.eye(4) * 1e-6):
        up, down = likelihood(POINT + step), likelihood(POINT - step)
        assert found.gradient[place] == pytest.approx((up.value - down.value) / 2e-6, rel=1e-5, abs=1e-4)
        assert found.hessian[place] == pytest.approx((up.gradient - down.gradient) / 2e-6, rel=1e-5, abs=1e-4)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(5, 7), st.integers(1, 3)), min_size=1),
    st.randoms(use_true_random=False),
)
def test_rows_written_out_in_any_order_give_the_bits_of_the_collapsed_ones(rows, order):
    rows = [(x, recency if x else 0, age, n) for x, recency, age, n in rows]
    single = [row[:3] for row in rows for _ in range(row[3])]
    order.shuffle(single)
    one, other = (
        BetaGeoLikelihood.of(collapsed(found), chances=1)(POINT) for found in (history(*rows), history(*single))
    )
    assert one.value == other.value
    assert (one.gradient == other.gradient).all()
    assert (one.hessian == other.hessian).all()


@settings(max_examples=60)
@given(
    st.tuples(*[st.floats(-8, 8)] * 4),
    st.integers(0, 5000),
    st.floats(0, 1),
    st.floats(1e-3, 1e4),
    st.sampled_from([0, 1]),
)
def test_it_is_finite_wherever_it_is_asked(logs, x, share, age, chances):
    found = BetaGeoLikelihood.of(history((x, share * age if x else 0.0, age)), chances=chances)(np.array(logs))
    assert np.isfinite(found.value)
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.hessian).all()
