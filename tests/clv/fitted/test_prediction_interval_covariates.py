"""Customers with covariates buy as customers of the plain model with parameters of their own; so do their draws."""

import math

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from crmkit.clv import BetaGeo, FittedBetaGeo, FittedGammaGamma, FittedParetoNBD, GammaGamma, ParetoNBD, lifetime_value
from crmkit.clv._customers import history_of
from crmkit.clv._fitted._prediction_interval import drawn_purchases
from crmkit.errors import MissingColumn

FITS = {
    "BG/NBD": FittedBetaGeo.of(
        r=0.9, alpha=4.0, a=0.8, b=2.5, coefficients={"alpha.age": 0.4, "a.web": 0.7, "b.web": -0.5}
    ),
    "Pareto/NBD": FittedParetoNBD.of(
        r=0.9, alpha=4.0, s=0.6, beta=5.0, coefficients={"alpha.age": 0.4, "beta.web": 0.9}
    ),
}
# In the order in which they are drawn: by covariates first.
CUSTOMERS = pd.DataFrame(
    [(0, 0, 0, 12), (0, 0, 6, 12), (0, 1, 6, 12), (2, 0, 0, 12), (2, 1, 0, 12), (2, 1, 6, 12), (2, 1, 6, 14)],
    columns=["age", "web", "frequency", "T"],
).assign(recency=lambda rows: np.where(rows["frequency"] > 0, 9.0, 0.0))
EACH = pytest.mark.parametrize("model", FITS)


def plain(model, age, web):
    """The plain fit of customers with these covariates."""
    params, coefficients = dict(FITS[model].params), FITS[model].coefficients
    params["alpha"] *= math.exp(-age * coefficients["alpha.age"])
    if model == "Pareto/NBD":
        return FittedParetoNBD.of(**params | {"beta": params["beta"] * math.exp(-web * coefficients["beta.web"])})
    moved = {name: params[name] * math.exp(web * coefficients[f"{name}.web"]) for name in ("a", "b")}
    return FittedBetaGeo.of(**params | moved)


def seeded():
    return np.random.default_rng(3)


def bounds(table):
    return table[["purchases_low", "purchases_high"]].to_numpy()


@EACH
def test_draws_are_those_of_the_plain_model_with_parameters_of_ones_own(model):
    fit, many = FITS[model], 800
    history = history_of(CUSTOMERS, columns={}, model="test", covariates=fit.covariates)
    drawn = drawn_purchases(history, [fit._model(9)] * many, rng=seeded())
    for place, row in CUSTOMERS.iterrows():
        own, customer = plain(model, row["age"], row["web"]), CUSTOMERS.iloc[[place]]
        expected = own.expected_purchases(customer, horizon=9)["expected_purchases"].iloc[0]
        assert abs(drawn[:, place].mean() - expected) < 4 * drawn[:, place].std() / math.sqrt(many)
        held = bounds(own.prediction_interval(customer, horizon=9, draws=many, rng=seeded()))[0]
        low, high = np.quantile(drawn[:, place], [0.025, 0.975], method="inverted_cdf")
        assert low == pytest.approx(held[0], abs=1)
        assert high == pytest.approx(held[1], abs=1 + 0.1 * held[1])


@EACH
def test_parts_and_the_order_of_customers_change_nothing(model, monkeypatch):
    monkeypatch.setattr("crmkit.clv._fitted._prediction_interval._AT_ONCE", 2000)
    once = bounds(FITS[model].prediction_interval(CUSTOMERS, horizon=9, draws=400, rng=seeded()))
    rows = [3, 6, 0, 1, 6, 5, 2, 4]
    again = FITS[model].prediction_interval(CUSTOMERS.iloc[rows], horizon=9, draws=400, rng=seeded())
    np.testing.assert_array_equal(bounds(again), once[rows])
    rng = seeded()
    parts = [FITS[model].prediction_interval(p, horizon=9, draws=400, rng=rng) for p in (CUSTOMERS[:5], CUSTOMERS[5:])]
    np.testing.assert_array_equal(np.concatenate([bounds(part) for part in parts]), once)


@pytest.fixture(scope="module")
def fitted():
    rng = seeded()
    covariates = {"age": rng.integers(0, 3, 800), "web": rng.random(800) < 0.4}
    drawn = FITS["Pareto/NBD"].simulate(800, age=30, rng=rng, covariates=covariates)
    return drawn, ParetoNBD(purchase_covariates=("age",), dropout_covariates=("web",)).fit(drawn)


def test_coefficients_are_drawn_too():
    sure = FITS["BG/NBD"]
    spread = np.diag([1e-12] * 4 + [1.0, 1e-12, 1e-12])
    unsure = evolve(sure, estimate=evolve(sure.estimate, covariance=tuple(map(tuple, spread.tolist())), n=50))
    new = pd.DataFrame({"frequency": 0, "recency": 0, "T": 0, "web": False, "age": [0, 1]})
    held, drawn = (bounds(fit.prediction_interval(new, horizon=9, draws=1000, rng=seeded())) for fit in (sure, unsure))
    assert drawn[0, 1] == pytest.approx(held[0, 1], abs=1)
    assert drawn[1, 1] > 1.3 * held[1, 1]


def test_values_differ_with_covariates_and_so_do_their_intervals(fitted):
    fit = fitted[1]
    spend = GammaGamma().fit(FittedGammaGamma.of(p=6, q=4, v=15).simulate([2] * 300, rng=seeded()))
    alike = pd.DataFrame({"years": [0.0, 2.0, 2.0], "web": [False, False, True]})
    alike = alike.assign(frequency=3, recency=20.0, T=30.0, monetary_value=20.0)
    found = lifetime_value(
        fit,
        spend,
        alike,
        horizon=52,
        discount_rate=0.0027,
        draws=40,
        rng=seeded(),
        columns={"age": "years"},
    ).table
    assert found["lifetime_value"].is_unique
    assert found["lifetime_value"].between(found["lifetime_value_low"], found["lifetime_value_high"]).all()


def test_covariates_are_needed(fitted):
    drawn, fit = fitted
    with pytest.raises(MissingColumn, match="'web'"):
        fit.prediction_interval(drawn.drop(columns="web"), horizon=9, rng=seeded())


def test_a_covariate_far_from_0_gives_the_same_interval():
    rng = np.random.default_rng(3)
    year = rng.integers(0, 6, 800).astype(float)
    truth = FittedBetaGeo.of(r=0.6, alpha=6.0, a=0.8, b=2.4, coefficients={"alpha.year": 0.1})
    near = truth.simulate(800, age=52.0, rng=rng, covariates={"year": year})
    far = near.assign(year=near["year"] + 2019.0)
    model = BetaGeo(purchase_covariates=("year",), dropout_covariates=("year",))
    found = []
    for customers in (near, far):
        drawn = np.random.default_rng(1)
        found.append(model.fit(customers).prediction_interval(customers, horizon=26, draws=200, rng=drawn))
    for column in ("purchases_low", "purchases_high"):
        assert (found[0][column] - found[1][column]).abs().max() <= 1.0
        assert (found[0][column] == found[1][column]).mean() > 0.99
