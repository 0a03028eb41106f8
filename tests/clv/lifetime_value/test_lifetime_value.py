"""What customers are worth: the product of the models, its sum, its intervals, its segments."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.clv import BetaGeo, FittedBetaGeo, FittedGammaGamma, GammaGamma, lifetime_value
from crmkit.errors import ConvergenceWarning, InvalidArgument, MissingColumn, UndefinedMetricWarning
from crmkit.tables import CustomerSummary
from tests.clv.data import cdnow

WEEKLY = {"horizon": 52, "discount_rate": 0.0027}
FIT = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = FittedGammaGamma.of(p=6.25, q=3.74, v=15.44)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c"],
        "frequency": [2.0, 1.0, 0.0],
        "recency": [30.43, 1.71, 0.0],
        "T": [38.86, 38.86, 38.86],
        "monetary_value": [22.35, 11.77, np.nan],
        "country": ["DE", "FR", "DE"],
    }
)


def summary(table, unit="week"):
    return CustomerSummary(
        table=table,
        unit=unit,
        as_of=None,
        holdout_from=None,
        timezone="UTC",
        refunds="net",
        currency="USD",
        n=len(table),
        left_out={},
    )


@pytest.fixture(scope="module")
def fitted():
    data = pd.DataFrame(cdnow())
    return BetaGeo().fit(data), GammaGamma().fit(data), data.head(30)


def test_it_is_margin_times_spend_times_discounted_purchases():
    found = lifetime_value(FIT, SPEND, CUSTOMERS, margin=0.3, **WEEKLY)
    purchases = FIT.discounted_expected_purchases(CUSTOMERS, **WEEKLY)["discounted_expected_purchases"]
    spend = SPEND.expected_average_value(CUSTOMERS)["expected_average_value"]
    pd.testing.assert_series_equal(found.table["lifetime_value"], 0.3 * purchases * spend, check_names=False)
    assert list(found.table)[-3:] == ["discounted_expected_purchases", "expected_average_value", "lifetime_value"]
    assert found.total == pytest.approx(found.table["lifetime_value"].sum())
    assert (found.n, found.margin, found.horizon, found.unit, found.currency) == (3, 0.3, 52, None, None)
    assert math.isnan(found.low)
    assert (found.segments, found.draws) == (None, None)


def test_purchases_are_discounted_from_the_moment_they_are_made():
    ahead = [FIT.expected_purchases(CUSTOMERS, horizon=h)["expected_purchases"][0] for h in range(1, 53)]
    steps = np.diff([0.0, *ahead])
    middles = np.arange(0.5, 52)
    found = lifetime_value(FIT, SPEND, CUSTOMERS, **WEEKLY)
    one_by_one = float(np.sum(steps * np.exp(-0.0027 * middles)))
    assert found.table["discounted_expected_purchases"][0] == pytest.approx(one_by_one, rel=1e-5)


def test_values_gathered_at_the_ends_of_months_are_discounted_more():
    month = 52 / 12
    rate = math.expm1(0.0027 * month)
    ahead = [
        FIT.expected_purchases(CUSTOMERS, horizon=month * k)["expected_purchases"].to_numpy() for k in range(1, 13)
    ]
    steps = np.diff(np.vstack([np.zeros(3), *ahead]), axis=0)
    spend = SPEND.expected_average_value(CUSTOMERS)["expected_average_value"].to_numpy()
    monthly = spend * sum(step / (1 + rate) ** k for k, step in enumerate(steps, start=1))
    found = lifetime_value(FIT, SPEND, CUSTOMERS, **WEEKLY).table["lifetime_value"].to_numpy()
    assert (monthly < found).all()
    assert (monthly > found * (1 - rate)).all()


def test_a_discrete_rate_is_the_continuous_one_of_its_logarithm():
    discrete = lifetime_value(FIT, SPEND, CUSTOMERS, horizon=52, discount_rate=0.01, compounding="discrete")
    continuous = lifetime_value(FIT, SPEND, CUSTOMERS, horizon=52, discount_rate=math.log1p(0.01))
    assert discrete.total == pytest.approx(continuous.total, rel=1e-12)
    assert (discrete.compounding, discrete.discount_rate) == ("discrete", 0.01)


def test_for_ever_is_worth_more_than_a_year():
    year, ever = (lifetime_value(FIT, SPEND, CUSTOMERS, horizon=h, discount_rate=0.0027) for h in (52, None))
    assert (ever.table["lifetime_value"] > year.table["lifetime_value"]).all()
    assert ever.horizon is None


def test_a_summary_brings_its_unit_and_currency():
    found = lifetime_value(FIT, SPEND, summary(CUSTOMERS), **WEEKLY)
    assert (found.unit, found.currency) == ("week", "USD")
    weekly = FittedBetaGeo(model="BG/NBD", estimate=FIT.estimate, unit="week")
    assert lifetime_value(weekly, SPEND, CUSTOMERS, **WEEKLY).unit == "week"
    with pytest.raises(InvalidArgument, match="counts in weeks and the summary in months"):
        lifetime_value(weekly, SPEND, summary(CUSTOMERS, unit="month"), **WEEKLY)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.from_pandas, lambda frame: pl.from_pandas(frame).to_arrow()])
def test_segments_add_up_to_the_whole_the_most_valuable_first(kind):
    rows = pd.concat([CUSTOMERS, CUSTOMERS], ignore_index=True)
    rows["country"] = pd.Series(["DE", "FR", "DE", None, None, None], dtype="str")
    given = kind(rows)
    found = lifetime_value(FIT, SPEND, given, by="country", **WEEKLY)
    assert type(found.segments) is type(given)
    segments = found.segments if isinstance(given, pd.DataFrame) else pl.DataFrame(found.segments).to_pandas()
    assert segments["country"].isna().tolist() == [True, False, False]
    assert segments["country"].tolist()[1:] == ["DE", "FR"]
    assert segments["customers"].tolist() == [3, 2, 1]
    assert segments["lifetime_value"].sum() == pytest.approx(found.total)
    np.testing.assert_allclose(segments["mean_lifetime_value"] * segments["customers"], segments["lifetime_value"])


def test_rows_may_stand_for_several_customers():
    counted = CUSTOMERS.rename(columns={"T": "age"}).assign(many=[3, 0, 2])
    columns = {"n": "many", "T": "age"}
    found = lifetime_value(FIT, SPEND, counted, by="country", columns=columns, **WEEKLY)
    one = lifetime_value(FIT, SPEND, CUSTOMERS, **WEEKLY).table["lifetime_value"]
    assert found.total == pytest.approx(3 * one[0] + 2 * one[2])
    assert found.n == 5
    assert found.segments["customers"].tolist() == [5, 0]
    assert math.isnan(found.segments["mean_lifetime_value"][1])


def test_the_order_of_the_rows_changes_no_sum():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(cdnow()).assign(country=rng.choice(["DE", "FR"], 2357))
    one, other = (lifetime_value(FIT, SPEND, r, by="country", **WEEKLY) for r in (rows, rows.sample(frac=1)))
    assert one.total == other.total
    assert one.segments["lifetime_value"].tolist() == other.segments["lifetime_value"].tolist()


def test_intervals_hold_the_value_and_grow_with_confidence(fitted):
    fit, spend, data = fitted
    drawn = {"draws": 40, **WEEKLY}
    found = lifetime_value(fit, spend, data, rng=np.random.default_rng(1), **drawn)
    table = found.table
    assert (table["lifetime_value_low"] < table["lifetime_value_high"]).all()
    assert found.low < found.total < found.high
    assert found.draws.shape == (30, 40)
    same = lifetime_value(fit, spend, data, rng=np.random.default_rng(1), confidence=0.5, **drawn)
    assert (same.table["lifetime_value_low"] > table["lifetime_value_low"]).all()
    np.testing.assert_array_equal(same.draws, found.draws)


def test_the_probability_of_being_worth_more_falls_with_what_is_asked(fitted):
    fit, spend, data = fitted
    found = lifetime_value(fit, spend, data, draws=40, rng=np.random.default_rng(1), **WEEKLY)
    middle = float(found.table["lifetime_value"][0])
    shares = [found.probability_above(value)["probability_above"][0] for value in (0, 0.9 * middle, middle, 1e9)]
    assert shares[0] == 1
    assert 0 < shares[2] < 1
    assert shares == sorted(shares, reverse=True)
    assert shares[3] == 0
    np.testing.assert_array_equal(
        found.probability_above(middle)["probability_above"], (found.draws > middle).mean(axis=1)
    )


def test_draws_without_a_mean_spend_are_not_taken(fitted):
    fit, _, data = fitted
    heavy = FittedGammaGamma.of(p=0.9, q=1.05, v=10).simulate([1] * 400, rng=np.random.default_rng(8))
    spend = GammaGamma().fit(heavy)
    assert spend.params["q"] - spend.standard_errors["q"] < 1 < spend.params["q"]
    found = lifetime_value(fit, spend, data, draws=40, rng=np.random.default_rng(1), **WEEKLY)
    assert np.isfinite(found.draws).all()


def test_an_infinite_mean_spend_makes_the_total_undefined():
    heavy = FittedGammaGamma.of(p=2, q=0.9, v=10)
    with pytest.warns(UndefinedMetricWarning, match="1 customers is infinite"):
        found = lifetime_value(FIT, heavy, CUSTOMERS, **WEEKLY)
    assert np.isnan(found.table["lifetime_value"]).tolist() == [False, False, True]
    assert math.isnan(found.total)


def test_nothing_is_said_of_a_value_that_is_infinite_and_it_is_told_once(fitted):
    fit, _, data = fitted
    spend = GammaGamma(penalty=0.001)
    heavy = FittedGammaGamma.of(p=2.0, q=0.8, v=10.0).simulate([3] * 500, rng=np.random.default_rng(8))
    with pytest.warns(ConvergenceWarning, match="infinite"):
        spends = spend.fit(heavy)
    with pytest.warns(UndefinedMetricWarning) as told:
        found = lifetime_value(fit, spends, data, draws=40, rng=np.random.default_rng(1), **WEEKLY)
    assert len(told) == 1
    above = found.probability_above(1.0)
    undefined = found.table["lifetime_value"].isna()
    assert undefined.any()
    assert above["probability_above"][undefined].isna().all()
    assert above["probability_above"][~undefined].notna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"margin": -1}, "margin"),
        ({"discount_rate": -0.1}, "discount_rate"),
        ({"compounding": "monthly"}, "compounding"),
        ({"horizon": 0}, "horizon"),
        ({"draws": 1.5}, "draws is a count"),
        ({"draws": -1}, "draws is a count"),
        ({"draws": 10}, "source of randomness"),
        ({"confidence": 95}, "confidence"),
        ({"draws": 39, "rng": np.random.default_rng(1)}, "need 40 draws or more"),
        ({"draws": 40, "rng": np.random.default_rng(1)}, "fit does not know how sure"),
    ],
)
def test_arguments_are_checked(change, message):
    with pytest.raises(InvalidArgument, match=message):
        lifetime_value(FIT, SPEND, CUSTOMERS, **WEEKLY | change)


def test_what_was_not_asked_for_is_not_there():
    with pytest.raises(MissingColumn, match="did you mean 'country'"):
        lifetime_value(FIT, SPEND, CUSTOMERS, by="county", **WEEKLY)
    with pytest.raises(InvalidArgument, match="no parameters were drawn"):
        lifetime_value(FIT, SPEND, CUSTOMERS, **WEEKLY).probability_above(5)
