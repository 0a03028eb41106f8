"""Means of (1 + p u)^-power over a beta-distributed p, which Gauss' hypergeometric function gives."""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, hyp2f1, log_expit

from crmkit.clv._arrays import Floats
from crmkit.clv._functions._trigamma import trigamma

__all__ = ["gauss", "mean_power"]

_STEPS = np.linspace(0.0, 1.0, 400)
# e^-38 of the peak is less than a double notices.
_END = 38.0
_CLOSE = 1e-9
# More of b than this share of a is lost in their sum.
_LOST = 1e-16


def gauss(power: Floats, a: Floats | float, last: Floats, u: Floats) -> Floats:
    """Return 2F1(power, a; last; -u), or NaN where the two forms that Pfaff's transformation connects do not agree.

    Each is evaluated badly somewhere, and by no sign of its own: only the other one tells.
    """
    power, last, u = np.broadcast_arrays(power, last, u)
    with np.errstate(all="ignore"):
        direct = hyp2f1(power, a, last, -u)
        other = (1.0 + u) ** -a * hyp2f1(last - power, a, last, u / (1.0 + u))
        agree = np.abs(direct - other) <= _CLOSE * np.abs(other)
    found: Floats = np.where(agree, np.where(np.abs(power) <= np.abs(last - power), direct, other), np.nan)
    return found


def mean_power(power: Floats, a: Floats | float, last: Floats, u: Floats) -> Floats:
    """Return the mean of (1 + p u)^-power over p ~ beta(a, last - a); where Gauss' function fails, by summing.

    Args:
        power: above 0.
        a: above 0.
        last: above a.
        u: 0 or above; of one shape with the others.
    """
    found = gauss(power, a, last, u)
    lost = np.isnan(found)
    if lost.any():
        power, each, last, u = np.broadcast_arrays(power, a, last, u)
        found[lost] = _summed(power[lost], each[lost], last[lost], u[lost])
    return found


def _summed(power: Floats, a: Floats | float, last: Floats, u: Floats) -> Floats:
    """Sum by the trapezoid rule on a doubly exponential scale of the log-odds (Takahasi & Mori 1974)."""
    a = np.broadcast_to(a, last.shape)
    b = np.maximum(last - a, _LOST * a)
    scale = np.minimum(1.0, np.sqrt(trigamma(a) + trigamma(b)))
    low, high = -np.arcsinh(_END / (a * scale) + _END), np.arcsinh(_END / (b * scale) + _END)
    steps = low[:, None] + (high - low)[:, None] * _STEPS
    odds = np.log(a / b)[:, None] + scale[:, None] * np.sinh(steps)
    logs, rest = log_expit(odds), log_expit(-odds)
    weights = np.exp(a[:, None] * logs + b[:, None] * rest - betaln(a, b)[:, None]) * np.cosh(steps)
    values = np.exp(-power[:, None] * np.log1p(np.exp(logs) * u[:, None]))
    found: Floats = (weights * values).sum(axis=1) / weights.sum(axis=1)
    return found
