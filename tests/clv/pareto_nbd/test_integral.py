"""The integral of (alpha + u)^-p (beta + u)^-q against two other routes, and its slopes against differences."""

import itertools

import numpy as np
import pytest
from scipy.special import hyp2f1

from crmkit.clv._pareto_nbd._integral import integral, integral_with_slopes

POWERS = [(0.01, 1.01), (1.01, 0.01), (0.5, 1.6), (1.0, 1.0), (7.5, 1.6), (8.5, 0.6), (12.0, 9.0)]
MANY = [(3.0, 101.0), (100.0, 2.0), (5000.5, 1.0), (5001.5, 0.01), (5020.0, 101.0), (0.2, 5000.0)]
RATIOS = [1e-3, 0.1, 0.9, 1.0, 1.5, 30.0, 1e3]


def cases(powers):
    grid = itertools.product(powers, RATIOS, [0.0, 1.0, 300.0])
    return np.array([(p, q, 10.0, 10.0 * ratio, since) for (p, q), ratio, since in grid])


def one_each(rows):
    found = [
        integral(np.array([p]), np.array([q]), alpha=alpha, beta=beta, since=np.array([since]))[0]
        for p, q, alpha, beta, since in rows
    ]
    return np.array(found)


def by_gauss(p, q, alpha, beta, since):
    """(larger + t)^-(p + q - 1) / (p + q - 1) times Gauss' function, of the larger of alpha and beta."""
    if alpha < beta:
        p, q, alpha, beta = q, p, beta, alpha
    series = hyp2f1(p + q - 1, q, p + q, (alpha - beta) / (alpha + since))
    return -(p + q - 1) * np.log(alpha + since) + np.log(series / (p + q - 1))


def by_the_plain_rule(p, q, alpha, beta, since):
    """The trapezoidal rule over log(u - t), everything above 0, in long doubles."""
    step = 0.05
    logs = np.arange(-45, 60 + 45 / (p + q - 1), step, dtype=np.longdouble)
    u = np.exp(logs)
    falls = logs - p * np.log1p(u / (alpha + since)) - q * np.log1p(u / (beta + since))
    top = falls.max()
    at_start = p * np.log(np.longdouble(alpha + since)) + q * np.log(np.longdouble(beta + since))
    return float(np.log(np.exp(falls - top).sum() * step) + top - at_start)


def test_it_is_gauss_function_where_scipy_keeps_its_digits():
    rows = cases(POWERS)
    assert one_each(rows) == pytest.approx([by_gauss(*row) for row in rows], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("powers", [POWERS, MANY], ids=["few purchases", "thousands"])
def test_it_is_the_integral_for_every_power_and_ratio(powers):
    rows = cases(powers)
    assert one_each(rows) == pytest.approx([by_the_plain_rule(*row) for row in rows], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_slopes_are_those_of_the_value(ratio):
    at = np.array([3.2, 8.0, 1.7, 8.0 * ratio])
    since = np.array([0.0, 5.0, 80.0])

    def value(given):
        p, alpha, q, beta = given
        return integral_with_slopes(np.full(3, p), np.full(3, q), alpha=alpha, beta=beta, since=since)

    found = value(at)
    plain = integral(np.full(3, at[0]), np.full(3, at[2]), alpha=at[1], beta=at[3], since=since)
    assert found.value.tolist() == plain.tolist()
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5 * at[place]
        up, down = value(at + step), value(at - step)
        width = 2 * step[place]
        assert found.gradient[place] == pytest.approx((up.value - down.value) / width, rel=1e-7)
        differences = (up.gradient - down.gradient) / width
        assert found.hessian[place] == pytest.approx(differences, rel=1e-5, abs=1e-9)


def test_pairs_are_evaluated_alike_however_many_there_are():
    since = np.linspace(0.0, 50.0, 3000)
    p, q = np.full(3000, 2.5), np.full(3000, 1.6)
    found = integral(p, q, alpha=3.0, beta=11.0, since=since)
    alone = [
        integral(p[:1], q[:1], alpha=3.0, beta=11.0, since=since[place : place + 1])[0] for place in (0, 1500, 2999)
    ]
    assert found[[0, 1500, 2999]] == pytest.approx(alone, rel=1e-13)
