"""A forecast held against what customers then did."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.clv._arguments import whole_number
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import column_of, counts_of
from crmkit.clv._fitted import FittedPurchases, prove_fitted
from crmkit.errors import InvalidArgument, MissingColumn, NotEnoughData
from crmkit.tables import CustomerSummary, collected, open_table

__all__ = ["HoldoutCalibration", "holdout_calibration"]

_BOUGHT, _DURATION = "frequency_holdout", "duration_holdout"


@frozen(kw_only=True, eq=False)
class HoldoutCalibration:
    """Purchases expected and made in the holdout, by frequency in the observation.

    Args:
        table: one row a frequency that somebody has, the last one `most` and above: frequency, customers, expected and
            bought (means of a customer), in rising order.
        most: the frequency from which on customers are taken together.
        expected: the purchases expected of all.
        bought: those made.
        mean_absolute_error: of a customer's forecast.
        n: how many customers there are.
        horizon: how long the holdout is, in `unit`.
        unit: of time, as the summary has it.
        model: the name of the model that expects.
    """

    table: pd.DataFrame
    most: int
    expected: float
    bought: float
    mean_absolute_error: float
    n: int
    horizon: float
    unit: str
    model: str


def holdout_calibration(fit: FittedPurchases, summary: CustomerSummary, *, most: int = 7) -> HoldoutCalibration:
    """Hold a forecast against the holdout of a summary, by how often customers had bought before.

    Args:
        fit: a model fitted on the observation of the same summary.
        summary: a `tables.CustomerSummary` with a holdout.
        most: the frequency from which on customers are taken together.

    Raises:
        InvalidArgument: no summary, or one without holdout or in another unit than the fit; no fitted model of
            purchases; `most` is no count.
        MissingColumn, InvalidColumn, NotEnoughData: as predicting.
    """
    top = whole_number("most", most, least=1)
    prove_fitted(fit)
    if not isinstance(summary, CustomerSummary):
        message = "the summary is what tables.customer_summary returned, not its table, which does not say the holdout"
        raise InvalidArgument(message, argument="summary", value=type(summary).__name__)
    if summary.holdout_from is None:
        message = "the summary has no holdout; tables.customer_summary(..., holdout_from=...) makes one"
        raise InvalidArgument(message, argument="summary", value=None)
    table = collected(open_table(summary.table))
    for name in ("frequency", _BOUGHT, _DURATION):
        if name not in table.columns:
            remedy = "give the summary as tables.customer_summary(..., holdout_from=...) returned it"
            raise MissingColumn.of(name, table.columns, purpose="holdout_calibration", remedy=remedy)
    if not len(table):
        raise NotEnoughData(f"{fit.model}: there is no customer", model=fit.model, n=0)
    horizon = float(table[_DURATION].max())
    ahead = fit.expected_purchases(summary, horizon=horizon)
    expected, bought, counts = column_of(ahead, "expected_purchases"), column_of(ahead, _BOUGHT), counts_of(ahead)
    groups = np.minimum(column_of(ahead, "frequency"), top)
    n = int(counts.sum())
    return HoldoutCalibration(
        table=_by_frequency(groups, expected, bought, counts),
        most=top,
        expected=math.fsum(counts * expected),
        bought=math.fsum(counts * bought),
        mean_absolute_error=math.fsum(counts * np.abs(expected - bought)) / n,
        n=n,
        horizon=horizon,
        unit=summary.unit,
        model=fit.model,
    )


def _by_frequency(frequency: Floats, expected: Floats, bought: Floats, counts: Floats) -> pd.DataFrame:
    """Return how many customers there are of each frequency, and their means."""
    rows = []
    for value in np.unique(frequency[counts > 0]):
        here = frequency == value
        customers = int(counts[here].sum())
        means = (math.fsum((counts * numbers)[here]) / customers for numbers in (expected, bought))
        rows.append((int(value), customers, *means))
    return pd.DataFrame(rows, columns=["frequency", "customers", "expected", "bought"])
