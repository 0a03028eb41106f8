from datetime import date

import pandas as pd
import pytest

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaGeo,
    FittedGammaGamma,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    lifetime_value,
)
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
