"""Pareto/NBD fitted to histories, and what a fit answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from crmkit.clv._arguments import penalty_of
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, collapsed, history_of, prove_repeats, sampled, unit_of
from crmkit.clv._estimation import (
    climbed,
    coefficients_of,
    covariates_of,
    estimated,
    held,
    known,
    maximise,
    parameters_of,
    with_known,
)
from crmkit.clv._fitted import FittedPurchases
from crmkit.clv._pareto_nbd._likelihood import ParetoNBDLikelihood
from crmkit.clv._pareto_nbd._numbers import ParetoNBDParameters, alive_later, discounted, expected, expected_new, pmf
from crmkit.clv._pareto_nbd._simulation import ahead, simulated

__all__ = ["FittedParetoNBD", "ParetoNBD"]

_MODEL: Final = "Pareto/NBD"
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({_MODEL: ("r", "alpha", "s", "beta")})
_LEAVING = ("beta",)
_SAME: Mapping[str, str] = MappingProxyType({})
# A fit to more distinct histories begins where one to about so many of them ends.
_SAMPLE = 10_000
_FREE = 5.0


@frozen(kw_only=True)
class ParetoNBD:
    """Pareto/NBD (Schmittlein, Morrison & Colombo 1987): a customer may leave at any time.

    So whoever has not bought again may have left too, which BG/NBD excludes.

    Args:
        purchase_covariates: the columns, of numbers or of true and false, that move how often customers buy.
        dropout_covariates: those that move how soon they leave.
        penalty: how much it counts against the mean log-likelihood that parameters are far from r = s = 1 and the rate
            of purchases seen: the squared way of their logarithms (L2). A little of it, such as 0.001, keeps parameters
            finite that the data do not determine. With covariates it is on the parameters at their means, and on the
            coefficients too, each for one standard deviation.
    """

    purchase_covariates: tuple[str, ...] = field(default=())
    dropout_covariates: tuple[str, ...] = field(default=())
    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedParetoNBD:
        """Find the parameters under which these histories are likeliest.

        Args:
            data: a `tables.CustomerSummary`, or any dataframe with frequency (repeat purchases), recency (age at the
                last one, 0 without) and T (age); n, where a row stands for several customers; and the covariates.
            columns: the frame's own names by canonical name: {"T": "age"}.

        Raises:
            MissingColumn, InvalidColumn: no such columns, or a value that no history has.
            NotEnoughData: no customer, none who bought again, or a covariate that says nothing of its own.
            InvalidArgument: covariates that are no names of columns, or a penalty below 0.
            ConvergenceError: no top was found.

        Warns:
            ConvergenceWarning: parameters that the data hardly determine.
        """
        return _fit(self, data, columns)


@frozen(kw_only=True, repr=False)
class FittedParetoNBD(FittedPurchases):
    """Pareto/NBD with its parameters.

    Args:
        model: its name.
        estimate: the parameters r, alpha (purchases), s, beta (leaving), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind = "pareto_nbd"
    _names = _NAMES
    _moved = ("alpha", *_LEAVING)

    model: Literal["Pareto/NBD"] = _MODEL

    @classmethod
    def of(
        cls, *, r: float, alpha: float, s: float, beta: float, coefficients: Mapping[str, float] | None = None
    ) -> FittedParetoNBD:
        """Make one of known parameters, such as published ones.

        Args:
            r: of the purchases.
            alpha: of the purchases, at 0 of the covariates.
            s: of leaving.
            beta: of leaving, at 0 of the covariates.
            coefficients: of covariates, by "alpha.covariate", "beta.covariate".

        Raises:
            InvalidArgument: a parameter that is not above 0, or a coefficient that is none.
        """
        return cls(estimate=with_known(known(r=r, alpha=alpha, s=s, beta=beta), coefficients, moved=cls._moved))

    def _parameters(self, patterns: Floats | None) -> ParetoNBDParameters:
        return ParetoNBDParameters(**parameters_of(self.estimate, patterns))

    def _expected(self, history: History, horizon: float) -> Floats:
        return expected(self._parameters(history.patterns), history, horizon=horizon)

    def _alive(self, history: History, after: float) -> Floats:
        return alive_later(self._parameters(history.patterns), history, after=after)

    def _bought(self, history: History, rng: np.random.Generator, horizon: float) -> Floats:
        own = self._parameters(history.patterns).at(history.pattern)
        return ahead(own, history, horizon=horizon, rng=rng)

    def _discounted(self, history: History, force: float, horizon: float) -> Floats:
        return discounted(self._parameters(history.patterns), history, force=force, horizon=horizon)

    def _expected_new(self, horizon: Floats) -> Floats:
        return expected_new(self._parameters(None), horizon)

    def _pmf(self, purchases: Floats, horizon: float) -> Floats:
        return pmf(self._parameters(None), purchases, horizon=horizon)

    def _drawn(self, n: int, age: Floats, rng: np.random.Generator, patterns: Floats | None) -> pd.DataFrame:
        own = self._parameters(patterns)
        return simulated(n, age=age, purchases=(own.r, own.alpha), leaving=(own.s, own.beta), rng=rng)


def _fit(asked: ParetoNBD, data: Any, columns: Mapping[str, str]) -> FittedParetoNBD:
    penalty = penalty_of(asked.penalty)
    coefficients = coefficients_of(asked.purchase_covariates, asked.dropout_covariates, leaving=_LEAVING)
    read = history_of(data, columns=columns, model=_MODEL, covariates=covariates_of(coefficients))
    history, names = collapsed(read.bare()), _NAMES[_MODEL]
    prove_repeats(history, _MODEL)
    likelihood = ParetoNBDLikelihood.of
    # r = s = 1 and the rate of purchases seen.
    usual = np.log([1.0, history.time_between, 1.0, history.time_between])
    start = _start(history, usual, penalty)
    plain = held(likelihood(history), start, n=history.n, penalty=penalty, usual=usual)
    top, notes, back = climbed(plain, likelihood, read, names, coefficients, penalty=penalty, model=_MODEL)
    estimate = estimated(_MODEL, names, top, n=history.n, notes=notes, coefficients=coefficients, back=back)
    return FittedParetoNBD(estimate=estimate, unit=unit_of(data))


def _start(history: History, usual: Floats, penalty: float) -> Floats:
    """Begin at what is usual; with many histories, where a regular sample of them leads."""
    if len(history.age) < 2 * _SAMPLE:
        return usual
    led = maximise(ParetoNBDLikelihood.of(sampled(history, _SAMPLE)), usual, n=history.n, penalty=penalty).logs
    # A sample may leave a parameter free that all the data hold.
    return np.clip(led, usual - _FREE, usual + _FREE)
