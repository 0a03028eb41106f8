"""What customers are worth, as a regressor."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from crmkit.clv import GammaGamma, lifetime_value
from crmkit.ml._customers import HISTORY, SPEND, Columns, Invalid, customers_of
from crmkit.ml._fitting import PurchaseModelName, prove_target, purchase_model, weighted

__all__ = ["LifetimeValueRegressor"]

_WANTED = (*HISTORY, SPEND)


class LifetimeValueRegressor(RegressorMixin, BaseEstimator):
    """The value of each customer: discounted expected purchases, times expected spend, times margin.

    It learns from the histories in X alone. A target `y`, the spend that followed, is what `score` and cross-validation
    compare with; without discount and margin, it is the same thing.

    Args:
        model: of purchases: "BG/NBD", "MBG/NBD", "Pareto/NBD" or "NBD", as in `crmkit.clv`; spends are Gamma-Gamma.
        horizon: how far to look from the end of the observation, in the unit of T; for ever, if not given, for which
            the discount must be above 0.
        penalty: of the model of purchases.
        spend_penalty: of the model of spends.
        discount_rate: per unit of time; .0027 a week, continuous, is 15 % a year.
        compounding: "continuous" or "discrete": whether a payment after t is worth e^(-rate t) or (1 + rate)^-t.
        margin: the share of spend that is profit.
        columns: which columns of X to read, by canonical name: {"monetary_value": "basket"}, or by place: {"T": 2}. Not
            needed for a frame with frequency, recency, T and monetary_value, nor for an array of just these.
        invalid: what becomes of values that no history has: "refuse" them, or take the "nearest" that are possible:
            whole frequencies, a recency of 0 without repeat purchase, T not below recency, spends of 0 or above.

    Attributes:
        purchases_: the fitted model of purchases, such as `clv.FittedBetaGeo`.
        spend_: the fitted model of spends, a `clv.FittedGammaGamma`.
        n_features_in_: how many columns X had.
        feature_names_in_: their names, if they were texts.
    """

    def __init__(
        self,
        model: PurchaseModelName = "BG/NBD",
        *,
        horizon: float | None = None,
        penalty: float = 0.0,
        spend_penalty: float = 0.0,
        discount_rate: float = 0.0,
        compounding: str = "continuous",
        margin: float = 1.0,
        columns: Columns | None = None,
        invalid: Invalid = "refuse",
    ) -> None:
        self.model = model
        self.horizon = horizon
        self.penalty = penalty
        self.spend_penalty = spend_penalty
        self.discount_rate = discount_rate
        self.compounding = compounding
        self.margin = margin
        self.columns = columns
        self.invalid = invalid

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: N803
        """Find the parameters under which these histories and spends are likeliest.

        Args:
            X: a frame or array of customers; a frame's column n says how many customers a row stands for. The spend of
                those who have not bought again may be missing.
            y: not needed; checked, since pipelines hand it in.
            sample_weight: how many customers a row stands for; whole numbers.

        Raises:
            InvalidArgument: a parameter that is none, weights that are no counts.
            MissingColumn, InvalidColumn, NotEnoughData, ConvergenceError: as the models.
        """
        model = purchase_model(self.model, penalty=self.penalty)
        customers = customers_of(self, X, wanted=_WANTED, reset=True)
        prove_target(y, customers)
        counted = weighted(customers, sample_weight)
        self.purchases_ = model.fit(counted)
        self.spend_ = GammaGamma(penalty=self.spend_penalty).fit(counted)
        self._values(customers[:1])  # what predicting would refuse is refused now
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Return the value of each customer, from the end of the observation on.

        Args:
            X: customers, with the columns as for fitting.

        Raises:
            MissingColumn, InvalidColumn, NotEnoughData: as fitting.

        Warns:
            UndefinedMetricWarning: customers whose mean spend is infinite; their value is NaN.
        """
        check_is_fitted(self)
        return self._values(customers_of(self, X, wanted=_WANTED, reset=False))

    def _values(self, customers: pd.DataFrame) -> NDArray[np.float64]:
        found = lifetime_value(
            self.purchases_,
            self.spend_,
            customers[[*_WANTED]],
            horizon=self.horizon,
            discount_rate=self.discount_rate,
            compounding=self.compounding,  # type: ignore[arg-type]  # which looks whether it is one of its words
            margin=self.margin,
        )
        return np.asarray(found.table["lifetime_value"], dtype=np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        # A target made of other columns than histories is not met.
        tags.regressor_tags.poor_score = True
        tags.input_tags.positive_only = self.invalid == "refuse"
        return tags
