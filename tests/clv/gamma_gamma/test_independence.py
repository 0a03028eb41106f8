"""The correlation of how often and how much."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr

from crmkit.clv import independence
from crmkit.errors import InvalidArgument
from tests.clv.data import cdnow


def test_it_is_that_of_pearson_with_the_interval_of_fisher():
    data = pd.DataFrame(cdnow())
    again = data[(data["frequency"] > 0) & (data["monetary_value"] > 0)]
    expected = pearsonr(again["frequency"], again["monetary_value"])
    found = independence(data, confidence=0.9)
    assert found.value == pytest.approx(expected.statistic, rel=1e-12)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval(0.9)), rel=1e-12)
    assert (found.n, found.confidence) == (len(again), 0.9)


def spends(*pairs):
    return pd.DataFrame(pairs, columns=["frequency", "monetary_value", "n"])


def test_rows_count_as_often_as_they_say():
    counted = spends((1, 5.0, 3), (2, 9.0, 2), (4, 6.0, 1))
    written_out = spends(*[(1, 5.0, 1)] * 3, *[(2, 9.0, 1)] * 2, (4, 6.0, 1))
    assert independence(counted) == independence(written_out)


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        (spends(), np.nan),
        (spends((1, 5.0, 1)), np.nan),
        (spends((1, 5.0, 1), (1, 6.0, 1)), np.nan),
        (spends((1, 5.0, 1), (2, 6.0, 1)), 1.0),
        (spends((1, 6.0, 1), (2, 5.0, 4)), -1.0),
    ],
)
def test_few_customers_have_no_interval(rows, value):
    found = independence(rows.astype(float))
    np.testing.assert_allclose([found.value, found.low, found.high], [value, np.nan, np.nan], rtol=1e-12)


def test_the_confidence_is_checked():
    with pytest.raises(InvalidArgument):
        independence(spends(), confidence=95)
