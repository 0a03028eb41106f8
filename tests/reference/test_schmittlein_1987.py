"""Pareto/NBD on CDNOW: what Fader & Hardie's notes, the BTYD package and lifetimes find."""

import pandas as pd
import pytest

from crmkit.clv import FittedParetoNBD, ParetoNBD
from tests.clv.data import cdnow_rounded

# The BTYD walkthrough prints its estimates with four digits: pnbd.EstimateParameters on the CDNOW data.
PRINTED = FittedParetoNBD.of(r=0.5534, alpha=10.5802, s=0.6061, beta=11.6562)


@pytest.fixture(scope="module")
def fitted():
    return ParetoNBD().fit(pd.DataFrame(cdnow_rounded()))


def customer(frequency, recency, age):
    return pd.DataFrame({"frequency": [frequency], "recency": [recency], "T": [age]})


def test_the_top_of_the_likelihood(fitted):
    found = {"r": 0.5532755, "alpha": 10.5776122, "s": 0.6062136, "beta": 11.6679112}
    assert fitted.params == pytest.approx(found, abs=6e-8)
    assert fitted.log_likelihood == pytest.approx(-9594.97393, abs=6e-6)


def test_no_other_estimate_stands_higher(fitted):
    for name, value in PRINTED.params.items():
        assert fitted.params[name] == pytest.approx(value, rel=1.1e-3)
    assert fitted.log_likelihood >= -9594.9762


def test_the_customer_of_the_walkthrough():
    rounded = customer(26, 30.86, 31.0)
    assert PRINTED.probability_alive(rounded)["probability_alive"][0] == pytest.approx(0.99792, abs=5e-6)
    assert PRINTED.expected_purchases(rounded, horizon=52)["expected_purchases"][0] == pytest.approx(25.4549, abs=5e-5)
    # pnbd.PAlive with the days as they are: 216 of 217.
    exact = customer(26, 216 / 7, 31.0)
    assert PRINTED.probability_alive(exact)["probability_alive"][0] == pytest.approx(0.9978736, abs=5e-6)


def test_the_examples_of_the_manual():
    # pnbd.PAlive(c(0.55, 10.56, 0.61, 11.64), x = 0, t.x = 0, T.cal = 39)
    manual = FittedParetoNBD.of(r=0.55, alpha=10.56, s=0.61, beta=11.64)
    assert manual.probability_alive(customer(0, 0.0, 39.0))["probability_alive"][0] == pytest.approx(
        0.2924031, abs=5e-8
    )
    # pnbd.Expectation(t = 52) and pnbd.ConditionalExpectedTransactions(52, x, 20, 39), at unrounded estimates.
    assert PRINTED.expected_purchases_new(52) == pytest.approx(1.473434, rel=3e-4)
    for purchases, printed in ((10, 0.7062289), (15, 0.1442396), (20, 0.02250658), (25, 0.00309267)):
        found = PRINTED.expected_purchases(customer(purchases, 20.0, 39.0), horizon=52)["expected_purchases"][0]
        assert found == pytest.approx(printed, rel=6e-4)
