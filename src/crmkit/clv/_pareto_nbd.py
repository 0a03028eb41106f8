"""Pareto/NBD: customers who buy at random until, at a moment that nobody sees, they leave."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from crmkit.clv._arguments import above_zero
from crmkit.clv._estimate import estimated, known
from crmkit.clv._fitted_purchases import FittedPurchases
from crmkit.clv._history import History, collapsed, history_of
from crmkit.clv._maximise import Floats, maximise
from crmkit.clv._pareto_nbd_likelihood import ParetoNBDLikelihood
from crmkit.clv._pareto_nbd_numbers import (
    ParetoNBDParameters,
    alive_later,
    discounted,
    expected,
    expected_new,
    pmf,
)
from crmkit.clv._pareto_nbd_simulation import drawn
from crmkit.errors import NotEnoughData

__all__ = ["FittedParetoNBD", "ParetoNBD"]

_MODEL: Final = "Pareto/NBD"
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({_MODEL: ("r", "alpha", "s", "beta")})
_SAME: Mapping[str, str] = MappingProxyType({})
# A fit to more distinct histories begins where one to about so many of them ends.
_SAMPLE = 10_000
_FREE = 5.0


@frozen(kw_only=True)
class ParetoNBD:
    """Pareto/NBD (Schmittlein, Morrison & Colombo 1987): a customer may leave at any time.

    So whoever has not bought again may have left too, which BG/NBD excludes.

    Args:
        penalty: how much the squared logarithms of the parameters count against the mean log-likelihood (L2); a little
            of it, such as 0.001, keeps parameters finite that the data do not determine.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedParetoNBD:
        """Find the parameters under which these histories are likeliest.

        Args:
            data: a `tables.CustomerSummary`, or any dataframe with frequency (repeat purchases), recency (age at the
                last one, 0 without) and T (age); and n, where a row stands for several customers.
            columns: the frame's own names by canonical name: {"T": "age"}.

        Raises:
            MissingColumn, InvalidColumn: no such columns, or a value that no history has.
            NotEnoughData: no customer, or none who bought again.
            ConvergenceError: no top was found.

        Warns:
            ConvergenceWarning: parameters that the data hardly determine.
        """
        above_zero("penalty", self.penalty, or_zero=True)
        history = collapsed(history_of(data, columns=columns, model=_MODEL))
        if not (history.frequency.any() and history.age.any()):
            message = (
                f"{_MODEL}: nobody bought again in any time, so nothing says how often customers buy or when they leave"
            )
            raise NotEnoughData(message, model=_MODEL, n=history.n)
        likelihood = ParetoNBDLikelihood.of(history)
        top = maximise(likelihood, _start(history, self.penalty), n=history.n, penalty=self.penalty)
        estimate = estimated(_MODEL, _NAMES[_MODEL], top, n=history.n)
        return FittedParetoNBD(estimate=estimate, unit=getattr(data, "unit", None))


@frozen(kw_only=True)
class FittedParetoNBD(FittedPurchases):
    """Pareto/NBD with its parameters.

    Args:
        model: its name.
        estimate: the parameters r, alpha (purchases), s, beta (leaving), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind = "pareto_nbd"
    _names = _NAMES

    model: Literal["Pareto/NBD"] = _MODEL

    @classmethod
    def of(cls, *, r: float, alpha: float, s: float, beta: float) -> FittedParetoNBD:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        return cls(estimate=known(r=r, alpha=alpha, s=s, beta=beta))

    @property
    def _parameters(self) -> ParetoNBDParameters:
        return ParetoNBDParameters(**self.params)

    def _expected(self, history: History, horizon: float) -> Floats:
        return expected(self._parameters, history, horizon=horizon)

    def _alive(self, history: History, after: float) -> Floats:
        return alive_later(self._parameters, history, after=after)

    def _discounted(self, history: History, force: float, horizon: float) -> Floats:
        return discounted(self._parameters, history, force=force, horizon=horizon)

    def _expected_new(self, horizon: Floats) -> Floats:
        return expected_new(self._parameters, horizon)

    def _pmf(self, purchases: Floats, horizon: float) -> Floats:
        return pmf(self._parameters, purchases, horizon=horizon)

    def _drawn(self, n: int, age: Floats, rng: np.random.Generator) -> pd.DataFrame:
        r, alpha, s, beta = self.params.values()
        return drawn(n, age=age, purchases=(r, alpha), leaving=(s, beta), rng=rng)


def _start(history: History, penalty: float) -> Floats:
    """Begin at r = s = 1 and the rate of purchases seen; of many histories, where a regular sample of them leads."""
    seen = float(history.counts @ history.age) / float(history.counts @ history.frequency)
    found: Floats = np.log([1.0, seen, 1.0, seen])
    if len(history.age) < 2 * _SAMPLE:
        return found
    led = maximise(ParetoNBDLikelihood.of(_sample(history)), found, n=history.n, penalty=penalty).logs
    # A sample may leave a parameter free that all the data hold.
    return np.clip(led, found - _FREE, found + _FREE)


def _sample(history: History) -> History:
    """Take entries at regular places of the sorted ones, with one-timers and repeaters in their true proportion."""
    places = np.linspace(0, len(history.age) - 1, _SAMPLE).astype(np.intp)
    again = (history.frequency > 0).astype(np.intp)
    counts = history.counts[places]
    seen = np.bincount(again[places], counts, 2)
    share = np.bincount(again, history.counts, 2) / np.maximum(seen, 1.0)
    return History(
        history.frequency[places], history.recency[places], history.age[places], counts * share[again[places]]
    )
