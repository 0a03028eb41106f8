"""BG/NBD and MBG/NBD: customers who buy at random and, after a purchase, may never buy again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import Compounding, above_zero, array_above_zero, force_of, whole_counts
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
from crmkit.clv._estimate import Estimated, estimate_from_json, estimate_to_json, estimated, known
from crmkit.clv._history import History, collapsed, history_of
from crmkit.clv._maximise import Floats, maximise
from crmkit.clv._predicting import per_customer
from crmkit.errors import InvalidArgument, NotEnoughData

__all__ = ["BetaGeo", "FittedBetaGeo", "ModifiedBetaGeo"]

_NAMES = ("r", "alpha", "a", "b")
_CHANCES: Mapping[str, int] = MappingProxyType({"BG/NBD": 0, "MBG/NBD": 1})
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
class FittedBetaGeo:
    """BG/NBD or MBG/NBD with its parameters.

    Args:
        model: which of the two.
        estimate: the parameters r, alpha (purchases), a, b (drop-out), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    model: Model
    estimate: Estimated
    unit: str | None = None

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
    def params(self) -> Mapping[str, float]:
        """The parameters by name."""
        return self.estimate.params

    @property
    def standard_errors(self) -> Mapping[str, float]:
        """Their standard errors."""
        return self.estimate.standard_errors

    @property
    def log_likelihood(self) -> float:
        """That of the data."""
        return self.estimate.log_likelihood

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the data did not say, and what to do."""
        return self.estimate.warnings

    def interval(self, confidence: float = 0.95) -> Mapping[str, tuple[float, float]]:
        """Return a Wald interval of each parameter, on the scale of its logarithm."""
        return self.estimate.interval(confidence)

    def expected_purchases(self, data: Any, *, horizon: float, columns: Mapping[str, str] = _SAME) -> Any:
        """Return the customers with the column `expected_purchases`: how many each makes within the horizon.

        Args:
            data: the customers, as for fitting.
            horizon: how far to look from the end of the observation, in the unit of T.
            columns: the frame's own names by canonical name.

        Raises:
            InvalidArgument: a horizon that is not above 0.
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.
        """
        ahead = above_zero("horizon", horizon)
        return self._per_customer(
            data, "expected_purchases", lambda history: expected(self._parameters, history, horizon=ahead), columns
        )

    def probability_alive(self, data: Any, *, at: float | None = None, columns: Mapping[str, str] = _SAME) -> Any:
        """Return the customers with the column `probability_alive`: that each has not dropped out.

        Args:
            data: the customers, as for fitting.
            at: how long after the end of the observation, in the unit of T; then, if not given.
            columns: the frame's own names by canonical name.
        """
        later = 0.0 if at is None else above_zero("at", at, or_zero=True)
        return self._per_customer(
            data,
            "probability_alive",
            lambda history: (
                alive_later(self._parameters, history, after=later) if later else alive(self._parameters, history)
            ),
            columns,
        )

    def discounted_expected_purchases(
        self,
        data: Any,
        *,
        discount_rate: float,
        compounding: Compounding = "continuous",
        horizon: float | None = None,
        columns: Mapping[str, str] = _SAME,
    ) -> Any:
        """Return the customers with the column `discounted_expected_purchases` (DERT without a horizon).

        Args:
            data: the customers, as for fitting.
            discount_rate: a unit of time; .0027 a week, continuous, is 15 % a year.
            compounding: whether a purchase after t is worth e^(-rate t) or (1 + rate)^-t.
            horizon: how far to look; for ever, if not given, for which the rate must be above 0.
            columns: the frame's own names by canonical name.
        """
        force = force_of(discount_rate, compounding)
        if horizon is None and not force:
            message = "without discount the purchases of all time have no sum; say a horizon"
            raise InvalidArgument(message, argument="discount_rate", value=discount_rate)
        ahead = math.inf if horizon is None else above_zero("horizon", horizon)
        return self._per_customer(
            data,
            "discounted_expected_purchases",
            lambda history: discounted(self._parameters, history, force=force, horizon=ahead),
            columns,
        )

    def expected_purchases_new(self, horizon: ArrayLike) -> Floats:
        """Return the repeat purchases that a new customer makes within each horizon, counted from the first."""
        return expected_new(self._parameters, array_above_zero("horizon", horizon))

    def probability_of(self, purchases: ArrayLike, *, horizon: float) -> Floats:
        """Return the probability that a new customer makes so many repeat purchases within the horizon."""
        return pmf(self._parameters, whole_counts("purchases", purchases), horizon=above_zero("horizon", horizon))

    def simulate(self, n: int, *, age: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
        """Draw customers: customer_id, frequency, recency, T and whether they are alive.

        Args:
            n: how many.
            age: of all, or of each.
            rng: the source of randomness.
        """
        return simulated(self._parameters, n, age=array_above_zero("age", age), rng=rng)

    def to_json(self) -> str:
        """Write the fit as a document that `from_json` reads."""
        return estimate_to_json("beta_geo", self.estimate, model=self.model, unit=self.unit)

    @classmethod
    def from_json(cls, text: str) -> FittedBetaGeo:
        """Read a fit from a document.

        Raises:
            InvalidDocument: no such document.
        """
        estimate, model, unit = estimate_from_json("beta_geo", text, names=_NAMES, models=tuple(_CHANCES))
        return cls(model=model, estimate=estimate, unit=unit)  # type: ignore[arg-type]  # one of the two, read above

    @property
    def _parameters(self) -> BetaGeoParameters:
        return BetaGeoParameters(**self.params, chances=_CHANCES[self.model])

    def _per_customer(self, data: Any, name: str, compute: Any, columns: Mapping[str, str]) -> Any:
        return per_customer(data, name, compute, columns=columns, model=self.model)


def _fit(model: Model, data: Any, *, columns: Mapping[str, str], penalty: float) -> FittedBetaGeo:
    above_zero("penalty", penalty, or_zero=True)
    history = collapsed(history_of(data, columns=columns, model=model))
    if not history.frequency.any():
        message = f"{model}: nobody bought again, so nothing says how often customers buy or when they leave"
        raise NotEnoughData(message, model=model, n=history.n)
    likelihood = BetaGeoLikelihood.of(history, chances=_CHANCES[model])
    top = maximise(likelihood, _start(history), n=history.n, penalty=penalty)
    return FittedBetaGeo(
        model=model, estimate=estimated(model, _NAMES, top, n=history.n), unit=getattr(data, "unit", None)
    )


def _start(history: History) -> Floats:
    """Begin at r = 1 and the rate of purchases seen; whoever buys leaves with chance 1/3."""
    seen = float(history.counts @ history.frequency) / float(history.counts @ history.age)
    found: Floats = np.log([1.0, 1.0 / seen, 1.0, 2.0])
    return found
