"""BG/BB: customers who may buy at each of a row of opportunities, and may be gone before any of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import Compounding, above_zero, force_of, whole_counts
from crmkit.clv._beta_binomial_geo_likelihood import BetaBinomialGeoLikelihood
from crmkit.clv._beta_binomial_geo_numbers import (
    BetaBinomialGeoParameters,
    alive,
    expected,
    expected_new,
    pmf,
    simulated,
)
from crmkit.clv._estimate import Estimated, estimate_from_json, estimate_to_json, estimated, known
from crmkit.clv._firm import held
from crmkit.clv._history import History, collapsed, history_of
from crmkit.clv._maximise import Floats
from crmkit.clv._predicting import with_column
from crmkit.clv._refused import refuse_unless
from crmkit.clv._whole import whole_number
from crmkit.errors import InvalidArgument, NotEnoughData

__all__ = ["BetaBinomialGeo", "FittedBetaBinomialGeo"]

_MODEL = "BG/BB"
_NAMES = ("alpha", "beta", "gamma", "delta")
_SAME: Mapping[str, str] = MappingProxyType({})
# More opportunities than this are continuous time.
_MOST = 100_000


@frozen(kw_only=True)
class BetaBinomialGeo:
    """BG/BB (Fader, Hardie & Shang 2010): for what can be bought at certain times only, once each.

    Conferences, yearly gifts, seasons; or purchases so frequent that only "bought in this month or not" is kept.

    Args:
        penalty: how much the squared logarithms of the parameters count against the mean log-likelihood (L2); a little
            of it, such as 0.001, keeps parameters finite that the data do not determine.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedBetaBinomialGeo:
        """Find the parameters under which these histories are likeliest.

        Args:
            data: any dataframe with frequency (opportunities used after the first purchase), recency (the number of
                the last one used, 0 without) and T (how many there were); and n, where a row stands for several
                customers.
            columns: the frame's own names by canonical name: {"T": "periods", "n": "weights"}.

        Raises:
            MissingColumn, InvalidColumn: no such columns, or a value that no history has.
            NotEnoughData: no customer, none who bought again, or nobody who had two opportunities.
            ConvergenceError: no top was found.

        Warns:
            ConvergenceWarning: parameters that the data hardly determine.
        """
        return _fit(data, columns=columns, penalty=self.penalty)


@frozen(kw_only=True)
class FittedBetaBinomialGeo:
    """BG/BB with its parameters.

    Args:
        estimate: the parameters alpha, beta (buying), gamma, delta (leaving), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    estimate: Estimated
    unit: str | None = None

    @classmethod
    def of(cls, *, alpha: float, beta: float, gamma: float, delta: float) -> FittedBetaBinomialGeo:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        return cls(estimate=known(alpha=alpha, beta=beta, gamma=gamma, delta=delta))

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

    def expected_purchases(self, data: Any, *, horizon: int, columns: Mapping[str, str] = _SAME) -> Any:
        """Return the customers with the column `expected_purchases`: how many each makes at the next opportunities.

        Args:
            data: the customers, as for fitting.
            horizon: how many opportunities.
            columns: the frame's own names by canonical name.

        Raises:
            InvalidArgument: a horizon that is no whole number above 0.
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.
        """
        ahead = whole_number("horizon", horizon)
        history = _opportunities(data, columns)
        return with_column(data, "expected_purchases", expected(self._parameters, history, horizon=ahead))

    def probability_alive(self, data: Any, *, at: int | None = None, columns: Mapping[str, str] = _SAME) -> Any:
        """Return the customers with the column `probability_alive`.

        Args:
            data: the customers, as for fitting.
            at: the opportunity, counted from the last one observed, at which somebody could still buy: 1 is the next.
                At the last one observed, if not given.
            columns: the frame's own names by canonical name.
        """
        after = 0 if at is None else whole_number("at", at, least=0)
        history = _opportunities(data, columns)
        return with_column(data, "probability_alive", alive(self._parameters, history, after=after))

    def discounted_expected_purchases(
        self,
        data: Any,
        *,
        discount_rate: float,
        compounding: Compounding = "continuous",
        horizon: int | None = None,
        columns: Mapping[str, str] = _SAME,
    ) -> Any:
        """Return the customers with the column `discounted_expected_purchases` (DERT without a horizon).

        Args:
            data: the customers, as for fitting.
            discount_rate: from one opportunity to the next; the next one is discounted once.
            compounding: whether a purchase at the k-th opportunity to come is worth e^(-rate k) or (1 + rate)^-k.
            horizon: how many opportunities; all to come, if not given, for which the rate must be above 0.
            columns: the frame's own names by canonical name.
        """
        force = force_of(discount_rate, compounding)
        if horizon is None and not force:
            message = "without discount the purchases of all time have no sum; say a horizon"
            raise InvalidArgument(message, argument="discount_rate", value=discount_rate)
        ahead = math.inf if horizon is None else whole_number("horizon", horizon)
        history = _opportunities(data, columns)
        values = expected(self._parameters, history, horizon=ahead, force=force)
        return with_column(data, "discounted_expected_purchases", values)

    def expected_purchases_new(self, horizon: ArrayLike) -> Floats:
        """Return the purchases that a new customer makes at so many opportunities after the first purchase."""
        ahead = whole_counts("horizon", horizon)
        whole_number("horizon", ahead.max(initial=0.0), least=0)
        return expected_new(self._parameters, ahead)

    def probability_of(self, purchases: ArrayLike, *, horizon: int) -> Floats:
        """Return the probability that a new customer buys at so many of `horizon` opportunities."""
        return pmf(self._parameters, whole_counts("purchases", purchases), horizon=whole_number("horizon", horizon))

    def simulate(self, n: int, *, age: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
        """Draw customers: customer_id, frequency, recency, T and whether they are alive at the last opportunity.

        Args:
            n: how many.
            age: opportunities of all, or of each.
            rng: the source of randomness.
        """
        count = whole_number("n", n)
        ages = whole_counts("age", age)
        if len(ages) not in (1, count):
            raise InvalidArgument(f"{len(ages)} ages for {count} customers", argument="age", value=len(ages))
        return simulated(self._parameters, count, age=ages, rng=rng)

    def to_json(self) -> str:
        """Write the fit as a document that `from_json` reads."""
        return estimate_to_json("beta_binomial_geo", self.estimate, model=_MODEL, unit=self.unit)

    @classmethod
    def from_json(cls, text: str) -> FittedBetaBinomialGeo:
        """Read a fit from a document.

        Raises:
            InvalidDocument: no such document.
        """
        estimate, _, unit = estimate_from_json("beta_binomial_geo", text, names=_NAMES, models=(_MODEL,))
        return cls(estimate=estimate, unit=unit)

    @property
    def _parameters(self) -> BetaBinomialGeoParameters:
        return BetaBinomialGeoParameters(**self.params)


def _fit(data: Any, *, columns: Mapping[str, str], penalty: float) -> FittedBetaBinomialGeo:
    above_zero("penalty", penalty, or_zero=True)
    history = collapsed(_opportunities(data, columns))
    if not history.frequency.any() or history.age.max() < 2:
        message = f"{_MODEL}: nobody bought again, or nobody could twice, so nothing says how often, or when they leave"
        raise NotEnoughData(message, model=_MODEL, n=history.n)
    top, notes = held(BetaBinomialGeoLikelihood.of(history), np.zeros(4), n=history.n, penalty=penalty)
    return FittedBetaBinomialGeo(
        estimate=estimated(_MODEL, _NAMES, top, n=history.n, notes=notes), unit=getattr(data, "unit", None)
    )


def _opportunities(data: Any, columns: Mapping[str, str]) -> History:
    """Read histories in which time is a number of opportunities."""
    history = history_of(data, columns=columns, model=_MODEL)
    age, last = history.age, history.recency
    refuse_unless((age == np.floor(age)) & (age <= _MOST), age, "T", f"is no number of opportunities up to {_MOST:,}")
    refuse_unless(last == np.floor(last), last, "recency", "is not the number of an opportunity")
    refuse_unless(last >= history.frequency, last, "recency", "is less than the purchases made until then")
    return history
