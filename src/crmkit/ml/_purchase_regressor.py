"""How often customers will buy, as a regressor."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from crmkit.ml._customers import HISTORY, Columns, Invalid, customers_of
from crmkit.ml._fitting import PurchaseModelName, prove_target, purchase_model, weighted

__all__ = ["PurchaseRegressor"]


class PurchaseRegressor(RegressorMixin, BaseEstimator):
    """Expected purchases within a horizon, by a model of when customers buy.

    It learns from the histories in X alone. A target `y`, the purchases that followed, is what `score` and
    cross-validation compare with.

    Args:
        model: "BG/NBD", "MBG/NBD", "Pareto/NBD" or "NBD", as in `crmkit.clv`.
        horizon: how far to look from the end of the observation, in the unit of T; must be said.
        penalty: of the model.
        columns: which columns of X to read, by canonical name: {"T": "age"}, or by place: {"T": 2}. Not needed for a
            frame with frequency, recency and T, nor for an array of just these.
        invalid: what becomes of values that no history has: "refuse" them, or take the "nearest" that are possible:
            whole frequencies, a recency of 0 without repeat purchase, T not below recency.

    Attributes:
        purchases_: the fitted model, such as `clv.FittedBetaGeo`: parameters, intervals, JSON.
        n_features_in_: how many columns X had.
        feature_names_in_: their names, if they were texts.
    """

    def __init__(
        self,
        model: PurchaseModelName = "BG/NBD",
        *,
        horizon: float | None = None,
        penalty: float = 0.0,
        columns: Columns | None = None,
        invalid: Invalid = "refuse",
    ) -> None:
        self.model = model
        self.horizon = horizon
        self.penalty = penalty
        self.columns = columns
        self.invalid = invalid

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: N803
        """Find the parameters under which these histories are likeliest.

        Args:
            X: a frame or array of customers; a frame's column n says how many customers a row stands for.
            y: not needed; checked, since pipelines hand it in.
            sample_weight: how many customers a row stands for; whole numbers.

        Raises:
            InvalidArgument: a parameter that is none, weights that are no counts.
            MissingColumn, InvalidColumn, NotEnoughData, ConvergenceError: as the model.
        """
        model = purchase_model(self.model, penalty=self.penalty)
        customers = customers_of(self, X, wanted=HISTORY, reset=True)
        prove_target(y, customers)
        self.purchases_ = model.fit(weighted(customers, sample_weight))
        self._expected(customers[:1])  # what predicting would refuse is refused now
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Return the expected purchases of each customer within the horizon.

        Args:
            X: customers, with the columns as for fitting.

        Raises:
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.
        """
        check_is_fitted(self)
        return self._expected(customers_of(self, X, wanted=HISTORY, reset=False))

    def _expected(self, customers: pd.DataFrame) -> NDArray[np.float64]:
        found = self.purchases_.expected_purchases(customers[[*HISTORY]], horizon=self.horizon)
        return np.asarray(found["expected_purchases"], dtype=np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        # A target made of other columns than histories is not met.
        tags.regressor_tags.poor_score = True
        tags.input_tags.positive_only = self.invalid == "refuse"
        return tags
