"""What Pareto/NBD expects, against quadrature over rates and against drawn customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import hyperu
from scipy.stats import gamma

from crmkit.clv._customers import History
from crmkit.clv._pareto_nbd._numbers import (
    ParetoNBDParameters,
    alive,
    alive_later,
    discounted,
    expected,
    expected_new,
    pmf,
)

CDNOW = ParetoNBDParameters(0.5534, 10.5802, 0.6061, 11.6562)
PARAMETERS = [CDNOW, ParetoNBDParameters(2.0, 3.0, 1.0, 40.0), ParetoNBDParameters(0.3, 60.0, 4.0, 5.0)]
ROWS = [(0, 0.0, 30.0), (1, 2.0, 38.9), (2, 30.4, 38.9), (5, 38.9, 38.9), (26, 30.86, 31.0)]
above_zero = st.floats(1e-3, 1e3)


def history(rows=ROWS):
    return History(*np.array(rows, dtype=float).T, np.ones(len(rows)))


def chance_of_staying(p, row):
    """The likelihood of being alive, of that and of having left at u, which an integral adds up."""
    x, last, age = row
    stays = (p.beta + age) ** -p.s
    falls = ((p.alpha + age) / (p.alpha + np.array([last, age]))) ** (p.r + x)

    def leaves(u):
        return ((p.alpha + last) / (p.alpha + u)) ** (p.r + x) * p.s * (p.beta + u) ** -(p.s + 1)

    left, _ = quad(leaves, last, age, epsabs=0, epsrel=1e-12)
    return stays / (stays + left * falls[0])


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_the_probability_of_being_alive_is_the_share_of_that_case(parameters):
    found = alive(parameters, history())
    assert found == pytest.approx([chance_of_staying(parameters, row) for row in ROWS], rel=1e-10)


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_later_it_is_less_by_the_leaving_of_those_alive(parameters):
    now, then = alive(parameters, history()), alive_later(parameters, history(), after=17.0)
    for row, share in zip(ROWS, then / now, strict=True):
        rates = gamma(parameters.s, scale=1 / (parameters.beta + row[2]))
        stays, _ = quad(lambda mu, rates=rates: rates.pdf(mu) * np.exp(-17.0 * mu), 0, np.inf, epsrel=1e-10)
        assert share == pytest.approx(stays, rel=1e-6)


def purchases_by_quadrature(p, row, horizon, force):
    """The rate of purchase times the chance of being alive, discounted, over the time to come."""
    x, _, age = row

    def at(time):
        return np.exp(-force * time) * ((p.beta + age) / (p.beta + age + time)) ** p.s

    found, _ = quad(at, 0, horizon, epsabs=0, epsrel=1e-12, limit=200)
    return chance_of_staying(p, row) * (p.r + x) / (p.alpha + age) * found


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_expected_purchases_are_the_rate_over_the_time_alive(parameters):
    wanted = [purchases_by_quadrature(parameters, row, 52.0, 0.0) for row in ROWS]
    assert expected(parameters, history(), horizon=52.0) == pytest.approx(wanted, rel=1e-10)
    assert discounted(parameters, history(), force=0.0, horizon=52.0) == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("horizon", [1.0, 52.0, np.inf])
@pytest.mark.parametrize("parameters", PARAMETERS)
def test_discounted_purchases_are_worth_less_the_later_they_are(parameters, horizon):
    wanted = [purchases_by_quadrature(parameters, row, horizon, 0.0027) for row in ROWS]
    assert discounted(parameters, history(), force=0.0027, horizon=horizon) == pytest.approx(wanted, rel=1e-9)


def test_many_ages_are_worth_what_each_is_alone():
    ages = np.linspace(1.0, 90.0, 5000)
    found = discounted(CDNOW, history([(0, 0.0, age) for age in ages]), force=0.0027, horizon=52.0)
    for place in (0, 2500, 4999):
        alone = discounted(CDNOW, history([(0, 0.0, ages[place])]), force=0.0027, horizon=52.0)
        assert found[place] == pytest.approx(alone[0], rel=1e-13)


@pytest.mark.parametrize("force", [1e-4, 0.0027, 0.2])
@pytest.mark.parametrize("s", [0.2, 0.6061, 2.5, 9.0])
def test_without_a_horizon_they_are_the_published_closed_form(s, force):
    p = ParetoNBDParameters(CDNOW.r, CDNOW.alpha, s, CDNOW.beta)
    x, _, age = np.array(ROWS).T
    closed = force ** (s - 1) * (p.beta + age) ** s * hyperu(s, s, force * (p.beta + age))
    wanted = alive(p, history()) * (p.r + x) / (p.alpha + age) * closed
    assert discounted(p, history(), force=force, horizon=np.inf) == pytest.approx(wanted, rel=1e-7)


def test_s_of_1_is_no_singularity():
    near = [ParetoNBDParameters(0.5, 10.0, s, 12.0) for s in (1 - 1e-9, 1.0, 1 + 1e-9)]
    values = [expected(parameters, history(), horizon=52.0) for parameters in near]
    assert values[0] == pytest.approx(values[1], rel=1e-8)
    assert values[2] == pytest.approx(values[1], rel=1e-8)


@pytest.mark.parametrize("horizon", [0.5, 10.0, 400.0])
@pytest.mark.parametrize("parameters", PARAMETERS)
def test_the_chances_of_all_counts_add_up_and_have_the_mean_expected(parameters, horizon):
    counts = np.arange(6000.0)
    chances = pmf(parameters, counts, horizon=horizon)
    assert chances.sum() == pytest.approx(1, abs=1e-11)
    assert chances @ counts == pytest.approx(expected_new(parameters, np.array([horizon]))[0], rel=1e-9)


def test_a_new_customer_buys_nothing_in_no_time():
    assert expected_new(CDNOW, np.array([0.0])).tolist() == [0.0]


@given(
    st.builds(ParetoNBDParameters, above_zero, above_zero, above_zero, above_zero),
    st.lists(st.tuples(st.integers(0, 9000), st.floats(0, 1), st.floats(1e-6, 1e4)), min_size=1, max_size=6),
)
def test_no_customer_gets_a_number_that_is_none(parameters, drawn):
    rows = history([(x, share * age if x else 0.0, age) for x, share, age in drawn])
    for chance in (alive(parameters, rows), alive_later(parameters, rows, after=30.0)):
        assert ((chance >= 0) & (chance <= 1)).all()
    numbers = [
        expected(parameters, rows, horizon=30.0),
        discounted(parameters, rows, force=0.001, horizon=np.inf),
        discounted(parameters, rows, force=0.001, horizon=30.0),
    ]
    for number in numbers:
        assert (np.isfinite(number) & (number >= 0)).all()
