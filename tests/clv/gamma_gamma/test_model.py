"""Gamma-Gamma: fitting, expecting, drawing; and what the data cannot say."""

import math
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.clv import FittedGammaGamma, GammaGamma
from crmkit.errors import (
    ConvergenceWarning,
    InvalidArgument,
    InvalidColumn,
    InvalidDocument,
    MissingColumn,
    NotEnoughData,
    UndefinedMetricWarning,
)
from crmkit.tables import customer_summary

KNOWN = FittedGammaGamma.of(p=6.0, q=4.0, v=15.0)


def spends(frequency, value):
    return pd.DataFrame({"frequency": frequency, "monetary_value": value})


def drawn(seed, customers=2000, fit=KNOWN):
    rng = np.random.default_rng(seed)
    return fit.simulate(rng.poisson(2, customers), rng=rng)


def test_who_has_not_bought_again_says_nothing():
    found = GammaGamma().fit(drawn(1))
    assert found.estimate.n == (drawn(1)["frequency"] > 0).sum()
    assert found == GammaGamma().fit(drawn(1)[drawn(1)["frequency"] > 0])


def test_collapsed_customers_give_the_bits_of_all():
    rng = np.random.default_rng(2)
    rows = spends(rng.integers(0, 4, 500).astype(float), rng.choice([5.0, 12.5, 20.25, 31.0, 90.0], 500))
    counted = rows.value_counts().rename("n").reset_index()
    one, other = GammaGamma().fit(rows), GammaGamma().fit(counted.sample(frac=1, random_state=1))
    assert one == other
    assert one.log_likelihood == GammaGamma().fit(rows.sample(frac=1, random_state=3)).log_likelihood
    nobody = pd.concat([counted, pd.DataFrame({"frequency": [9.0], "monetary_value": [1e6], "n": [0]})])
    assert GammaGamma().fit(nobody) == one


def test_other_names_and_other_frames_are_read():
    rows = drawn(3)
    named = pl.from_pandas(rows).rename({"frequency": "x", "monetary_value": "m"})
    columns = {"frequency": "x", "monetary_value": "m"}
    assert GammaGamma().fit(named.lazy(), columns=columns) == GammaGamma().fit(rows)
    priced = KNOWN.expected_average_value(named, columns=columns)
    assert isinstance(priced, pl.DataFrame)
    np.testing.assert_array_equal(
        priced["expected_average_value"], KNOWN.expected_average_value(rows)["expected_average_value"]
    )


def test_a_change_of_currency_changes_v_alone():
    rows = drawn(4)
    one, other = GammaGamma().fit(rows), GammaGamma().fit(rows.assign(monetary_value=rows["monetary_value"] * 16_000))
    assert other.params["p"] == pytest.approx(one.params["p"], rel=1e-8)
    assert other.params["q"] == pytest.approx(one.params["q"], rel=1e-8)
    assert other.params["v"] == pytest.approx(one.params["v"] * 16_000, rel=1e-8)
    assert other.log_likelihood == pytest.approx(one.log_likelihood - one.estimate.n * math.log(16_000))
    assert other.warnings == ()


def test_the_expected_value_lies_between_the_own_mean_and_that_of_all():
    found = KNOWN.expected_average_value(spends([0, 1, 2, 5000], [np.nan, 100.0, 100.0, 100.0]))
    expected = found["expected_average_value"].tolist()
    assert expected[0] == KNOWN.average_value == 30
    assert expected[1] == pytest.approx(6 * 115 / 9)
    assert 30 < expected[1] < expected[2] < expected[3] < 100


def test_the_expected_value_is_the_mean_of_what_similar_customers_spend_next():
    rng = np.random.default_rng(6)
    rate = rng.gamma(4, 1 / 15, 1_000_000)
    seen, coming = rng.gamma(12.0, 1 / (2 * rate)), rng.gamma(6, 1 / rate)
    near = (seen > 39) & (seen < 41)
    expected = KNOWN.expected_average_value(spends([2], [40.0]))["expected_average_value"][0]
    assert coming[near].mean() == pytest.approx(expected, abs=4 * coming[near].std() / math.sqrt(near.sum()))


def test_drawn_spends_have_the_mean_of_the_model():
    found = KNOWN.simulate([0, *[3] * 200_000], rng=np.random.default_rng(7))["monetary_value"]
    assert math.isnan(found[0])
    assert found[1:].mean() == pytest.approx(30, rel=0.01)


def test_an_infinite_mean_is_warned_of_and_stands_as_nan():
    heavy = FittedGammaGamma.of(p=0.5, q=0.8, v=1.0)
    with pytest.warns(ConvergenceWarning, match=r"q is 0\.\d+: the mean spend over customers is infinite"):
        found = GammaGamma().fit(drawn(8, fit=heavy))
    assert math.isnan(found.average_value)
    with pytest.warns(UndefinedMetricWarning, match="the mean spend of 1 customers is infinite"):
        values = found.expected_average_value(spends([0, 1], [0.0, 5.0]))["expected_average_value"]
    assert math.isnan(values[0])
    assert values[1] > 0


def test_purchases_of_nothing_and_strong_correlation_are_warned_of():
    rng = np.random.default_rng(9)
    often = rng.poisson(3, 300) + 1.0
    with pytest.warns(ConvergenceWarning, match=r"correlate by 0\.\d+"):
        found = GammaGamma().fit(spends(often, often**2 * rng.gamma(20, 1, 300)))
    assert len(found.warnings) == 1
    with pytest.warns(ConvergenceWarning, match="2 customers who bought again for nothing"):
        GammaGamma().fit(pd.concat([drawn(1), spends([1.0, 3.0], [0.0, 0.0])]))


@pytest.mark.parametrize("seed", range(4))
def test_few_customers_give_a_finite_fit_with_a_warning(seed):
    rng = np.random.default_rng(seed)
    with pytest.warns(ConvergenceWarning, match="ran away"):
        found = GammaGamma().fit(spends([1.0, 2.0, 2.0], rng.gamma(5, 5, 3)))
    values = found.expected_average_value(spends([1, 5], [10.0, 20.0]))["expected_average_value"]
    assert np.isfinite([*found.params.values(), found.log_likelihood, *values]).all()
    kept = GammaGamma(penalty=0.01).fit(spends([1.0, 2.0, 2.0], rng.gamma(5, 5, 3)))
    assert kept.warnings == ()


@pytest.mark.parametrize(
    "rows", [spends([0.0, 0.0], [0.0, 0.0]), spends([1.0], [5.0]), spends([1.0, 3.0], [5.0, 5.0]), spends([], [])]
)
def test_spends_that_do_not_differ_are_too_little(rows):
    with pytest.raises(NotEnoughData, match="nothing of how spends differ"):
        GammaGamma().fit(rows)


@given(
    p=st.floats(0.05, 100),
    q=st.floats(0.05, 100),
    v=st.floats(1e-3, 1e6),
    x=st.integers(0, 100_000),
    m=st.just(0.0) | st.floats(1e-100, 1e9),
)
def test_every_customer_has_a_finite_value_where_there_is_a_mean(p, q, v, x, m):
    fit = FittedGammaGamma.of(p=p, q=q, v=v)
    value = fit.expected_average_value(spends([float(x)], [m]))["expected_average_value"][0]
    assert (math.isfinite(value) and value >= 0) == (p * x + q > 1)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        (pd.DataFrame({"frequency": [1.0]}), MissingColumn, "monetary_value"),
        (spends([1.0, 1.0], [5.0, -1.0]), InvalidColumn, "row 1: -1.0 is no mean spend"),
        (spends([1.0], [np.nan]), InvalidColumn, "is no mean spend"),
        (spends([1.5], [5.0]), InvalidColumn, "is no count of purchases"),
        (spends(["a"], [5.0]), InvalidColumn, "where numbers are needed"),
        (spends([1.0], [5.0]).assign(n=-1), InvalidColumn, "is no count"),
    ],
)
def test_what_is_no_spend_is_refused(rows, error, message):
    with pytest.raises(error, match=message):
        GammaGamma().fit(rows)
    with pytest.raises(error, match=message):
        KNOWN.expected_average_value(rows)


def test_a_column_without_any_value_will_do_for_those_without_repeat_purchase():
    nothing = pl.DataFrame({"frequency": [0, 0], "monetary_value": [None, None]})
    assert KNOWN.expected_average_value(nothing)["expected_average_value"].to_list() == [30, 30]


def test_arguments_are_checked():
    with pytest.raises(InvalidArgument):
        GammaGamma(penalty=-1).fit(drawn(1))
    with pytest.raises(InvalidArgument):
        FittedGammaGamma.of(p=0, q=1, v=1)
    with pytest.raises(InvalidArgument):
        KNOWN.simulate([1.5], rng=np.random.default_rng(1))


def test_a_fit_goes_through_json_and_back():
    found = GammaGamma().fit(drawn(1))
    assert FittedGammaGamma.from_json(found.to_json()) == found
    assert FittedGammaGamma.from_json(KNOWN.to_json()).params == KNOWN.params
    with pytest.raises(InvalidDocument):
        FittedGammaGamma.from_json("{}")


def test_a_summary_without_amounts_says_how_to_make_one_with_them():
    at = pd.to_datetime(["2024-01-01", "2024-01-09", "2024-01-20", "2024-01-03"], utc=True)
    orders = pd.DataFrame({"customer_id": ["a", "a", "a", "b"], "ordered_at": at, "amount": [5.0, 6.0, 7.0, 8.0]})
    summary = customer_summary(orders, as_of=date(2024, 1, 31), unit="day", collapse=True)
    with pytest.raises(MissingColumn, match="make the summary with amounts, and without collapse"):
        GammaGamma().fit(summary)
