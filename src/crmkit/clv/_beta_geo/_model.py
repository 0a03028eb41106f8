"""BG/NBD and MBG/NBD fitted to histories, and what a fit answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from crmkit.clv._arguments import penalty_of
from crmkit.clv._arrays import Floats
from crmkit.clv._beta_geo._likelihood import BetaGeoLikelihood
from crmkit.clv._beta_geo._numbers import BetaGeoParameters, alive, alive_later, discounted, expected, expected_new, pmf
from crmkit.clv._beta_geo._simulation import ahead, simulated
from crmkit.clv._customers import History, collapsed, history_of, prove_repeats, unit_of
from crmkit.clv._estimation import (
    climbed,
    coefficients_of,
    covariates_of,
    estimated,
    held,
    known,
    parameters_of,
    with_known,
)
from crmkit.clv._fitted import FittedPurchases
from crmkit.errors import InvalidArgument

__all__ = ["BetaGeo", "FittedBetaGeo", "ModifiedBetaGeo"]

_CHANCES: Mapping[str, int] = MappingProxyType({"BG/NBD": 0, "MBG/NBD": 1})
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(dict.fromkeys(_CHANCES, ("r", "alpha", "a", "b")))
_LEAVING = ("a", "b")
_SAME: Mapping[str, str] = MappingProxyType({})

Model = Literal["BG/NBD", "MBG/NBD"]


@frozen(kw_only=True)
class BetaGeo:
    """BG/NBD (Fader, Hardie & Lee 2005): a customer may drop out after each repeat purchase.

    Whoever has not bought again is alive for certain in it; where many buy once only, `ModifiedBetaGeo` or `ParetoNBD`
    say more.

    Args:
        purchase_covariates: the columns, of numbers or of true and false, that move how often customers buy.
        dropout_covariates: those that move how soon they leave.
        penalty: how much it counts against the mean log-likelihood that parameters are far from r = a = 1, b = 2 and
            the rate of purchases seen: the squared way of their logarithms (L2). A little of it, such as 0.001, keeps
            parameters finite that the data do not determine. With covariates it is on the parameters at their means,
            and on the coefficients too, each for one standard deviation.
    """

    purchase_covariates: tuple[str, ...] = field(default=())
    dropout_covariates: tuple[str, ...] = field(default=())
    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedBetaGeo:
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
        return _fit("BG/NBD", self, data, columns)


@frozen(kw_only=True)
class ModifiedBetaGeo:
    """MBG/NBD (Batislam, Denizel & Filiztekin 2007): a customer may drop out after the first purchase already.

    Args:
        purchase_covariates: as for BetaGeo.
        dropout_covariates: as for BetaGeo.
        penalty: as for BetaGeo.
    """

    purchase_covariates: tuple[str, ...] = field(default=())
    dropout_covariates: tuple[str, ...] = field(default=())
    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedBetaGeo:
        """Find the parameters under which these histories are likeliest; all as `BetaGeo.fit`."""
        return _fit("MBG/NBD", self, data, columns)


@frozen(kw_only=True, repr=False)
class FittedBetaGeo(FittedPurchases):
    """BG/NBD or MBG/NBD with its parameters.

    Args:
        model: which of the two.
        estimate: the parameters r, alpha (purchases), a, b (drop-out), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind = "beta_geo"
    _names = _NAMES
    _moved = ("alpha", *_LEAVING)

    model: Model

    @classmethod
    def of(
        cls,
        *,
        r: float,
        alpha: float,
        a: float,
        b: float,
        model: Model = "BG/NBD",
        coefficients: Mapping[str, float] | None = None,
    ) -> FittedBetaGeo:
        """Make one of known parameters, such as published ones.

        Args:
            r: of the purchases.
            alpha: of the purchases, at 0 of the covariates.
            a: of the drop-out, at 0 of the covariates.
            b: of the drop-out, at 0 of the covariates.
            model: which of the two.
            coefficients: of covariates, by "alpha.covariate", "a.covariate", "b.covariate".

        Raises:
            InvalidArgument: a parameter that is not above 0, a coefficient that is none, or another model.
        """
        if model not in _CHANCES:
            raise InvalidArgument(f"model is one of {', '.join(_CHANCES)}", argument="model", value=model)
        estimate = with_known(known(r=r, alpha=alpha, a=a, b=b), coefficients, moved=cls._moved)
        return cls(model=model, estimate=estimate)

    def _parameters(self, patterns: Floats | None) -> BetaGeoParameters:
        return BetaGeoParameters(**parameters_of(self.estimate, patterns), chances=_CHANCES[self.model])

    def _expected(self, history: History, horizon: float) -> Floats:
        return expected(self._parameters(history.patterns), history, horizon=horizon)

    def _alive(self, history: History, after: float) -> Floats:
        parameters = self._parameters(history.patterns)
        return alive_later(parameters, history, after=after) if after else alive(parameters, history)

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
        return simulated(self._parameters(patterns), n, age=age, rng=rng)


def _fit(model: Model, asked: BetaGeo | ModifiedBetaGeo, data: Any, columns: Mapping[str, str]) -> FittedBetaGeo:
    penalty = penalty_of(asked.penalty)
    coefficients = coefficients_of(asked.purchase_covariates, asked.dropout_covariates, leaving=_LEAVING)
    read = history_of(data, columns=columns, model=model, covariates=covariates_of(coefficients))
    history, names = collapsed(read.bare()), _NAMES[model]
    prove_repeats(history, model)
    likelihood = partial(BetaGeoLikelihood.of, chances=_CHANCES[model])
    # r = 1 and the rate of purchases seen; whoever buys leaves with chance 1/3.
    start = np.log([1.0, history.time_between, 1.0, 2.0])
    plain = held(likelihood(history), start, n=history.n, penalty=penalty)
    top, notes, back = climbed(plain, likelihood, read, names, coefficients, penalty=penalty, model=model)
    estimate = estimated(model, names, top, n=history.n, notes=notes, coefficients=coefficients, back=back)
    return FittedBetaGeo(model=model, estimate=estimate, unit=unit_of(data))
