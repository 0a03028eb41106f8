"""A forecast held against what customers then did."""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.clv._fitted_purchases import FittedPurchases
from crmkit.clv._maximise import Floats
from crmkit.clv._whole import whole_number
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
        InvalidArgument: a summary without holdout, or in another unit than the fit; `most` is no count.
        MissingColumn, InvalidColumn, NotEnoughData: as predicting.
    """
    top = whole_number("most", most, least=1)
    if summary.holdout_from is None:
        message = "the summary has no holdout; tables.customer_summary(..., holdout_from=...) makes one"
        raise InvalidArgument(message, argument="summary", value=None)
    if fit.unit not in (None, summary.unit):
        message = f"the fit counts in {fit.unit}s and the summary in {summary.unit}s; make both with one unit"
        raise InvalidArgument(message, argument="summary", value=summary.unit)
    table = collected(open_table(summary.table))
    for name in ("frequency", _BOUGHT, _DURATION):
        if name not in table.columns:
            raise MissingColumn.of(name, table.columns, purpose="holdout_calibration")
    if not len(table):
        raise NotEnoughData(f"{fit.model}: there is no customer", model=fit.model, n=0)
    horizon = float(table[_DURATION].max())
    ahead = nw.from_native(fit.expected_purchases(summary, horizon=horizon), eager_only=True)
    frequency, bought = _array(ahead, "frequency"), _array(ahead, _BOUGHT)
    expected = _array(ahead, "expected_purchases")
    return HoldoutCalibration(
        table=_by_frequency(np.minimum(frequency, top), expected, bought),
        most=top,
        expected=math.fsum(expected),
        bought=math.fsum(bought),
        mean_absolute_error=math.fsum(np.abs(expected - bought)) / len(expected),
        n=len(expected),
        horizon=horizon,
        unit=summary.unit,
        model=fit.model,
    )


def _by_frequency(frequency: Floats, expected: Floats, bought: Floats) -> pd.DataFrame:
    """Return how many customers there are of each frequency, and their means."""
    rows = []
    for value in np.unique(frequency):
        here = frequency == value
        customers = int(here.sum())
        rows.append((int(value), customers, math.fsum(expected[here]) / customers, math.fsum(bought[here]) / customers))
    return pd.DataFrame(rows, columns=["frequency", "customers", "expected", "bought"])


def _array(frame: Any, name: str) -> Floats:
    return np.asarray(frame[name].to_numpy(), dtype=np.float64)
