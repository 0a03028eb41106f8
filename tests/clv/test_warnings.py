"""Who fits is who is warned: a warning names the line that called, not one of the library."""

import pandas as pd
import pytest

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaDiscreteWeibull,
    BetaGeo,
    FittedGammaGamma,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    ShiftedBetaGeometric,
)
from crmkit.errors import ConvergenceWarning, UndefinedMetricWarning

ALIKE = pd.DataFrame({"frequency": [2] * 40, "recency": [3.0] * 40, "T": [4.0] * 40})
SPENDS = pd.DataFrame({"frequency": [1.0, 2.0, 3.0] * 9, "monetary_value": [1.0, 2.0, 1e9] * 9})


@pytest.mark.parametrize("model", [BetaGeo(), ModifiedBetaGeo(), ParetoNBD(), NBD(), BetaBinomialGeo()], ids=repr)
def test_of_purchases(model):
    with pytest.warns(ConvergenceWarning) as told:
        model.fit(ALIKE)
    assert {warning.filename for warning in told} == {__file__}


def test_of_spends():
    with pytest.warns(ConvergenceWarning) as told:
        GammaGamma().fit(SPENDS)
    assert {warning.filename for warning in told} == {__file__}


@pytest.mark.parametrize("model", [ShiftedBetaGeometric(), BetaDiscreteWeibull()], ids=repr)
def test_of_retention(model):
    with pytest.warns(ConvergenceWarning) as told:
        model.fit([1000, 900, 810, 729])
    assert {warning.filename for warning in told} == {__file__}


def test_of_a_mean_spend_that_is_infinite():
    with pytest.warns(UndefinedMetricWarning) as told:
        FittedGammaGamma.of(p=6.0, q=0.5, v=15.0).expected_average_value(SPENDS.assign(frequency=0))
    assert {warning.filename for warning in told} == {__file__}
