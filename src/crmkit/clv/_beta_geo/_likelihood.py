"""The likelihood of BG/NBD and of MBG/NBD, which differ by one chance to drop out.

Fader, Hardie & Lee (2005), Marketing Science 24, equation 6; Batislam, Denizel & Filiztekin (2007), International
Journal of Research in Marketing 24, equation 7.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from scipy.special import digamma, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, Pairs, pairs_of
from crmkit.clv._estimation import Case, Value, mixed, on_logs
from crmkit.clv._functions import trigamma

__all__ = ["BetaGeoLikelihood"]


@frozen(eq=False)
class BetaGeoLikelihood:
    """The log-likelihood of collapsed histories in the logarithms of r, alpha, a and b, or in those of each pattern.

    Args:
        chances: the chances to drop out besides those after each repeat purchase: 0 for BG/NBD, 1, that after the
            first purchase, for MBG/NBD.
        counts: how many customers each entry stands for.
        shared: the distinct frequencies.
        shared_counts: how many customers have them.
        alive: the pairs of frequency and age.
        gone: the pairs of frequency and recency.
    """

    chances: int
    counts: Floats
    shared: Pairs
    shared_counts: Floats
    alive: Pairs
    gone: Pairs

    @classmethod
    def of(cls, history: History, *, chances: int) -> BetaGeoLikelihood:
        """Prepare what does not depend on the parameters."""
        shared = pairs_of(history.frequency, np.zeros_like(history.age), history.pattern)
        return cls(
            chances,
            history.counts,
            shared,
            shared.gathered(history.counts),
            pairs_of(history.frequency, history.age, history.pattern),
            pairs_of(history.frequency, history.recency, history.pattern),
        )

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives."""
        parameters = np.exp(logs)
        shared = self._shared(parameters)
        cases = mixed(
            self._alive(parameters),
            self._gone(parameters),
            of_one=self.alive,
            of_other=self.gone,
            counts=self.counts,
        )
        total = Value(shared.value + cases.value, shared.gradient + cases.gradient, shared.hessian + cases.hessian)
        return on_logs(total, parameters)

    def _shared(self, parameters: Floats) -> Value:
        """Sum the factors that depend on the frequency alone."""
        r, alpha, a, b = map(self.shared.each, parameters)
        x, n = self.shared.first, self.shared_counts
        stays = x + self.chances
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        value += gammaln(a + b) - gammaln(a + b + stays) + gammaln(b + stays) - gammaln(b)
        summed = self.shared.summed
        both = summed(digamma(a + b) - digamma(a + b + stays), n)
        bends = summed(trigamma(a + b) - trigamma(a + b + stays), n)
        total = self.shared.total(n)
        of_r = summed(digamma(r + x) - digamma(r) + np.log(alpha), n)
        of_b = both + summed(digamma(b + stays) - digamma(b), n)
        shape, rate = parameters[:2]
        gradient = np.stack([of_r, total * shape / rate, both, of_b])
        hessian = np.zeros((4, *gradient.shape))
        hessian[0, 0] = summed(trigamma(r + x) - trigamma(r), n)
        hessian[0, 1] = hessian[1, 0] = total / rate
        hessian[1, 1] = -total * shape / rate**2
        hessian[2:, 2:] = bends
        hessian[3, 3] += summed(trigamma(b + stays) - trigamma(b), n)
        return Value(float(n @ value), gradient, hessian)

    def _alive(self, parameters: Floats) -> Case:
        r, alpha, _, _ = map(self.alive.each, parameters)
        return _waiting(self.alive, r, alpha)

    def _gone(self, parameters: Floats) -> Case:
        """Add to the wait until the last purchase the drop-out after it, where there was a chance."""
        r, alpha, a, b = map(self.gone.each, parameters)
        wait = _waiting(self.gone, r, alpha)
        passed = self.gone.first + self.chances - 1.0
        able = (passed >= 0).astype(np.float64)
        beyond = np.where(passed >= 0, b + passed, 1.0)
        value = np.where(passed >= 0, wait.value + np.log(a) - np.log(beyond), -np.inf)
        wait.gradient[2] = able / a
        wait.gradient[3] = -able / beyond
        wait.hessian[2, 2] = -able / a**2
        wait.hessian[3, 3] = able / beyond**2
        return Case(value, wait.gradient, wait.hessian)


def _waiting(pairs: Pairs, r: Floats, alpha: Floats) -> Case:
    """Return -(r + x) log(alpha + t)."""
    x, until = pairs.first, alpha + pairs.second
    logs = np.log(until)
    gradient = np.zeros((4, len(x)))
    gradient[0] = -logs
    gradient[1] = -(r + x) / until
    hessian = np.zeros((4, 4, len(x)))
    hessian[0, 1] = hessian[1, 0] = -1.0 / until
    hessian[1, 1] = (r + x) / until**2
    return Case(-(r + x) * logs, gradient, hessian)
