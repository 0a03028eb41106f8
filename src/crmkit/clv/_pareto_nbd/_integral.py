"""The integral of (alpha + u)^-p (beta + u)^-q over u from t on, of which all of Pareto/NBD is made.

With the larger of alpha and beta as clock, (larger + u) = (larger + t) e^y, the integrand is

    exp(-(p + q - 1) y - (power of the smaller) log(1 + (k - 1) (1 - e^-y))),   k = (larger + t) / (smaller + t) >= 1,

whose logarithm is convex and falls steepest at 0. Over y = scale e^(z - e^-z) (Takahasi & Mori 1974, Publications of
the Research Institute for Mathematical Sciences 9) the trapezoidal rule then is exact to rounding, for every power.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from crmkit.clv._arrays import Floats
from crmkit.clv._estimation import Case

__all__ = ["integral", "integral_with_slopes"]

_STEP = 0.2
# Left of it, the weight is below 1e-17; right of the end, the integrand is below e^-40.
_LEFT, _FALL = -3.7, 40.0
# So many pairs at once stay in the processor's cache.
_CHUNK = 1024


class _Nodes(NamedTuple):
    """The rule for some of the pairs: pairs x nodes."""

    part: slice
    clock: Floats
    gone: Floats
    slower: Floats
    weight: Floats
    scale: Floats


def integral(p: Floats, q: Floats, *, alpha: Floats | float, beta: Floats | float, since: Floats) -> Floats:
    """Return the logarithm of the integral, an entry each.

    Args:
        p: the powers of alpha + u; above 0.
        q: the powers of beta + u; above 0, and p + q above 1.
        alpha: above 0; one for all, or one each.
        beta: above 0; one for all, or one each.
        since: t, 0 or above.
    """
    p, q, slow, fast = _ordered(p, q, alpha, beta, since)
    apart = np.abs(np.subtract(beta, alpha))
    sums = np.empty(len(since))
    for nodes in _rule(p, q, slow, apart):
        sums[nodes.part] = nodes.weight @ np.ones(nodes.weight.shape[1]) * nodes.scale
    return _factored(p, q, slow, fast, sums)


def integral_with_slopes(p: Floats, q: Floats, *, alpha: Floats | float, beta: Floats | float, since: Floats) -> Case:
    """Return the logarithm of the integral with its derivatives in p, alpha, q and beta; arguments as `integral`."""
    p, q, slow, fast = _ordered(p, q, alpha, beta, since)
    apart = np.abs(np.subtract(beta, alpha))
    m = len(since)
    sums, means, squares = np.empty(m), np.empty((4, m)), np.empty((4, 4, m))
    for nodes in _rule(p, q, slow, apart):
        part, rest = nodes.part, 1.0 - nodes.gone
        # log(alpha + u), 1 / (alpha + u), log(beta + u), 1 / (beta + u): each less, or as a share of, that at t.
        lag = (fast[part] / slow[part])[:, None]
        shrunk = -nodes.gone * lag / (rest + lag * nodes.gone)
        looked = (nodes.slower, shrunk, nodes.clock, -nodes.gone)
        ones = np.ones(nodes.weight.shape[1])
        total = nodes.weight @ ones
        sums[part] = total * nodes.scale
        for one, first in enumerate(looked):
            weighted = nodes.weight * first
            means[one, part] = weighted @ ones / total
            for other in range(one, 4):
                squares[one, other, part] = np.einsum("ij,ij->i", weighted, looked[other]) / total
    found = _sloped(p, q, slow, fast, _factored(p, q, slow, fast, sums), means, squares)
    turned, back = np.greater(alpha, beta), [2, 3, 0, 1]
    gradient = np.where(turned, found.gradient[back], found.gradient)
    return Case(found.value, gradient, np.where(turned, found.hessian[back][:, back], found.hessian))


def _ordered(
    p: Floats, q: Floats, alpha: Floats | float, beta: Floats | float, since: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the powers of the smaller and of the larger of alpha + t and beta + t, then these."""
    turned = np.greater(alpha, beta)
    slow, fast = np.minimum(alpha, beta) + since, np.maximum(alpha, beta) + since
    return np.where(turned, q, p), np.where(turned, p, q), slow, fast


def _rule(p: Floats, q: Floats, slow: Floats, apart: Floats) -> Iterator[_Nodes]:
    """Lay nodes and weights; what is left of the integrand at each is in the weight."""
    lag = apart / slow
    falls = p + q - 1.0
    steep = falls + p * lag
    for begin in range(0, len(slow), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        end = np.log(_FALL * (steep[part] / falls[part]).max()) + 0.1
        z = np.arange(_LEFT, end + _STEP, _STEP)
        base = np.exp(z - np.exp(-z))
        scale = 1.0 / steep[part]
        clock = scale[:, None] * base
        gone = -np.expm1(-clock)
        behind = np.log1p(lag[part, None] * gone)
        fallen = falls[part, None] * clock + p[part, None] * behind
        weight = np.exp(-fallen) * (base * (1.0 + np.exp(-z)) * _STEP)
        yield _Nodes(part, clock, gone, clock + behind, weight, scale)


def _factored(p: Floats, q: Floats, slow: Floats, fast: Floats, sums: Floats) -> Floats:
    found: Floats = np.log(sums) - p * np.log(slow) + (1.0 - q) * np.log(fast)
    return found


def _sloped(p: Floats, q: Floats, slow: Floats, fast: Floats, value: Floats, means: Floats, squares: Floats) -> Case:
    """Differentiate under the integral: the mean slope, and its spread and mean bend.

    Args:
        p: the powers of alpha + u.
        q: the powers of beta + u.
        slow: alpha + t.
        fast: beta + t.
        value: the logarithm of the integral.
        means: over the integrand, of the four looked at.
        squares: of their products, above the diagonal.
    """
    ones = np.ones_like(p)
    factor = np.stack([-ones, -p / slow, -ones, -q / fast])
    at_start = np.stack([np.log(slow), ones, np.log(fast), ones])
    gradient = factor * (at_start + means)
    hessian = np.empty_like(squares)
    for one in range(4):
        for other in range(one, 4):
            spread = squares[one, other] - means[one] * means[other]
            hessian[one, other] = hessian[other, one] = factor[one] * factor[other] * spread
    for power, place, until in ((0, 1, slow), (2, 3, fast)):
        exponent = -factor[place] * until
        bend = -(1.0 + means[place]) / until
        hessian[power, place] += bend
        hessian[place, power] += bend
        hessian[place, place] += exponent * (1.0 + 2.0 * means[place] + squares[place, place]) / until**2
    return Case(value, gradient, hessian)
