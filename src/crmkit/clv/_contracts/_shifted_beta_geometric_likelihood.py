"""The likelihood of sBG. Fader & Hardie (2007), Journal of Interactive Marketing 21, appendix A."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._contracts._tenures import Tenures
from crmkit.clv._estimation import Value, on_logs

__all__ = ["ShiftedBetaGeometricLikelihood"]


@frozen(eq=False)
class ShiftedBetaGeometricLikelihood:
    """The log-likelihood of tenures in the logarithms of alpha and beta.

    At the j-th renewal the share alpha / (alpha + beta + j - 1) of those asked leaves.

    Args:
        left: how many left at each renewal.
        asked: how many came to it.
    """

    left: Floats
    asked: Floats

    @classmethod
    def of(cls, tenures: Tenures) -> ShiftedBetaGeometricLikelihood:
        """Prepare what does not depend on the parameters."""
        return cls(tenures.left, tenures.asked)

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives."""
        alpha, beta = parameters = np.exp(logs)
        before = np.arange(len(self.left))
        kept, both = beta + before, alpha + beta + before
        gone, stays = self.left.sum(), self.asked - self.left
        value = gone * np.log(alpha) + stays @ np.log(kept) - self.asked @ np.log(both)
        shared, bent = self.asked @ (1.0 / both), self.asked @ (1.0 / both**2)
        gradient = np.array([gone / alpha - shared, stays @ (1.0 / kept) - shared])
        hessian = np.full((2, 2), bent)
        hessian[0, 0] -= gone / alpha**2
        hessian[1, 1] -= stays @ (1.0 / kept**2)
        return on_logs(Value(float(value), gradient, hessian), parameters)
