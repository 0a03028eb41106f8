"""The model that an estimator names, and what fit makes of targets and weights."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.utils.validation import assert_all_finite, check_array, check_consistent_length, column_or_1d

from crmkit.clv import NBD, BetaGeo, ModifiedBetaGeo, ParetoNBD
from crmkit.errors import InvalidArgument, did_you_mean, shown

__all__ = ["PurchaseModelName", "prove_target", "purchase_model", "weighted"]

PurchaseModelName = Literal["BG/NBD", "MBG/NBD", "Pareto/NBD", "NBD"]

_MODELS: Mapping[str, Any] = MappingProxyType(
    {"BG/NBD": BetaGeo, "MBG/NBD": ModifiedBetaGeo, "Pareto/NBD": ParetoNBD, "NBD": NBD}
)


def purchase_model(name: Any, *, penalty: float) -> Any:
    """Return the model of this name, not yet fitted.

    Raises:
        InvalidArgument: no such model.
    """
    if not isinstance(name, str) or name not in _MODELS:
        message = f"model: there is no {shown(name)}{did_you_mean(str(name), _MODELS)}"
        raise InvalidArgument(message, argument="model", value=name)
    return _MODELS[name](penalty=penalty)


def weighted(customers: pd.DataFrame, sample_weight: Any) -> pd.DataFrame:
    """Return the customers with how many each row stands for, in the column n.

    Raises:
        InvalidArgument: weights that are no counts, all of them zero, or beside a column n that counts already.
    """
    if sample_weight is None:
        return customers
    if "n" in customers:
        message = "X has the column n, which counts customers as sample_weight does; hand in one of them"
        raise InvalidArgument(message, argument="sample_weight", value=None)
    try:
        counts = check_array(sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight")
    except (TypeError, ValueError) as fault:
        message = f"sample_weight: {fault}"
        raise InvalidArgument(message, argument="sample_weight", value=None) from fault
    if counts.shape != (len(customers),):
        message = f"sample_weight has the shape {counts.shape}, where each of {len(customers)} rows needs one weight"
        raise InvalidArgument(message, argument="sample_weight", value=counts.shape)
    if (counts < 0).any() or (counts != np.floor(counts)).any():
        message = "sample_weight says how many customers a row stands for: whole numbers of 0 or more"
        raise InvalidArgument(message, argument="sample_weight", value=None)
    if not counts.any():
        message = "sample_weight is zero in all rows, so there is no customer"
        raise InvalidArgument(message, argument="sample_weight", value=None)
    return customers.assign(n=counts)


def prove_target(y: Any, customers: pd.DataFrame) -> None:
    """Refuse a target that no regressor takes, although nothing is learned from it.

    Raises:
        ValueError: as scikit-learn words it.
    """
    if y is not None:
        target = column_or_1d(y, dtype=np.float64, warn=True)
        assert_all_finite(target, input_name="y")
        check_consistent_length(customers, target)
