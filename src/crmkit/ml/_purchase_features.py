"""What the models know of customers, as columns for a model of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from crmkit.clv import GammaGamma
from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.ml._customers import HISTORY, SPEND, Columns, Invalid, customers_of
from crmkit.ml._fitting import PurchaseModelName, purchase_model, weighted

__all__ = ["PurchaseFeatures"]

_ALIVE, _PURCHASES, _SPEND = "probability_alive", "expected_purchases", "expected_average_value"
_KNOWN = (_ALIVE, _PURCHASES, _SPEND)


class PurchaseFeatures(TransformerMixin, BaseEstimator):
    """Whether customers are still there, how often they will buy and what they spend, as features.

    Args:
        model: of purchases: "BG/NBD", "MBG/NBD", "Pareto/NBD" or "NBD", as in `crmkit.clv`; spends are Gamma-Gamma.
        features: which columns to make, in this order: "probability_alive", "expected_purchases",
            "expected_average_value". The last one reads monetary_value.
        horizon: how far expected_purchases looks from the end of the observation, in the unit of T; needed for it.
        penalty: of the model of purchases.
        spend_penalty: of the model of spends.
        columns: which columns of X to read, by canonical name: {"T": "age"}, or by place: {"T": 2}. Not needed for a
            frame with these names, nor for an array of just frequency, recency, T and, if it is read, monetary_value.
        invalid: what becomes of values that no history has: "refuse" them, or take the "nearest" that are possible:
            whole frequencies, a recency of 0 without repeat purchase, T not below recency, spends of 0 or above.

    Attributes:
        purchases_: the fitted model of purchases, such as `clv.FittedBetaGeo`.
        spend_: the fitted model of spends, a `clv.FittedGammaGamma`; None where no feature needs it.
        n_features_in_: how many columns X had.
        feature_names_in_: their names, if they were texts.
    """

    def __init__(
        self,
        model: PurchaseModelName = "BG/NBD",
        *,
        features: Sequence[str] = (_ALIVE, _PURCHASES),
        horizon: float | None = None,
        penalty: float = 0.0,
        spend_penalty: float = 0.0,
        columns: Columns | None = None,
        invalid: Invalid = "refuse",
    ) -> None:
        self.model = model
        self.features = features
        self.horizon = horizon
        self.penalty = penalty
        self.spend_penalty = spend_penalty
        self.columns = columns
        self.invalid = invalid

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: N803
        """Find the parameters under which these histories are likeliest.

        Args:
            X: a frame or array of customers; a frame's column n says how many customers a row stands for. The spend of
                those who have not bought again may be missing.
            y: not looked at.
            sample_weight: how many customers a row stands for; whole numbers.

        Raises:
            InvalidArgument: a parameter that is none, weights that are no counts.
            MissingColumn, InvalidColumn, NotEnoughData, ConvergenceError: as the models.
        """
        self._prove_features()
        model = purchase_model(self.model, penalty=self.penalty)
        customers = customers_of(self, X, wanted=self._wanted, reset=True)
        counted = weighted(customers, sample_weight)
        self.purchases_ = model.fit(counted)
        self.spend_ = GammaGamma(penalty=self.spend_penalty).fit(counted) if _SPEND in self.features else None
        self._made(customers[:1])  # what transforming would refuse is refused now
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Return the features of each customer.

        Args:
            X: customers, with the columns as for fitting.

        Raises:
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.

        Warns:
            UndefinedMetricWarning: customers whose mean spend is infinite; NaN stands for it.
        """
        check_is_fitted(self)
        return self._made(customers_of(self, X, wanted=self._wanted, reset=False))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns that `transform` makes.

        Args:
            input_features: the names of the columns of X, which these names do not depend on.

        Raises:
            InvalidArgument: so many columns, or such ones, X had not.
        """
        check_is_fitted(self)
        if input_features is not None:
            self._prove_names(list(input_features))
        return np.array(self.features, dtype=object)

    @property
    def _wanted(self) -> tuple[str, ...]:
        return (*HISTORY, SPEND) if _SPEND in self.features else HISTORY

    def _prove_features(self) -> None:
        listed = isinstance(self.features, list | tuple)
        for name in self.features if listed else ():
            if name not in _KNOWN:
                message = f"features: there is no {shown(name)}{did_you_mean(str(name), _KNOWN)}"
                raise InvalidArgument(message, argument="features", value=name)
        if not listed or not 0 < len(self.features) == len(set(self.features)):
            message = f"features are one or more of {', '.join(_KNOWN)}, each once, not {shown(self.features)}"
            raise InvalidArgument(message, argument="features", value=self.features)

    def _prove_names(self, names: list[Any]) -> None:
        if len(names) != self.n_features_in_:
            message = f"input_features should have length equal to number of features ({self.n_features_in_})"
            raise InvalidArgument(message, argument="input_features", value=len(names))
        if names != list(getattr(self, "feature_names_in_", names)):
            message = "input_features is not equal to feature_names_in_"
            raise InvalidArgument(message, argument="input_features", value=names)

    def _made(self, customers: pd.DataFrame) -> NDArray[np.float64]:
        table: Any = customers[[*self._wanted]]
        if _ALIVE in self.features:
            table = self.purchases_.probability_alive(table)
        if _PURCHASES in self.features:
            table = self.purchases_.expected_purchases(table, horizon=self.horizon)
        if self.spend_ is not None:
            table = self.spend_.expected_average_value(table)
        return np.asarray(table[[*self.features]], dtype=np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = self.invalid == "refuse"
        return tags
