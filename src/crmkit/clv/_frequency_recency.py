"""What customers of one age are to be expected to do, by how often and how lately they bought.

Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of Marketing
Research 42: of two who bought equally late, the one who did so more often is not always worth more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.clv._arguments import above_zero, whole_number
from crmkit.clv._arrays import Floats
from crmkit.clv._beta_binomial_geo import FittedBetaBinomialGeo
from crmkit.clv._estimation import one_pattern
from crmkit.clv._fitted import FittedPurchases, prove_fitted

__all__ = ["FrequencyRecency", "frequency_recency"]

_MOST = 40


@frozen(kw_only=True, eq=False)
class FrequencyRecency:
    """What is expected of customers of one age, by frequency (rows) and recency (columns); NaN where nobody can be.

    Whoever has not bought again has recency 0, and whoever has does not; where a model counts opportunities, there are
    no more purchases than these.

    Args:
        frequency: repeat purchases, 0 to the most asked for.
        recency: age at the last of them, whole units from 0 to `age`.
        expected_purchases: within the horizon after the observation.
        probability_alive: at the end of the observation.
        age: of all these customers, `T`.
        horizon: how far was looked.
        unit: of recency, age and horizon, as the model has it.
        model: its name.
    """

    frequency: Floats
    recency: Floats
    expected_purchases: Floats
    probability_alive: Floats
    age: float
    horizon: float
    unit: str | None
    model: str

    @property
    def table(self) -> pd.DataFrame:
        """The cells in which somebody can be: frequency, recency, expected_purchases, probability_alive."""
        rows, columns = np.nonzero(~np.isnan(self.expected_purchases))
        return pd.DataFrame(
            {
                "frequency": self.frequency[rows],
                "recency": self.recency[columns],
                "expected_purchases": self.expected_purchases[rows, columns],
                "probability_alive": self.probability_alive[rows, columns],
            }
        )


def frequency_recency(
    fit: FittedPurchases,
    *,
    age: float,
    horizon: float,
    most: int | None = None,
    covariates: Mapping[str, float] | None = None,
) -> FrequencyRecency:
    """Return what a model expects of customers of one age, whatever their history.

    Args:
        fit: a fitted model of purchases.
        age: of the customers, in the unit of T.
        horizon: how far to look from the end of the observation.
        most: the highest frequency; one a unit of time, but no more than 40, if not given.
        covariates: those of the customers, by name, where the fit has covariates.

    Raises:
        InvalidArgument: an age or horizon that is not above 0, or no whole number where a model counts opportunities;
            `most` is no count; other covariates than the fit has.
    """
    prove_fitted(fit)
    pattern = one_pattern(covariates, fit.covariates)
    until = math.floor(above_zero("age", age))
    last = min(until, _MOST) if most is None else whole_number("most", most, least=0)
    frequency, recency = np.arange(last + 1.0), np.arange(until + 1.0)
    x, last_at = np.meshgrid(frequency, recency, indexing="ij")
    possible = (x == 0) == (last_at == 0)
    if isinstance(fit, FittedBetaBinomialGeo):
        possible &= x <= last_at
    cells = pd.DataFrame({"frequency": x[possible], "recency": last_at[possible], "T": float(age)})
    if pattern is not None:
        cells = cells.assign(**dict(zip(fit.covariates, pattern[0], strict=True)))
    purchases = _matrix(fit.expected_purchases(cells, horizon=horizon), "expected_purchases", possible)
    return FrequencyRecency(
        frequency=frequency,
        recency=recency,
        expected_purchases=purchases,
        probability_alive=_matrix(fit.probability_alive(cells), "probability_alive", possible),
        age=float(age),
        horizon=float(horizon),
        unit=fit.unit,
        model=fit.model,
    )


def _matrix(cells: Any, name: str, possible: Any) -> Floats:
    found = np.full(possible.shape, np.nan)
    found[possible] = nw.from_native(cells, eager_only=True)[name].to_numpy()
    return found
