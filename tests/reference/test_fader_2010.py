"""BG/BB on 11,104 donors: Fader, Hardie & Shang (2010), their spreadsheet (note 010), and R's BTYD."""

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import BetaBinomialGeo, FittedBetaBinomialGeo
from tests.clv.data import donations


@pytest.fixture(scope="module")
def donors():
    return pd.DataFrame(donations())


@pytest.fixture(scope="module")
def fit(donors):
    return BetaBinomialGeo().fit(donors)


def test_the_parameters_and_the_log_likelihood(fit):
    found = [round(value, 5) for value in fit.params.values()]
    np.testing.assert_allclose(found, [1.2035228, 0.7497166, 0.6567183, 2.7834420], atol=6e-6)
    assert fit.log_likelihood == pytest.approx(-33225.58127, abs=5e-6)
    assert fit.estimate.n == 11104


def test_the_probability_of_being_alive_in_2002_of_table_6(fit):
    rows = pd.DataFrame({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": [6, 6, 6]})
    found = fit.probability_alive(rows, at=1)["probability_alive"]
    assert found.round(2).tolist() == [0.11, 0.59, 0.93]


def test_the_spreadsheet_expects_12884_donations_within_5_years(fit, donors):
    expected = fit.expected_purchases(donors, horizon=5)
    assert (expected["expected_purchases"] * expected["n"]).sum() == pytest.approx(12884.2, abs=0.1)


def test_the_spreadsheet_expects_3455_donors_who_never_give_again_and_1253_who_always_do(fit):
    found = 11104 * fit.probability_of([0, 6], horizon=6)
    np.testing.assert_allclose(found, [3454.9, 1253.1], atol=0.1)


def test_the_donations_that_btyd_expects_of_two_customers():
    fit = FittedBetaBinomialGeo.of(alpha=1.2035, beta=0.7497, gamma=0.6567, delta=2.7834)
    rows = pd.DataFrame({"frequency": [0, 4], "recency": [0, 5], "T": [6, 6]})
    found = fit.expected_purchases(rows, horizon=10)["expected_purchases"]
    np.testing.assert_allclose(found, [0.1302169, 3.627858], rtol=5e-5)
