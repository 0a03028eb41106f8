"""How sure fitted models are of a customer's value: their parameters drawn anew, from how sure they are of these."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from attrs import evolve

from crmkit.clv._arrays import Floats
from crmkit.clv._estimation import drawn_estimates
from crmkit.errors import UndefinedMetricWarning

__all__ = ["drawn_bounds", "drawn_values"]


def drawn_values(
    fit: Any, spend: Any, value: Callable[[Any, Any], Floats], *, draws: int, rng: np.random.Generator
) -> Floats:
    """Return the value of every customer under each draw: customers x draws.

    Args:
        fit: a fitted model of purchases.
        spend: that of spends.
        value: from both to one number a customer.
        draws: how many.
        rng: the source of randomness.

    Raises:
        InvalidArgument: a model that does not know how sure it is.
    """
    drawn = partial(drawn_estimates, draws=draws, rng=rng, instead="leave draws out")
    of_fit = drawn(fit.estimate, argument="fit")
    # Where the mean spend is finite, so is that of every draw: one without a mean says nothing of a value. At least
    # every other draw has one then.
    finite = spend.params["q"] > 1
    of_spend = drawn(spend.estimate, argument="spend", keep=lambda one: not finite or one.params["q"] > 1)
    pairs = zip(of_fit, of_spend, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)  # told once, of the estimate
        columns = [value(evolve(fit, estimate=one), evolve(spend, estimate=other)) for one, other in pairs]
    return np.stack(columns, axis=1)


def drawn_bounds(drawn: Floats, confidence: float) -> Floats:
    """Return the lower and the upper bound over the draws, which are the first axis."""
    return np.asarray(np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0))
