"""Purchases by a regressor: the numbers of the models, and scikit-learn's ways of asking for them."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from crmkit.clv import NBD, BetaGeo, ModifiedBetaGeo, ParetoNBD
from crmkit.errors import InvalidArgument, InvalidColumn, NotEnoughData
from crmkit.ml import PurchaseRegressor
from tests.ml.customers import HISTORY, broken, customers, some

MODELS = {"BG/NBD": BetaGeo, "MBG/NBD": ModifiedBetaGeo, "Pareto/NBD": ParetoNBD, "NBD": NBD}


@pytest.mark.parametrize("name", MODELS)
def test_the_numbers_are_those_of_the_model(name):
    own = MODELS[name](penalty=0.01).fit(customers())
    found = PurchaseRegressor(name, horizon=39, penalty=0.01).fit(customers())
    assert found.purchases_ == own
    expected = own.expected_purchases(customers(), horizon=39)["expected_purchases"]
    np.testing.assert_array_equal(found.predict(customers()), expected)


def test_the_published_parameters_of_cdnow_are_found():
    params = PurchaseRegressor(horizon=39).fit(customers()).purchases_.params
    assert dict(params) == pytest.approx({"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4258}, rel=1e-3)


@pytest.mark.parametrize(
    "given",
    [
        some()[HISTORY],
        some()[HISTORY[::-1]].set_index("frequency", drop=False),
        pl.from_pandas(some()).with_columns(pl.lit("a").alias("customer_id")),
        some().assign(country="DE"),
        some()[HISTORY].to_numpy(),
        some()[HISTORY].to_numpy().tolist(),
        pd.DataFrame(some()[HISTORY].to_numpy()),
    ],
    ids=["pandas", "another order", "polars", "more columns", "array", "lists", "numbered columns"],
)
def test_customers_come_as_frames_or_arrays(given):
    own = BetaGeo().fit(some())
    found = PurchaseRegressor(horizon=39).fit(given)
    assert dict(found.purchases_.params) == dict(own.params)
    expected = own.expected_purchases(some(), horizon=39)["expected_purchases"]
    np.testing.assert_array_equal(found.predict(given), expected)


def test_a_grid_search_chooses_model_and_penalty_by_the_holdout():
    rng = np.random.default_rng(1)
    drawn = BetaGeo().fit(customers()).simulate(600, age=30, rng=rng)
    after = rng.poisson(BetaGeo().fit(customers()).expected_purchases(drawn, horizon=39)["expected_purchases"])
    search = GridSearchCV(
        make_pipeline(FunctionTransformer(), PurchaseRegressor(horizon=39)),
        {"purchaseregressor__penalty": [0.0, 0.01], "purchaseregressor__model": ["BG/NBD", "NBD"]},
        cv=3,
        scoring="neg_mean_absolute_error",
    ).fit(drawn[HISTORY], after)
    assert search.best_params_["purchaseregressor__model"] == "BG/NBD"
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    scores = cross_val_score(PurchaseRegressor(horizon=39), drawn[HISTORY], after, cv=3)
    assert (scores > 0.2).all()


def test_a_clone_is_not_fitted_and_a_pickle_is_and_both_are_alike():
    fitted = PurchaseRegressor("Pareto/NBD", horizon=39, columns={"T": "T"}).fit(some())
    copied = clone(fitted)
    assert copied.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError):
        copied.predict(some())
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own
    assert again.purchases_ == fitted.purchases_
    np.testing.assert_array_equal(again.predict(some()), fitted.predict(some()))


def test_the_target_teaches_nothing():
    one = PurchaseRegressor(horizon=39).fit(some())
    other = PurchaseRegressor(horizon=39).fit(some(), some()["frequency"])
    assert one.purchases_ == other.purchases_


@pytest.mark.parametrize("y", [[1.0, 2.0], [np.nan] * len(some())])
def test_a_target_that_no_regressor_takes_is_refused(y):
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples|y contains NaN"):
        PurchaseRegressor(horizon=39).fit(some(), y)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"frequency": 1.5}, "column 'frequency', row 3: 1.5 is no count of purchases"),
        ({"recency": 99.0, "frequency": 1.0}, "column 'recency', row 3: 99.0 is not between 0 and T"),
        ({"recency": 2.0, "frequency": 0.0}, "column 'recency', row 3: 2.0 is not 0"),
        ({"T": -1.0}, "is not between 0 and T"),
        ({"T": np.nan}, "column 'T', row 3 is missing: NaN or infinite"),
    ],
)
def test_what_no_history_has_is_refused_in_fitting_and_predicting(values, message):
    with pytest.raises(InvalidColumn, match=message):
        PurchaseRegressor(horizon=39).fit(broken(3, **values))
    with pytest.raises(InvalidColumn, match=message):
        PurchaseRegressor(horizon=39).fit(some()).predict(broken(3, **values))


@pytest.mark.parametrize(
    ("values", "nearest"),
    [
        ({"frequency": 1.6}, {"frequency": 2.0}),
        ({"frequency": -2.0}, {"frequency": 0.0, "recency": 0.0}),
        ({"frequency": 1.0, "recency": 99.0}, {"frequency": 1.0, "recency": 99.0, "T": 99.0}),
        ({"frequency": 1.0, "recency": -3.0}, {"frequency": 1.0, "recency": 0.0}),
        ({"frequency": 0.0, "recency": 2.0}, {"frequency": 0.0, "recency": 0.0}),
        ({"frequency": 0.0, "recency": 2.0, "T": -1.0}, {"frequency": 0.0, "recency": 0.0, "T": 0.0}),
    ],
)
def test_the_nearest_history_is_taken_where_that_is_wanted(values, nearest):
    fitted = PurchaseRegressor(horizon=39, invalid="nearest").fit(some())
    np.testing.assert_array_equal(fitted.predict(broken(3, **values)), fitted.predict(broken(3, **nearest)))
    assert fitted.fit(broken(3, **values)).purchases_ == fitted.fit(broken(3, **nearest)).purchases_


def test_the_nearest_history_of_a_history_is_itself():
    one, other = (PurchaseRegressor(horizon=39, invalid=word).fit(customers()) for word in ("refuse", "nearest"))
    assert one.purchases_ == other.purchases_


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "horizon is a finite number above 0, not None"),
        ({"horizon": -1}, "horizon is a finite number above 0, not -1"),
        ({"horizon": 39, "model": "BG-NBD"}, "there is no 'BG-NBD'; did you mean 'BG/NBD'"),
        ({"horizon": 39, "model": ["NBD"]}, "there is no \\['NBD'\\]"),
        ({"horizon": 39, "columns": {"T": 1.0}}, "say the name of the column, or its place"),
        ({"horizon": 39, "columns": {"T": True}}, "say the name of the column, or its place"),
        ({"horizon": 39, "penalty": -1}, "penalty is a finite number 0 or above"),
        ({"horizon": 39, "invalid": "drop"}, "invalid is refuse or nearest, not 'drop'"),
        ({"horizon": 39, "columns": "T"}, "columns says which column is which"),
        ({"horizon": 39, "columns": {"recancy": "T"}}, "no model reads 'recancy'; did you mean 'recency'"),
    ],
)
def test_a_parameter_that_is_none_is_refused_in_fitting(arguments, message):
    with pytest.raises(InvalidArgument, match=message):
        PurchaseRegressor(**arguments).fit(some())


def test_without_repeat_purchase_there_is_nothing_to_learn():
    with pytest.raises(NotEnoughData, match="nobody bought again"):
        PurchaseRegressor(horizon=39).fit(some()[some()["frequency"] == 0])
