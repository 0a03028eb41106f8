"""How sure fitted models are of a customer's value: their parameters drawn anew, from how sure they are of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import evolve

from crmkit.clv._estimate import Estimated
from crmkit.clv._maximise import Floats
from crmkit.errors import InvalidArgument

__all__ = ["drawn_values"]


def drawn_values(
    fit: Any, spend: Any, value: Callable[[Any, Any], Floats], *, draws: int, rng: np.random.Generator
) -> Floats:
    """Return the value of every customer under each draw: customers x draws.

    The logarithms of the parameters are drawn from the normal distribution around their estimates that has their
    covariance: the parametric bootstrap's, in large samples, without a fit for each draw.

    Args:
        fit: a fitted model of purchases.
        spend: that of spends.
        value: from both to one number a customer.
        draws: how many.
        rng: the source of randomness.

    Raises:
        InvalidArgument: a model that does not know how sure it is.
    """
    of_fit = _parameters(fit.estimate, "fit", draws, rng)
    # Where the mean spend is finite, so is that of every draw: one without a mean says nothing of a value.
    of_spend = _parameters(spend.estimate, "spend", draws, rng, finite=spend.params["q"] > 1)
    columns = [value(_with(fit, one), _with(spend, other)) for one, other in zip(of_fit, of_spend, strict=True)]
    return np.stack(columns, axis=1)


def _parameters(
    estimate: Estimated, argument: str, draws: int, rng: np.random.Generator, *, finite: bool = False
) -> list[dict[str, float]]:
    covariance = np.array(estimate.covariance)
    if not np.isfinite(covariance).all():
        message = f"{argument} does not know how sure its parameters are, so nothing can be drawn; leave draws out"
        raise InvalidArgument(message, argument=argument, value=None)
    names = list(estimate.params)
    logs = np.log(list(estimate.params.values()))
    found: list[dict[str, float]] = []
    while len(found) < draws:  # at least every other draw has q > 1, as the estimate has
        drawn = np.exp(rng.multivariate_normal(logs, covariance, draws, method="cholesky"))
        new = [dict(zip(names, row.tolist(), strict=True)) for row in drawn]
        found += [one for one in new if not finite or one["q"] > 1]
    return found[:draws]


def _with(fit: Any, params: dict[str, float]) -> Any:
    return evolve(fit, estimate=evolve(fit.estimate, params=params))
