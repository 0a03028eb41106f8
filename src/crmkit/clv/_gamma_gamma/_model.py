"""Gamma-Gamma fitted to what customers spent, and what a fit answers.

Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value": https://www.brucehardie.com/notes/025/
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike

from crmkit.clv._arguments import penalty_of, prove_rng, whole_counts
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import with_column
from crmkit.clv._estimation import estimated, known, maximise
from crmkit.clv._fitted import Fitted
from crmkit.clv._gamma_gamma._independence import independence_of
from crmkit.clv._gamma_gamma._likelihood import GammaGammaLikelihood
from crmkit.clv._gamma_gamma._spend import Spend, collapsed_spend, spend_of
from crmkit.errors import InvalidArgument, NotEnoughData, UndefinedMetricWarning

__all__ = ["FittedGammaGamma", "GammaGamma", "prove_spend"]

_MODEL: Final = "Gamma-Gamma"
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({_MODEL: ("p", "q", "v")})
_SAME: Mapping[str, str] = MappingProxyType({})
# So strong a correlation of how often and how much is no longer "approximately independent" (Fader & Hardie 2013).
_STRONG = 0.3


@frozen(kw_only=True)
class GammaGamma:
    """Gamma-Gamma: spends vary around a customer's own mean, and the means vary between customers.

    How often somebody buys must say nothing of how much they spend at a time: `independence` looks whether it does.

    Args:
        penalty: how much it counts against the mean log-likelihood that parameters are far from p = q = 3 and the mean
            spend seen: the squared way of their logarithms (L2). A little of it, such as 0.001, keeps parameters finite
            that the data do not determine.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedGammaGamma:
        """Find the parameters under which the mean spends of those who bought again are likeliest.

        Args:
            data: a `tables.CustomerSummary`, or any dataframe with frequency (repeat purchases) and monetary_value
                (their mean spend; not looked at where frequency is 0); and n, where a row stands for several customers.
            columns: the frame's own names by canonical name.

        Raises:
            MissingColumn, InvalidColumn: no such columns; a frequency that is no count, a spend below 0.
            NotEnoughData: fewer than two different spends among those who bought again.
            ConvergenceError: no top was found.

        Warns:
            ConvergenceWarning: parameters that the data hardly determine, a mean spend that is infinite (q <= 1),
                spends that go with the number of purchases, purchases of nothing.
        """
        return _fit(self, data, columns)


@frozen(kw_only=True, repr=False)
class FittedGammaGamma(Fitted):
    """Gamma-Gamma with its parameters.

    Args:
        model: its name.
        estimate: p (the shape of a customer's spends), q and v (shape and scale of the rate, over customers), and how
            sure they are.
        unit: None; it knows no time.
    """

    _kind = "gamma_gamma"
    _names = _NAMES

    model: Literal["Gamma-Gamma"] = _MODEL

    @classmethod
    def of(cls, *, p: float, q: float, v: float) -> FittedGammaGamma:
        """Make one of known parameters, such as published ones.

        Raises:
            InvalidArgument: a parameter that is not above 0.
        """
        return cls(estimate=known(p=p, q=q, v=v))

    @property
    def average_value(self) -> float:
        """What a customer of whom nothing is known spends on a purchase: p v / (q - 1); NaN for q <= 1: infinite."""
        p, q, v = self.params.values()
        return p * v / (q - 1) if q > 1 else math.nan

    def expected_average_value(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> Any:
        """Return the customers with the column `expected_average_value`: what each spends on a purchase to come.

        p (v + x m) / (p x + q - 1) after x purchases of m in the mean (equation 5): between m and what customers spend
        on average, the nearer to m the more purchases there were.

        Args:
            data: the customers, as for fitting; those who have not bought again too.
            columns: the frame's own names by canonical name.

        Raises:
            MissingColumn, InvalidColumn: as fitting.

        Warns:
            UndefinedMetricWarning: p x + q <= 1: the mean is infinite, and NaN stands for it.
        """
        return with_column(
            data, "expected_average_value", self._expected(spend_of(data, columns=columns, model=_MODEL))
        )

    def simulate(self, frequency: ArrayLike, *, rng: np.random.Generator) -> pd.DataFrame:
        """Draw the mean spends of customers: frequency and monetary_value, which is missing where frequency is 0.

        Args:
            frequency: on how many purchases the mean of each rests.
            rng: the source of randomness.

        Raises:
            InvalidArgument: a frequency that is no count.
        """
        prove_rng(rng)
        x = whole_counts("frequency", frequency)
        p, q, v = self.params.values()
        rate = rng.gamma(q, 1 / v, len(x))
        mean = rng.gamma(p * np.maximum(x, 1)) / (np.maximum(x, 1) * rate)
        return pd.DataFrame({"frequency": x, "monetary_value": np.where(x > 0, mean, np.nan)})

    def _expected(self, spend: Spend) -> Floats:
        p, q, v = self.params.values()
        below = p * spend.frequency + q - 1
        undefined = int(np.sum(below <= 0))
        if undefined:
            message = (
                f"{_MODEL}: q is {q:.3g}, so the mean spend of {undefined} customers is infinite and stands as NaN; "
                f"look for a few huge amounts, cap them and fit again"
            )
            warnings.warn(message, UndefinedMetricWarning, stacklevel=3)
        found: Floats = np.divide(
            p * (v + spend.frequency * spend.value), below, out=np.full(len(below), np.nan), where=below > 0
        )
        return found


def prove_spend(spend: object) -> None:
    """Refuse what is no fitted model of spends.

    Raises:
        InvalidArgument: something else.
    """
    if not isinstance(spend, FittedGammaGamma):
        kind = type(spend).__name__
        message = f"spend is a fitted model of spends, as GammaGamma().fit(summary) returns, not a {kind}"
        raise InvalidArgument(message, argument="spend", value=kind)


def _fit(asked: GammaGamma, data: Any, columns: Mapping[str, str]) -> FittedGammaGamma:
    penalty_of(asked.penalty)
    read = collapsed_spend(spend_of(data, columns=columns, model=_MODEL))
    spend = read.where((read.frequency > 0) & (read.value > 0))
    if len(np.unique(spend.value)) < 2:
        message = f"{_MODEL}: {spend.n} customers with one and the same spend say nothing of how spends differ"
        raise NotEnoughData(message, model=_MODEL, n=spend.n)
    # A power of two near the mean: it changes no bit of the data, and any currency is fitted alike.
    scale = 2.0 ** math.floor(math.log2(float(spend.counts @ spend.value) / spend.n))
    scaled = Spend(spend.frequency, spend.value / scale, spend.counts)
    top = maximise(GammaGammaLikelihood.of(scaled), _start(scaled), n=spend.n, penalty=asked.penalty)
    notes = _notes(read, spend, q=float(np.exp(top.logs[1])))
    found = estimated(_MODEL, _NAMES[_MODEL], top, n=spend.n, notes=notes)
    return FittedGammaGamma(
        estimate=evolve(
            found,
            params=dict(found.params) | {"v": found.params["v"] * scale},
            log_likelihood=found.log_likelihood - spend.n * math.log(scale),
        )
    )


def _start(spend: Spend) -> Floats:
    """Begin where p = q = 3 and the mean over customers is that of the data, which is near 1."""
    mean = float(spend.counts @ spend.value) / spend.n
    found: Floats = np.log([3.0, 3.0, 2.0 * mean / 3.0])
    return found


def _notes(read: Spend, spend: Spend, *, q: float) -> tuple[str, ...]:
    notes = []
    nothing = int(read.counts[(read.frequency > 0) & (read.value == 0)].sum())
    if nothing:
        notes.append(f"{nothing} customers who bought again for nothing are left out")
    if q <= 1:
        notes.append(
            f"q is {q:.3g}: the mean spend over customers is infinite; "
            f"look for a few huge amounts, cap them and fit again"
        )
    found = independence_of(spend, confidence=0.95)
    if abs(found.value) > _STRONG and (found.low > 0 or found.high < 0):
        notes.append(
            f"frequency and monetary_value correlate by {found.value:.2f}, and the model takes them to be independent: "
            f"fit customers who buy often and seldom apart"
        )
    return tuple(notes)
