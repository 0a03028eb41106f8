"""What customers who are alive will do, drawn."""

from __future__ import annotations

import numpy as np

from crmkit.clv._arrays import Floats

__all__ = ["bought", "survived"]

# Chances and rates that a double rounds to 0 or 1 are kept off them.
_LEAST, _MOST_LIKELY = 1e-200, 1.0 - 1e-16
# More purchases than this are no longer counted one by one.
_MOST = 1e15


def bought(shape: Floats, since: Floats, time: Floats | float, rng: np.random.Generator) -> Floats:
    """Draw the purchases within a time at rates ~ gamma(shape, since)."""
    return rng.poisson(np.minimum(rng.standard_gamma(shape) * (time / since), _MOST)).astype(np.float64)


def survived(a: Floats | float, b: Floats, rng: np.random.Generator) -> Floats:
    """Draw the chances that are survived until one is not, each lost with p ~ beta(a, b)."""
    lost = np.clip(rng.beta(a, b), _LEAST, _MOST_LIKELY)
    found: Floats = np.floor(rng.standard_exponential(len(b)) / -np.log1p(-lost))
    return found
