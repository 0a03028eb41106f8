"""What the customers of each segment are worth together."""

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import BetaGeo, GammaGamma, lifetime_value
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn
from tests.clv.data import cdnow

WEEKLY = {"horizon": 52, "discount_rate": 0.0027}


@pytest.fixture(scope="module")
def fitted():
    data = pd.DataFrame(cdnow())
    return BetaGeo().fit(data), GammaGamma().fit(data), data.head(40).assign(country=["DE", "DE", "FR", "AT"] * 10)


def test_each_has_an_interval_and_that_of_one_for_all_is_that_of_the_total(fitted):
    fit, spend, data = fitted
    drawn = {"draws": 50, **WEEKLY}
    found = lifetime_value(fit, spend, data, by="country", rng=np.random.default_rng(1), **drawn).segments
    assert list(found) == [
        "country",
        "customers",
        "lifetime_value",
        "mean_lifetime_value",
        "lifetime_value_low",
        "lifetime_value_high",
    ]
    assert found["customers"].dtype == np.int64
    assert (found["lifetime_value_low"] < found["lifetime_value"]).all()
    assert (found["lifetime_value"] < found["lifetime_value_high"]).all()
    whole = lifetime_value(fit, spend, data.assign(all=1), by="all", rng=np.random.default_rng(1), **drawn)
    ends = whole.segments[["lifetime_value_low", "lifetime_value_high"]].to_numpy()[0]
    np.testing.assert_allclose(ends, [whole.low, whole.high], rtol=1e-12)


def test_an_interval_of_a_segment_is_that_of_its_customers_alone(fitted):
    fit, spend, data = fitted
    drawn = {"draws": 50, **WEEKLY}
    found = lifetime_value(fit, spend, data, by="country", rng=np.random.default_rng(1), **drawn).segments
    alone = lifetime_value(fit, spend, data[data["country"] == "FR"], rng=np.random.default_rng(1), **drawn)
    of_it = found[found["country"] == "FR"].iloc[0]
    assert of_it["customers"] == alone.n
    ends = [of_it["lifetime_value_low"], of_it["lifetime_value_high"]]
    np.testing.assert_allclose(ends, [alone.low, alone.high], rtol=1e-12)


def test_a_segment_may_go_by_its_canonical_name(fitted):
    fit, spend, data = fitted
    own, canonical = (
        lifetime_value(fit, spend, data, by=by, columns={"segment": "country"}, **WEEKLY).segments
        for by in ("country", "segment")
    )
    pd.testing.assert_frame_equal(own, canonical)


def test_what_is_no_column_is_refused_before_anything_is_computed(fitted):
    fit, spend, data = fitted
    with pytest.raises(MissingColumn, match="country") as refused:
        lifetime_value(fit, spend, data, by="land", **WEEKLY)
    assert "expected_average_value" not in str(refused.value)
    with pytest.raises(InvalidArgument, match="by is the name of one column"):
        lifetime_value(fit, spend, data, by=["country", "vip"], **WEEKLY)


@pytest.mark.parametrize("name", ["customers", "lifetime_value", "expected_average_value"])
def test_a_segment_is_not_called_as_what_is_made(fitted, name):
    fit, spend, data = fitted
    with pytest.raises(InvalidArgument, match=f"column '{name}' is one that lifetime_value makes"):
        lifetime_value(fit, spend, data.rename(columns={"country": name}), by=name, **WEEKLY)


def test_lists_are_no_segments(fitted):
    fit, spend, data = fitted
    with pytest.raises(InvalidColumn, match="'country' holds lists"):
        lifetime_value(fit, spend, data.assign(country=[["DE"]] * 40), by="country", **WEEKLY)
