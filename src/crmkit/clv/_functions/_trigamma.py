"""The derivative of digamma."""

from __future__ import annotations

import numpy as np
from scipy.special import zeta

from crmkit.clv._arrays import Floats

__all__ = ["trigamma"]


def trigamma(value: Floats | float) -> Floats:
    """Return it by Hurwitz' zeta function: faster than polygamma, which is the same."""
    return np.asarray(zeta(2, value), dtype=np.float64)
