"""BG/NBD on CDNOW: Fader, Hardie & Lee (2005), with the digits that a fit to convergence gives."""

import pandas as pd
import pytest

from crmkit.clv import BetaGeo, FittedBetaGeo, ModifiedBetaGeo
from tests.clv.data import cdnow_rounded

PAPER = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


@pytest.fixture(scope="module")
def customers():
    return pd.DataFrame(cdnow_rounded())


def test_parameters_and_their_errors(customers):
    fit = BetaGeo().fit(customers)
    found = {"r": 0.2425929, "alpha": 4.4135316, "a": 0.7928861, "b": 2.4257534}
    assert dict(fit.params) == pytest.approx(found, rel=3e-7)
    errors = {"r": 0.0125573, "alpha": 0.3782214, "a": 0.1857191, "b": 0.7053457}
    assert dict(fit.standard_errors) == pytest.approx(errors, rel=5e-6)
    assert fit.log_likelihood == pytest.approx(-9582.42556, abs=5e-6)
    assert {name: round(value, 3) for name, value in fit.params.items()} == PAPER


def test_the_customer_of_the_paper(customers):
    one = customers.head(1)
    assert one.to_numpy().tolist() == [[2.0, 30.43, 38.86]]
    fit = FittedBetaGeo.of(r=0.2425929, alpha=4.4135316, a=0.7928861, b=2.4257534)
    found = fit.expected_purchases(one, horizon=39)["expected_purchases"][0]
    assert round(found, 4) == 1.2259


def test_the_modified_model(customers):
    fit = ModifiedBetaGeo().fit(customers)
    found = {"r": 0.5248379, "alpha": 6.1829905, "a": 0.8913564, "b": 1.6140000}
    assert dict(fit.params) == pytest.approx(found, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(-9582.13268, abs=5e-6)
