"""The purchases to come of customers drawn from NBD, who all are alive."""

from __future__ import annotations

import numpy as np

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History
from crmkit.clv._fitted import bought
from crmkit.clv._nbd._numbers import NBDParameters

__all__ = ["ahead"]


def ahead(parameters: NBDParameters, history: History, *, horizon: float, rng: np.random.Generator) -> Floats:
    """Draw for NBD: lambda ~ gamma(r + x, alpha + T)."""
    return bought(parameters.r + history.frequency, parameters.alpha + history.age, horizon, rng)
