"""How log-gamma over a step of a rises along another step: the exponent of a beta function's decline.

    rise(a, y, w) = lgamma(y + w + a) - lgamma(y + w) - lgamma(y + a) + lgamma(y) = log B(a, y) - log B(a, y + w)

As an integral of positive terms where the differences would cancel.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._functions._trigamma import trigamma

__all__ = ["rise", "slope"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_NODES, _WEIGHTS = (_NODES + 1.0) / 2.0, _WEIGHTS / 2.0


def rise(a: float, y: Floats, w: Floats) -> Floats:
    """Return it for a and y above 0 and w of 0 or above."""
    found = np.empty_like(w)
    near = w <= y
    steps = y[near] + _NODES[:, None] * w[near]
    found[near] = w[near] * (_WEIGHTS @ slope(a, steps))
    found[~near] = _lift(a, (y + w)[~near]) - _lift(a, y[~near])
    return found


def slope(a: Floats | float, y: Floats) -> Floats:
    """Return digamma(y + a) - digamma(y): how fast it rises with w, at y + w."""
    step = np.broadcast_to(np.asarray(a, dtype=np.float64), y.shape)
    found = np.empty_like(y)
    near = y >= step
    found[near] = step[near] * (_WEIGHTS @ trigamma(y[near] + step[near] * _NODES[:, None]))
    found[~near] = digamma((y + step)[~near]) - digamma(y[~near])
    return found


def _lift(a: float, z: Floats) -> Floats:
    """Return lgamma(z + a) - lgamma(z); far out by Tricomi & Erdelyi's series about the middle (DLMF 5.11.14)."""
    middle = z + (a - 1.0) / 2.0
    far = z > 1e4 * (1.0 + a)
    safe = np.where(far, middle, 1.0)
    series = a * np.log(safe) - a * (a * a - 1.0) / 24.0 / safe**2
    return np.where(far, series, gammaln(z + a) - gammaln(z))
