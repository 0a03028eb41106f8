"""From what a fit looks for to the parameters of each pattern of covariates, and back with the derivatives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import evolve, frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, Places, collapsed, sampled
from crmkit.clv._estimation._covariates import BEYOND, SIGNS, covariates_of
from crmkit.clv._estimation._firm import held
from crmkit.clv._estimation._maximise import Likelihood, Optimum, Value, maximise
from crmkit.errors import NotEnoughData

__all__ = ["Design", "climbed"]

# A fit to more patterns begins where one to about so many customers ends.
_SAMPLE = 10_000
# So far from where a climb without covariates began, one with them begins at the most.
_FREE = 5.0

# Less of a standardised column than this left by the others, or less spread of a column than this share of its values,
# is rounding.
_NOTHING = 1e-7


@frozen(eq=False)
class Design:
    """What is looked for: logarithms of the parameters at the means of the covariates, and coefficients.

    Args:
        place: the parameter that each of them moves.
        weight: by how much, in each pattern: 1, or the covariate in standard deviations off its mean, with the sign of
            the parameter.
        back: the matrix that makes of them the logarithms at 0 of the covariates, and coefficients of these as given.
    """

    place: Places
    weight: Floats
    back: Floats

    @classmethod
    def of(cls, names: tuple[str, ...], coefficients: tuple[str, ...], history: History, *, model: str) -> Design:
        """Standardise the covariates of a collapsed history.

        Args:
            names: of the parameters.
            coefficients: of the coefficients, as "parameter.covariate".
            history: whose patterns have the covariates in the order of `covariates_of`.
            model: who asks, for the messages.

        Raises:
            NotEnoughData: a covariate that is the same for all customers, or follows from others.
        """
        assert history.pattern is not None  # noqa: S101  # for the types: read with covariates
        assert history.patterns is not None  # noqa: S101
        weights = np.bincount(history.pattern, history.counts) / history.counts.sum()
        mean = weights @ history.patterns
        off = history.patterns - mean
        most = np.maximum(np.abs(history.patterns).max(axis=0), np.finfo(float).tiny)
        spread = most * np.sqrt(weights @ (off / most) ** 2)
        covariates = covariates_of(coefficients)
        for at, name in enumerate(covariates):
            if spread[at] <= _NOTHING * most[at]:
                same = history.patterns[:, at].min() == history.patterns[:, at].max()
                told = "is the same for all customers" if same else "differs by no more than rounding of its values"
                message = f"{model}: covariate {name!r} {told}, so nothing says what it does"
                raise NotEnoughData(
                    f"{message}; {'leave it out' if same else 'take its mean off'}", model=model, n=history.n
                )
        off /= spread
        place, weight = list(range(len(names))), [np.ones(len(off))] * len(names)
        back = np.eye(len(names) + len(coefficients))
        for parameter in names:
            moving = [name.partition(".")[2] for name in coefficients if name.startswith(f"{parameter}.")]
            own = [covariates.index(name) for name in moving]
            _prove_apart(off[:, own] * np.sqrt(weights)[:, None], moving, model, history.n)
            for at in own:
                row = len(place)
                back[names.index(parameter), row] = -SIGNS[parameter] * mean[at] / spread[at]
                back[row, row] = 1.0 / spread[at]
                place.append(names.index(parameter))
                weight.append(SIGNS[parameter] * off[:, at])
        return cls(np.array(place), np.stack(weight), back)

    def at(self, patterns: Places) -> Design:
        """Return that of some of the patterns."""
        return evolve(self, weight=self.weight[:, patterns])

    def under(self, likelihood: Likelihood) -> Likelihood:
        """Make of a likelihood in the logarithms of each pattern's parameters one in what is looked for."""
        parameters = int(self.place.max()) + 1
        rows = [np.flatnonzero(self.place == parameter) for parameter in range(parameters)]

        def found(free: Floats) -> Value:
            logs = np.stack([free[own] @ self.weight[own] for own in rows])
            if not (np.abs(logs) < BEYOND).all():
                return Value(-np.inf, np.full(len(free), np.inf), np.zeros((len(free), len(free))))
            each = likelihood(logs)
            gradient, hessian = np.empty(len(free)), np.empty((len(free), len(free)))
            for one, own in enumerate(rows):
                gradient[own] = self.weight[own] @ each.gradient[one]
                for other, others in enumerate(rows):
                    hessian[np.ix_(own, others)] = (self.weight[own] * each.hessian[one, other]) @ self.weight[others].T
            return Value(each.value, gradient, (hessian + hessian.T) / 2.0)

        return found


def climbed(
    plain: tuple[Optimum, tuple[str, ...]],
    likelihood: Callable[[History], Likelihood],
    history: History,
    names: tuple[str, ...],
    coefficients: tuple[str, ...],
    *,
    penalty: float,
    model: str,
) -> tuple[Optimum, tuple[str, ...], Floats | None]:
    """Climb from the top without covariates, where no coefficient does anything, to the one with them.

    Args:
        plain: the top without them, and a note about the penalty, as from `held`; the answer, where there are none.
        likelihood: of a history, in the logarithms of each pattern's parameters.
        history: with its patterns.
        names: of the parameters.
        coefficients: of the coefficients.
        penalty: as for `held`.
        model: who asks, for the messages.

    Returns:
        What `held` returns, and the matrix that brings it to the scale of the covariates as given.
    """
    if not coefficients:
        return (*plain, None)
    each = collapsed(history)
    design = Design.of(names, coefficients, each, model=model)
    # Where a parameter ran away without covariates, it is met again.
    before = plain[0]
    logs = np.clip(before.logs, before.usual - _FREE, before.usual + _FREE)
    nothing = np.zeros(len(coefficients))
    start, usual = np.append(logs, nothing), np.append(before.usual, nothing)
    if design.weight.shape[1] >= 2 * _SAMPLE:
        part = sampled(each, _SAMPLE)
        used, pattern = np.unique(part.traits[0], return_inverse=True)
        climb = design.at(used).under(likelihood(evolve(part, pattern=pattern)))
        led = maximise(climb, start, n=each.n, penalty=penalty, usual=usual).logs
        start = np.clip(led, start - _FREE, start + _FREE)  # a sample may leave free what all the data hold
    top, notes = held(design.under(likelihood(each)), start, n=each.n, penalty=penalty, usual=usual)
    return top, notes, design.back


def _prove_apart(columns: Floats, names: list[str], model: str, n: int) -> None:
    """Refuse a covariate that is a sum of multiples of those before it and of a constant.

    Args:
        columns: of the covariates, standardised and weighted.
        names: theirs.
        model: who asks.
        n: the number of customers.
    """
    triangle: Floats = np.linalg.qr(columns)[1]
    for at, name in enumerate(names):
        if abs(triangle[at, at]) > _NOTHING:
            continue
        shares = np.linalg.solve(triangle[:at, :at], triangle[:at, at])
        others = " and ".join(repr(names[other]) for other in np.flatnonzero(np.abs(shares) > _NOTHING))
        message = f"{model}: covariate {name!r} follows from {others}, so nothing says what each does; leave one out"
        raise NotEnoughData(message, model=model, n=n)
