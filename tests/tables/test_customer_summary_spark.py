"""The summary of a Spark table in local mode is that of pandas; run where Java and pyspark are found."""

import os
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec

import pandas as pd
import pytest

from crmkit.clv import BetaGeo, GammaGamma
from crmkit.errors import DataQualityWarning, InvalidColumn
from crmkit.tables import customer_summary
from tests.kinds import rows
from tests.tables.test_customer_summary_engines import END, SHOP


def lacking():
    """What Spark needs and is not here."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'crmkit[spark]'"
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        return "Java is not found: neither JAVA_HOME is set nor is java on PATH"
    return None


pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(lacking() is not None, reason=lacking() or "Spark is here"),
    pytest.mark.filterwarnings("default::ResourceWarning", "default::DeprecationWarning:pyspark"),
]

TYPES = "customer_id string, ordered_at timestamp, amount double"
PLACE = "Asia/Kolkata"  # of the session, which must not matter


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    asked = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": PLACE,
    }
    session = SparkSession.builder.master("local[1]").config(map=asked).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def orders(spark):
    return given(spark, SHOP)


def given(spark, frame, types=TYPES):
    cells = [
        tuple(cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row)
        for row in frame.astype(object).itertuples(index=False)
    ]
    return spark.createDataFrame(cells, types)


def same(found, expected):
    assert rows(found.table) == rows(expected.table)
    assert (found.n, found.left_out, found.currency) == (expected.n, expected.left_out, expected.currency)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"timezone": "America/New_York", "unit": "month", "holdout_from": date(2024, 11, 1)},
        {"refunds": "drop", "amount": "amount", "timezone": "Pacific/Apia"},
        {"amount": None, "unit": "day"},
        {"collapse": True, "timezone": "America/New_York"},
        {"as_of": datetime(2024, 9, 1, 12, 0, 0, 1, tzinfo=UTC)},
    ],
    ids=["plain", "holdout", "refunds", "no amounts", "collapsed", "as of an instant"],
)
def test_spark_gives_the_same_bits(orders, asked):
    asked = {"as_of": END, **asked}
    same(customer_summary(orders, **asked), customer_summary(SHOP, **asked))


def test_spark_refuses_refunds_where_it_is_told_to(orders):
    with pytest.raises(InvalidColumn, match="amounts below 0"):
        customer_summary(orders, as_of=END, refunds="refuse")


def test_spark_reads_dates_whatever_the_zone_of_its_session(spark):
    frame = SHOP.head(200).assign(ordered_at=SHOP["ordered_at"].dt.date, currency="EUR")
    dated = given(spark, frame, "customer_id string, ordered_at date, amount double, currency string")
    expected = customer_summary(
        SHOP.head(200).assign(ordered_at=SHOP["ordered_at"].dt.floor("D"), currency="EUR"), as_of=END
    )
    same(customer_summary(dated, as_of=END), expected)


def test_spark_leaves_out_what_is_missing_and_cuts_between_microseconds(spark):
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    cells = [
        ("a", noon, 0.25),
        ("a", noon + timedelta(days=3, microseconds=1), 0.5),
        ("a", noon + timedelta(days=3, microseconds=2), 0.75),
        ("a", datetime(1960, 5, 1, 23, 59, 59, 999999, tzinfo=UTC), 1.0),
        (None, noon, 1.0),
        ("b", None, 1.0),
        ("b", noon, None),
        ("c", noon, float("nan")),
    ]
    frame = pd.DataFrame(cells, columns=["customer_id", "ordered_at", "amount"])
    frame = frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], utc=True))
    as_of = noon + timedelta(days=3, microseconds=2)
    with pytest.warns(DataQualityWarning, match="1 with no customer, 1 with no time, 2 with no amount"):
        found = customer_summary(spark.createDataFrame(cells, TYPES), as_of=as_of, unit="day")
    with pytest.warns(DataQualityWarning):
        expected = customer_summary(frame, as_of=as_of, unit="day")
    same(found, expected)
    assert rows(found.table)[0]["frequency"] == 2


def test_a_fit_from_spark_is_that_from_pandas(orders):
    asked = {"as_of": END, "refunds": "drop", "unit": "week"}
    counted = customer_summary(orders, collapse=True, **asked)
    whole = customer_summary(SHOP, **asked)
    assert BetaGeo().fit(counted).params == BetaGeo().fit(whole).params
    assert GammaGamma().fit(customer_summary(orders, **asked)).params == GammaGamma().fit(whole).params
