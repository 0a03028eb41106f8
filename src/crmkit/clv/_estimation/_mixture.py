"""A likelihood whose every customer is the sum of two cases, each known by a pair of numbers that many share.

Alive until the end, which depends on frequency and age, or gone after the last purchase, which depends on frequency
and recency. Special functions are evaluated for each distinct pair; a customer costs one exponential and four lookups.

With covariates, parameters differ from pattern to pattern of these, and so the derivatives are summed for each pattern:
they then have one axis more, the last.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import Pairs
from crmkit.clv._estimation._maximise import Value

__all__ = ["Case", "mixed", "on_logs"]


@frozen(eq=False)
class Case:
    """The logarithm of one case, for each of m distinct pairs, and its derivatives in the k parameters.

    Args:
        value: length m; -inf where the case cannot be.
        gradient: k x m; finite.
        hessian: k x k x m; finite.
    """

    value: Floats
    gradient: Floats
    hessian: Floats


def mixed(one: Case, other: Case, *, of_one: Pairs, of_other: Pairs, counts: Floats) -> Value:
    """Sum log(exp(one) + exp(other)) over customers, with its derivatives.

    Args:
        one: the first case, possible for everybody.
        other: the second.
        of_one: the pairs of the first case.
        of_other: those of the second.
        counts: how many customers each entry stands for.
    """
    first, second = one.value[of_one.index], other.value[of_other.index]
    gap = second - first
    tail = np.exp(-np.abs(gap))
    value = float(counts @ (np.maximum(first, second) + np.log1p(tail)))
    share = np.where(gap >= 0, 1.0, tail) / (1.0 + tail)
    of_second = counts * share
    mixing = of_second * (1.0 - share)

    weight_one = of_one.gathered(counts - of_second)
    weight_other = of_other.gathered(of_second)
    gradient = of_one.summed(one.gradient, weight_one) + of_other.summed(other.gradient, weight_other)
    hessian = of_one.summed(one.hessian, weight_one) + of_other.summed(other.hessian, weight_other)
    hessian += _squares(one, of_one, mixing)
    hessian += _squares(other, of_other, mixing)
    for place, slope in enumerate(one.gradient):
        if slope.any():
            weight = of_other.gathered(mixing * slope[of_one.index])
            between = of_other.summed(other.gradient, weight)
            hessian[place] -= between
            hessian[:, place] -= between
    return Value(value, gradient, hessian)


def _squares(case: Case, pairs: Pairs, mixing: Floats) -> Floats:
    """Sum the products of the slopes, by how mixed the cases are."""
    weight = pairs.gathered(mixing)
    if pairs.starts is None:
        return np.asarray((case.gradient * weight) @ case.gradient.T)
    return pairs.summed(case.gradient[:, None] * case.gradient, weight)


def on_logs(value: Value, parameters: Floats) -> Value:
    """Turn derivatives in parameters into derivatives in their logarithms."""
    gradient = value.gradient * parameters
    hessian = value.hessian * (parameters[:, None] * parameters)
    each = np.arange(len(parameters))
    hessian[each, each] += gradient
    return Value(value.value, gradient, (hessian + hessian.swapaxes(0, 1)) / 2.0)  # symmetric to the last bit
