"""What a model of purchases gives, of which all questions to its fits are made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Any, Self

import numpy as np
import pandas as pd
from attrs import evolve, frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import above_zero, array_above_zero
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, history_of, prove_unit
from crmkit.clv._estimation import covariates_of, drawn_estimates, is_known, one_pattern, parameters_of
from crmkit.clv._fitted._fitted import Fitted
from crmkit.clv._fitted._prediction_interval import Drawn

__all__ = ["FittedModel"]


@frozen(kw_only=True, repr=False)
class FittedModel(Fitted, ABC):
    """A fitted model of purchases: arrays of histories in, arrays of answers out."""

    @property
    def coefficients(self) -> Mapping[str, float]:
        """What covariates do to the parameters, by "parameter.covariate"; none without covariates."""
        return self.estimate.coefficients

    @property
    def covariates(self) -> tuple[str, ...]:
        """The covariates, which are columns of the customers."""
        return covariates_of(self.estimate.coefficients)

    def _of_one(self, covariates: Mapping[str, float] | None) -> Self:
        """Return the model of a customer with these covariates: one without any, with other parameters."""
        pattern = one_pattern(covariates, self.covariates)
        if pattern is None:
            return self
        params = {name: float(np.ravel(each)[0]) for name, each in parameters_of(self.estimate, pattern).items()}
        return evolve(self, estimate=evolve(self.estimate, params=params, coefficients={}))

    def _models(self, draws: int, horizon: float, rng: np.random.Generator) -> list[Drawn]:
        """Draw the parameters so many times; those that are known are the same each time."""
        if is_known(self.estimate):
            return [self._model(horizon)] * draws
        instead = f"hold them as they are, with {type(self).__name__}.of"
        found = drawn_estimates(self.estimate, draws=draws, rng=rng, argument="fit", instead=instead)
        return [evolve(self, estimate=estimate)._model(horizon) for estimate in found]

    def _model(self, horizon: float) -> Drawn:
        return Drawn(alive=partial(self._alive, after=0.0), bought=partial(self._bought, horizon=horizon))

    def _customers(self, data: Any, columns: Mapping[str, str]) -> History:
        prove_unit(data, self.unit)
        return self._read(data, columns)

    @abstractmethod
    def _bought(self, history: History, rng: np.random.Generator, horizon: float) -> Floats:
        """Draw the purchases of customers who are alive; their recency does not matter."""

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
    def _drawn(self, n: int, age: Floats, rng: np.random.Generator, patterns: Floats | None) -> pd.DataFrame:
        """Draw customers; those with covariates have one pattern each."""

    def _read(self, data: Any, columns: Mapping[str, str]) -> History:
        return history_of(data, columns=columns, model=self.model, covariates=self.covariates)

    def _ahead(self, name: str, value: float, *, or_zero: bool = False) -> float:
        """Check a length of time; a model that counts opportunities overrides both."""
        return above_zero(name, value, or_zero=or_zero)

    def _times(self, name: str, values: ArrayLike) -> Floats:
        return array_above_zero(name, values)
