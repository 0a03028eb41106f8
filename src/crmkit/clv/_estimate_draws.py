"""Parameters drawn anew, from how sure a fit is of them.

The vector that a fit looks for (logarithms of the parameters, coefficients) is drawn from the normal distribution around
the estimate that has its covariance. In large samples that is the parametric bootstrap's (Efron & Tibshirani 1993, "An
Introduction to the Bootstrap", chapter 6 and section 21.5), without a fit for each draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from crmkit.clv._estimate import Estimated
from crmkit.clv._maximise import Floats
from crmkit.errors import InvalidArgument, shown

__all__ = ["check_draws", "drawn_estimates", "is_known"]

# The logarithms of drawn parameters stay within this, or within those of the estimate: beyond is only a limit.
_FAR = 20.0


def drawn_estimates(
    estimate: Estimated,
    *,
    draws: int,
    rng: np.random.Generator,
    who: str,
    instead: str,
    keep: Callable[[Estimated], bool] = lambda drawn: True,
) -> list[Estimated]:
    """Return so many estimates with other parameters.

    Args:
        estimate: the parameters, and how sure they are.
        draws: how many.
        rng: the source of randomness.
        who: does not know how sure it is, in the message.
        instead: what else to do then.
        keep: which of the drawn are taken; others are drawn in place of the rest.

    Raises:
        InvalidArgument: an estimate that does not know how sure it is.
    """
    try:
        spread = np.linalg.cholesky(np.array(estimate.covariance))
    except np.linalg.LinAlgError:
        message = f"{who} does not know how sure its parameters are, so none can be drawn"
        raise InvalidArgument(f"{message}; fit with penalty=0.001, or {instead}", argument=who, value=None) from None
    middle, logs = estimate.free, len(estimate.params)
    found: list[Estimated] = []
    while len(found) < draws:
        moves = rng.standard_normal((draws, len(middle))) @ spread.T
        moves *= _within(middle[:logs], moves[:, :logs])[:, None]
        found += [drawn for drawn in map(estimate.at, middle + moves) if keep(drawn)]
    return found[:draws]


def is_known(estimate: Estimated) -> bool:
    """Say whether the parameters were given, as published ones are: no data say how sure they are."""
    return estimate.n == 0 and bool(np.isnan(estimate.covariance).all())


def check_draws(draws: object, confidence: float, rng: object, *, least: int) -> None:
    """Refuse what no interval can be drawn with.

    Args:
        draws: how many.
        confidence: of the interval.
        rng: the source of randomness; needed where there are draws.
        least: so many draws at the least.

    Raises:
        InvalidArgument: a number out of its range, or no source of randomness.
    """
    if type(draws) is not int or draws < least:
        message = f"draws is a count{f' of {least} or more' if least else ''}, not {shown(draws)}"
        raise InvalidArgument(message, argument="draws", value=draws)
    if draws and not isinstance(rng, np.random.Generator):
        message = "draws need a source of randomness: rng=numpy.random.default_rng(1)"
        raise InvalidArgument(message, argument="rng", value=rng)
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:
        message = f"confidence lies between 0 and 1, not {shown(confidence)}"
        raise InvalidArgument(message, argument="confidence", value=confidence)
    needed = math.ceil(round(2 / (1 - confidence), 6))
    if least and draws < needed:
        message = f"{shown(confidence)} of confidence need {needed:,} draws or more, not {draws:,}"
        raise InvalidArgument(message, argument="draws", value=draws)


def _within(middle: Floats, moves: Floats) -> Floats:
    """Return which part of each move keeps within bounds: parameters that run away together keep their ratio."""
    bounds = np.maximum(_FAR, np.abs(middle))
    room = np.where(moves > 0, bounds - middle, bounds + middle)
    with np.errstate(divide="ignore"):
        parts: Floats = np.min(np.where(moves == 0, 1.0, room / np.abs(moves)), axis=1)
    return np.minimum(parts, 1.0)
