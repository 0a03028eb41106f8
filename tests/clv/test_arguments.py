import numpy as np
import pandas as pd
import pytest

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaDiscreteWeibull,
    BetaGeo,
    FittedBetaBinomialGeo,
    FittedGammaGamma,
    FittedNBD,
    FittedRetention,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    ShiftedBetaGeometric,
)
from crmkit.errors import InvalidArgument, InvalidColumn
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


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: FittedNBD.of(r=1.0, alpha=2.0).simulate(3, age=5, rng=rng),
        lambda rng: FittedBetaBinomialGeo.of(alpha=1.0, beta=1.0, gamma=1.0, delta=2.0).simulate(3, age=5, rng=rng),
        lambda rng: FittedRetention.of(alpha=1.0, beta=2.0).simulate(3, age=5, rng=rng),
        lambda rng: FittedGammaGamma.of(p=6.0, q=4.0, v=15.0).simulate([1, 2], rng=rng),
    ],
)
@pytest.mark.parametrize("rng", [42, None, np.random.RandomState(1)])
def test_a_seed_is_no_source_of_randomness(draw, rng):
    with pytest.raises(InvalidArgument, match=r"rng=numpy\.random\.default_rng\(1\)"):
        draw(rng)


def test_what_is_smaller_than_all_that_is_measured_is_refused():
    fit = FittedNBD.of(r=1.0, alpha=2.0)
    with pytest.raises(InvalidArgument, match=r"above 0 \(1e-100 at the least\), not 5e-324"):
        fit.probability_of(1, horizon=5e-324)
    customer = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [3.0]})
    with pytest.raises(InvalidArgument, match=r"discount_rate is a finite number 0 or above \(1e-100"):
        fit.discounted_expected_purchases(customer, discount_rate=5e-324)


@pytest.mark.parametrize("amount", [1e200, 1e-200])
def test_amounts_that_no_arithmetic_holds_are_refused(amount):
    spends = pd.DataFrame({"frequency": [1, 2, 3], "monetary_value": [3.0, amount, 4.0]})
    with pytest.raises(InvalidColumn, match=r"row 1: .* is no amount"):
        GammaGamma().fit(spends)
