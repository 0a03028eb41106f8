"""The tables of a customer summary, from what was counted in days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from crmkit.tables._customer_summary_reduce import Counted, Floats, Reduced

__all__ = ["collapsed_table", "customers_table"]

# Sums are kept to so many significant digits: what is beyond them depends on the order in which they were added up.
_DIGITS = 12


def customers_table(found: Reduced, *, observed: int, holdout: int | None, unit_days: float, spends: bool) -> Any:
    """Return one row a customer, in the order of their ids.

    Args:
        found: the customers.
        observed: the number of the last day of the observation.
        holdout: how many days the holdout has; None without one.
        unit_days: how many days a unit has.
        spends: whether amounts are known.
    """
    columns = _ages(found, observed=observed, unit_days=unit_days)
    if spends:
        repeat = _settled(found.spend - found.first_spend, like=found.spend)
        columns["monetary_value"] = _mean(repeat, found.days - 1)
    if holdout is not None:
        columns["frequency_holdout"] = found.later_days.astype(np.float64)
        if spends:
            later = _settled(found.later_spend, like=found.later_spend)
            columns["monetary_value_holdout"] = _mean(later, found.later_days)
        columns["duration_holdout"] = np.full(len(found.days), holdout / unit_days)
    return _table(found.ids, columns)


def collapsed_table(found: Counted, *, observed: int, unit_days: float) -> Any:
    """Return one row a distinct history.

    Args:
        found: the histories.
        observed: the number of the last day of the observation.
        unit_days: how many days a unit has.
    """
    columns: dict[str, Any] = {**_ages(found, observed=observed, unit_days=unit_days), "n": found.n}
    return nw.from_dict(columns, backend=found.implementation).to_native()  # type: ignore[arg-type]  # an eager one


def _ages(found: Reduced | Counted, *, observed: int, unit_days: float) -> dict[str, Floats]:
    return {
        "frequency": (found.days - 1).astype(np.float64),
        "recency": (found.last - found.first) / unit_days,
        "T": (observed - found.first) / unit_days,
    }


def _mean(total: Floats, count: NDArray[np.int64]) -> Floats:
    found: Floats = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return found


def _settled(values: Floats, *, like: Floats) -> Floats:
    """Round sums to the digits that do not depend on the order in which they were added up."""
    size = np.log10(np.where(like > 0, like, 1.0))
    scale = 10.0 ** np.clip(_DIGITS - 1 - np.floor(size), 0, 22)
    settled: Floats = np.rint(values * scale) / scale + 0.0
    return settled


def _table(ids: nw.Series[Any], columns: Mapping[str, Floats]) -> Any:
    frame = ids.alias("customer_id").to_frame()
    made = [nw.new_series(name, values, nw.Float64(), backend=ids.implementation) for name, values in columns.items()]
    frame = frame.with_columns(*made)
    spends = [name for name in columns if name.startswith("monetary")]
    if not ids.implementation.is_pandas_like():
        frame = frame.with_columns(*(nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name) for name in spends))
    native = (frame if ids.is_sorted() else frame.sort("customer_id")).to_native()
    return native.reset_index(drop=True) if ids.implementation.is_pandas_like() else native
