"""Covariates that cannot be are refused by name, with what to do."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.clv import NBD, BetaGeo, FittedBetaGeo, FittedNBD, FittedParetoNBD, ModifiedBetaGeo, ParetoNBD
from crmkit.errors import InvalidArgument, InvalidColumn, InvalidDocument, MissingColumn, NotEnoughData, TableError

FIT = FittedParetoNBD.of(r=0.6, alpha=6.0, s=0.8, beta=12.0, coefficients={"alpha.tier": 0.5, "beta.new": 0.4})
PLAIN = FittedParetoNBD.of(r=0.6, alpha=6.0, s=0.8, beta=12.0)
ROWS = PLAIN.simulate(60, age=30.0, rng=np.random.default_rng(1)).assign(
    tier=np.arange(60) % 3, new=np.arange(60) % 2, all=4.0
)
MODELS = [BetaGeo, ModifiedBetaGeo, ParetoNBD]


@pytest.mark.parametrize("model", MODELS)
def test_a_column_that_is_not_there_is_named_with_the_nearest(model):
    with pytest.raises(MissingColumn, match="'teir'; did you mean 'tier'"):
        model(purchase_covariates=("teir",)).fit(ROWS)
    with pytest.raises(MissingColumn, match="'new'"):
        FIT.expected_purchases(ROWS.drop(columns="new"), horizon=9)


@pytest.mark.parametrize(
    ("values", "row", "said"),
    [
        ([1.0, 2.0, np.nan], 2, "is missing or not finite"),
        ([1.0, np.inf, 2.0], 1, "is missing or not finite"),
        (pd.array([True, None, False], dtype="boolean"), 1, "is missing or not finite"),
        ([1, "gold", 2], 1, "row 1: 'gold' is neither a number nor true or false"),
        ([True, False, None], 2, "row 2: None is neither"),
        (["gold", "gold", "silver"], 0, "of categories make a column"),
        (pd.Categorical([1, 2, 1]), 0, "row 0: '1' is neither"),
        (pd.to_datetime(["2024-01-01"] * 3), 0, "is neither a number"),
    ],
)
def test_a_value_that_is_no_number_is_named(values, row, said):
    with pytest.raises(InvalidColumn, match=said) as caught:
        ParetoNBD(dropout_covariates=("tier",)).fit(ROWS.head(3).assign(tier=values))
    assert (caught.value.column, caught.value.row) == ("tier", row)


def test_missing_values_of_every_frame_are_named():
    rows = pl.DataFrame(ROWS.head(3)).with_columns(new=pl.Series([True, None, False]))
    with pytest.raises(InvalidColumn, match="row 1"):
        ParetoNBD(dropout_covariates=("new",)).fit(rows)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("more", "purchase", "dropout", "said"),
    [
        ({}, ("all",), (), "'all' is the same for all customers"),
        ({}, ("tier",), ("all",), "'all' is the same for all customers"),
        ({"old": 1 - ROWS["new"]}, ("new", "tier", "old"), (), "'old' follows from 'new', so"),
        ({"sum": ROWS["new"] + ROWS["tier"]}, ("tier",), ("new", "tier", "sum"), "'sum' follows from 'new' and 'tier'"),
        ({"two": ROWS["new"] * 2}, (), ("new", "two"), "leave one out"),
    ],
)
def test_a_covariate_that_says_nothing_of_its_own_is_named(model, more, purchase, dropout, said):
    asked = model(purchase_covariates=purchase, dropout_covariates=dropout)
    with pytest.raises(NotEnoughData, match=said) as caught:
        asked.fit(ROWS.assign(**more))
    assert caught.value.n == 60


def test_what_follows_from_others_of_the_other_kind_is_no_matter():
    fit = ParetoNBD(purchase_covariates=("new",), dropout_covariates=("old",)).fit(ROWS.assign(old=1 - ROWS["new"]))
    assert list(fit.coefficients) == ["alpha.new", "beta.old"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("given", ["tier", ("tier", "tier"), ("frequency",), ("T",), ("",), (3,), None, ("alive",)])
def test_names_that_are_none_are_refused(model, given):
    for argument in ("purchase_covariates", "dropout_covariates"):
        with pytest.raises(InvalidArgument) as caught:
            model(**{argument: given}).fit(ROWS)
        assert caught.value.argument == argument
    if given == "tier":
        assert "('tier',)" in str(caught.value)


@pytest.mark.parametrize("model", MODELS)
def test_too_little_is_said_so_with_covariates_too(model):
    with pytest.raises(NotEnoughData, match="nobody bought again"):
        model(purchase_covariates=("tier",)).fit(ROWS[ROWS["frequency"] == 0])
    with pytest.raises(NotEnoughData, match="no customer"):
        model(purchase_covariates=("tier",)).fit(ROWS.head(0))


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (None, "needs the covariates 'tier', 'new'"),
        ({"tier": 1}, "needs the covariates 'new'"),
        ({"tier": 1, "now": 1}, "no covariate 'now'; did you mean 'new'"),
        ({"tier": 1, "new": 1, 3: 1}, "no covariate 3"),
        ({"tier": "gold", "new": 1}, "'tier' is one finite number, not 'gold'"),
        ({"tier": [1, 2], "new": 1}, "'tier' is one finite number"),
        ({"tier": np.nan, "new": 1}, "'tier' is one finite number"),
        ([1, 2], "values by name"),
    ],
)
def test_the_covariates_of_a_new_customer_are_those_of_the_fit(covariates, said):
    for ask in (
        lambda: FIT.expected_purchases_new(9, covariates=covariates),
        lambda: FIT.probability_of(1, horizon=9, covariates=covariates),
    ):
        with pytest.raises(InvalidArgument, match=said) as caught:
            ask()
        assert caught.value.argument == "covariates"


def test_covariates_of_a_new_customer_may_be_any_kind_of_number():
    found = FIT.expected_purchases_new(9, covariates={"new": True, "tier": np.int64(2)})
    assert found == FIT.expected_purchases_new(9, covariates={"tier": 2.0, "new": 1})


@pytest.mark.parametrize("fit", [PLAIN, FittedNBD.of(r=1.0, alpha=2.0), NBD().fit(ROWS)])
def test_a_fit_without_covariates_takes_none(fit):
    for ask in (
        lambda: fit.expected_purchases_new(9, covariates={"tier": 1}),
        lambda: fit.probability_of(1, horizon=9, covariates={"tier": 1}),
        lambda: fit.simulate(1, age=9, rng=np.random.default_rng(1), covariates={"tier": [1]}),
    ):
        with pytest.raises(InvalidArgument, match="has no covariates"):
            ask()
    assert fit.expected_purchases_new(9, covariates={}) == fit.expected_purchases_new(9)
    assert (fit.covariates, fit.coefficients) == ((), {})


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (None, "needs the covariates"),
        (3, "expected a dataframe"),
        (pd.DataFrame({"tier": [1, 2]}), "needs the covariates 'new'"),
        ({"tier": [1, 2], "new": [1]}, "'new' of 2 customers is a column of 2 finite numbers"),
        ({"tier": [1, np.nan], "new": [1, 0]}, "'tier' of 2 customers"),
        ({"tier": ["a", "b"], "new": [1, 0]}, "'tier' of 2 customers"),
        ({"tier": 1, "new": [1, 0]}, "'tier' of 2 customers"),
    ],
)
def test_drawing_needs_the_covariates_of_each_customer(covariates, said):
    with pytest.raises((InvalidArgument, TableError), match=said):
        FIT.simulate(2, age=9, rng=np.random.default_rng(1), covariates=covariates)


@pytest.mark.parametrize(
    ("coefficients", "said"),
    [
        ({"tier": 0.5}, r"not 'tier'"),
        ({"r.tier": 0.5}, "did you mean"),
        ({"alpha.": 0.5}, "named after"),
        ({3: 0.5}, "not 3"),
        ({"alpha.tier": np.inf}, "is a finite number, not inf"),
        ({"alpha.tier": "much"}, "is a finite number"),
        ({"alpha.tier": True}, "is a finite number"),
    ],
)
def test_known_coefficients_that_are_none_are_refused(coefficients, said):
    for of in (
        lambda: FittedParetoNBD.of(r=1, alpha=1, s=1, beta=1, coefficients=coefficients),
        lambda: FittedBetaGeo.of(r=1, alpha=1, a=1, b=1, coefficients=coefficients),
    ):
        with pytest.raises(InvalidArgument, match=said) as caught:
            of()
        assert caught.value.argument == "coefficients"
    with pytest.raises(InvalidArgument):
        FittedBetaGeo.of(r=1, alpha=1, a=1, b=1, coefficients={"beta.tier": 1.0})
    assert FittedBetaGeo.of(r=1, alpha=1, a=1, b=1, coefficients={}).covariates == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["alpha.tier",0.5]', '["r.tier",0.5]'),
        ('["alpha.tier",0.5]', '["alpha.tier",null]'),
        ('["alpha.tier",0.5]', '["alpha.tier"]'),
        ('["alpha.tier",0.5]', "3"),
        ('["alpha.tier",0.5],', ""),
        ('[["alpha.tier",0.5],["beta.new",0.4]]', "null"),
        ('[["alpha.tier",0.5],["beta.new",0.4]]', "[]"),
    ],
)
def test_a_document_with_coefficients_that_are_none_is_refused(old, new):
    text = FIT.to_json()
    assert old in text
    with pytest.raises(InvalidDocument, match=r"not a crmkit\.clv\.pareto_nbd document"):
        FittedParetoNBD.from_json(text.replace(old, new))


def test_a_document_of_a_model_without_covariates_has_no_coefficients():
    text = FittedNBD.of(r=1.0, alpha=2.0).to_json()
    with pytest.raises(InvalidDocument):
        FittedNBD.from_json(text.replace('"covariance"', '"coefficients":[["alpha.x",1.0]],"covariance"'))


def test_a_covariate_that_differs_by_rounding_alone_is_refused():
    customers = ROWS.assign(score=1e12 + np.arange(60.0))
    with pytest.raises(
        NotEnoughData, match=r"'score' differs by no more than rounding of its values.*take its mean off"
    ):
        BetaGeo(purchase_covariates=("score",)).fit(customers)


def test_coefficients_are_numbers_by_name():
    known = {"r": 0.2, "alpha": 4.0, "a": 0.8, "b": 2.4}
    with pytest.raises(InvalidArgument, match="coefficients are numbers by name"):
        FittedBetaGeo.of(**known, coefficients=["alpha.age"])
    assert FittedBetaGeo.of(**known, coefficients={"alpha.age": np.float32(0.5)}).coefficients == {"alpha.age": 0.5}


def test_a_covariate_on_a_tiny_scale_is_fitted_without_a_word_from_numpy():
    customers = ROWS.assign(size=1e-300 * np.arange(60.0))
    fit = BetaGeo(purchase_covariates=("size",)).fit(customers)
    assert np.isfinite(fit.expected_purchases(customers, horizon=4)["expected_purchases"]).all()
