from datetime import date

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaGeo,
    FittedBetaGeo,
    FittedGammaGamma,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    cumulative_purchases,
    frequency_recency,
    holdout_calibration,
    lifetime_value,
)
from crmkit.errors import InvalidArgument
from crmkit.tables import customer_summary
from tests.clv.data import cdnow, donations

OWN = {"unit": "pieces", "table": 7, "currency": 3.5}


@pytest.mark.parametrize("model", [BetaGeo(), ModifiedBetaGeo(), ParetoNBD(), NBD()])
def test_columns_named_like_what_a_summary_says_are_the_frame_s_own(model):
    frame = pd.DataFrame(cdnow()).assign(**OWN)
    fit = model.fit(frame)
    assert fit.unit is None
    assert list(fit.expected_purchases(frame, horizon=4).columns) == [*frame.columns, "expected_purchases"]


def test_so_they_are_of_donors():
    assert BetaBinomialGeo().fit(pd.DataFrame(donations()).assign(**OWN)).unit is None


def test_so_they_are_where_customers_are_valued():
    frame = pd.DataFrame(cdnow()).assign(**OWN)
    found = lifetime_value(BetaGeo().fit(frame), GammaGamma().fit(frame), frame, horizon=52, discount_rate=0.0027)
    assert (found.unit, found.currency) == (None, None)


def test_a_summary_says_its_unit_and_currency():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "b", "c"],
            "ordered_at": pd.to_datetime(
                ["2024-01-02", "2024-02-02", "2024-01-05", "2024-01-20", "2024-03-01", "2024-03-03"], utc=True
            ),
            "amount": [10.0, 20.0, 5.0, 7.0, 6.0, 1.0],
            "currency": "EUR",
        }
    )
    summary = customer_summary(orders, as_of=date(2024, 3, 31), unit="day")
    fit = NBD(penalty=0.001).fit(summary)
    spend = FittedGammaGamma.of(p=6.0, q=4.0, v=15.0)
    found = lifetime_value(fit, spend, summary, horizon=30, discount_rate=0.001)
    assert (fit.unit, found.unit, found.currency) == ("day", "day", "EUR")


def test_a_summary_in_another_unit_is_refused_by_every_question():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": pd.to_datetime(["2024-01-02"], utc=True), "amount": [1.0]}
    )
    days = customer_summary(orders, as_of=date(2024, 3, 31), unit="day")
    fit = evolve(FittedBetaGeo.of(r=0.2, alpha=4.0, a=0.8, b=2.4), unit="week")
    asked = (
        lambda: fit.expected_purchases(days, horizon=4),
        lambda: fit.probability_alive(days),
        lambda: fit.discounted_expected_purchases(days, discount_rate=0.1),
        lambda: fit.prediction_interval(days, horizon=4, rng=np.random.default_rng(1)),
    )
    for ask in asked:
        with pytest.raises(InvalidArgument, match="the fit counts in weeks and the summary in days"):
            ask()
    assert fit.expected_purchases(days.table, horizon=4)["expected_purchases"][0] > 0


@pytest.mark.parametrize("fit", [BetaGeo(), FittedGammaGamma.of(p=6.0, q=4.0, v=15.0), None], ids=repr)
def test_what_is_no_fitted_model_of_purchases_is_refused(fit):
    frame, spend = pd.DataFrame(cdnow()), FittedGammaGamma.of(p=6.0, q=4.0, v=15.0)
    asked = (
        lambda: lifetime_value(fit, spend, frame, horizon=52, discount_rate=0.0),
        lambda: frequency_recency(fit, age=10, horizon=4),
        lambda: cumulative_purchases(fit, frame, as_of=date(2024, 1, 1)),
        lambda: holdout_calibration(fit, frame),
    )
    for ask in asked:
        with pytest.raises(
            InvalidArgument, match=rf"fit is a fitted model of purchases, .* not a {type(fit).__name__}"
        ):
            ask()


def test_what_is_no_fitted_model_of_spends_is_refused():
    fit = FittedBetaGeo.of(r=0.2, alpha=4.0, a=0.8, b=2.4)
    with pytest.raises(InvalidArgument, match=r"spend is a fitted model of spends, .* not a FittedBetaGeo"):
        lifetime_value(fit, fit, pd.DataFrame(cdnow()), horizon=52, discount_rate=0.0)


def test_a_column_more_keeps_the_index():
    frame = pd.DataFrame(cdnow(), index=[f"c{number}" for number in range(2357)])
    back = frame[frame["frequency"] > 0]
    fit, spend = FittedBetaGeo.of(r=0.2, alpha=4.0, a=0.8, b=2.4), FittedGammaGamma.of(p=6.0, q=4.0, v=15.0)
    found = (
        fit.expected_purchases(back, horizon=10),
        fit.prediction_interval(back.head(9), horizon=10, rng=np.random.default_rng(1)),
        spend.expected_average_value(back),
        lifetime_value(fit, spend, back, horizon=52, discount_rate=0.0).table,
    )
    for table in found:
        assert table.index.equals(back.index[: len(table)])
