"""BG/BB fitted to histories, and what a fit answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import penalty_of, whole_counts, whole_number
from crmkit.clv._arrays import Floats
from crmkit.clv._beta_binomial_geo._likelihood import BetaBinomialGeoLikelihood
from crmkit.clv._beta_binomial_geo._numbers import BetaBinomialGeoParameters, alive, expected, expected_new, pmf
from crmkit.clv._beta_binomial_geo._simulation import ahead, simulated
from crmkit.clv._customers import History, collapsed, history_of, refuse_unless, unit_of
from crmkit.clv._estimation import estimated, held, known
from crmkit.clv._fitted import FittedPurchases
from crmkit.errors import NotEnoughData

__all__ = ["BetaBinomialGeo", "FittedBetaBinomialGeo"]

_MODEL: Final = "BG/BB"
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({_MODEL: ("alpha", "beta", "gamma", "delta")})
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


@frozen(kw_only=True, repr=False)
class FittedBetaBinomialGeo(FittedPurchases):
    """BG/BB with its parameters.

    Its time is counted in opportunities: horizons and ages are whole numbers of them, the next one to come is 1, and it
    is discounted once. A customer is alive who could still buy at the last opportunity observed.

    Args:
        model: its name.
        estimate: the parameters alpha, beta (buying), gamma, delta (leaving), and how sure they are.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind = "beta_binomial_geo"
    _names = _NAMES

    model: Literal["BG/BB"] = _MODEL

    @classmethod
    def of(cls, *, alpha: float, beta: float, gamma: float, delta: float) -> FittedBetaBinomialGeo:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        return cls(estimate=known(alpha=alpha, beta=beta, gamma=gamma, delta=delta))

    @property
    def _parameters(self) -> BetaBinomialGeoParameters:
        return BetaBinomialGeoParameters(**self.params)

    def _expected(self, history: History, horizon: float) -> Floats:
        return expected(self._parameters, history, horizon=horizon)

    def _alive(self, history: History, after: float) -> Floats:
        return alive(self._parameters, history, after=int(after))

    def _bought(self, history: History, rng: np.random.Generator, horizon: float) -> Floats:
        return ahead(self._parameters, history, horizon=horizon, rng=rng)

    def _discounted(self, history: History, force: float, horizon: float) -> Floats:
        return expected(self._parameters, history, horizon=horizon, force=force)

    def _expected_new(self, horizon: Floats) -> Floats:
        whole_number("horizon", horizon.max(initial=0.0), least=0)
        return expected_new(self._parameters, horizon)

    def _pmf(self, purchases: Floats, horizon: float) -> Floats:
        return pmf(self._parameters, purchases, horizon=int(horizon))

    def _drawn(self, n: int, age: Floats, rng: np.random.Generator, patterns: Floats | None) -> pd.DataFrame:
        return simulated(self._parameters, n, age=age, rng=rng)

    def _read(self, data: Any, columns: Mapping[str, str]) -> History:
        return _opportunities(data, columns)

    def _ahead(self, name: str, value: float, *, or_zero: bool = False) -> float:
        return whole_number(name, value, least=0 if or_zero else 1)

    def _times(self, name: str, values: ArrayLike) -> Floats:
        return whole_counts(name, values)


def _fit(data: Any, *, columns: Mapping[str, str], penalty: float) -> FittedBetaBinomialGeo:
    penalty_of(penalty)
    history = collapsed(_opportunities(data, columns))
    if not history.frequency.any() or history.age.max() < 2:
        message = f"{_MODEL}: nobody bought again, or nobody could twice, so nothing says how often, or when they leave"
        raise NotEnoughData(message, model=_MODEL, n=history.n)
    top, notes = held(BetaBinomialGeoLikelihood.of(history), np.zeros(4), n=history.n, penalty=penalty)
    return FittedBetaBinomialGeo(
        estimate=estimated(_MODEL, _NAMES[_MODEL], top, n=history.n, notes=notes), unit=unit_of(data)
    )


def _opportunities(data: Any, columns: Mapping[str, str]) -> History:
    """Read histories in which time is a number of opportunities."""
    history = history_of(data, columns=columns, model=_MODEL)
    age, last = history.age, history.recency
    refuse_unless((age == np.floor(age)) & (age <= _MOST), age, "T", f"is no number of opportunities up to {_MOST:,}")
    refuse_unless(last == np.floor(last), last, "recency", "is not the number of an opportunity")
    refuse_unless(last >= history.frequency, last, "recency", "is less than the purchases made until then")
    return history
