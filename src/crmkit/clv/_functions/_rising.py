"""Rising factorials a (a + 1) ... (a + k - 1): ratios of gamma functions whose arguments differ by whole numbers.

As sums of logarithms they keep their digits however large a grows, where differences of log-gamma lose them.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen

from crmkit.clv._arrays import Floats

__all__ = ["Rising", "beta_tail", "rising"]

# e^-40 of the first term is less than a double notices.
_END = 40.0


@frozen(eq=False)
class Rising:
    """The logarithms of the rising factorials of a, from no factor to the most, and their derivatives in a."""

    log: Floats
    slope: Floats
    bend: Floats


def rising(a: float, most: int) -> Rising:
    """Return the rising factorials of a of 0, 1, ... `most` factors."""
    factors = a + np.arange(most, dtype=np.float64)
    parts = (np.log(factors), 1.0 / factors, -1.0 / factors**2)
    return Rising(*(np.concatenate([[0.0], np.cumsum(part)]) for part in parts))


def beta_tail(a: float, b: Floats, *, force: float) -> Floats:
    """Return the sum over k = 0, 1, 2... of e^(-force k) B(a, b + k) / B(a, b), which is 2F1(1, b; a + b; e^-force).

    By Gauss' continued fraction (DLMF 15.7.1), from behind; its steps shrink the error by (1 - x) / (1 + x), where x is
    the root of 1 - e^-force.

    Args:
        a: above 0.
        b: above 0.
        force: above 0.
    """
    ratio, root = math.exp(-force), math.sqrt(-math.expm1(-force))
    depth = 8 + int(_END / (2.0 * math.atanh(min(root, 0.9999))))
    bottom = a + b - 1.0
    below = bottom + depth
    for step in range(depth, 1, -1):
        half, odd = divmod(step, 2)
        above = (b + half) * (bottom + half) if odd else half * (a - 1.0 + half)
        below = bottom + step - 1.0 - above * ratio / below
    return 1.0 / (1.0 - b * ratio / below)
