"""The parameters at which a likelihood is greatest: Newton's method in a trust region, on their logarithms."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.optimize import minimize

from crmkit.clv._arrays import Floats

__all__ = ["Likelihood", "Optimum", "Value", "maximise"]

# On the mean log-likelihood; a double keeps about 1e-16 of a number of the order of 1.
_FLAT = 1e-10
_STEPS = 200
# A slope of the mean log-likelihood above this is no top.
_TOP = 1e-6
# So far from what is usual there is no top, and functions of gamma have lost their digits: beyond counts as impossible.
_EDGE = 20.0
# A parameter e^12 times what is usual, or e^-12, has run away: the data are compatible with its limit.
_FAR = 12.0


class Value(NamedTuple):
    """A log-likelihood, summed over customers, with its derivatives in the logarithms of the parameters."""

    value: float
    gradient: Floats
    hessian: Floats


Likelihood = Callable[[Floats], Value]


@frozen(eq=False)
class Optimum:
    """Where a likelihood is greatest.

    Args:
        logs: the logarithms of the parameters.
        log_likelihood: its value there, without the penalty.
        slope: the largest slope of the mean log-likelihood; 0 at a true top.
        hessian: the second derivatives there, summed over customers.
        steps: how often the likelihood was evaluated.
        usual: the logarithms to which those of parameters that ran away are compared.
    """

    logs: Floats
    log_likelihood: float
    slope: float
    hessian: Floats
    steps: int
    usual: Floats

    @property
    def reached(self) -> bool:
        """Whether it is a top: nothing rises from there."""
        return self.slope < _TOP

    @property
    def away(self) -> NDArray[np.bool_]:
        """Which parameters ran away."""
        return np.abs(self.logs - self.usual) > _FAR


def maximise(
    likelihood: Likelihood, start: Floats, *, n: float, penalty: float = 0.0, usual: Floats | None = None
) -> Optimum:
    """Climb from `start` to the top.

    Args:
        likelihood: summed over customers.
        start: the logarithms of the parameters to begin with.
        n: how many customers stand behind it; the climb is on the mean.
        penalty: how much the squared way of the logarithms counts against the mean log-likelihood (L2).
        usual: the logarithms from which the way is measured, where the climb begins elsewhere.
    """
    centre = start if usual is None else usual
    last: list[tuple[bytes, Value]] = []
    steps = 0

    def at(logs: Floats) -> Value:
        """Evaluate once for value, gradient and Hessian, which the optimiser asks for one after the other."""
        nonlocal steps
        key = logs.tobytes()
        if not last or last[0][0] != key:
            steps += 1
            way = logs - centre
            inside = np.abs(way).max() <= _EDGE
            last[:] = [(key, _penalised(likelihood(logs), way, n * penalty) if inside else _outside(len(logs)))]
        return last[0][1]

    def value(logs: Floats) -> float:
        return -at(logs).value / n

    def gradient(logs: Floats) -> Floats:
        return -at(logs).gradient / n

    def hessian(logs: Floats) -> Floats:
        return -at(logs).hessian / n

    found = minimize(
        value,
        start,
        jac=gradient,
        hess=hessian,
        method="trust-exact",
        options={"gtol": _FLAT, "maxiter": _STEPS},
    )
    logs = _polished(at, np.asarray(found.x, dtype=np.float64))
    top = at(logs)
    slope = float(np.abs(top.gradient).max()) / n
    way = logs - centre
    return Optimum(logs, top.value + n * penalty * float(way @ way), slope, top.hessian, steps, centre)


def _outside(size: int) -> Value:
    return Value(-np.inf, np.full(size, np.inf), np.zeros((size, size)))


def _penalised(value: Value, way: Floats, weight: float) -> Value:
    if not weight:
        return value
    return Value(
        value.value - weight * float(way @ way),
        value.gradient - 2 * weight * way,
        value.hessian - 2 * weight * np.eye(len(way)),
    )


def _polished(at: Likelihood, logs: Floats) -> Floats:
    """Take one more step of Newton's where it leads up: the trust region ends as soon as the value no longer moves."""
    top = at(logs)
    try:
        better = logs - np.linalg.solve(top.hessian, top.gradient)
    except np.linalg.LinAlgError:
        return logs
    again = at(better)
    return better if np.abs(again.gradient).max() < np.abs(top.gradient).max() else logs
