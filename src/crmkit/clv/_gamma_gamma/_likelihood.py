"""The likelihood of the Gamma-Gamma model of spend.

Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value", equation 1a: https://www.brucehardie.com/notes/025/
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from scipy.special import digamma, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._estimation import Value, on_logs
from crmkit.clv._functions import trigamma
from crmkit.clv._gamma_gamma._spend import Spend

__all__ = ["GammaGammaLikelihood"]


@frozen(eq=False)
class GammaGammaLikelihood:
    """The log-likelihood of mean spends in the logarithms of p, q and v.

    Args:
        number: the distinct numbers of purchases.
        number_counts: how many customers have them.
        total: what each customer spent in all, on those purchases.
        counts: how many customers spent that.
        weighted: these counts times the number of purchases.
        log_total: the sum of the number of purchases times the logarithm of the total.
        log_mean: the sum of the logarithms of the mean spends.
    """

    number: Floats
    number_counts: Floats
    total: Floats
    counts: Floats
    weighted: Floats
    log_total: float
    log_mean: float

    @classmethod
    def of(cls, spend: Spend) -> GammaGammaLikelihood:
        """Prepare what does not depend on the parameters; `spend` is above 0 throughout."""
        number, index = np.unique(spend.frequency, return_inverse=True)
        total = spend.frequency * spend.value
        weighted = spend.counts * spend.frequency
        return cls(
            number,
            np.bincount(index, spend.counts).astype(np.float64),
            total,
            spend.counts,
            weighted,
            float(weighted @ np.log(total)),
            float(spend.counts @ np.log(spend.value)),
        )

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives."""
        parameters = np.exp(logs)
        p, q, v = parameters
        x, n = self.number, self.number_counts
        shape = p * x
        customers = float(n.sum())

        beyond = v + self.total
        logs_beyond = np.log(beyond)
        spread, spread_x = float(self.counts @ logs_beyond), float(self.weighted @ logs_beyond)
        first, first_x = float(self.counts @ (1 / beyond)), float(self.weighted @ (1 / beyond))
        second, second_x = float(self.counts @ beyond**-2.0), float(self.weighted @ beyond**-2.0)

        value = n @ (gammaln(shape + q) - gammaln(shape)) - customers * (gammaln(q) - q * np.log(v))
        value += p * self.log_total - self.log_mean - p * spread_x - q * spread
        both = digamma(shape + q)
        gradient = np.array(
            [
                (n * x) @ (both - digamma(shape)) + self.log_total - spread_x,
                n @ both - customers * (digamma(q) - np.log(v)) - spread,
                customers * q / v - p * first_x - q * first,
            ]
        )
        bend, bend_p, bend_q = trigamma(shape + q), trigamma(shape), float(trigamma(q))
        hessian = np.empty((3, 3))
        hessian[0, 0] = (n * x**2) @ (bend - bend_p)
        hessian[0, 1] = hessian[1, 0] = (n * x) @ bend
        hessian[0, 2] = hessian[2, 0] = -first_x
        hessian[1, 1] = n @ bend - customers * bend_q
        hessian[1, 2] = hessian[2, 1] = customers / v - first
        hessian[2, 2] = -customers * q / v**2 + p * second_x + q * second
        return on_logs(Value(float(value), gradient, hessian), parameters)
