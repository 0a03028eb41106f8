"""Parameters drawn anew, from how sure a fit is of them.

What a fit looks for (logarithms of the parameters, coefficients) is drawn from the normal distribution around the
estimate that has its covariance (Krinsky & Robb 1986, Review of Economics and Statistics 68). In large samples that is
the distribution of the parametric bootstrap (Efron & Tibshirani 1993, "An Introduction to the Bootstrap", section 6.5),
without a fit for each draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from crmkit.clv._arguments import confidence_of, prove_rng
from crmkit.clv._arrays import Floats
from crmkit.clv._estimation._covariates import centred
from crmkit.clv._estimation._estimate import Estimated
from crmkit.errors import InvalidArgument, shown

__all__ = ["check_draws", "drawn_estimates", "is_known"]

# A drawn parameter stays within a factor e^10 of its estimate: beyond, it is as good as its limit.
_FAR = 10.0


def drawn_estimates(
    estimate: Estimated,
    *,
    draws: int,
    rng: np.random.Generator,
    argument: str,
    instead: str,
    keep: Callable[[Estimated], bool] = lambda drawn: True,
) -> list[Estimated]:
    """Return so many estimates with other parameters.

    Args:
        estimate: the parameters, and how sure they are.
        draws: how many.
        rng: the source of randomness.
        argument: the name of what was fitted, for the message.
        instead: what else to do then.
        keep: which of the drawn are taken; others are drawn in place of the rest.

    Raises:
        InvalidArgument: an estimate that does not know how sure it is.
    """
    known = _centred_with_root(estimate)
    if known is None:
        message = f"{argument} does not know how sure its parameters are, so none can be drawn"
        raise InvalidArgument(f"{message}; fit with penalty=0.001, or {instead}", argument=argument, value=None)
    middle, spread = known
    free, logs = middle.free, len(middle.params)
    found: list[Estimated] = []
    while len(found) < draws:
        moves = rng.standard_normal((draws, len(free))) @ spread.T
        # Shortened as a whole: parameters that run away together keep their ratio.
        moves *= _FAR / np.maximum(np.abs(moves[:, :logs]).max(axis=1, keepdims=True), _FAR)
        found += [drawn for drawn in map(middle.at, free + moves) if keep(drawn)]
    return found[:draws]


def is_known(estimate: Estimated) -> bool:
    """Say whether the parameters were given, as published ones are: no data say how sure they are."""
    return estimate.n == 0 and bool(np.isnan(estimate.covariance).all())


def check_draws(draws: Any, confidence: float, rng: object, *, least: int) -> None:
    """Refuse what no interval can be drawn with.

    Args:
        draws: how many.
        confidence: of the interval.
        rng: the source of randomness; needed where there are draws.
        least: so many draws at the least.

    Raises:
        InvalidArgument: a number out of its range, or no source of randomness.
    """
    if not isinstance(draws, int | np.integer) or isinstance(draws, bool) or draws < least:
        message = f"draws is a count{f' of {least} or more' if least else ''}, not {shown(draws)}"
        raise InvalidArgument(message, argument="draws", value=draws)
    needed = math.ceil(round(2 / (1 - confidence_of(confidence)), 6))
    if draws:
        prove_rng(rng)
    if 0 < draws < needed:
        message = f"{shown(confidence)} of confidence need {needed:,} draws or more, not {draws:,}"
        raise InvalidArgument(message, argument="draws", value=draws)


def _centred_with_root(estimate: Estimated) -> tuple[Estimated, Floats] | None:
    """Return the estimate where it can be drawn, and the lower Cholesky factor of its covariance; None without one."""
    try:
        middle = centred(estimate) if estimate.coefficients else estimate
        root = np.asarray(np.linalg.cholesky(np.array(middle.covariance)), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return (middle, root) if np.isfinite(root).all() else None
