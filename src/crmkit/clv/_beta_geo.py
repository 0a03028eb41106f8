"""BG/NBD and MBG/NBD: customers who buy at random and, after a purchase, may never buy again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from crmkit.clv._arguments import above_zero
from crmkit.clv._beta_geo_likelihood import BetaGeoLikelihood
from crmkit.clv._beta_geo_numbers import (
    BetaGeoParameters,
    alive,
    alive_later,
    discounted,
    expected,
    expected_new,
    pmf,
)
from crmkit.clv._beta_geo_simulation import simulated
from crmkit.clv._estimate import estimated, known
from crmkit.clv._fitted_purchases import FittedPurchases
from crmkit.clv._history import History, collapsed, history_of
from crmkit.clv._maximise import Floats, maximise
from crmkit.errors import InvalidArgument, NotEnoughData

__all__ = ["BetaGeo", "FittedBetaGeo", "ModifiedBetaGeo"]

_CHANCES: Mapping[str, int] = MappingProxyType({"BG/NBD": 0, "MBG/NBD": 1})
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(dict.fromkeys(_CHANCES, ("r", "alpha", "a", "b")))
_SAME: Mapping[str, str] = MappingProxyType({})

Model = Literal["BG/NBD", "MBG/NBD"]


@frozen(kw_only=True)
class BetaGeo:
    """BG/NBD (Fader, Hardie & Lee 2005): a customer may drop out after each repeat purchase.

    Whoever has not bought again is alive for certain in it; where many buy once only, `ModifiedBetaGeo` or `ParetoNBD`
    say more.

    Args:
        penalty: how much the squared logarithms of the parameters count against the mean log-likelihood (L2); a little
            of it, such as 0.001, keeps parameters finite that the data do not determine.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedBetaGeo:
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
        return _fit("BG/NBD", data, columns=columns, penalty=self.penalty)


@frozen(kw_only=True)
class ModifiedBetaGeo:
    """MBG/NBD (Batislam, Denizel & Filiztekin 2007): a customer may drop out after the first purchase already.

    Args:
        penalty: as for BetaGeo.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedBetaGeo:
        """Find the parameters under which these histories are likeliest; all as `BetaGeo.fit`."""
        return _fit("MBG/NBD", data, columns=columns, penalty=self.penalty)


@frozen(kw_only=True)
class FittedBetaGeo(FittedPurchases):
    """BG/NBD or MBG/NBD with its parameters.

    Args:
        model: which of the two.
        estimate: the parameters r, alpha (purchases), a, b (drop-out), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind = "beta_geo"
    _names = _NAMES

    model: Model

    @classmethod
    def of(cls, *, r: float, alpha: float, a: float, b: float, model: Model = "BG/NBD") -> FittedBetaGeo:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0, or another model.
        """
        if model not in _CHANCES:
            raise InvalidArgument(f"model is one of {', '.join(_CHANCES)}", argument="model", value=model)
        return cls(model=model, estimate=known(r=r, alpha=alpha, a=a, b=b))

    @property
    def _parameters(self) -> BetaGeoParameters:
        return BetaGeoParameters(**self.params, chances=_CHANCES[self.model])

    def _expected(self, history: History, horizon: float) -> Floats:
        return expected(self._parameters, history, horizon=horizon)

    def _alive(self, history: History, after: float) -> Floats:
        return alive_later(self._parameters, history, after=after) if after else alive(self._parameters, history)

    def _discounted(self, history: History, force: float, horizon: float) -> Floats:
        return discounted(self._parameters, history, force=force, horizon=horizon)

    def _expected_new(self, horizon: Floats) -> Floats:
        return expected_new(self._parameters, horizon)

    def _pmf(self, purchases: Floats, horizon: float) -> Floats:
        return pmf(self._parameters, purchases, horizon=horizon)

    def _drawn(self, n: int, age: Floats, rng: np.random.Generator) -> pd.DataFrame:
        return simulated(self._parameters, n, age=age, rng=rng)


def _fit(model: Model, data: Any, *, columns: Mapping[str, str], penalty: float) -> FittedBetaGeo:
    above_zero("penalty", penalty, or_zero=True)
    history = collapsed(history_of(data, columns=columns, model=model))
    if not history.frequency.any():
        message = f"{model}: nobody bought again, so nothing says how often customers buy or when they leave"
        raise NotEnoughData(message, model=model, n=history.n)
    likelihood = BetaGeoLikelihood.of(history, chances=_CHANCES[model])
    top = maximise(likelihood, _start(history), n=history.n, penalty=penalty)
    return FittedBetaGeo(
        model=model, estimate=estimated(model, _NAMES[model], top, n=history.n), unit=getattr(data, "unit", None)
    )


def _start(history: History) -> Floats:
    """Begin at r = 1 and the rate of purchases seen; whoever buys leaves with chance 1/3."""
    seen = float(history.counts @ history.frequency) / float(history.counts @ history.age)
    found: Floats = np.log([1.0, 1.0 / seen, 1.0, 2.0])
    return found
