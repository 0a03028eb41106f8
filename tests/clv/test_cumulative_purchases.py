"""Repeat purchases over time, as made and as expected."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from crmkit.clv import BetaGeo, FittedBetaBinomialGeo, FittedBetaGeo, ParetoNBD, cumulative_purchases
from crmkit.errors import InvalidArgument, NotEnoughData
from crmkit.tables import customer_summary
from tests.kinds import KINDS
from tests.tables.test_customer_summary_cdnow import sample

WEEKS = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
OPPORTUNITIES = FittedBetaBinomialGeo.of(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
CDNOW = {"as_of": date(1998, 6, 30), "holdout_from": date(1997, 10, 1)}
START = datetime(2025, 1, 1, tzinfo=UTC)
ORDERS = pd.DataFrame(
    {
        "customer_id": pd.Series(["a", "a", "a", "b", "b", "c"], dtype="str"),
        "ordered_at": pd.to_datetime([START + timedelta(days=at) for at in (0, 7, 7.4, 3, 20, 16)], utc=True),
        "amount": 1.0,
    }
)
END = date(2025, 1, 23)


@pytest.mark.parametrize(("model", "expected"), [(BetaGeo(), 4160.6), (ParetoNBD(), 4270.0)])
def test_on_cdnow_both_lines_end_where_the_customers_one_by_one_end(model, expected):
    log = sample()
    summary = customer_summary(log, **CDNOW)
    fit = model.fit(summary)
    found = cumulative_purchases(fit, log, **CDNOW)
    last = found.table.iloc[-1]
    one_by_one = fit.expected_purchases_new(summary.table["T"] + 39).sum()
    assert last["expected"] == pytest.approx(one_by_one, rel=1e-12)
    assert last["expected"] == pytest.approx(expected, abs=0.1)
    assert last["bought"] == 4339 == summary.table[["frequency", "frequency_holdout"]].sum().sum()
    assert found.table["time"].tolist() == [*range(78), 545 / 7]
    assert (found.holdout_at, found.first, found.n, found.unit) == (39, date(1997, 1, 1), 2357, "week")
    observed = fit.expected_purchases_new(np.maximum(summary.table["T"] + 1 / 7, 0)).sum()
    assert found.table["expected"][39] == pytest.approx(observed, rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_the_end_of_a_day_a_whole_number_of_weeks_later_and_the_last_one_the_last(kind):
    found = cumulative_purchases(WEEKS, KINDS[kind](ORDERS), as_of=END, unit="week")
    assert found.table["time"].tolist() == [0, 1, 2, 3, 22 / 7]
    assert found.table["bought"].tolist() == [0, 1, 1, 2, 2]
    newcomer = WEEKS.expected_purchases_new
    wanted = [newcomer(np.maximum(day - np.array([0, 3, 16]), 0) / 7).sum() for day in (0, 7, 14, 21, 22)]
    np.testing.assert_allclose(found.table["expected"], wanted, rtol=1e-12)
    assert (found.holdout_at, found.n, found.model) == (None, 3, "BG/NBD")


def test_months_end_on_whole_days():
    months = [days / (365.25 / 12) for days in (0, 30, 60, 91, 100)]
    found = cumulative_purchases(WEEKS, ORDERS, as_of=date(2025, 4, 11), unit="month")
    assert found.table["time"].tolist() == months
    assert found.table["bought"].tolist() == [0, 2, 2, 2, 2]


def test_customers_of_the_holdout_alone_are_left_out():
    found = cumulative_purchases(WEEKS, ORDERS, as_of=END, holdout_from=date(2025, 1, 10), unit="day")
    assert (found.n, found.holdout_at) == (2, 9)
    assert found.table["bought"].iloc[-1] == 2


def test_the_unit_is_that_of_the_fit_and_no_other():
    fit = evolve(WEEKS, unit="week")
    assert cumulative_purchases(fit, ORDERS, as_of=END).unit == "week"
    assert cumulative_purchases(fit, ORDERS, as_of=END, unit="week").unit == "week"
    with pytest.raises(InvalidArgument, match="the fit counts in weeks and not in days; leave unit out"):
        cumulative_purchases(fit, ORDERS, as_of=END, unit="day")
    with pytest.raises(InvalidArgument, match="does not say in which unit it counts; say unit='week'"):
        cumulative_purchases(WEEKS, ORDERS, as_of=END)


def test_opportunities_are_days():
    found = cumulative_purchases(OPPORTUNITIES, ORDERS, as_of=END, unit="day")
    ages = np.array([22, 19, 6])
    assert found.table["expected"].iloc[-1] == pytest.approx(OPPORTUNITIES.expected_purchases_new(ages).sum())
    with pytest.raises(InvalidArgument, match="BG/BB counts opportunities, and orders have one a day"):
        cumulative_purchases(OPPORTUNITIES, ORDERS, as_of=END, unit="week")


def test_orders_do_not_have_the_covariates_of_a_fit():
    fit = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426, coefficients={"alpha.age": 0.5})
    with pytest.raises(InvalidArgument, match="orders do not say age; holdout_calibration"):
        cumulative_purchases(fit, ORDERS, as_of=END, unit="week")


@pytest.mark.parametrize("more", [{"as_of": date(2024, 1, 1)}, {"as_of": END, "holdout_from": date(2024, 12, 1)}])
def test_without_a_cohort_there_is_nothing_to_add_up(more):
    with pytest.raises(NotEnoughData, match="nobody bought before the end"):
        cumulative_purchases(WEEKS, ORDERS, unit="week", **more)
