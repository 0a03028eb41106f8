"""BdW on years 0 to 4 of Fader & Hardie's "High End" cohort, as R's foretell and its port retenmod print it."""

import numpy as np
import pytest

from crmkit.clv import BetaDiscreteWeibull

HIGH_END = [1000, 869, 743, 653, 593]
PROJECTED = [86.91465993, 74.19282362, 65.47843633, 59.29329063, 54.66104739, 51.03690317, 48.10443553]
PROJECTED += [45.66884023, 43.60368795, 41.82319022]


@pytest.fixture(scope="module")
def fit():
    return BetaDiscreteWeibull().fit(HIGH_END)


def test_the_parameters(fit):
    np.testing.assert_allclose(list(fit.params.values()), [0.25933745, 1.72255566, 1.58435482], rtol=1e-5)


def test_the_log_likelihood_is_no_lower(fit):
    assert fit.log_likelihood >= -1222.7493182418434


def test_the_projection_of_ten_years(fit):
    np.testing.assert_allclose(100 * fit.survival(range(1, 11)), PROJECTED, atol=1e-4)
