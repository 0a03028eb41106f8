"""The likelihood of BG/BB. Fader, Hardie & Shang (2010), Marketing Science 29, equation 5."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History
from crmkit.clv._estimation import Value, on_logs
from crmkit.clv._functions import rising

__all__ = ["BetaBinomialGeoLikelihood"]

Whole = NDArray[np.int64]


@frozen(eq=False)
class BetaBinomialGeoLikelihood:
    """The log-likelihood of histories in the logarithms of alpha, beta, gamma and delta.

    A history is a sum of cases: alive through all opportunities, or gone at the one after the m-th, m from the last
    purchase on. A case depends on the purchases x and on m alone, and many histories share it.

    Args:
        counts: how many customers each history stands for.
        bought: the purchases x of each distinct case.
        passed: the opportunities m that the customer was alive at.
        dying: 1 where the customer is gone after them, 0 where the observation ends.
        cases: which cases the histories are sums of: those of the first, the one alive first, then of the second...
        starts: where those of each history begin.
    """

    counts: Floats
    bought: Whole
    passed: Whole
    dying: Whole
    cases: Whole
    starts: Whole

    @classmethod
    def of(cls, history: History) -> BetaBinomialGeoLikelihood:
        """Prepare what does not depend on the parameters."""
        bought, last, ends = (column.astype(np.int64) for column in (history.frequency, history.recency, history.age))
        sizes = ends - last + 1
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        place = np.arange(sizes.sum()) - np.repeat(starts, sizes)
        dying = (place > 0).astype(np.int64)
        passed = np.where(dying, np.repeat(last, sizes) + place - 1, np.repeat(ends, sizes))
        most = int(ends.max()) + 1
        keys, cases = np.unique((np.repeat(bought, sizes) * most + passed) * 2 + dying, return_inverse=True)
        return cls(
            counts=history.counts,
            bought=keys // 2 // most,
            passed=keys // 2 % most,
            dying=keys % 2,
            cases=cases,
            starts=starts,
        )

    def __call__(self, logs: Floats) -> Value:
        """Evaluate it with its derivatives."""
        parameters = np.exp(logs)
        value, slopes, bends = self._each(parameters)
        each, shares = self._shares(value)
        slope = np.stack([np.add.reduceat(shares * part[self.cases], self.starts) for part in slopes])
        weights = np.bincount(self.cases, shares * np.repeat(self.counts, self._sizes), len(value))
        hessian = bends @ weights + (slopes * weights) @ slopes.T - (slope * self.counts) @ slope.T
        return on_logs(Value(float(self.counts @ each), slope @ self.counts, hessian), parameters)

    def logs(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the log-likelihood of each history, and the probability that it is of the one alive."""
        each, shares = self._shares(self._each(parameters)[0])
        return each, shares[self.starts]

    @property
    def _sizes(self) -> Whole:
        return np.diff(self.starts, append=len(self.cases))

    def _shares(self, value: Floats) -> tuple[Floats, Floats]:
        """Sum the cases of each history; return the logarithm, and the share of each case."""
        terms = value[self.cases]
        top = np.maximum.reduceat(terms, self.starts)
        shares = np.exp(terms - np.repeat(top, self._sizes))
        sums = np.add.reduceat(shares, self.starts)
        return top + np.log(sums), shares / np.repeat(sums, self._sizes)

    def _each(self, parameters: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the logarithm of each distinct case, with its derivatives."""
        alpha, beta, gamma, delta = parameters
        most = int(self.passed.max()) + 1
        bought, missed, chances = rising(alpha, most), rising(beta, most), rising(alpha + beta, most)
        stayed, risks = rising(delta, most), rising(gamma + delta, most)
        x, m = self.bought, self.passed
        missed_of, risks_of = m - x, m + self.dying
        value = bought.log[x] + missed.log[missed_of] - chances.log[m]
        value += self.dying * np.log(gamma) + stayed.log[m] - risks.log[risks_of]
        slopes = np.stack(
            [
                bought.slope[x] - chances.slope[m],
                missed.slope[missed_of] - chances.slope[m],
                self.dying / gamma - risks.slope[risks_of],
                stayed.slope[m] - risks.slope[risks_of],
            ]
        )
        bends = np.zeros((4, 4, len(value)))
        bends[:2, :2] = -chances.bend[m]
        bends[2:, 2:] = -risks.bend[risks_of]
        bends[0, 0] += bought.bend[x]
        bends[1, 1] += missed.bend[missed_of]
        bends[2, 2] -= self.dying / gamma**2
        bends[3, 3] += stayed.bend[m]
        return value, slopes, bends
