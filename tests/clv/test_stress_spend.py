"""Whatever the spends, Gamma-Gamma gives a finite answer, or says what is lacking and what to do; refunds too."""

import math
import warnings
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import BetaGeo, FittedGammaGamma, GammaGamma, lifetime_value
from crmkit.errors import ConvergenceWarning, InvalidColumn, NotEnoughData, UndefinedMetricWarning
from crmkit.tables import customer_summary

RNG = np.random.default_rng(7)
OFTEN = RNG.poisson(2, 300).astype(float)


def spends(frequency, value):
    return pd.DataFrame({"frequency": frequency, "monetary_value": value}, dtype=float)


USUAL = FittedGammaGamma.of(p=6.0, q=4.0, v=15.0).simulate(OFTEN, rng=RNG).astype(float)
CASES = {
    "two customers": spends([1, 2], [5, 9]),
    "two customers nearly alike": spends([1, 2], [5, 5 + 1e-12]),
    "all equal but one": spends([3] * 100, [5] * 99 + [6]),
    "one huge outlier": pd.concat([USUAL, spends([2], [1e12])], ignore_index=True),
    "one tiny outlier": pd.concat([USUAL, spends([2], [1e-12])], ignore_index=True),
    "nothing spent by some": pd.concat([USUAL, spends([2, 5], [0, 0])], ignore_index=True),
    "thousands of purchases": spends(RNG.integers(1000, 9000, 50), RNG.gamma(6, 5, 50)),
    "one purchase each": spends([1] * 100, RNG.gamma(6, 5, 100)),
    "one-timers but two": spends([0] * 98 + [1, 2], [0] * 98 + [5, 9]),
    "an infinite mean": FittedGammaGamma.of(p=0.5, q=0.8, v=1.0).simulate(OFTEN, rng=RNG),
    "amounts in millions": USUAL.assign(monetary_value=USUAL["monetary_value"] * 1e9),
    "amounts in millionths": USUAL.assign(monetary_value=USUAL["monetary_value"] * 1e-9),
}


@pytest.mark.parametrize("penalty", [0.0, 0.001])
@pytest.mark.parametrize("data", CASES.values(), ids=CASES)
def test_every_mean_is_finite_or_named_as_infinite(data, penalty):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("error")
        warnings.simplefilter("always", ConvergenceWarning)
        warnings.simplefilter("always", UndefinedMetricWarning)
        fit = GammaGamma(penalty=penalty).fit(data)
        found = fit.expected_average_value(data)["expected_average_value"]
    p, q, _ = fit.params.values()
    assert np.isfinite([*fit.params.values(), fit.log_likelihood]).all()
    assert (np.isfinite(found) == (p * data["frequency"] + q > 1)).all()
    assert (found.dropna() >= 0).all()
    assert math.isfinite(fit.average_value) == (q > 1)
    wanted = ("penalty=", "cap them", "apart", "left out")
    assert all(any(word in str(one.message) for word in wanted) for one in told)


@pytest.mark.parametrize("penalty", [0.0, 0.001])
@pytest.mark.parametrize("data", [spends([], []), spends([4], [9]), spends([1, 5, 0], [9, 9, 0]), spends([2], [0])])
def test_spends_all_equal_are_not_enough(data, penalty):
    with pytest.raises(NotEnoughData, match="nothing of how spends differ"):
        GammaGamma(penalty=penalty).fit(data)


@pytest.fixture(scope="module")
def refunded():
    """Orders of 80 customers, of which every fourth is given back, on the day or later, in part or twice over."""
    rows = []
    for customer, purchases in enumerate(RNG.geometric(0.3, 80)):
        days = np.sort(RNG.choice(300, purchases, replace=False)).tolist()
        for day in days:
            amount = round(float(RNG.gamma(6, 5)), 2)
            rows.append((customer, date(2024, 1, 1) + timedelta(days=day), amount))
            if len(rows) % 4 == 0:
                back, later = RNG.choice([0.5, 1.0, 2.0]), int(RNG.integers(0, 3))
                rows.append((customer, date(2024, 1, 1) + timedelta(days=day + later), -round(amount * back, 2)))
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    return orders.assign(ordered_at=pd.to_datetime(orders["ordered_at"]).dt.tz_localize("UTC"))


@pytest.mark.parametrize("refunds", ["net", "drop"])
def test_refunds_leave_histories_and_spends_that_can_be_fitted(refunded, refunds):
    summary = customer_summary(refunded, as_of=date(2024, 12, 31), refunds=refunds)
    spend = GammaGamma().fit(summary)
    fit = BetaGeo(penalty=0.001).fit(summary)
    value = lifetime_value(fit, spend, summary, horizon=52, discount_rate=0.0027)
    assert math.isfinite(value.total)
    assert (np.isfinite(value.table["lifetime_value"]) & (value.table["lifetime_value"] >= 0)).all()


def test_refunds_may_be_refused(refunded):
    with pytest.raises(InvalidColumn, match="refund"):
        customer_summary(refunded, as_of=date(2024, 12, 31), refunds="refuse")


def test_a_mean_spend_below_zero_is_refused_with_the_way_out():
    with pytest.raises(InvalidColumn, match="net refunds against the purchases of their day"):
        GammaGamma().fit(spends([1, 2], [5, -1]))
