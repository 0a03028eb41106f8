"""The CDNOW log gives the calibration data that were published of it."""

from datetime import date

import numpy as np
import pandas as pd
import polars as pl

from crmkit.tables import customer_summary
from tests.clv.data import cdnow, dataset_path

CENT = 0.005 + 1e-9


def sample():
    log = pd.read_csv(
        dataset_path("CDNOW_sample.txt"),
        sep=r"\s+",
        names=["master_id", "customer_id", "ordered_at", "cds", "amount"],
        dtype={"customer_id": "str", "ordered_at": "str"},
    )
    return log.assign(ordered_at=pd.to_datetime(log["ordered_at"]).dt.tz_localize("UTC"))


def test_the_sample_gives_the_published_summary_of_39_weeks():
    found = customer_summary(sample(), as_of=date(1997, 9, 30), unit="week").table
    published = cdnow()
    assert len(found) == 2357
    for name in ("frequency", "recency", "T", "monetary_value"):
        np.testing.assert_allclose(found[name].fillna(0), published[name], rtol=0, atol=CENT)


def test_the_rest_of_the_log_is_the_holdout():
    log = sample()
    found = customer_summary(log, as_of=date(1998, 6, 30), holdout_from=date(1997, 10, 1), unit="week")
    calibration = customer_summary(log, as_of=date(1997, 9, 30), unit="week").table
    pd.testing.assert_frame_equal(found.table[list(calibration)], calibration)
    later = log[log["ordered_at"] >= "1997-10-01"].groupby(["customer_id", "ordered_at"])["amount"].sum()
    assert found.table["frequency_holdout"].sum() == len(later)
    spent = found.table["frequency_holdout"] * found.table["monetary_value_holdout"].fillna(0)
    assert np.isclose(spent.sum(), later.sum())
    assert (found.table["duration_holdout"] == 39).all()


def test_the_master_log_of_23570_customers_is_read_alike_by_pandas_and_polars():
    log = pd.read_csv(
        dataset_path("CDNOW_master.txt"),
        sep=r"\s+",
        skiprows=1,
        names=["customer_id", "day", "cds", "amount"],
        dtype={"customer_id": "str", "day": "str"},
    )
    log["day"] = pd.to_datetime(log["day"]).dt.tz_localize("UTC")
    found = customer_summary(log, at="day", as_of=date(1998, 6, 30))
    assert found.n == 23_570
    other = customer_summary(pl.from_pandas(log), at="day", as_of=date(1998, 6, 30)).table
    for name in ("frequency", "recency", "T", "monetary_value"):
        np.testing.assert_array_equal(other[name].to_numpy(), found.table[name].to_numpy())
