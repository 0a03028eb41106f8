"""A forecast held against what customers did."""

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from attrs import evolve

from crmkit.clv import BetaGeo, FittedBetaGeo, holdout_calibration
from crmkit.errors import InvalidArgument, MissingColumn, NotEnoughData
from crmkit.tables import customer_summary
from tests.tables.test_customer_summary_cdnow import sample

FIT = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)


@pytest.fixture(scope="module")
def summary():
    return customer_summary(sample(), as_of=date(1998, 6, 30), holdout_from=date(1997, 10, 1))


def test_the_forecast_for_cdnow_is_1653_purchases_where_1882_were_made(summary):
    found = holdout_calibration(BetaGeo().fit(summary), summary)
    assert (round(found.expected), found.bought) == (1653, 1882)
    assert (found.n, found.horizon, found.unit, found.model, found.most) == (2357, 39, "week", "BG/NBD", 7)
    assert found.table["frequency"].tolist() == list(range(8))
    assert found.table["customers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    np.testing.assert_allclose(found.table["expected"], [0.23, 0.52, 1.04, 1.52, 2.16, 2.65, 3.50, 6.16], atol=0.005)
    np.testing.assert_allclose(found.table["bought"], [0.24, 0.70, 1.39, 1.56, 2.53, 2.95, 3.86, 6.36], atol=0.005)


def test_it_is_the_groupby_written_out(summary):
    ahead = FIT.expected_purchases(summary, horizon=39)
    groups = ahead.assign(frequency=ahead["frequency"].clip(upper=3)).groupby("frequency")
    found = holdout_calibration(FIT, summary, most=3)
    np.testing.assert_allclose(found.table["expected"], groups["expected_purchases"].mean())
    np.testing.assert_allclose(found.table["bought"], groups["frequency_holdout"].mean())
    missed = (ahead["expected_purchases"] - ahead["frequency_holdout"]).abs().mean()
    assert found.mean_absolute_error == pytest.approx(missed)
    assert found.expected == pytest.approx((found.table["expected"] * found.table["customers"]).sum())


def test_frequencies_that_nobody_has_have_no_row_and_other_kinds_of_frames_are_read(summary):
    kept = summary.table[summary.table["frequency"].isin([0, 5])]
    found = holdout_calibration(FIT, evolve(summary, table=kept))
    assert found.table["frequency"].tolist() == [0, 5]
    other = holdout_calibration(FIT, evolve(summary, table=pl.from_pandas(kept)))
    pd.testing.assert_frame_equal(found.table, other.table)


def test_a_fit_with_covariates_finds_them_in_the_table(summary):
    fit = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426, coefficients={"alpha.age": 0.5})
    plain = FittedBetaGeo.of(r=0.243, alpha=4.414 / np.exp(0.5), a=0.793, b=2.426)
    found = holdout_calibration(fit, evolve(summary, table=summary.table.assign(age=1.0)))
    assert found.expected == pytest.approx(holdout_calibration(plain, summary).expected)


def test_a_row_counts_for_as_many_as_it_stands_for(summary):
    fit = BetaGeo().fit(summary)
    once = holdout_calibration(fit, summary)
    table = summary.table.assign(n=np.where(summary.table["frequency"] > 3, 0, 2))
    found = holdout_calibration(fit, evolve(summary, table=table))
    few = once.table[once.table["frequency"] <= 3]
    assert found.n == 2 * few["customers"].sum()
    assert found.bought == pytest.approx(2 * (few["customers"] * few["bought"]).sum())
    assert found.table["frequency"].tolist() == [0, 1, 2, 3]
    assert found.table["expected"].tolist() == pytest.approx(few["expected"].tolist(), rel=1e-12)


def test_a_table_has_no_holdout(summary):
    with pytest.raises(InvalidArgument, match=r"what tables\.customer_summary returned, not its table"):
        holdout_calibration(BetaGeo().fit(summary), summary.table)


def test_a_summary_without_holdout_or_in_another_unit_is_refused(summary):
    with pytest.raises(InvalidArgument, match="no holdout; tables"):
        holdout_calibration(FIT, evolve(summary, holdout_from=None))
    with pytest.raises(InvalidArgument, match="the fit counts in days and the summary in weeks"):
        holdout_calibration(evolve(FIT, unit="day"), summary)
    with pytest.raises(InvalidArgument, match="most is a whole number"):
        holdout_calibration(FIT, summary, most=0)


def test_a_table_that_lost_its_columns_or_rows_is_refused(summary):
    with pytest.raises(MissingColumn, match="frequency_holdout"):
        holdout_calibration(FIT, evolve(summary, table=summary.table.drop(columns="frequency_holdout")))
    with pytest.raises(NotEnoughData, match="BG/NBD: there is no customer"):
        holdout_calibration(FIT, evolve(summary, table=summary.table.iloc[:0]))
