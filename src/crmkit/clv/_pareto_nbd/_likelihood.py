"""The likelihood of Pareto/NBD as the sum of two cases, both positive, so that nothing cancels.

Schmittlein, Morrison & Colombo (1987), Management Science 33; Fader & Hardie (2005), "A note on deriving the
Pareto/NBD model and related expressions". A customer who left did so after the last purchase, at t_x or later; their
term, s times the integral over the time of leaving from t_x to T, is the one from t_x on less the one from T on. The
latter, taken off the term of those who are alive, leaves (r + x) times an integral, by integration by parts:

    (alpha + T)^-(r + x) (beta + T)^-s - s int_T (alpha + u)^-(r + x) (beta + u)^-(s + 1) du
        = (r + x) int_T (alpha + u)^-(r + x + 1) (beta + u)^-s du

The one case then depends on frequency and age alone, the other on frequency and recency.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from scipy.special import digamma, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, Pairs, pairs_of
from crmkit.clv._estimation import Case, Value, mixed, on_logs
from crmkit.clv._functions import trigamma
from crmkit.clv._pareto_nbd._integral import integral_with_slopes

__all__ = ["ParetoNBDLikelihood"]

# e^-80 or e^80 of a unit of time is no parameter of anything: the climb is sent back.
_BEYOND = 80.0


@frozen(eq=False)
class ParetoNBDLikelihood:
    """The log-likelihood of collapsed histories in the logarithms of r, alpha, s and beta, or in those of each pattern.

    Args:
        counts: how many customers each entry stands for.
        shared: the distinct frequencies.
        shared_counts: how many customers have them.
        aged: the pairs of frequency and age.
        last: the pairs of frequency and recency.
    """

    counts: Floats
    shared: Pairs
    shared_counts: Floats
    aged: Pairs
    last: Pairs

    @classmethod
    def of(cls, history: History) -> ParetoNBDLikelihood:
        """Prepare what does not depend on the parameters."""
        shared = pairs_of(history.frequency, np.zeros_like(history.age), history.pattern)
        return cls(
            history.counts,
            shared,
            shared.gathered(history.counts),
            pairs_of(history.frequency, history.age, history.pattern),
            pairs_of(history.frequency, history.recency, history.pattern),
        )

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives."""
        if not (np.abs(logs) < _BEYOND).all():
            return Value(-np.inf, np.full(4, np.inf), np.zeros((4, 4)))
        parameters = np.exp(logs)
        shared = self._shared(parameters)
        cases = mixed(
            self._still(parameters),
            self._left(parameters),
            of_one=self.aged,
            of_other=self.last,
            counts=self.counts,
        )
        total = Value(shared.value + cases.value, shared.gradient + cases.gradient, shared.hessian + cases.hessian)
        return on_logs(total, parameters)

    def _shared(self, parameters: Floats) -> Value:
        """Sum log of Gamma(r + x) / Gamma(r) alpha^r beta^s."""
        r, alpha, s, beta = parameters
        of_pair, x, n = self.shared.each(r), self.shared.first, self.shared_counts
        total = self.shared.total(n)
        value = n @ (gammaln(of_pair + x) - gammaln(of_pair)) + (total * (r * np.log(alpha) + s * np.log(beta))).sum()
        of_r = self.shared.summed(digamma(of_pair + x) - digamma(of_pair), n) + total * np.log(alpha)
        gradient = np.stack([of_r, total * r / alpha, total * np.log(beta), total * s / beta])
        hessian = np.zeros((4, *gradient.shape))
        hessian[0, 0] = self.shared.summed(trigamma(of_pair + x) - trigamma(of_pair), n)
        hessian[0, 1] = hessian[1, 0] = total / alpha
        hessian[1, 1] = -total * r / alpha**2
        hessian[2, 3] = hessian[3, 2] = total / beta
        hessian[3, 3] = -total * s / beta**2
        return Value(float(value), gradient, hessian)

    def _still(self, parameters: Floats) -> Case:
        """Return log of (r + x) int_T (alpha + u)^-(r + x + 1) (beta + u)^-s du."""
        r, alpha, s, beta = map(self.aged.each, parameters)
        power = r + self.aged.first
        found = integral_with_slopes(
            power + 1.0, np.zeros_like(power) + s, alpha=alpha, beta=beta, since=self.aged.second
        )
        found.gradient[0] += 1.0 / power
        found.hessian[0, 0] -= 1.0 / power**2
        return Case(found.value + np.log(power), found.gradient, found.hessian)

    def _left(self, parameters: Floats) -> Case:
        """Return log of s int_t_x (alpha + u)^-(r + x) (beta + u)^-(s + 1) du."""
        r, alpha, s, beta = map(self.last.each, parameters)
        power = r + self.last.first
        found = integral_with_slopes(
            power, np.zeros_like(power) + (s + 1.0), alpha=alpha, beta=beta, since=self.last.second
        )
        found.gradient[2] += 1.0 / s
        found.hessian[2, 2] -= 1.0 / s**2
        return Case(found.value + np.log(s), found.gradient, found.hessian)
