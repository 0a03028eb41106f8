"""How long until something ends, where not all of it has ended: Kaplan and Meier (1958)."""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike

from crmkit.errors import InvalidArgument
from crmkit.statistics._arguments import Floats, fraction, sample
from crmkit.statistics._critical import normal
from crmkit.statistics._estimate import Estimate

__all__ = ["SurvivalCurve", "kaplan_meier"]

# A product of n/(n+1) that should be 1/2 may miss it in the last bits, and the median with it.
_ROUNDING = 1 - 1e-12


@frozen(eq=False)
class SurvivalCurve:
    """The share that lasts longer than each time at which something ended; between two of them it stays the same.

    Args:
        times: rising, in the unit of the durations.
        survival: the share that lasts longer than this.
        low: the lower bound of its interval.
        high: the upper bound; NaN where the share is 0, of which the data do not say more.
        at_risk: how many lasted at least as long.
        ended: how many ended at this time.
        n: how many durations there are, ended or not.
        confidence: the level of the intervals, each for its own time.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    ended: Floats
    n: int
    confidence: float

    @property
    def median(self) -> Estimate:
        """The time by which half have ended."""
        return self.quantile(0.5)

    def quantile(self, q: float) -> Estimate:
        """Return the first time by which the fraction `q` has ended; NaN where that has not come to be.

        The interval has as its bounds the first times at which those of the curve have come down as far: Brookmeyer,
        R. and Crowley, J. (1982), A confidence interval for the median survival time, Biometrics 38, 29-41.

        Args:
            q: between 0 and 1.

        Raises:
            InvalidArgument: an order outside (0, 1).
        """
        left = 1 - fraction("q", q)
        value, low, high = (self._first(curve, left) for curve in (self.survival, self.low, self.high))
        return Estimate(value=value, low=low, high=high, n=self.n, confidence=self.confidence)

    def _first(self, curve: Floats, left: float) -> float:
        """Return the first time at which a curve is down to a share, NaN where it never is."""
        down = np.flatnonzero(curve * _ROUNDING <= left)
        return float(self.times[down[0]]) if len(down) else math.nan


def kaplan_meier(
    durations: ArrayLike, ended: ArrayLike, *, counts: ArrayLike | None = None, confidence: float = 0.95
) -> SurvivalCurve:
    """Return the product-limit estimate of how many last how long, of durations some of which go on.

    Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the American
    Statistical Association 53, 457-481. What goes on at the time at which something ends was still at risk there. The
    interval takes Greenwood's (1926) variance to the scale of log(-log): Kalbfleisch, J. D. and Prentice, R. L. (2002),
    The Statistical Analysis of Failure Time Data, 2nd ed., section 1.4.

    Args:
        durations: finite numbers from 0 on, length m, in any unit.
        ended: whether each one ended (1 or true), or was still going on when last seen (0 or false), length m.
        counts: how often each row stands in the data: whole numbers, length m; by default once each.
        confidence: the level of the intervals, between 0 and 1.

    Raises:
        InvalidArgument: durations that are negative or not finite, `ended` that is neither yes nor no, lengths that
            differ, counts that are negative or fractional, or a level outside (0, 1).
    """
    confidence = fraction("confidence", confidence)
    flags = np.asarray(ended)
    data = sample(counts, ended=flags.astype(np.float64) if flags.dtype == np.bool_ else flags, durations=durations)
    over, lasted = data.columns
    if len(lasted) and lasted[0] < 0:
        raise InvalidArgument(f"durations hold {lasted[0]}; they run from 0 on", argument="durations", value=lasted[0])
    if not np.isin(over, (0.0, 1.0)).all():
        raise InvalidArgument("ended says yes or no, 1 or 0", argument="ended", value=float(over.max()))
    at_risk = data.n - np.cumsum(data.counts) + data.counts
    first = np.ones(len(lasted), dtype=bool)
    first[1:] = lasted[1:] != lasted[:-1]
    at_risk = at_risk[first][np.cumsum(first) - 1]  # of rows of one time that of the first
    event = over == 1.0
    times, at_risk, gone = lasted[event], at_risk[event], data.counts[event]
    survival = np.cumprod(1 - gone / at_risk)
    low, high = _bounds(survival, at_risk, gone, normal(confidence))
    return SurvivalCurve(times, survival, low, high, at_risk, gone, data.n, confidence)


def _bounds(survival: Floats, at_risk: Floats, gone: Floats, reach: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(gone / (at_risk * (at_risk - gone)))
        spread = np.exp(reach * np.sqrt(greenwood) / -np.log(survival))
        low, high = survival**spread, survival ** (1 / spread)
    nobody = survival == 0
    return np.where(nobody, 0.0, low), np.where(nobody, math.nan, high)
