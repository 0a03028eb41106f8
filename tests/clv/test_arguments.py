import numpy as np
import pandas as pd
import pytest

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaDiscreteWeibull,
    BetaGeo,
    FittedBetaBinomialGeo,
    FittedNBD,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    ShiftedBetaGeometric,
)
from crmkit.errors import InvalidArgument
from tests.clv.data import cdnow, donations

MODELS = (
    BetaGeo,
    ModifiedBetaGeo,
    ParetoNBD,
    NBD,
    BetaBinomialGeo,
    GammaGamma,
    ShiftedBetaGeometric,
    BetaDiscreteWeibull,
)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("penalty", [-0.1, "much", 1e300, float("nan")])
def test_a_penalty_out_of_bounds_is_refused(model, penalty):
    data = pd.DataFrame(donations() if model is BetaBinomialGeo else cdnow())
    with pytest.raises(InvalidArgument, match="penalty"):
        model(penalty=penalty).fit([10, 7, 5, 4] if model in MODELS[-2:] else data)


@pytest.mark.parametrize("confidence", [0, 1, "a", 1.5, True])
def test_a_confidence_that_is_none_is_refused(confidence):
    with pytest.raises(InvalidArgument, match="confidence lies between 0 and 1"):
        FittedNBD.of(r=1.0, alpha=1.0).interval(confidence)


def test_numbers_of_numpy_are_numbers():
    fit = FittedNBD.of(r=1.0, alpha=1.0)
    more = {"draws": np.int64(100), "confidence": np.float32(0.9), "rng": np.random.default_rng(1)}
    found = fit.prediction_interval(_one(), horizon=np.float32(4), **more)
    assert found["purchases_low"][0] <= found["purchases_high"][0]


@pytest.mark.parametrize("horizon", [2.5, -1, "two", 10**7])
def test_one_whole_number_is_spoken_of_as_one(horizon):
    fit = FittedBetaBinomialGeo.of(alpha=1.2, beta=0.7, gamma=0.7, delta=2.8)
    with pytest.raises(InvalidArgument, match="horizon is a whole number from 1 to 1,000,000"):
        fit.expected_purchases(_one(), horizon=horizon)


def _one():
    return pd.DataFrame({"frequency": [1], "recency": [2.0], "T": [4.0]})
