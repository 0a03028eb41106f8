"""Features of customers: the numbers of the models, named, in any order, as frames of any kind."""

import numpy as np
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from crmkit.clv import BetaGeo, GammaGamma
from crmkit.errors import InvalidArgument
from crmkit.ml import PurchaseFeatures
from tests.ml.customers import HISTORY, customers, some

EVERY = ("expected_average_value", "probability_alive", "expected_purchases")


def test_the_numbers_are_those_of_the_models():
    own, spend = BetaGeo().fit(customers()), GammaGamma().fit(customers())
    table = own.expected_purchases(own.probability_alive(customers()), horizon=39)
    expected = spend.expected_average_value(table)[list(EVERY)].to_numpy()
    found = PurchaseFeatures(features=EVERY, horizon=39).fit(customers())
    assert (found.purchases_, found.spend_) == (own, spend)
    np.testing.assert_array_equal(found.transform(customers()), expected)


def test_spend_is_not_read_unless_it_is_asked_for():
    found = PurchaseFeatures(horizon=39).fit(some()[HISTORY])
    assert found.spend_ is None
    assert list(found.get_feature_names_out()) == ["probability_alive", "expected_purchases"]


def test_features_stand_alone():
    every = PurchaseFeatures(features=EVERY, horizon=39).fit(some()).transform(some())
    for place, name in enumerate(EVERY):
        alone = PurchaseFeatures(features=[name], horizon=39).fit(some()).transform(some())
        np.testing.assert_array_equal(alone, every[:, [place]])


def test_a_horizon_is_needed_for_purchases_only():
    alone = PurchaseFeatures(features=("probability_alive",)).fit(some())
    assert alone.transform(some()).shape == (len(some()), 1)
    with pytest.raises(InvalidArgument, match="horizon is a finite number above 0, not None"):
        PurchaseFeatures().fit(some())


def test_frames_come_out_where_they_are_wanted():
    polars = pl.from_pandas(some())
    found = PurchaseFeatures(horizon=39).set_output(transform="polars").fit_transform(polars)
    assert isinstance(found, pl.DataFrame)
    assert found.columns == ["probability_alive", "expected_purchases"]


def test_they_feed_a_model_of_ones_own_beside_other_columns():
    table = some().assign(country=np.where(np.arange(len(some())) % 3, "DE", "FR"))
    german = np.where(table["country"] == "DE", 2.0, 0.0)
    after = BetaGeo().fit(some()).expected_purchases(some(), horizon=39)["expected_purchases"] + german
    columns = make_column_transformer(
        (PurchaseFeatures(horizon=39), HISTORY), (OneHotEncoder(sparse_output=False), ["country"])
    )
    model = make_pipeline(columns, LinearRegression()).fit(table, after)
    names = model[0].get_feature_names_out()
    assert list(names[:2]) == ["purchasefeatures__probability_alive", "purchasefeatures__expected_purchases"]
    assert model.score(table, after) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (("alive",), "there is no 'alive'"),
        (("probability_alive", "probability_alive"), "each once"),
        ((), "one or more of probability_alive"),
        ("probability_alive", "each once, not 'probability_alive'"),
        (None, "each once, not None"),
    ],
)
def test_features_are_known_ones_each_once(features, message):
    with pytest.raises(InvalidArgument, match=message):
        PurchaseFeatures(features=features, horizon=39).fit(some())


def test_names_of_other_columns_than_fitted_ones_are_refused():
    fitted = PurchaseFeatures(horizon=39).fit(some()[HISTORY])
    assert len(fitted.get_feature_names_out(HISTORY)) == 2
    with pytest.raises(InvalidArgument, match=r"number of features \(3\)"):
        fitted.get_feature_names_out(HISTORY[:2])
    with pytest.raises(InvalidArgument, match="not equal to feature_names_in_"):
        fitted.get_feature_names_out(HISTORY[::-1])
    unnamed = PurchaseFeatures(horizon=39).fit(some()[HISTORY].to_numpy())
    assert len(unnamed.get_feature_names_out(["a", "b", "c"])) == 2
