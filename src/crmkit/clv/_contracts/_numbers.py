"""What sBG and BdW expect of customers under contract: arrays in, arrays out.

Fader & Hardie (2007), Journal of Interactive Marketing 21; Fader & Hardie (2010), Marketing Science 29, equations 5 and
6 (discounted lifetimes); Fader, Hardie, Liu, Davin & Steenburgh (2018), Journal of Interactive Marketing 43. sBG is BdW
with c = 1.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._contracts._beta_discrete_weibull_likelihood import stretched
from crmkit.clv._functions import beta_tail, rise

__all__ = ["RetentionParameters", "drawn", "lifetime", "log_survival"]

# e^-40 of the first term is less than a double notices.
_END = 40.0
_SUMMED = 4096
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)


@frozen
class RetentionParameters:
    """The parameters: alpha, beta of leaving at a renewal; c, above 1 where the chance to leave grows with tenure."""

    alpha: float
    beta: float
    c: float = 1.0


def log_survival(parameters: RetentionParameters, periods: Floats, *, after: Floats | float = 0.0) -> Floats:
    """Return the logarithm of the share that stays `periods` more, of those who stayed the periods `after`."""
    begin = stretched(np.broadcast_to(np.asarray(after, dtype=np.float64), periods.shape), parameters.c)[0]
    end = stretched(after + periods, parameters.c)[0]
    return -rise(parameters.alpha, parameters.beta + begin, np.maximum(end - begin, 0.0))


def lifetime(parameters: RetentionParameters, tenure: Floats, *, force: float, horizon: float, first: int) -> Floats:
    """Return the discounted periods to come of customers who stayed `tenure`: the sum of S(tenure + k) / S(tenure).

    Over k = first, first + 1, ...; the first of them is not discounted, the next by e^-force...

    Args:
        parameters: of the model.
        tenure: renewals made.
        force: of discount.
        horizon: how many periods; all to come, if infinite, for which sBG with alpha above 1 and `first` of 1 alone
            needs no discount.
        first: 0 where the present period counts, 1 where the next is the first.
    """
    tenures, of = np.unique(tenure, return_inverse=True)
    if math.isinf(horizon):
        found = np.array([_endless(parameters, one, force=force, first=first) for one in tenures])
    else:
        ahead = np.arange(horizon)
        logs = (log_survival(parameters, ahead + first, after=one) - force * ahead for one in tenures)
        found = np.array([np.exp(one).sum() for one in logs])
    summed: Floats = found[of]
    return summed


def drawn(parameters: RetentionParameters, n: int, *, age: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Draw n customers observed over so many renewals each."""
    leaving = np.clip(rng.beta(parameters.alpha, parameters.beta, n), 1e-300, 1.0 - 1e-16)
    waits = np.log(np.maximum(rng.exponential(1.0, n), 1e-300)) - np.log(-np.log1p(-leaving))
    end = np.broadcast_to(age, n)
    left_at = np.ceil(np.exp(np.minimum(waits / parameters.c, np.log(end + 1.0))))
    churned = np.maximum(left_at, 1.0) <= end
    return pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(1, n + 1)],
            "tenure": np.where(churned, np.maximum(left_at, 1.0), end).astype(np.int64),
            "churned": churned,
        }
    )


def _endless(parameters: RetentionParameters, tenure: float, *, force: float, first: int) -> float:
    alpha, beta = parameters.alpha, parameters.beta
    if not force:
        return (beta + tenure) / (alpha - 1.0)
    if parameters.c == 1.0:
        later = np.array([beta + tenure + first])
        kept = np.exp(log_survival(parameters, np.array([float(first)]), after=tenure))
        return float((kept * beta_tail(alpha, later, force=force))[0])
    ahead = np.arange(float(_SUMMED))
    worth = np.exp(log_survival(parameters, ahead + first, after=tenure) - force * ahead)
    return float(worth.sum()) + _rest(parameters, tenure + first, tenure, force=force)


def _rest(parameters: RetentionParameters, begin: float, tenure: float, *, force: float) -> float:
    """Sum from the 4,096th term on, by Euler and Maclaurin's formula for midpoints, in panels that double."""
    low, end = _SUMMED - 0.5, _END / force

    def worth(ahead: Floats) -> Floats:
        return np.exp(log_survival(parameters, begin - tenure + ahead, after=tenure) - force * ahead)

    falls = np.diff(worth(np.array([_SUMMED - 1.0, float(_SUMMED)])))
    total = float(falls[0]) / 24.0
    while low < end:
        high = min(2.0 * low, end)
        half = (high - low) / 2.0
        total += half * float(_WEIGHTS @ worth(low + half * (1.0 + _NODES)))
        low = high
    return total
