"""Bounds of the median: Nair (1940), Sankhya 4, as quoted by Dixon and Massey (1969)."""

import pytest

from crmkit.statistics import quantile

# n: the bounds are the k-th smallest and the k-th largest of n values, at more than 95 % and at more than 99 %
K_95 = {6: 1, 7: 1, 8: 1, 9: 2, 10: 2, 11: 2, 12: 3, 13: 3, 14: 3, 15: 4, 16: 4, 17: 5, 18: 5, 19: 5, 20: 6, 21: 6}
K_95 |= {22: 6, 23: 7, 24: 7, 25: 8, 26: 8, 30: 10, 35: 12, 40: 14, 45: 16, 50: 18, 55: 20, 60: 22, 65: 25}
K_99 = {8: 1, 9: 1, 10: 1, 11: 1, 12: 2, 13: 2, 14: 2, 15: 3, 16: 3, 17: 3, 18: 4, 19: 4, 20: 4, 21: 5, 22: 5, 23: 5}
K_99 |= {24: 6, 25: 6, 26: 7, 30: 8, 35: 10, 40: 12, 45: 14, 50: 16, 55: 18, 60: 20, 65: 22}


@pytest.mark.parametrize(
    ("confidence", "n", "k"),
    [(0.95, n, k) for n, k in K_95.items()] + [(0.99, n, k) for n, k in K_99.items()],
)
def test_the_bounds_of_the_median_are_the_kth_values_from_both_ends(confidence, n, k):
    estimate = quantile(range(1, n + 1), confidence=confidence)
    assert (estimate.low, estimate.high) == (k, n + 1 - k)
