"""The likelihood of BdW. Fader, Hardie, Liu, Davin & Steenburgh (2018), Journal of Interactive Marketing 43, eq. 3-4.

With u = t^c, the share B(alpha, beta + u) / B(alpha, beta) of customers is still there after t renewals.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._contracts._tenures import Tenures
from crmkit.clv._estimation import Case, Value, on_logs
from crmkit.clv._functions import rise, slope, trigamma

__all__ = ["BetaDiscreteWeibullLikelihood", "stretched"]

# e^300: far beyond any tenure, and its square is still a number.
_FARTHEST = 300.0
_LEAST = 1e-100


@frozen(eq=False)
class BetaDiscreteWeibullLikelihood:
    """The log-likelihood of tenures in the logarithms of alpha, beta and c.

    Args:
        tenure: the tenures that occur, 1 and above.
        left: how many left at that renewal.
        stayed: how many were last seen after it.
    """

    tenure: Floats
    left: Floats
    stayed: Floats

    @classmethod
    def of(cls, tenures: Tenures) -> BetaDiscreteWeibullLikelihood:
        """Prepare what does not depend on the parameters."""
        stayed = tenures.stayed[1:]
        seen = np.flatnonzero(tenures.left + stayed)
        return cls((seen + 1).astype(np.float64), tenures.left[seen], stayed[seen])

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives."""
        parameters = np.exp(logs)
        alpha, beta, shape = parameters
        before, after = stretched(self.tenure - 1.0, shape), stretched(self.tenure, shape)
        nothing = np.zeros_like(before)
        until = _declined(alpha, beta, nothing, before)
        through = _declined(alpha, beta, nothing, after)
        at = _declined(alpha, beta, before, after - before)
        # A customer leaves at a renewal with 1 - e^-hazard.
        hazard = np.maximum(at.value, _LEAST)
        pull = np.exp(-hazard) / -np.expm1(-hazard)
        value = self.left @ (np.log(-np.expm1(-hazard)) - until.value) - self.stayed @ through.value
        pulled = self.left * pull
        gradient = at.gradient @ pulled - until.gradient @ self.left - through.gradient @ self.stayed
        hessian = at.hessian @ pulled - until.hessian @ self.left - through.hessian @ self.stayed
        hessian -= (at.gradient * (pulled * (1.0 + pull))) @ at.gradient.T
        return on_logs(Value(float(value), gradient, hessian), parameters)


def stretched(time: Floats, shape: float) -> Floats:
    """Return t^c and its first and second derivative in c, in three rows."""
    logs = np.log(np.maximum(time, 1.0))
    value = np.exp(np.minimum(shape * logs, _FARTHEST)) * (time > 0)
    return np.stack([value, value * logs, value * logs**2])


def _declined(alpha: float, beta: float, begin: Floats, width: Floats) -> Case:
    """Return log B(alpha, beta + begin) - log B(alpha, beta + begin + width), with its derivatives.

    Args:
        alpha: of the parameters.
        beta: of the parameters.
        begin: with its derivatives in c below.
        width: likewise.
    """
    near, (step, drift, bend) = beta + begin[0], width
    far = near + step
    low, high = slope(alpha, near), slope(alpha, far)
    near_bend, far_bend = trigamma(near + alpha), trigamma(far + alpha)
    falls = far_bend - trigamma(far)
    turns = falls - near_bend + trigamma(near)
    gains = high - low
    gradient = np.stack([slope(step, near + alpha), gains, gains * begin[1] + high * drift])
    hessian = np.empty((3, 3, len(step)))
    hessian[0, :2] = hessian[:2, 0] = far_bend - near_bend
    hessian[0, 2] = hessian[2, 0] = (far_bend - near_bend) * begin[1] + far_bend * drift
    hessian[1, 1] = turns
    hessian[1, 2] = hessian[2, 1] = turns * begin[1] + falls * drift
    hessian[2, 2] = turns * begin[1] ** 2 + falls * drift * (2.0 * begin[1] + drift) + gains * begin[2] + high * bend
    return Case(rise(alpha, near, step), gradient, hessian)
