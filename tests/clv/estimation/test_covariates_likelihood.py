"""The likelihood with covariates against its definition, and its derivatives against differences."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, gammaln, log_expit
from scipy.stats import gamma

from crmkit.clv._beta_geo._likelihood import BetaGeoLikelihood
from crmkit.clv._customers import History, collapsed
from crmkit.clv._estimation._design import Design
from crmkit.clv._pareto_nbd._likelihood import ParetoNBDLikelihood

BETA_GEO = ("r", "alpha", "a", "b"), ("alpha.x", "alpha.y", "a.y", "b.y")
PARETO = ("r", "alpha", "s", "beta"), ("alpha.x", "alpha.y", "beta.x")
# x is said of three kinds of customers, y of each one.
ROWS = [(0, 0.0, 3.0), (1, 0.7, 3.0), (4, 2.5, 3.0), (2, 1.0, 9.0), (0, 0.0, 3.0)]
VALUES = [(0.0, 1.5), (1.0, -0.5), (1.0, -0.5), (0.0, 0.25), (0.0, 1.5)]
FREE = np.array([0.3, 0.7, 0.2, 0.8, 0.4, -0.3, 0.25, 0.1])


def history(rows, values, counts=None):
    columns = np.array(rows, dtype=float).T
    patterns, pattern = np.unique(np.array(values), axis=0, return_inverse=True)
    counted = np.ones(len(rows)) if counts is None else np.array(counts, dtype=float)
    return collapsed(History(*columns, counted, pattern.ravel(), patterns))


def under(kind, which, rows=ROWS, values=VALUES, counts=None):
    """Return the design and the likelihood in what a fit looks for."""
    read = history(rows, values, counts)
    design = Design.of(*which, read, model="a model")
    return design, design.under(kind(read))


def said(design, free, names, values):
    """Return the parameters of a customer with these covariates, by the definition of the paper."""
    found = design.back @ free
    r, alpha, third, fourth = np.exp(found[:4])
    x, y = values
    if names is BETA_GEO:
        by_x, by_y, of_a, of_b = found[4:]
        return r, alpha * np.exp(-by_x * x - by_y * y), third * np.exp(of_a * y), fourth * np.exp(of_b * y)
    by_x, by_y, of_beta = found[4:]
    return r, alpha * np.exp(-by_x * x - by_y * y), third, fourth * np.exp(-of_beta * x)


def beta_geo_by_integration(row, parameters, chances):
    """Mix the likelihood of a customer with known rate and drop-out over both."""
    (x, recency, age), (r, alpha, a, b) = row, parameters
    step = 0.1
    odds, rates = np.arange(-60, 60, step), np.exp(np.arange(-60, 7, step))
    leaves, stays = log_expit(odds)[:, None], log_expit(-odds)[:, None]
    seen = np.exp((x + chances) * stays - rates * age)
    if x + chances:
        seen = seen + np.exp(leaves + (x + chances - 1) * stays - rates * recency)
    chance = np.exp(a * leaves + b * stays - betaln(a, b))
    return np.log((seen * rates**x * chance * gamma.pdf(rates, r, scale=1 / alpha) * rates).sum() * step**2)


def pareto_by_integration(row, parameters):
    """Alive until the end, or gone at u: an integral over u alone, the rates being integrated out."""
    (x, last, age), (r, alpha, s, leaving) = row, parameters

    def term(u, more):
        return ((alpha + last) / (alpha + u)) ** (r + x) * (leaving / (leaving + u)) ** (s + more)

    gone, _ = quad(term, last, age, args=(1,), epsabs=0, epsrel=1e-12)
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + last)
    return shared + np.log(term(age, 0) + s / leaving * gone)


@pytest.mark.parametrize("chances", [0, 1])
def test_beta_geo_is_the_mixture_over_rates_and_drop_outs_of_each_customer(chances):
    design, likelihood = under(partial(BetaGeoLikelihood.of, chances=chances), BETA_GEO)
    own = [said(design, FREE, BETA_GEO, values) for values in VALUES]
    each = [beta_geo_by_integration(row, one, chances) for row, one in zip(ROWS, own, strict=True)]
    assert likelihood(FREE).value == pytest.approx(sum(each), rel=1e-10)


def test_pareto_is_the_integral_over_the_time_of_leaving_of_each_customer():
    # alpha is above beta for nobody, for some, for all
    for more, turned in ((-3.0, {False}), (0.0, {True, False}), (3.0, {True})):
        free = FREE[:7] + more * np.eye(7)[1]
        design, likelihood = under(ParetoNBDLikelihood.of, PARETO)
        own = [said(design, free, PARETO, values) for values in VALUES]
        each = [pareto_by_integration(row, one) for row, one in zip(ROWS, own, strict=True)]
        assert likelihood(free).value == pytest.approx(sum(each), rel=1e-10)
        assert {bool(alpha > leaving) for _, alpha, _, leaving in own} == turned


@pytest.mark.parametrize(
    ("kind", "which"),
    [
        (partial(BetaGeoLikelihood.of, chances=0), BETA_GEO),
        (partial(BetaGeoLikelihood.of, chances=1), BETA_GEO),
        (ParetoNBDLikelihood.of, PARETO),
    ],
)
@pytest.mark.parametrize("each_its_own", [False, True])
def test_its_derivatives_are_those_of_its_value(kind, which, each_its_own):
    values = [(x, y + at / 9) for at, (x, y) in enumerate(VALUES)] if each_its_own else VALUES
    _, likelihood = under(kind, which, values=values, counts=[9, 4, 1, 2, 3])
    point, step = FREE[: 4 + len(which[1])], 1e-5
    found = likelihood(point)
    for place, way in enumerate(np.eye(len(point)) * step):
        up, down = likelihood(point + way), likelihood(point - way)
        assert found.gradient[place] == pytest.approx((up.value - down.value) / (2 * step), rel=1e-6, abs=1e-6)
        differences = (up.gradient - down.gradient) / (2 * step)
        assert found.hessian[place] == pytest.approx(differences, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "which"), [(partial(BetaGeoLikelihood.of, chances=1), BETA_GEO), (ParetoNBDLikelihood.of, PARETO)]
)
def test_coefficients_of_0_are_the_model_without_covariates(kind, which):
    _, likelihood = under(kind, which)
    free = np.append(FREE[:4], np.zeros(len(which[1])))
    found, plain = likelihood(free), kind(collapsed(history(ROWS, VALUES).bare()))(FREE[:4])
    assert found.value == pytest.approx(plain.value, rel=1e-13)
    assert found.gradient[:4] == pytest.approx(plain.gradient, rel=1e-11)
    assert found.hessian[:4, :4] == pytest.approx(plain.hessian, rel=1e-11)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(5, 6), st.sampled_from([-1.0, 0.5, 2.0])),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.integers(1, 3), min_size=12, max_size=12),
    st.randoms(use_true_random=False),
    st.sampled_from([partial(BetaGeoLikelihood.of, chances=0), ParetoNBDLikelihood.of]),
)
def test_rows_written_out_in_any_order_give_the_bits_of_the_collapsed_ones(drawn, counts, order, kind):
    drawn = [*drawn, (1, 2, 5, -1.0), (1, 2, 5, 0.5), (0, 0, 5, 2.0)]
    rows = [((x, last if x else 0, age), (value, value**2)) for x, last, age, value in drawn]
    counts = (counts * 2)[: len(rows)]
    single = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    order.shuffle(single)
    names = ("r", "alpha", "s", "beta"), ("alpha.x", "alpha.y")
    one, other = (
        under(kind, names, *map(list, zip(*found, strict=True)), counts=counted)[1](FREE[:6])
        for found, counted in ((rows, counts), (single, None))
    )
    assert one.value == other.value
    assert one.gradient.tolist() == other.gradient.tolist()
    assert one.hessian.tolist() == other.hessian.tolist()


def test_parameters_of_anybody_beyond_all_measure_are_refused_as_impossible():
    for kind, which in ((partial(BetaGeoLikelihood.of, chances=0), BETA_GEO), (ParetoNBDLikelihood.of, PARETO)):
        _, likelihood = under(kind, which)
        far = np.append(FREE[:4], [90.0, *np.zeros(len(which[1]) - 1)])
        assert likelihood(far).value == -np.inf
        assert np.isposinf(likelihood(far).gradient).all()
