"""Shares of a whole: Wilson (1927) for one, Rocks (2016) for the difference of two shares of one sample."""

from __future__ import annotations

import math

from crmkit.errors import InvalidArgument
from crmkit.statistics._arguments import fraction, whole
from crmkit.statistics._critical import normal
from crmkit.statistics._estimate import Estimate

__all__ = ["net_proportion", "proportion"]

_PSEUDO_EACH, _PSEUDO_ALL = 0.75, 3.0


def proportion(successes: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """Return successes / trials with its score interval.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22, 209-212; without continuity correction.

    Args:
        successes: a whole number, at most `trials`.
        trials: a whole number; 0 gives NaN.
        confidence: the level of the interval, between 0 and 1.

    Raises:
        InvalidArgument: counts that are negative or fractional, more successes than trials, a level outside (0, 1).
    """
    successes, n, confidence = (
        whole("successes", successes),
        whole("trials", trials),
        fraction("confidence", confidence),
    )
    if successes > n:
        raise InvalidArgument(f"{successes} successes in {n} trials", argument="successes", value=successes)
    if n == 0:
        return Estimate.undefined(n=0, confidence=confidence)
    share, z = successes / n, normal(confidence)
    shrink = 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / shrink
    reach = z / shrink * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # at the ends one bound is the value itself, which rounding would miss
    low = 0.0 if successes == 0 else centre - reach
    high = 1.0 if successes == n else centre + reach
    return Estimate.spanning(share, low, high, n=n, confidence=confidence)


def net_proportion(positive: int, neutral: int, negative: int, *, confidence: float = 0.95) -> Estimate:
    """Return the share of positive less the share of negative observations, from -1 to 1.

    The interval is the adjusted Wald interval with 3/4 of a positive, 3/2 of a neutral and 3/4 of a negative
    observation added, cut at -1 and 1: Rocks, B. (2016), Interval estimation for the "Net Promoter Score", The American
    Statistician 70, 365-372. Its centre is not the value: for a single observation, or at a low level, it can miss
    an extreme value and is then stretched to it.

    Args:
        positive: a whole number.
        neutral: a whole number.
        negative: a whole number; three times 0 gives NaN.
        confidence: the level of the interval, between 0 and 1.

    Raises:
        InvalidArgument: counts that are negative or fractional, or a level outside (0, 1).
    """
    positive, neutral, negative = whole("positive", positive), whole("neutral", neutral), whole("negative", negative)
    confidence, n = fraction("confidence", confidence), positive + neutral + negative
    if n == 0:
        return Estimate.undefined(n=0, confidence=confidence)
    total = n + _PSEUDO_ALL
    plus, minus = (positive + _PSEUDO_EACH) / total, (negative + _PSEUDO_EACH) / total
    centre = plus - minus
    reach = normal(confidence) * math.sqrt((plus + minus - centre**2) / total)
    low, high = max(centre - reach, -1.0), min(centre + reach, 1.0)
    return Estimate.spanning((positive - negative) / n, low, high, n=n, confidence=confidence)
