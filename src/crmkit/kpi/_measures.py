"""How the quantities of many records become one number: share, mean, quantile, total, ratio, count."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from crmkit import statistics
from crmkit.expressions import ALWAYS, Expression
from crmkit.kpi._quantities import Key, Quantity, YesNo
from crmkit.statistics import Estimate

__all__ = ["DistinctCount", "Mean", "Measure", "NetShare", "Quantile", "Ratio", "Share", "Total", "WeightedShare"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Measure(Protocol):
    """A rule from the records for which `among` holds to one estimate.

    `estimate` gets each distinct combination of the quantities once, with the number of records that have it: equal
    tables give equal bits, whatever the order of their rows and the engine that counted.
    """

    @property
    def among(self) -> Expression:
        """Which records count."""
        ...

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What is read from each."""
        ...

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Finish the number."""
        ...


@frozen
class Share:
    """The share of records for which `hit` holds; Wilson interval.

    Args:
        hit: the question.
        among: which records count; all, if not given.
    """

    hit: Expression
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Whether it is a hit."""
        return (YesNo(self.hit),)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return hits / records."""
        hits = int(counts[values[0] == 1.0].sum())
        return statistics.proportion(hits, int(counts.sum()), confidence=confidence)


@frozen
class NetShare:
    """The share of records for which `plus` holds less that for which `minus` does; adjusted Wald interval.

    Args:
        plus: what counts for.
        minus: what counts against; of no record do both hold.
        among: which records count; all, if not given.
    """

    plus: Expression
    minus: Expression
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Whether it counts for and whether against."""
        return (YesNo(self.plus), YesNo(self.minus))

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return (pluses - minuses) / records."""
        pluses, minuses = (int(counts[answer == 1.0].sum()) for answer in values)
        neutral = int(counts.sum()) - pluses - minuses
        return statistics.net_proportion(pluses, neutral, minuses, confidence=confidence)


@frozen
class Mean:
    """The arithmetic mean; Student's t interval.

    Args:
        of: the quantity averaged.
        among: which records count; all, if not given.
    """

    of: Quantity
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantity averaged."""
        return (self.of,)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return sum / records."""
        return statistics.mean(values[0], counts=counts, confidence=confidence)


@frozen
class Quantile:
    """A quantile, by default the median; order-statistic interval.

    Args:
        of: the quantity ranked.
        among: which records count; all, if not given.
        q: the fraction of the records that lies below, between 0 and 1.
    """

    of: Quantity
    among: Expression = ALWAYS
    q: float = 0.5

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantity ranked."""
        return (self.of,)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return the value below which the fraction `q` of the records lies."""
        return statistics.quantile(values[0], self.q, counts=counts, confidence=confidence)


@frozen
class Total:
    """The sum; a count of everything there is, so without an interval. No records sum to 0.

    Args:
        of: the quantity summed.
        among: which records count; all, if not given.
    """

    of: Quantity
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantity summed."""
        return (self.of,)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return the sum, rounded once."""
        total = math.fsum((values[0] * counts).tolist())
        return Estimate(value=total, low=math.nan, high=math.nan, n=int(counts.sum()), confidence=confidence)


@frozen
class Ratio:
    """One sum divided by another; interval by the delta method.

    Args:
        numerator: the quantity whose sum is divided.
        denominator: the quantity whose sum divides.
        among: which records count; all, if not given.
    """

    numerator: Quantity
    denominator: Quantity
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Both quantities."""
        return (self.numerator, self.denominator)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return sum / sum."""
        return statistics.ratio(values[0], values[1], counts=counts, confidence=confidence)


@frozen
class WeightedShare:
    """The share of the weight that records for which `hit` holds carry; interval by the delta method, within [0, 1].

    Undefined where there are hits and others but one of the two sides weighs nothing: then the weight was not kept
    for that side, as in exports that set the amount of a lost deal to 0.

    Args:
        hit: the question.
        weight: the quantity that each record weighs.
        among: which records count; all, if not given.
    """

    hit: Expression
    weight: Quantity
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Whether it is a hit, and its weight."""
        return (YesNo(self.hit), self.weight)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return weight of hits / weight of all."""
        hit, weight = values
        sides = [weight[hit == side] for side in (0.0, 1.0)]
        if any(len(side) and not side.any() for side in sides):
            return Estimate.undefined(n=int(counts.sum()), confidence=confidence)
        ratio = statistics.ratio(hit * weight, weight, counts=counts, confidence=confidence)
        # A share lies in [0, 1]; the delta method, made for large samples, does not know that.
        return evolve(ratio, low=min(max(ratio.low, 0.0), 1.0), high=max(min(ratio.high, 1.0), 0.0))


@frozen
class DistinctCount:
    """How many different values a column holds; without an interval.

    Args:
        of: the column.
        among: which records count; all, if not given.
    """

    of: Key
    among: Expression = ALWAYS

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The column told apart."""
        return (self.of,)

    def estimate(self, values: tuple[Floats, ...], counts: Counts, *, confidence: float) -> Estimate:
        """Return the number of distinct values, each of which arrives once."""
        return Estimate(
            value=float(len(counts)), low=math.nan, high=math.nan, n=int(counts.sum()), confidence=confidence
        )
