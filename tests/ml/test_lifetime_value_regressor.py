"""Lifetime value by a regressor: the numbers of `clv.lifetime_value`."""

import pickle

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.utils import get_tags

from crmkit.clv import GammaGamma, ModifiedBetaGeo, lifetime_value
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn
from crmkit.ml import LifetimeValueRegressor, PurchaseFeatures, PurchaseRegressor
from tests.ml.customers import HISTORY, broken, customers, some

WEEKLY = {"horizon": 52, "discount_rate": 0.0027, "compounding": "discrete", "margin": 0.3}


def test_the_numbers_are_those_of_lifetime_value():
    own = ModifiedBetaGeo(penalty=0.01).fit(customers())
    spend = GammaGamma(penalty=0.02).fit(customers())
    found = LifetimeValueRegressor("MBG/NBD", penalty=0.01, spend_penalty=0.02, **WEEKLY).fit(customers())
    assert (found.purchases_, found.spend_) == (own, spend)
    expected = lifetime_value(own, spend, customers(), **WEEKLY).table["lifetime_value"]
    np.testing.assert_array_equal(found.predict(customers()), expected)
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    np.testing.assert_array_equal(again.predict(customers()), expected)


def test_it_is_cross_validated_against_the_spend_that_followed():
    spent = LifetimeValueRegressor(horizon=52).fit(some()).predict(some())
    scores = cross_val_score(LifetimeValueRegressor(horizon=52), some(), spent, cv=3)
    assert (scores > 0.5).all()


def test_an_array_has_the_spend_in_its_fourth_column():
    frame = some()[[*HISTORY, "monetary_value"]]
    expected = LifetimeValueRegressor(horizon=52).fit(frame).predict(frame)
    array = frame.to_numpy()
    np.testing.assert_array_equal(LifetimeValueRegressor(horizon=52).fit(array).predict(array), expected)


def test_the_spend_of_those_who_bought_again_is_needed():
    row = int(np.argmax(some()["frequency"] > 0))
    for value in (np.nan, np.inf, -1.0):
        with pytest.raises(InvalidColumn, match=f"column 'monetary_value', row {row}"):
            LifetimeValueRegressor(horizon=52).fit(broken(row, monetary_value=value))
    with pytest.raises(MissingColumn, match="LifetimeValueRegressor needs column 'monetary_value'"):
        LifetimeValueRegressor(horizon=52).fit(some()[HISTORY])


def test_the_nearest_spend_is_nothing():
    row = int(np.argmax(some()["frequency"] > 0))
    fitted = LifetimeValueRegressor(horizon=52, invalid="nearest").fit(some())
    found, nothing = (fitted.predict(broken(row, monetary_value=value)) for value in (-5.0, 0.0))
    np.testing.assert_array_equal(found, nothing)


def test_one_row_does_not_say_how_spends_differ():
    array = some().loc[some()["frequency"] > 0, [*HISTORY, "monetary_value"]].to_numpy()
    with pytest.raises(ValueError, match="a minimum of 2 is required"):
        LifetimeValueRegressor(horizon=52).fit(array[:1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "say a horizon"),
        ({"horizon": 52, "compounding": "monthly"}, "compounding is continuous or discrete"),
        ({"horizon": 52, "margin": -1}, "margin is a finite number 0 or above"),
        ({"horizon": 52, "spend_penalty": -1}, "penalty is a finite number 0 or above"),
    ],
)
def test_a_parameter_that_is_none_is_refused_in_fitting(arguments, message):
    with pytest.raises(InvalidArgument, match=message):
        LifetimeValueRegressor(**arguments).fit(some())


@pytest.mark.parametrize("kind", [PurchaseRegressor, LifetimeValueRegressor, PurchaseFeatures])
def test_the_tags_say_what_is_needed(kind):
    assert not get_tags(kind()).target_tags.required
    assert get_tags(kind()).input_tags.positive_only
    assert not get_tags(kind(invalid="nearest")).input_tags.positive_only
