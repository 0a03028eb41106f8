"""The likelihood of NBD: of the moments of purchase, so that it compares with that of the models with leaving.

Ehrenberg (1959), Applied Statistics 8; the counts alone would add x log T - log x! to it, which no parameter enters.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from scipy.special import digamma, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, pairs_of
from crmkit.clv._estimation import Value, on_logs
from crmkit.clv._functions import trigamma

__all__ = ["NBDLikelihood"]


@frozen(eq=False)
class NBDLikelihood:
    """The log-likelihood of collapsed histories in the logarithms of r and alpha.

    Args:
        frequency: that of each distinct pair of frequency and age.
        age: its age.
        counts: how many customers have it.
    """

    frequency: Floats
    age: Floats
    counts: Floats

    @classmethod
    def of(cls, history: History) -> NBDLikelihood:
        """Prepare what does not depend on the parameters."""
        pairs = pairs_of(history.frequency, history.age)
        return cls(pairs.first, pairs.second, np.bincount(pairs.index, history.counts).astype(np.float64))

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives: Gamma(r + x) / Gamma(r) (alpha / (alpha + T))^r (alpha + T)^-x."""
        parameters = np.exp(logs)
        r, alpha = parameters
        x, until, n = self.frequency, alpha + self.age, self.counts
        share = -np.log1p(self.age / alpha)
        value = n @ (gammaln(r + x) - gammaln(r) + r * share - x * np.log(until))
        of_alpha = n @ ((r * self.age / alpha - x) / until)
        gradient = np.array([n @ (digamma(r + x) - digamma(r) + share), of_alpha])
        between = n @ (self.age / (alpha * until))
        bend = n @ ((r + x) / until**2 - r / alpha**2)
        hessian = np.array([[n @ (trigamma(r + x) - trigamma(r)), between], [between, bend]])
        return on_logs(Value(float(value), gradient, hessian), parameters)
