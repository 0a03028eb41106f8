"""The ratio of two sums: Lohr (1999), Sampling: Design and Analysis, example 3.5 and table 3.3, p. 72."""

import pytest
from scipy import stats

from crmkit.statistics import ratio

# seedlings around ten trees on Santa Cruz Island: all of 1992, and those of them alive in 1994
IN_1992 = [1, 0, 8, 2, 76, 60, 25, 2, 1, 31]
ALIVE_IN_1994 = [0, 0, 1, 2, 10, 15, 3, 2, 1, 27]


def test_the_share_of_seedlings_that_survived():
    estimate = ratio(ALIVE_IN_1994, IN_1992)
    standard_error = (estimate.high - estimate.value) / stats.t.ppf(0.975, 9)
    assert estimate.value == pytest.approx(0.2961, abs=5e-5)
    assert standard_error == pytest.approx(0.115, abs=5e-4)
