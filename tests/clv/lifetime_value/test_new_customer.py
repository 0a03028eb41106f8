"""What a customer is worth who is still to be won."""

import math

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import (
    BetaGeo,
    FittedBetaGeo,
    FittedGammaGamma,
    FittedNBD,
    GammaGamma,
    lifetime_value,
    new_customer_value,
)
from crmkit.errors import InvalidArgument, UndefinedMetricWarning
from tests.clv.data import cdnow

WEEKLY = {"horizon": 52, "discount_rate": 0.0027}
FIT = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = FittedGammaGamma.of(p=6.25, q=3.74, v=15.44)


@pytest.fixture(scope="module")
def fitted():
    data = pd.DataFrame(cdnow())
    return BetaGeo().fit(data), GammaGamma().fit(data)


def test_it_is_a_purchase_and_what_one_is_worth_of_whom_nothing_was_seen_yet():
    unseen = pd.DataFrame({"frequency": [0.0], "recency": [0.0], "T": [0.0], "monetary_value": [np.nan]})
    repeated = lifetime_value(FIT, SPEND, unseen, margin=0.3, **WEEKLY).total
    found = new_customer_value(FIT, SPEND, margin=0.3, **WEEKLY)
    assert float(found) == pytest.approx(0.3 * SPEND.average_value + repeated, rel=1e-12)
    assert (math.isnan(found.low), math.isnan(found.high), found.n) == (True, True, 0)


def test_without_leaving_and_discount_it_grows_by_the_rate_of_purchases():
    found = new_customer_value(FittedNBD.of(r=0.6, alpha=12.0), SPEND, horizon=40, discount_rate=0.0)
    assert found.value == pytest.approx(SPEND.average_value * (1 + 40 * 0.6 / 12), rel=1e-12)


def test_its_interval_holds_it_and_grows_with_confidence(fitted):
    wide, narrow = (
        new_customer_value(*fitted, draws=60, confidence=c, rng=np.random.default_rng(1), **WEEKLY) for c in (0.95, 0.5)
    )
    assert wide.low < narrow.low < wide.value < narrow.high < wide.high
    assert (wide.n, wide.confidence) == (2357, 0.95)


def test_an_infinite_mean_spend_leaves_it_undefined(fitted):
    spend = FittedGammaGamma.of(p=6.25, q=0.9, v=15.44)
    with pytest.warns(UndefinedMetricWarning, match="q of 1 or less") as told:
        found = new_customer_value(fitted[0], spend, **WEEKLY)
    assert told[0].filename == __file__
    assert math.isnan(found.value)


def test_it_has_covariates_where_the_fit_has():
    fit = FittedBetaGeo.of(r=0.5, alpha=4.0, a=1.0, b=2.0, coefficients={"alpha.vip": math.log(2)})
    plain = FittedBetaGeo.of(r=0.5, alpha=2.0, a=1.0, b=2.0)
    found = new_customer_value(fit, SPEND, covariates={"vip": 1.0}, **WEEKLY)
    assert found.value == pytest.approx(new_customer_value(plain, SPEND, **WEEKLY).value, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"margin": -0.1}, "margin is a finite number"),
        ({"horizon": -2}, "horizon"),
        ({"horizon": None, "discount_rate": 0.0}, "say a horizon"),
        ({"draws": 10}, "need a source of randomness"),
        ({"draws": 40, "rng": np.random.default_rng(1)}, "does not know how sure"),
        ({"fit": "BG/NBD"}, "fit is a fitted model of purchases"),
        ({"spend": 30.0}, "spend is a fitted model of spends"),
        ({"covariates": {"vip": 1.0}}, "covariate"),
    ],
)
def test_arguments_are_checked(change, message):
    asked = {"fit": FIT, "spend": SPEND, **WEEKLY} | change
    with pytest.raises(InvalidArgument, match=message):
        new_customer_value(asked.pop("fit"), asked.pop("spend"), **asked)
