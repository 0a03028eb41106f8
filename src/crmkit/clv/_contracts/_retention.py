"""What a fit of sBG or BdW says: who stays how long, and what those periods are worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import (
    Compounding,
    count_of_customers,
    force_that_ends,
    like,
    prove_rng,
    whole_counts,
    whole_number,
)
from crmkit.clv._arrays import Floats
from crmkit.clv._contracts._numbers import RetentionParameters, drawn, lifetime, log_survival
from crmkit.clv._estimation import known
from crmkit.clv._fitted import Fitted
from crmkit.errors import InvalidArgument, shown

__all__ = ["NAMES", "FittedRetention", "Model"]

Model = Literal["sBG", "BdW"]
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({"sBG": ("alpha", "beta"), "BdW": ("alpha", "beta", "c")})


@frozen(kw_only=True, repr=False)
class FittedRetention(Fitted):
    """Shifted-beta-geometric or beta-discrete-Weibull with its parameters.

    Periods are counted in renewals: whoever has tenure 0 has signed, but not renewed yet.

    Args:
        model: which of the two.
        estimate: the parameters alpha, beta (of the chance to leave at a renewal) and, for BdW, c (above 1: the chance
            grows with tenure), and how sure they are.
        unit: of time; None where nothing said it.
    """

    _kind = "retention"
    _names = NAMES

    model: Model

    @classmethod
    def of(cls, *, alpha: float, beta: float, c: float | None = None) -> FittedRetention:
        """Make one of known parameters, such as published ones: sBG without c, BdW with it.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        if c is None:
            return cls(model="sBG", estimate=known(alpha=alpha, beta=beta))
        return cls(model="BdW", estimate=known(alpha=alpha, beta=beta, c=c))

    def survival(self, periods: ArrayLike, *, tenure: int = 0) -> Any:
        """Return the share still there `periods` later, of the customers who have renewed `tenure` times.

        Args:
            periods: one number of them, or several; so is what comes back.
            tenure: renewals made.
        """
        begin = whole_number("tenure", tenure, least=0)
        ahead = whole_counts("periods", periods)
        return like(periods, np.exp(log_survival(self._parameters, ahead, after=float(begin))))

    def retention_rate(self, renewal: ArrayLike) -> Any:
        """Return the share that renews at the first renewal, the second..., of those who came to it.

        Args:
            renewal: one, counted from 1, or several; so is what comes back.
        """
        before = _renewals(renewal) - 1.0
        return like(renewal, np.exp(log_survival(self._parameters, np.ones_like(before), after=before)))

    def churn_probability(self, renewal: ArrayLike) -> Any:
        """Return the share of a new cohort that leaves at the first renewal, the second...

        Of all who signed; of those who came to the renewal it is 1 - `retention_rate`.

        Args:
            renewal: one, counted from 1, or several; so is what comes back.
        """
        before = _renewals(renewal) - 1.0
        stays = log_survival(self._parameters, np.ones_like(before), after=before)
        return like(renewal, np.exp(log_survival(self._parameters, before)) * -np.expm1(stays))

    def expected_residual_tenure(self, tenure: ArrayLike, *, horizon: int | None = None) -> Any:
        """Return how often customers who have renewed `tenure` times will renew again.

        Args:
            tenure: renewals made, one number of them or several; so is what comes back.
            horizon: how many renewals to look ahead; all, if not given.

        Raises:
            InvalidArgument: no horizon, where the sum over all time is infinite (alpha of 1 or less) or has no closed
                form (BdW).
        """
        if horizon is None and (self.model == "BdW" or self.params["alpha"] <= 1):
            message = f"the mean over all time is infinite or unknown for {self.model} with these parameters"
            raise InvalidArgument(f"{message}; say a horizon", argument="horizon", value=horizon)
        return like(tenure, self._lifetime(whole_counts("tenure", tenure), force=0.0, horizon=horizon, first=1))

    def discounted_lifetime(
        self, *, discount_rate: float, compounding: Compounding = "continuous", horizon: int | None = None
    ) -> float:
        """Return the discounted expected lifetime (DEL) of a new customer, in periods, the first at full worth.

        Args:
            discount_rate: per period.
            compounding: whether a period that begins t periods from now is worth e^(-rate t) or (1 + rate)^-t.
            horizon: how many periods; all, if not given, for which the rate must be above 0.
        """
        force = force_that_ends(discount_rate, compounding, horizon)
        return float(self._lifetime(np.zeros(1), force=force, horizon=horizon, first=0)[0])

    def discounted_residual_lifetime(
        self,
        tenure: ArrayLike,
        *,
        discount_rate: float,
        compounding: Compounding = "continuous",
        horizon: int | None = None,
    ) -> Any:
        """Return the discounted expected residual lifetime (DERL) of customers just before their next renewal.

        In periods; the one that begins with that renewal, if they make it, is not discounted.

        Args:
            tenure: renewals made, the coming one not among them; one number of them or several, and so is what comes
                back.
            discount_rate: per period.
            compounding: whether a period that begins t periods from now is worth e^(-rate t) or (1 + rate)^-t.
            horizon: how many periods; all, if not given, for which the rate must be above 0.
        """
        force = force_that_ends(discount_rate, compounding, horizon)
        return like(tenure, self._lifetime(whole_counts("tenure", tenure), force=force, horizon=horizon, first=1))

    def simulate(self, n: int, *, age: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
        """Draw customers: customer_id, tenure and whether they have churned; what a model is fitted to.

        Args:
            n: how many.
            age: the renewals that all, or each, could have made.
            rng: the source of randomness.
        """
        prove_rng(rng)
        ages = whole_counts("age", age)
        return drawn(self._parameters, count_of_customers(n, ages), age=ages, rng=rng)

    @property
    def _parameters(self) -> RetentionParameters:
        return RetentionParameters(**self.params)

    def _lifetime(self, tenure: Floats, *, force: float, horizon: int | None, first: int) -> Floats:
        ahead = math.inf if horizon is None else whole_number("horizon", horizon)
        return lifetime(self._parameters, tenure, force=force, horizon=ahead, first=first)


def _renewals(values: ArrayLike) -> Floats:
    found = whole_counts("renewal", values)
    if (found < 1).any():
        raise InvalidArgument(f"renewals are counted from 1, not {shown(values)}", argument="renewal", value=values)
    return found
