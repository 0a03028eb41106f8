"""NBD: customers who buy at random, each at an own rate, and never leave."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import Compounding, above_zero, array_above_zero, force_of, whole_counts
from crmkit.clv._estimate import Estimated, estimate_from_json, estimate_to_json, estimated, known
from crmkit.clv._history import collapsed, history_of
from crmkit.clv._maximise import Floats, maximise
from crmkit.clv._nbd_likelihood import NBDLikelihood
from crmkit.clv._nbd_numbers import NBDParameters, discounted, expected, pmf
from crmkit.clv._pareto_nbd_simulation import drawn
from crmkit.clv._predicting import per_customer
from crmkit.errors import InvalidArgument, NotEnoughData

__all__ = ["NBD", "FittedNBD"]

_MODEL = "NBD"
_NAMES = ("r", "alpha")
_SAME: Mapping[str, str] = MappingProxyType({})


@frozen(kw_only=True)
class NBD:
    """NBD (Ehrenberg 1959): a customer buys at a steady rate for ever; rates differ by a gamma distribution.

    It is what the models with leaving are to be compared with: where its log-likelihood is hardly lower, the data do
    not show that anybody leaves.

    Args:
        penalty: how much the squared logarithms of the parameters count against the mean log-likelihood (L2); a little
            of it, such as 0.001, keeps parameters finite that the data do not determine.
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
        above_zero("penalty", self.penalty, or_zero=True)
        history = collapsed(history_of(data, columns=columns, model=_MODEL))
        if not (history.frequency.any() and history.age.any()):
            message = f"{_MODEL}: nobody bought again in any time, so nothing says how often customers buy"
            raise NotEnoughData(message, model=_MODEL, n=history.n)
        seen = float(history.counts @ history.age) / float(history.counts @ history.frequency)
        top = maximise(NBDLikelihood.of(history), np.log([1.0, seen]), n=history.n, penalty=self.penalty)
        estimate = estimated(_MODEL, _NAMES, top, n=history.n)
        return FittedNBD(estimate=estimate, unit=getattr(data, "unit", None))


@frozen(kw_only=True)
class FittedNBD:
    """NBD with its parameters.

    Args:
        estimate: the parameters r and alpha, and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    estimate: Estimated
    unit: str | None = None

    @classmethod
    def of(cls, *, r: float, alpha: float) -> FittedNBD:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        return cls(estimate=known(r=r, alpha=alpha))

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
        """Return the customers with the column `probability_alive`, which is 1: nobody leaves, now or later.

        Args:
            data: the customers, as for fitting.
            at: how long after the end of the observation.
            columns: the frame's own names by canonical name.
        """
        above_zero("at", 0.0 if at is None else at, or_zero=True)
        return self._per_customer(data, "probability_alive", lambda history: np.ones_like(history.age), columns)

    def discounted_expected_purchases(
        self,
        data: Any,
        *,
        discount_rate: float,
        compounding: Compounding = "continuous",
        horizon: float | None = None,
        columns: Mapping[str, str] = _SAME,
    ) -> Any:
        """Return the customers with the column `discounted_expected_purchases`, without a horizon of all time.

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
        return self.params["r"] / self.params["alpha"] * array_above_zero("horizon", horizon)

    def probability_of(self, purchases: ArrayLike, *, horizon: float) -> Floats:
        """Return the probability that a new customer makes so many repeat purchases within the horizon."""
        return pmf(self._parameters, whole_counts("purchases", purchases), horizon=above_zero("horizon", horizon))

    def simulate(self, n: int, *, age: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
        """Draw customers: customer_id, frequency, recency, T and whether they are alive, which all are.

        Args:
            n: how many.
            age: of all, or of each.
            rng: the source of randomness.
        """
        return drawn(
            n,
            age=array_above_zero("age", age),
            purchases=(self.params["r"], self.params["alpha"]),
            leaving=None,
            rng=rng,
        )

    def to_json(self) -> str:
        """Write the fit as a document that `from_json` reads."""
        return estimate_to_json("nbd", self.estimate, model=_MODEL, unit=self.unit)

    @classmethod
    def from_json(cls, text: str) -> FittedNBD:
        """Read a fit from a document.

        Raises:
            InvalidDocument: no such document.
        """
        estimate, _, unit = estimate_from_json("nbd", text, names=_NAMES, models=(_MODEL,))
        return cls(estimate=estimate, unit=unit)

    @property
    def _parameters(self) -> NBDParameters:
        return NBDParameters(**self.params)

    def _per_customer(self, data: Any, name: str, compute: Any, columns: Mapping[str, str]) -> Any:
        return per_customer(data, name, compute, columns=columns, model=_MODEL)
