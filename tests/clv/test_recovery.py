"""Every model finds the parameters behind its own simulation again, inside its intervals as often as they say."""

import os

import numpy as np
import pytest

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaDiscreteWeibull,
    BetaGeo,
    FittedBetaBinomialGeo,
    FittedBetaGeo,
    FittedGammaGamma,
    FittedNBD,
    FittedParetoNBD,
    FittedRetention,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    ShiftedBetaGeometric,
)

# Intervals of 95 %: of 200 they hold the truth in 90 to 99 %; of 20 in 15 or more, by a chance of .9997 (binomial).
RUNS, LEAST, MOST = (200, 180, 198) if "CRMKIT_EXAMPLES" in os.environ else (20, 15, 20)


def customers(n, ages):
    """Draw n customers of these ages, in equal parts."""
    return lambda model, rng: model.simulate(n, age=np.resize(ages, n), rng=rng)


def spends(n):
    return lambda model, rng: model.simulate(rng.poisson(2, n), rng=rng)


MODELS = {
    "BG/NBD": (BetaGeo(), FittedBetaGeo.of(r=0.5, alpha=6.0, a=0.8, b=2.4), customers(2000, range(20, 60))),
    # Of few purchases by many (r = .5) it takes 20,000 customers to tell who leaves at once from who buys seldom.
    "MBG/NBD": (
        ModifiedBetaGeo(),
        FittedBetaGeo.of(r=1.5, alpha=6.2, a=0.9, b=1.6, model="MBG/NBD"),
        customers(3000, range(20, 60)),
    ),
    "Pareto/NBD": (ParetoNBD(), FittedParetoNBD.of(r=0.6, alpha=8.0, s=0.7, beta=10.0), customers(2000, range(20, 60))),
    "NBD": (NBD(), FittedNBD.of(r=0.4, alpha=7.0), customers(2000, range(20, 60))),
    "BG/BB": (
        BetaBinomialGeo(),
        FittedBetaBinomialGeo.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8),
        customers(3000, range(6, 11)),
    ),
    "sBG": (ShiftedBetaGeometric(), FittedRetention.of(alpha=0.704, beta=1.182), customers(2000, [3, 6, 12])),
    "BdW": (BetaDiscreteWeibull(), FittedRetention.of(alpha=0.8, beta=2.0, c=1.5), customers(5000, [6, 9, 12])),
    "Gamma-Gamma": (GammaGamma(), FittedGammaGamma.of(p=6.0, q=4.0, v=15.0), spends(2000)),
}


@pytest.mark.parametrize(("model", "true", "drawn"), MODELS.values(), ids=MODELS)
def test_intervals_hold_the_parameters_at_the_rate_they_claim(model, true, drawn):
    held = dict.fromkeys(true.params, 0)
    for run in range(RUNS):
        fit = model.fit(drawn(true, np.random.default_rng(run)))
        assert fit.warnings == ()
        for name, (low, high) in fit.interval(0.95).items():
            held[name] += low < true.params[name] < high
            assert fit.standard_errors[name] > 0
    assert all(LEAST <= count <= MOST for count in held.values()), held
