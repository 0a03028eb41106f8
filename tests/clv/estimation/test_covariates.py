"""Fits with covariates as their users meet them."""

import os
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.clv import (
    BetaGeo,
    FittedBetaGeo,
    FittedGammaGamma,
    FittedParetoNBD,
    ModifiedBetaGeo,
    ParetoNBD,
    lifetime_value,
)
from crmkit.clv._estimation import estimated
from crmkit.clv._estimation._maximise import Optimum
from crmkit.errors import ConvergenceError, ConvergenceWarning

EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "0"))
RUNS = 200
BG = FittedBetaGeo.of(r=0.6, alpha=6.0, a=0.8, b=2.4, coefficients={"alpha.x": 0.5, "a.x": 0.4, "b.x": -0.3})
MBG = FittedBetaGeo.of(
    r=0.9, alpha=6.0, a=0.8, b=2.4, model="MBG/NBD", coefficients={"alpha.x": 0.5, "a.x": 0.4, "b.x": -0.3}
)
PARETO = FittedParetoNBD.of(r=0.6, alpha=6.0, s=0.8, beta=12.0, coefficients={"alpha.x": 0.5, "beta.x": 0.4})
CASES = [(BG, BetaGeo), (MBG, ModifiedBetaGeo), (PARETO, ParetoNBD)]
ONLY_X = {"purchase_covariates": ("x",), "dropout_covariates": ("x",)}


def customers(fit, n, seed=1, *, binary=False):
    """Draw customers in whole days."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, n) if binary else rng.normal(size=n)
    drawn = fit.simulate(n, age=rng.integers(140, 365, n) / 7, rng=rng, covariates={"x": x})
    return drawn.assign(recency=np.minimum(np.ceil(drawn["recency"] * 7) / 7, drawn["T"]))


def plain_at(fit, x):
    """Return the model without covariates of a customer with this one, by the definition."""
    params = dict(fit.params)
    for name, value in fit.coefficients.items():
        parameter = name.removesuffix(".x")
        params[parameter] *= np.exp((-1 if parameter in ("alpha", "beta") else 1) * value * x)
    model = {"model": fit.model} if isinstance(fit, FittedBetaGeo) else {}
    return type(fit).of(**params, **model)


@pytest.mark.parametrize(("fit", "model"), CASES)
@pytest.mark.parametrize("binary", [True, False])
def test_a_fit_finds_the_coefficients_of_what_was_drawn(fit, model, binary):
    drawn = customers(fit, 3000, binary=binary)
    found = model(**ONLY_X).fit(drawn)
    assert found.covariates == ("x",)
    assert found.log_likelihood > model().fit(drawn).log_likelihood + 5
    for name, (low, high) in found.interval(0.999).items():
        assert low < {**fit.params, **fit.coefficients}[name] < high
    assert list(found.standard_errors) == [*fit.params, *fit.coefficients]


@pytest.mark.skipif(EXAMPLES < RUNS, reason="takes minutes; CRMKIT_EXAMPLES=200 runs it")
@pytest.mark.parametrize(("fit", "model"), CASES)
def test_a_fit_finds_them_at_the_rate_it_claims(fit, model):
    true = {**fit.params, **fit.coefficients}
    inside = dict.fromkeys(true, 0)
    for run in range(RUNS):
        found = model(**ONLY_X).fit(customers(fit, 2000, run, binary=run % 2 == 0))
        for name, (low, high) in found.interval(0.95).items():
            inside[name] += low <= true[name] <= high
    for name, count in inside.items():
        assert 0.9 <= count / RUNS <= 0.99, name


@pytest.mark.parametrize(("fit", "model"), CASES)
def test_a_covariate_that_says_nothing_changes_nothing(fit, model):
    drawn = customers(fit, 2000)
    noise = drawn.assign(x=np.random.default_rng(9).permutation(drawn["x"]))
    found, plain = model(**ONLY_X).fit(noise), model().fit(noise)
    assert 0 <= found.log_likelihood - plain.log_likelihood < 8  # a chi-squared of three degrees, halved
    for name, value in found.coefficients.items():
        assert abs(value) < 4 * found.standard_errors[name]


@pytest.mark.parametrize(("fit", "model"), CASES)
@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_the_scale_of_a_covariate_is_no_matter(fit, model, penalty):
    drawn = customers(fit, 700)
    one = model(**ONLY_X, penalty=penalty).fit(drawn)
    other = model(**ONLY_X, penalty=penalty).fit(drawn.assign(x=2000 + 4 * drawn["x"]))
    model(**ONLY_X, penalty=penalty).fit(drawn.assign(x=1e300 * drawn["x"]))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-10)
    for name, value in one.coefficients.items():
        assert other.coefficients[name] == pytest.approx(value / 4, rel=1e-5, abs=1e-7)
        assert other.standard_errors[name] == pytest.approx(one.standard_errors[name] / 4, rel=1e-5)


def test_a_penalty_draws_coefficients_to_0():
    drawn = customers(PARETO, 1500)
    free, held = (ParetoNBD(**ONLY_X, penalty=penalty).fit(drawn) for penalty in (0.0, 0.1))
    for name, value in held.coefficients.items():
        assert abs(value) < abs(free.coefficients[name])


@pytest.mark.parametrize(("fit", "model"), CASES)
def test_counted_rows_in_any_order_are_the_same_customers(fit, model):
    drawn = customers(fit, 900, binary=True)[["frequency", "recency", "T", "x"]]
    counted = drawn.value_counts().rename("n").reset_index()
    again = pd.concat([counted.assign(n=0, x=7.0), counted])  # whom nobody is, is not looked at
    assert model(**ONLY_X).fit(again) == model(**ONLY_X).fit(drawn.sample(frac=1, random_state=1))


def test_columns_of_any_frame_and_name_will_do():
    drawn = customers(PARETO, 900, binary=True)
    said = drawn.assign(x=drawn["x"] == 1).rename(columns={"x": "is new"})
    model, called = ParetoNBD(**ONLY_X), {"x": "is new"}
    fit = model.fit(drawn)
    assert model.fit(pl.from_pandas(said), columns=called) == fit
    joined = drawn.assign(x=(drawn["x"] == 1).astype(object))
    assert model.fit(joined) == fit
    frame = fit.expected_purchases(pl.from_pandas(said).lazy(), horizon=9, columns=called)
    assert frame.columns[-2:] == ["is new", "expected_purchases"]
    assert (
        frame["expected_purchases"].to_list() == fit.expected_purchases(drawn, horizon=9)["expected_purchases"].tolist()
    )


def test_purchases_and_leaving_may_go_by_different_covariates():
    drawn = customers(PARETO, 900).assign(y=np.arange(900) % 7)
    fit = ParetoNBD(purchase_covariates=("y", "x"), dropout_covariates=("x",)).fit(drawn)
    assert list(fit.coefficients) == ["alpha.y", "alpha.x", "beta.x"]
    assert fit.covariates == ("y", "x")
    assert fit.expected_purchases(drawn, horizon=9)["expected_purchases"].notna().all()
    assert list(ParetoNBD(dropout_covariates=["x"]).fit(drawn).coefficients) == ["beta.x"]


@pytest.mark.parametrize(("fit", "model"), CASES)
@pytest.mark.parametrize("x", [0.0, 1.0, -2.5])
def test_every_number_is_that_of_the_plain_model_with_the_parameters_of_the_customer(fit, model, x):
    mixed = customers(fit, 300, binary=True).assign(x=np.arange(300) % 3 - 1.0)
    mixed.loc[::4, "x"] = x
    own = mixed[mixed["x"] == x]
    plain = plain_at(fit, x)
    for ask in (
        lambda one, data: one.expected_purchases(data, horizon=20),
        lambda one, data: one.probability_alive(data),
        lambda one, data: one.probability_alive(data, at=4),
        lambda one, data: one.discounted_expected_purchases(data, discount_rate=0.01),
        lambda one, data: one.discounted_expected_purchases(data, discount_rate=0.01, horizon=30),
    ):
        found = ask(fit, mixed).loc[own.index].iloc[:, -1]
        assert found.to_numpy() == pytest.approx(ask(plain, own).iloc[:, -1].to_numpy(), rel=1e-9)
    said = {"x": x}
    assert fit.expected_purchases_new([1, 30], covariates=said) == pytest.approx(plain.expected_purchases_new([1, 30]))
    assert fit.probability_of([0, 3], horizon=9, covariates=said) == pytest.approx(
        plain.probability_of([0, 3], horizon=9)
    )


FAR = pd.DataFrame({"frequency": [0, 3, 3000] * 7, "recency": [0.0, 4.0, 4.0] * 7, "T": 4.0})
FAR["x"] = np.repeat([0.0, 1e-5, 2.0, 10.0, -20.0, 500.0, -500.0], 3)


def test_numbers_hold_at_the_singularities_of_some_customers():
    fit = FittedBetaGeo.of(r=0.7, alpha=4.0, a=1.0, b=2.4, coefficients={"a.x": 1.0, "b.x": -1.0})
    found = fit.expected_purchases(FAR, horizon=8)["expected_purchases"]
    for at in range(9):
        alone = plain_at(fit, FAR["x"][at]).expected_purchases(FAR.loc[[at]], horizon=8)["expected_purchases"]
        assert found[at] == pytest.approx(alone.iloc[0], rel=1e-7)


@pytest.mark.parametrize("fit", [BG, MBG, PARETO])
@pytest.mark.parametrize("signs", [(1, 1, 1), (1, 1, -1), (-1, 1, 1)])
def test_numbers_of_customers_far_from_all_others_are_numbers(fit, signs):
    params = {"a": 1.0} if "a" in fit.params else {"s": 1.0}
    model = {"model": fit.model} if "a" in fit.params else {}
    coefficients = dict(zip(fit.coefficients, signs, strict=False))
    fit = type(fit).of(**{**fit.params, **params}, **model, coefficients=coefficients)
    for frame in (
        fit.expected_purchases(FAR, horizon=8),
        fit.probability_alive(FAR),
        fit.probability_alive(FAR, at=3),
        fit.discounted_expected_purchases(FAR, discount_rate=0.1),
    ):
        found = frame.iloc[:, -1]
        assert np.isfinite(found).all()
        assert found.between(0, 1e5).all()
    for x in (500.0, -500.0):
        assert (fit.expected_purchases_new([3, 9], covariates={"x": x}) >= 0).all()
        assert (fit.probability_of([0, 1], horizon=9, covariates={"x": x}) < 1 + 1e-9).all()


@pytest.mark.parametrize(("fit", "model"), CASES)
def test_what_is_drawn_has_its_covariates_and_is_what_is_expected(fit, model):
    drawn = customers(fit, 20_000, 7, binary=True)
    for x, own in drawn.groupby("x"):
        expected = np.mean(fit.expected_purchases_new(own["T"].to_numpy()[:500], covariates={"x": x}))
        assert own["frequency"].mean() == pytest.approx(expected, rel=0.08)
    frame = fit.simulate(3, age=9, rng=np.random.default_rng(1), covariates=drawn.head(3))
    assert list(frame.columns) == ["customer_id", "frequency", "recency", "T", "alive", "x"]
    assert frame["x"].tolist() == drawn["x"].head(3).tolist()


@pytest.mark.parametrize(("fit", "model"), CASES)
def test_a_fit_survives_as_json(fit, model):
    for one in (model(**ONLY_X).fit(customers(fit, 900)), fit):
        again = type(fit).from_json(one.to_json())
        assert (again.params, again.coefficients, list(again.coefficients)) == (
            one.params,
            one.coefficients,
            list(one.coefficients),
        )
        assert again.to_json() == one.to_json()
    assert '"coefficients"' not in plain_at(fit, 0.0).to_json()


def test_customers_are_valued_with_their_covariates():
    drawn = customers(PARETO, 60, binary=True).assign(monetary_value=30.0)
    both = pd.concat([drawn.assign(x=x) for x in (0.0, 1.0)])
    spend = FittedGammaGamma.of(p=6.25, q=3.74, v=15.45)
    found = lifetime_value(PARETO, spend, both, horizon=52, discount_rate=0.0).table
    expected = PARETO.expected_purchases(both, horizon=52)["expected_purchases"]
    assert found["discounted_expected_purchases"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6)


def test_a_group_that_never_buys_again_is_named():
    drawn = customers(BG, 600)
    drawn = drawn.assign(x=(np.arange(600) < 200) * 1.0)
    drawn.loc[:199, ["frequency", "recency"]] = 0.0
    with pytest.warns(ConvergenceWarning, match=r"alpha\.x ran away"):
        fit = BetaGeo(purchase_covariates=("x",)).fit(drawn)
    assert fit.warnings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert abs(BetaGeo(purchase_covariates=("x",), penalty=0.001).fit(drawn).coefficients["alpha.x"]) < 20


def test_an_intercept_that_is_no_number_is_refused_with_what_to_do():
    drawn = customers(PARETO, 900)
    with pytest.raises(ConvergenceError, match="take off from each what is usual"):
        ParetoNBD(purchase_covariates=("x",)).fit(drawn.assign(x=1e4 + drawn["x"]))


@pytest.mark.parametrize("model", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_data_of_a_simpler_model_are_said_to_be(model):
    rng = np.random.default_rng(1)
    x = np.arange(400) % 2
    drawn = pd.DataFrame({"frequency": rng.binomial(24, np.where(x, 0.25, 0.5)), "T": 30.0, "x": x})
    drawn["recency"] = np.where(drawn["frequency"] > 0, 28.0 + rng.integers(0, 3, 400), 0.0)
    with pytest.warns(ConvergenceWarning, match=r"ran away|ridge"):
        fit = model(**ONLY_X).fit(drawn)
    assert np.isfinite(list({**fit.params, **fit.coefficients}.values())).all()
    assert fit.coefficients["alpha.x"] == pytest.approx(np.log(0.25 / 0.5), abs=0.1)


@pytest.mark.parametrize(("fit", "model"), CASES)
def test_of_many_customers_a_sample_leads_to_the_same_top(fit, model, monkeypatch):
    drawn = customers(fit, 700)
    alone = model(**ONLY_X).fit(drawn)
    monkeypatch.setattr("crmkit.clv._estimation._design._SAMPLE", 200)
    led = model(**ONLY_X).fit(drawn)
    assert led.log_likelihood == pytest.approx(alone.log_likelihood, rel=1e-12)
    assert led.coefficients == pytest.approx(alone.coefficients, rel=1e-6)


def test_coefficients_of_which_the_data_say_nothing_at_all_are_named():
    none = np.zeros(2)
    top = Optimum(none, -1.0, 0.0, np.diag([-4.0, 0.0]), 1, none)
    with pytest.warns(ConvergenceWarning):
        found = estimated("a model", ("alpha",), top, n=9, coefficients=("alpha.x",), back=np.eye(2))
    assert found.warnings[0].startswith("alpha.x ran away")
    assert np.isnan(found.covariance).all()
