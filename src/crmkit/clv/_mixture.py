"""A likelihood whose every customer is the sum of two cases, each known by a pair of numbers that many share.

Alive until the end, which depends on frequency and age, or gone after the last purchase, which depends on frequency
and recency. Special functions are evaluated for each distinct pair; a customer costs one exponential and four lookups.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.clv._maximise import Floats, Value

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


def mixed(one: Case, other: Case, *, of_one: NDArray[np.intp], of_other: NDArray[np.intp], counts: Floats) -> Value:
    """Sum log(exp(one) + exp(other)) over customers, with its derivatives.

    Args:
        one: the first case, possible for everybody.
        other: the second.
        of_one: which pair of the first case each entry has.
        of_other: which of the second.
        counts: how many customers each entry stands for.
    """
    first, second = one.value[of_one], other.value[of_other]
    gap = second - first
    tail = np.exp(-np.abs(gap))
    value = float(counts @ (np.maximum(first, second) + np.log1p(tail)))
    share = np.where(gap >= 0, 1.0, tail) / (1.0 + tail)
    of_second = counts * share
    mixing = of_second * (1.0 - share)

    weight_one = np.bincount(of_one, counts - of_second, len(one.value))
    weight_other = np.bincount(of_other, of_second, len(other.value))
    gradient = one.gradient @ weight_one + other.gradient @ weight_other

    hessian = one.hessian @ weight_one + other.hessian @ weight_other
    hessian += (one.gradient * np.bincount(of_one, mixing, len(one.value))) @ one.gradient.T
    hessian += (other.gradient * np.bincount(of_other, mixing, len(other.value))) @ other.gradient.T
    for place, slope in enumerate(one.gradient):
        if slope.any():
            between = other.gradient @ np.bincount(of_other, mixing * slope[of_one], len(other.value))
            hessian[place] -= between
            hessian[:, place] -= between
    return Value(value, gradient, hessian)


def on_logs(value: Value, parameters: Floats) -> Value:
    """Turn derivatives in parameters into derivatives in their logarithms."""
    gradient = value.gradient * parameters
    hessian = value.hessian * np.outer(parameters, parameters) + np.diag(gradient)
    return Value(value.value, gradient, (hessian + hessian.T) / 2.0)  # symmetric to the last bit
