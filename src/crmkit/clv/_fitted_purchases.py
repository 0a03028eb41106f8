"""What can be asked of a fitted model of when customers buy, whichever it is."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import (
    Compounding,
    above_zero,
    array_above_zero,
    count_of_customers,
    force_that_ends,
    whole_counts,
)
from crmkit.clv._fitted import Fitted
from crmkit.clv._history import History, history_of
from crmkit.clv._maximise import Floats
from crmkit.clv._predicting import with_column

__all__ = ["FittedPurchases"]

_SAME: Mapping[str, str] = MappingProxyType({})


@frozen(kw_only=True)
class FittedPurchases(Fitted, ABC):
    """A fitted model of purchases: the questions, and what a model must know to answer them."""

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
        ahead = self._ahead("horizon", horizon)
        return with_column(data, "expected_purchases", self._expected(self._read(data, columns), ahead))

    def probability_alive(self, data: Any, *, at: float | None = None, columns: Mapping[str, str] = _SAME) -> Any:
        """Return the customers with the column `probability_alive`: that each has not left.

        Args:
            data: the customers, as for fitting.
            at: how long after the end of the observation, in the unit of T; then, if not given.
            columns: the frame's own names by canonical name.

        Raises:
            InvalidArgument: a time below 0.
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.
        """
        after = 0.0 if at is None else self._ahead("at", at, or_zero=True)
        return with_column(data, "probability_alive", self._alive(self._read(data, columns), after))

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

        Raises:
            InvalidArgument: a rate below 0, or none and no horizon.
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.
        """
        force = force_that_ends(discount_rate, compounding, horizon)
        ahead = math.inf if horizon is None else self._ahead("horizon", horizon)
        values = self._discounted(self._read(data, columns), force, ahead)
        return with_column(data, "discounted_expected_purchases", values)

    def expected_purchases_new(self, horizon: ArrayLike) -> Floats:
        """Return the repeat purchases that a new customer makes within each horizon, counted from the first."""
        return self._expected_new(self._times("horizon", horizon))

    def probability_of(self, purchases: ArrayLike, *, horizon: float) -> Floats:
        """Return the probability that a new customer makes so many repeat purchases within the horizon."""
        return self._pmf(whole_counts("purchases", purchases), self._ahead("horizon", horizon))

    def simulate(self, n: int, *, age: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
        """Draw customers: customer_id, frequency, recency, T and whether they are alive.

        Args:
            n: how many.
            age: of all, or of each.
            rng: the source of randomness.

        Raises:
            InvalidArgument: n is no number of customers, or of other ages.
        """
        return self._drawn(count_of_customers(n, ages := self._times("age", age)), ages, rng)

    @abstractmethod
    def _expected(self, history: History, horizon: float) -> Floats: ...

    @abstractmethod
    def _alive(self, history: History, after: float) -> Floats: ...

    @abstractmethod
    def _discounted(self, history: History, force: float, horizon: float) -> Floats: ...

    @abstractmethod
    def _expected_new(self, horizon: Floats) -> Floats: ...

    @abstractmethod
    def _pmf(self, purchases: Floats, horizon: float) -> Floats: ...

    @abstractmethod
    def _drawn(self, n: int, age: Floats, rng: np.random.Generator) -> pd.DataFrame: ...

    def _read(self, data: Any, columns: Mapping[str, str]) -> History:
        return history_of(data, columns=columns, model=self.model)

    def _ahead(self, name: str, value: float, *, or_zero: bool = False) -> float:
        """Check a length of time; a model that counts opportunities overrides both."""
        return above_zero(name, value, or_zero=or_zero)

    def _times(self, name: str, values: ArrayLike) -> Floats:
        return array_above_zero(name, values)
