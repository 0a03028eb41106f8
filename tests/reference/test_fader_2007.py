"""sBG on two cohorts of 1,000 customers: Fader & Hardie (2007), estimated from years 0 to 7."""

import numpy as np
import pytest

from crmkit.clv import ShiftedBetaGeometric

REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
# What became of them in years 8 to 12, in percent.
REGULAR_LATER = [22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END_LATER = [46.8, 44.5, 42.7, 40.9, 39.4]


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "log_likelihood"),
    [(REGULAR, 0.704, 1.182, -1680.27), (HIGH_END, 0.668, 3.806, -1611.16)],
)
def test_the_parameters_and_the_log_likelihood(survivors, alpha, beta, log_likelihood):
    fit = ShiftedBetaGeometric().fit(survivors)
    assert {name: round(value, 3) for name, value in fit.params.items()} == {"alpha": alpha, "beta": beta}
    assert round(fit.log_likelihood, 2) == log_likelihood


@pytest.mark.parametrize(("survivors", "later"), [(REGULAR, REGULAR_LATER), (HIGH_END, HIGH_END_LATER)])
def test_the_forecast_of_years_8_to_12_is_within_two_points_of_what_happened(survivors, later):
    fit = ShiftedBetaGeometric().fit(survivors)
    np.testing.assert_allclose(100 * fit.survival(range(8, 13)), later, atol=2)
