"""The likelihood of Pareto/NBD against its definition, and its derivatives against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import gamma

from crmkit.clv._customers import History, collapsed
from crmkit.clv._pareto_nbd._likelihood import ParetoNBDLikelihood

HISTORIES = [(0, 0.0, 30.0), (1, 2.0, 38.9), (2, 30.4, 38.9), (5, 38.9, 38.9), (26, 30.9, 31.0), (3, 1.0, 200.0)]
PARAMETERS = [(0.55, 10.6, 0.61, 11.7), (2.0, 3.0, 1.0, 40.0), (0.1, 50.0, 3.0, 2.0), (4.0, 7.0, 0.2, 7.0)]


def history(rows, counts=None):
    columns = np.array(rows, dtype=float).T
    return History(*columns, np.ones(len(rows)) if counts is None else np.array(counts, dtype=float))


def log_likelihood(parameters, rows):
    return ParetoNBDLikelihood.of(collapsed(history(rows)))(np.log(parameters)).value


def by_its_definition(parameters, row):
    """Alive until the end, or gone at u: an integral over u alone, the rates being integrated out."""
    r, alpha, s, beta = parameters
    x, last, age = row

    def term(u, leaving):
        return ((alpha + last) / (alpha + u)) ** (r + x) * (beta / (beta + u)) ** (s + leaving)

    gone, _ = quad(term, last, age, args=(1,), epsabs=0, epsrel=1e-12)
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + last)
    return shared + np.log(term(age, 0) + s / beta * gone)


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_it_is_the_integral_over_the_time_of_leaving(parameters):
    for row in HISTORIES:
        assert log_likelihood(parameters, [row]) == pytest.approx(by_its_definition(parameters, row), rel=1e-11)


def test_it_is_the_mean_over_all_rates_of_the_likelihood_of_a_customer():
    r, alpha, s, beta = 2.5, 6.0, 1.5, 9.0
    x, last, age = 2, 5.0, 12.0
    step = 0.1
    rates = np.exp(np.arange(-30, 8, step))
    buying, leaving = rates[:, None], rates
    both = leaving + buying
    seen = buying**x * (leaving * np.exp(-both * last) + buying * np.exp(-both * age)) / both
    weights = gamma.pdf(buying, r, scale=1 / alpha) * gamma.pdf(leaving, s, scale=1 / beta) * buying * leaving * step**2
    assert log_likelihood((r, alpha, s, beta), [(x, last, age)]) == pytest.approx(
        np.log((seen * weights).sum()), rel=1e-11
    )


@pytest.mark.parametrize("parameters", [*PARAMETERS, (20.0, 1.0, 3.0, 1000.0), (0.02, 900.0, 60.0, 1.0)])
def test_its_derivatives_are_those_of_its_value(parameters):
    likelihood = ParetoNBDLikelihood.of(collapsed(history(HISTORIES, counts=[9, 4, 1, 2, 1, 3])))
    logs, step = np.log(parameters), 1e-5
    found = likelihood(logs)
    for place, way in enumerate(np.eye(4) * step):
        up, down = likelihood(logs + way), likelihood(logs - way)
        assert found.gradient[place] == pytest.approx((up.value - down.value) / (2 * step), rel=1e-6, abs=1e-6)
        differences = (up.gradient - down.gradient) / (2 * step)
        assert found.hessian[place] == pytest.approx(differences, rel=1e-6, abs=1e-6)


def test_counted_histories_in_any_order_are_the_same_customers_to_the_last_bit():
    rng = np.random.default_rng(7)
    rows = [HISTORIES[place] for place in rng.integers(0, len(HISTORIES), 60)]
    counts = [rows.count(row) for row in HISTORIES]
    logs = np.log(PARAMETERS[0])
    one = ParetoNBDLikelihood.of(collapsed(history(rows)))(logs)
    other = ParetoNBDLikelihood.of(collapsed(history(HISTORIES[::-1], counts=counts[::-1])))(logs)
    assert one.value == other.value
    assert one.gradient.tolist() == other.gradient.tolist()
    assert one.hessian.tolist() == other.hessian.tolist()


def test_a_customer_who_was_watched_for_no_time_says_nothing():
    found = ParetoNBDLikelihood.of(history([(0, 0.0, 0.0)]))(np.log(PARAMETERS[0]))
    assert found.value == pytest.approx(0, abs=1e-12)
    assert found.gradient == pytest.approx(np.zeros(4), abs=1e-12)


def test_parameters_beyond_all_measure_are_refused_as_impossible():
    likelihood = ParetoNBDLikelihood.of(history(HISTORIES))
    for logs in ([0.0, 90.0, 0.0, 0.0], [0.0, 0.0, np.nan, 0.0]):
        assert likelihood(np.array(logs)).value == -np.inf


@given(
    st.tuples(*[st.floats(-7, 7)] * 4),
    st.lists(st.tuples(st.integers(0, 9000), st.floats(0, 1), st.floats(1e-6, 1e4)), min_size=1, max_size=6),
)
def test_every_history_has_a_likelihood_under_all_parameters(logs, drawn):
    rows = [(x, share * age if x else 0.0, age) for x, share, age in drawn]
    found = ParetoNBDLikelihood.of(collapsed(history(rows)))(np.array(logs))
    assert np.isfinite(found.value)
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.hessian).all()
    assert found.hessian == pytest.approx(found.hessian.T, rel=1e-12)
