"""Whatever the data, a model of purchases gives a finite answer, or says by name what is lacking and what to do."""

import os
import warnings

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import (
    NBD,
    BetaBinomialGeo,
    BetaGeo,
    FittedBetaBinomialGeo,
    FittedBetaGeo,
    FittedNBD,
    FittedParetoNBD,
    ModifiedBetaGeo,
    ParetoNBD,
)
from crmkit.errors import ConvergenceWarning, InvalidColumn, NotEnoughData

MODELS = {"BG/NBD": BetaGeo, "MBG/NBD": ModifiedBetaGeo, "Pareto/NBD": ParetoNBD, "NBD": NBD, "BG/BB": BetaBinomialGeo}
RNG = np.random.default_rng(5)


def frame(frequency, recency, age):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": age}, dtype=float)


def drawn(fit, n, ages):
    return fit.simulate(n, age=np.resize(ages, n), rng=RNG)[["frequency", "recency", "T"]]


def in_other_units(data, factor):
    return data.assign(recency=data["recency"] * factor, T=data["T"] * factor)


def opportunities(data):
    """Return the histories in whole opportunities, one a purchase at least."""
    last = np.where(data["frequency"] > 0, np.maximum(np.ceil(data["recency"]), data["frequency"]), 0)
    return frame(data["frequency"], last, np.maximum(np.ceil(data["T"]), last))


USUAL = drawn(FittedParetoNBD.of(r=0.6, alpha=8.0, s=0.7, beta=10.0), 300, range(20, 40))
NOT_ENOUGH = {
    "nobody": frame([], [], []),
    "one-timers only": frame([0] * 50, [0] * 50, range(50)),
    "a single one-timer": frame([0], [0], [30]),
    "T = 0 for everybody": frame([0] * 5, [0] * 5, [0] * 5),
}
ENOUGH = {
    "x in the thousands": frame(RNG.integers(1000, 9000, 40), RNG.uniform(20, 30, 40), [30] * 40),
    "one of thousands among one-timers": frame([0] * 99 + [5000], [0] * 99 + [29], [30] * 100),
    "a single customer of thousands": frame([5000], [20], [30]),
    "a single repeater": frame([3], [20], [30]),
    "a one-timer and a repeater": frame([0, 3], [0, 20], [30, 30]),
    "two repeaters": frame([1, 3], [10, 20], [30, 30]),
    "all alike": frame([3] * 200, [20] * 200, [30] * 200),
    "all alike, and buying at the end": frame([3] * 200, [30] * 200, [30] * 200),
    "recency = T for all": frame(RNG.poisson(5, 99) + 1, [30] * 99, [30] * 99),
    "recency = T for all repeaters": frame([0] * 50 + [2] * 50, [0] * 50 + [30] * 50, [30] * 100),
    "recency = 0 for all repeaters": frame([0, 1, 2, 1], [0, 0, 0, 0], [9, 9, 9, 5]),
    "95 % one-timers": frame([1] * 5 + [0] * 95, [*range(4, 24, 4)] + [0] * 95, [30] * 100),
    "99 % one-timers": frame([1] + [0] * 99, [7] + [0] * 99, [30] * 100),
    "T = 0 for some": pd.concat([USUAL, frame([0] * 50, [0] * 50, [0] * 50)], ignore_index=True),
    "in tiny units": in_other_units(USUAL, 1e6),
    "in huge units": in_other_units(USUAL, 1e-6),
    "nobody leaves": drawn(FittedNBD.of(r=2.0, alpha=9.0), 200, 50),
    "a = 1": drawn(FittedBetaGeo.of(r=0.5, alpha=6.0, a=1.0, b=2.4), 300, range(20, 40)),
    "s = 1": drawn(FittedParetoNBD.of(r=0.5, alpha=6.0, s=1.0, beta=9.0), 300, range(20, 40)),
    "alpha 1000 times beta": drawn(FittedParetoNBD.of(r=0.5, alpha=1000.0, s=0.5, beta=1.0), 600, 99),
    "beta 1000 times alpha": drawn(FittedParetoNBD.of(r=2.0, alpha=0.1, s=1.0, beta=100.0), 60, 30),
}
EACH = pytest.mark.parametrize("model", MODELS)
# Every model with every data; every third pair, in which are all of both, where that takes too long.
PAIRS = [(model, name) for name in ENOUGH for model in MODELS][:: 1 if "CRMKIT_EXAMPLES" in os.environ else 3]


def fitted(model, data, penalty=0.0):
    """Fit, with every other warning an error; what is warned of is what the fit says, and what to do."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("error")
        warnings.simplefilter("always", ConvergenceWarning)
        fit = MODELS[model](penalty=penalty).fit(data)
    assert [str(one.message) for one in told] == [f"{model}: {note}" for note in fit.warnings]
    assert all("simpler model" in note and "penalty=" in note for note in fit.warnings)
    return fit


def prove_finite(fit, data, horizon):
    """Look at every answer about these customers and about a new one."""
    rate = 0.1 / horizon
    whole = fit.discounted_expected_purchases(data, discount_rate=rate)["discounted_expected_purchases"]
    some = fit.discounted_expected_purchases(data, discount_rate=rate, horizon=horizon)["discounted_expected_purchases"]
    expected = fit.expected_purchases(data, horizon=horizon)["expected_purchases"]
    for found in (whole, some, expected, fit.expected_purchases_new([0, horizon])):
        assert (np.isfinite(found) & (found >= 0)).all()
    now, later = (fit.probability_alive(data, at=at)["probability_alive"] for at in (0, horizon))
    for found in (now, later, fit.probability_of([0, 1, 50], horizon=horizon)):
        assert ((found >= 0) & (found <= 1)).all()
    assert (later <= now + 1e-12).all()
    assert (some <= expected * (1 + 1e-6) + 1e-12).all()


@pytest.mark.parametrize(("model", "name"), PAIRS)
def test_every_answer_is_finite_and_every_warning_says_what_to_do(model, name):
    data = ENOUGH[name]
    if model == "BG/BB":
        data = opportunities(data)
        if data["T"].max() > 100_000:
            with pytest.raises(InvalidColumn, match="no number of opportunities"):
                fitted(model, data)
            return
    fits = [fitted(model, data), fitted(model, data, penalty=0.001)]
    for fit in fits:
        assert np.isfinite([*fit.params.values(), fit.log_likelihood]).all()
        assert min(fit.params.values()) > 0
        errors = np.array(list(fit.standard_errors.values()))
        assert np.isfinite(errors).all() or any("no standard errors" in note for note in fit.warnings)
        assert np.isfinite(list(fit.interval(0.99).values())).all() == np.isfinite(errors).all()
        prove_finite(fit, data, np.ceil(data["T"].max()) if model == "BG/BB" else data["T"].max())
    if not any("fitted with penalty" in note for note in fits[0].warnings):
        assert fits[0].log_likelihood >= fits[1].log_likelihood - 1e-7 * abs(fits[1].log_likelihood)


@EACH
@pytest.mark.parametrize("penalty", [0.0, 0.001])
@pytest.mark.parametrize("data", NOT_ENOUGH.values(), ids=NOT_ENOUGH)
def test_what_says_nothing_is_refused_by_the_model_s_name(model, penalty, data):
    with pytest.raises(NotEnoughData, match=r"nobody bought again|there is no customer") as refused:
        fitted(model, data, penalty)
    assert str(refused.value).startswith(f"{model}: ")
    assert (refused.value.model, refused.value.n) == (model, len(data))


@pytest.mark.parametrize("model", ["BG/NBD", "MBG/NBD", "Pareto/NBD", "NBD"])
def test_repeat_purchases_without_any_time_say_nothing(model):
    with pytest.raises(NotEnoughData, match="nobody bought again in any time"):
        fitted(model, frame([0, 1, 2], [0, 0, 0], [0, 0, 0]))


@pytest.mark.parametrize("model", ["BG/NBD", "MBG/NBD", "Pareto/NBD", "NBD"])
@pytest.mark.parametrize("factor", [1e6, 1e-6, 7.0])
def test_another_unit_of_time_changes_the_scales_alone(model, factor):
    one, other = fitted(model, USUAL), fitted(model, in_other_units(USUAL, factor))
    for name, value in one.params.items():
        scale = factor if name == "alpha" or (name == "beta" and model == "Pareto/NBD") else 1.0
        assert other.params[name] == pytest.approx(value * scale, rel=1e-5)
        assert other.standard_errors[name] == pytest.approx(one.standard_errors[name] * scale, rel=1e-4)
    assert other.warnings == one.warnings == ()


KNOWN = {
    "BG/NBD, a = 1": lambda near: FittedBetaGeo.of(r=0.5, alpha=6.0, a=near, b=2.4),
    "MBG/NBD, a = 1": lambda near: FittedBetaGeo.of(r=0.5, alpha=6.0, a=near, b=2.4, model="MBG/NBD"),
    "BG/NBD, a = b = 1": lambda near: FittedBetaGeo.of(r=0.5, alpha=6.0, a=near, b=near),
    "Pareto/NBD, s = 1": lambda near: FittedParetoNBD.of(r=0.5, alpha=6.0, s=near, beta=9.0),
    "Pareto/NBD, r = s = 1": lambda near: FittedParetoNBD.of(r=near, alpha=6.0, s=near, beta=6.0),
    "Pareto/NBD, alpha 10,000 times beta": lambda near: FittedParetoNBD.of(r=0.5, alpha=1e4, s=0.5, beta=near),
    "Pareto/NBD, beta 10,000 times alpha": lambda near: FittedParetoNBD.of(r=0.5, alpha=near, s=0.5, beta=1e4),
    "BG/BB, gamma = 1": lambda near: FittedBetaBinomialGeo.of(alpha=1.2, beta=0.75, gamma=near, delta=2.8),
}
HISTORIES = frame([0, 0, 1, 9, 4000, 4000], [0, 0, 3, 30, 4000, 4500], [0, 30, 40, 30, 5000, 5000])


@pytest.mark.parametrize("of", KNOWN.values(), ids=KNOWN)
def test_where_a_formula_has_a_hole_the_answer_is_that_of_its_neighbours(of):
    at, near = of(1.0), of(1.0 + 1e-9)
    prove_finite(at, HISTORIES, 52.0)
    for ask, name in [(at.expected_purchases, "expected_purchases"), (at.probability_alive, "probability_alive")]:
        arguments = {"horizon": 52} if name == "expected_purchases" else {"at": 52}
        beside = getattr(near, name)(HISTORIES, **arguments)[name]
        np.testing.assert_allclose(ask(HISTORIES, **arguments)[name], beside, rtol=1e-5, atol=1e-300)
