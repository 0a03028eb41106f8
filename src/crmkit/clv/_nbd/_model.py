"""NBD fitted to histories, and what a fit answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from crmkit.clv._arguments import penalty_of
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, collapsed, history_of, prove_repeats, unit_of
from crmkit.clv._estimation import estimated, known, maximise
from crmkit.clv._fitted import FittedPurchases
from crmkit.clv._nbd._likelihood import NBDLikelihood
from crmkit.clv._nbd._numbers import NBDParameters, discounted, expected, pmf
from crmkit.clv._nbd._simulation import ahead
from crmkit.clv._pareto_nbd import simulated

__all__ = ["NBD", "FittedNBD"]

_MODEL: Final = "NBD"
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({_MODEL: ("r", "alpha")})
_SAME: Mapping[str, str] = MappingProxyType({})


@frozen(kw_only=True)
class NBD:
    """NBD (Ehrenberg 1959): a customer buys at a steady rate for ever; rates differ by a gamma distribution.

    It is what the models with leaving are to be compared with: where its log-likelihood is hardly lower, the data do
    not show that anybody leaves.

    Args:
        penalty: how much it counts against the mean log-likelihood that parameters are far from r = 1 and the rate of
            purchases seen: the squared way of their logarithms (L2). A little of it, such as 0.001, keeps parameters
            finite that the data do not determine.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedNBD:
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
        return _fit(self, data, columns)


@frozen(kw_only=True, repr=False)
class FittedNBD(FittedPurchases):
    """NBD with its parameters; everybody is alive for ever.

    Args:
        model: its name.
        estimate: the parameters r and alpha, and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind = "nbd"
    _names = _NAMES

    model: Literal["NBD"] = _MODEL

    @classmethod
    def of(cls, *, r: float, alpha: float) -> FittedNBD:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        return cls(estimate=known(r=r, alpha=alpha))

    @property
    def _parameters(self) -> NBDParameters:
        return NBDParameters(**self.params)

    def _expected(self, history: History, horizon: float) -> Floats:
        return expected(self._parameters, history, horizon=horizon)

    def _alive(self, history: History, after: float) -> Floats:
        return np.ones_like(history.age)

    def _bought(self, history: History, rng: np.random.Generator, horizon: float) -> Floats:
        return ahead(self._parameters, history, horizon=horizon, rng=rng)

    def _discounted(self, history: History, force: float, horizon: float) -> Floats:
        return discounted(self._parameters, history, force=force, horizon=horizon)

    def _expected_new(self, horizon: Floats) -> Floats:
        return self.params["r"] / self.params["alpha"] * horizon

    def _pmf(self, purchases: Floats, horizon: float) -> Floats:
        return pmf(self._parameters, purchases, horizon=horizon)

    def _drawn(self, n: int, age: Floats, rng: np.random.Generator, patterns: Floats | None) -> pd.DataFrame:
        r, alpha = self.params.values()
        return simulated(n, age=age, purchases=(r, alpha), leaving=None, rng=rng)


def _fit(asked: NBD, data: Any, columns: Mapping[str, str]) -> FittedNBD:
    penalty_of(asked.penalty)
    history = collapsed(history_of(data, columns=columns, model=_MODEL))
    prove_repeats(history, _MODEL)
    top = maximise(NBDLikelihood.of(history), np.log([1.0, history.time_between]), n=history.n, penalty=asked.penalty)
    estimate = estimated(_MODEL, _NAMES[_MODEL], top, n=history.n)
    return FittedNBD(estimate=estimate, unit=unit_of(data))
