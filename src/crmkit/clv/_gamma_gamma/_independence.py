"""Whether customers who buy more often spend more at a time, which the Gamma-Gamma model takes not to be so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import special

from crmkit.clv._arguments import confidence_of
from crmkit.clv._gamma_gamma._spend import Spend, collapsed_spend, spend_of
from crmkit.statistics import Estimate

__all__ = ["independence", "independence_of"]

_SAME: Mapping[str, str] = MappingProxyType({})


def independence(data: Any, *, confidence: float = 0.95, columns: Mapping[str, str] = _SAME) -> Estimate:
    """Return the correlation of frequency and monetary_value among those who bought again: near 0 is well.

    Pearson's, since under the model the mean spend, though not its spread, is the same at every frequency. The
    interval is that of Fisher (1921), Metron 1: approximate where spends are skewed. NaN where one of them does not
    vary; no interval for fewer than four customers.

    Args:
        data: a `tables.CustomerSummary`, or any dataframe with frequency and monetary_value.
        confidence: of the interval.
        columns: the frame's own names by canonical name.

    Raises:
        MissingColumn, InvalidColumn: no such columns, or values that these cannot hold.
        InvalidArgument: a confidence that is not between 0 and 1.
    """
    level = confidence_of(confidence)
    read = collapsed_spend(spend_of(data, columns=columns, model="independence"))
    return independence_of(read.where((read.frequency > 0) & (read.value > 0)), confidence=level)


def independence_of(spend: Spend, *, confidence: float) -> Estimate:
    """Return the correlation of collapsed spends, all of them above 0."""
    n = spend.n
    if n < 2:
        return Estimate.undefined(n=n, confidence=confidence)
    x = spend.frequency - spend.counts @ spend.frequency / n
    m = spend.value - spend.counts @ spend.value / n
    spread = math.sqrt(float(spend.counts @ x**2)) * math.sqrt(float(spend.counts @ m**2))
    if not spread:
        return Estimate.undefined(n=n, confidence=confidence)
    value = min(max(float(spend.counts @ (x * m)) / spread, -1.0), 1.0)
    if n < 4 or abs(value) == 1.0:
        return Estimate(value=value, low=math.nan, high=math.nan, n=n, confidence=confidence)
    reach = -float(special.ndtri((1 - confidence) / 2)) / math.sqrt(n - 3)
    low, high = np.tanh(np.arctanh(value) + np.array([-reach, reach]))
    return Estimate.spanning(value, float(low), float(high), n=n, confidence=confidence)
