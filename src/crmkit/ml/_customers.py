"""What an estimator reads of X: frequency, recency, T, mean spend and counts, of a frame or of an array."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.exceptions import NarwhalsError
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, TableError, did_you_mean, shown
from crmkit.tables import CustomerSummary, collected, open_table

__all__ = ["HISTORY", "SPEND", "Columns", "Invalid", "customers_of"]

Columns = Mapping[str, str | int]
Invalid = Literal["refuse", "nearest"]
Floats = NDArray[np.float64]

HISTORY = ("frequency", "recency", "T")
SPEND = "monetary_value"
_COUNT = "n"
_KNOWN = (*HISTORY, SPEND, _COUNT)


def customers_of(estimator: Any, X: Any, *, wanted: tuple[str, ...], reset: bool) -> pd.DataFrame:  # noqa: N803
    """Return the columns that a model reads, under their canonical names.

    Args:
        estimator: who reads; its `columns` and `invalid` say how, and it learns or checks the features of X.
        X: a frame or an array, one row a customer.
        wanted: the canonical names of the columns.
        reset: whether X is what the estimator is fitted on; then a frame's column n is read too.

    Raises:
        InvalidArgument: a parameter that is none; an array that does not say which column is which.
        MissingColumn, InvalidColumn: no such columns, or values that are no numbers.
        TableError: a lazy frame, or names that stand twice.
        TypeError, ValueError: X is no table, or another one than at fitting; as scikit-learn words it.
    """
    columns = _checked(estimator)
    if _has_names(X):
        validate_data(estimator, X, reset=reset, skip_check_array=True)
        found = _of_frame(X, columns, wanted, who=type(estimator).__name__, counted=reset)
    else:
        # How spends differ between customers, one of them does not say.
        least = 2 if reset and SPEND in wanted else 1
        array = validate_data(
            estimator, X, reset=reset, dtype=np.float64, ensure_all_finite=False, ensure_min_samples=least
        )
        found = _of_array(array, columns, (*wanted, _COUNT) if reset and _COUNT in columns else wanted)
    for name, values in found.items():
        # A customer who has not bought again has no mean spend; the model knows of whom it is needed.
        if name != SPEND and not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values)))
            message = f"column {name!r}, row {row} is missing: NaN or infinite; leave the row out or fill it in"
            raise InvalidColumn(message, column=name, row=row, value=float(values[row]))
    return pd.DataFrame(_nearest(found) if estimator.invalid == "nearest" else found)


def _checked(estimator: Any) -> Columns:
    columns: Any = {} if estimator.columns is None else estimator.columns
    if not isinstance(columns, Mapping):
        message = f"columns says which column is which, {{'T': 'age'}}, and is not {shown(columns)}"
        raise InvalidArgument(message, argument="columns", value=columns)
    for name, own in columns.items():
        if name not in _KNOWN:
            message = f"columns: no model reads {shown(name)}{did_you_mean(str(name), _KNOWN)}"
            raise InvalidArgument(message, argument="columns", value=name)
        if not isinstance(own, str | int | np.integer) or isinstance(own, bool):
            message = f"columns={{{name!r}: {shown(own)}}}: say the name of the column, or its place, counted from 0"
            raise InvalidArgument(message, argument="columns", value=own)
    words = get_args(Invalid)
    if estimator.invalid not in words:
        message = f"invalid is {' or '.join(words)}, not {shown(estimator.invalid)}"
        raise InvalidArgument(message, argument="invalid", value=estimator.invalid)
    return dict(columns)


def _has_names(X: Any) -> bool:  # noqa: N803
    """Say whether columns are named by texts; pandas numbers those of an array."""
    if isinstance(X, CustomerSummary):
        raise TableError("X is a table of customers, not the summary; pass its .table", code="not_a_table")
    try:
        frame = nw.from_native(X, pass_through=True)
    except NarwhalsError as fault:
        raise TableError(f"X cannot be read: {fault}", code="not_a_table") from fault
    if isinstance(frame, nw.LazyFrame):
        message = "X is a lazy frame, of which scikit-learn can take no rows; collect it first"
        raise TableError(message, code="not_a_table")
    return isinstance(frame, nw.DataFrame) and all(isinstance(name, str) for name in frame.columns)


def _of_frame(
    X: Any,  # noqa: N803
    columns: Columns,
    wanted: tuple[str, ...],
    *,
    who: str,
    counted: bool,
) -> dict[str, Floats]:
    frame = collected(open_table(X))
    names = frame.columns
    if counted and (_COUNT in columns or _COUNT in names):
        wanted = (*wanted, _COUNT)
    found = {}
    for name in wanted:
        own = columns.get(name, name)
        if not isinstance(own, str):
            own = names[_place(name, own, len(names))]
        if own not in names:
            purpose = who if own == name else f"columns={{{name!r}: {own!r}}}"
            raise MissingColumn.of(own, names, purpose=purpose, remedy=f"say columns={{{name!r}: 'its name'}}")
        column = frame[own]
        # A column without a single value has no type that says it.
        if not column.dtype.is_numeric() and column.is_null().sum() < len(column):
            message = f"column {own!r} is of type {column.dtype}, where numbers are needed; cast it to float first"
            raise InvalidColumn(message, column=own, row=None, value=None)
        found[name] = np.asarray(column.cast(nw.Float64).to_numpy(), dtype=np.float64)
    return found


def _of_array(array: Floats, columns: Columns, wanted: tuple[str, ...]) -> dict[str, Floats]:
    width = array.shape[1]
    places: Columns = columns or dict(zip(wanted, range(width), strict=False))
    if set(wanted) - set(places) or (not columns and width > len(wanted)):
        example = ", ".join(f"{name!r}: {place}" for place, name in enumerate(wanted))
        message = (
            f"X has no names of columns and n_features={width}; without names, X has the {len(wanted)} columns "
            f"{', '.join(wanted)}, or say which they are: columns={{{example}}}"
        )
        raise InvalidArgument(message, argument="columns", value=None)
    return {name: array[:, _place(name, places[name], width)] for name in wanted}


def _place(name: str, own: str | int, width: int) -> int:
    if isinstance(own, str):
        message = f"columns={{{name!r}: {own!r}}}: the columns of X have no names; say the place, counted from 0"
        raise InvalidArgument(message, argument="columns", value=own)
    if not -width <= own < width:
        message = f"columns={{{name!r}: {shown(own)}}}: there is no such place, X has n_features={width}"
        raise InvalidArgument(message, argument="columns", value=own)
    return own


def _nearest(found: dict[str, Floats]) -> dict[str, Floats]:
    """Replace what no history has by the nearest that one can have."""
    frequency = np.maximum(np.rint(found["frequency"]), 0.0)
    recency = np.where(frequency > 0, np.maximum(found["recency"], 0.0), 0.0)
    mended = {"frequency": frequency, "recency": recency, "T": np.maximum(found["T"], recency)}
    if SPEND in found:
        mended[SPEND] = np.maximum(found[SPEND], 0.0)
    return found | mended
