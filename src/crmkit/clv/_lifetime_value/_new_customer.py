"""What a customer is worth who is still to be won."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping

import numpy as np

from crmkit.clv._arguments import Compounding, above_zero
from crmkit.clv._arrays import Floats
from crmkit.clv._estimation import check_draws
from crmkit.clv._fitted import FittedPurchases, prove_fitted
from crmkit.clv._gamma_gamma import FittedGammaGamma, prove_spend
from crmkit.clv._lifetime_value._draws import drawn_bounds, drawn_values
from crmkit.errors import UndefinedMetricWarning
from crmkit.statistics import Estimate

__all__ = ["new_customer_value"]


def new_customer_value(
    fit: FittedPurchases,
    spend: FittedGammaGamma,
    *,
    horizon: float | None,
    discount_rate: float,
    compounding: Compounding = "continuous",
    margin: float = 1.0,
    draws: int = 0,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
    covariates: Mapping[str, float] | None = None,
) -> Estimate:
    """Return what a customer still to be won is worth: the first purchase, and the repeat purchases expected of it.

    margin x average spend x (1 + expected repeat purchases, each discounted from the moment it happens). It is what to
    win a customer may cost at most, and stands beside `kpi.cac`. All customers are taken to be like those of the fits.

    Args:
        fit: a fitted model of purchases, such as `FittedBetaGeo`.
        spend: the fitted model of spends.
        horizon: how far to look from the first purchase, in the unit of T; None for ever.
        discount_rate: per unit of time; .0027 a week, continuous, is 15 % a year.
        compounding: whether a payment after t is worth e^(-rate t) or (1 + rate)^-t.
        margin: the share of spend that is profit.
        draws: how many times parameters are drawn from how sure the fits are of them, for an interval; 0 for none.
        confidence: of the interval.
        rng: the source of randomness for the draws.
        covariates: the customer's, by name, where the fit has covariates.

    Returns:
        The value in the currency of the amounts; low and high say how sure the parameters are, NaN without draws; n is
        the number of customers that the purchases were fitted to.

    Raises:
        InvalidArgument: a number out of its range, draws without rng or of a fit that does not know how sure it is, or
            other covariates than the fit has.

    Warns:
        UndefinedMetricWarning: the mean spend is infinite (q <= 1); the value is NaN.
    """
    share = above_zero("margin", margin, or_zero=True)
    check_draws(draws, confidence, rng, least=0)
    prove_fitted(fit)
    prove_spend(spend)

    def valued(purchases: FittedPurchases, spends: FittedGammaGamma) -> Floats:
        repeated = purchases.discounted_expected_purchases_new(
            discount_rate=discount_rate, compounding=compounding, horizon=horizon, covariates=covariates
        )
        return np.array([share * spends.average_value * (1.0 + repeated)])

    value = float(valued(fit, spend)[0])
    if math.isnan(value):
        message = "the mean spend is infinite (q of 1 or less), so a new customer's value is NaN; cap huge amounts"
        warnings.warn(message, UndefinedMetricWarning, stacklevel=2)
        return Estimate.undefined(n=fit.n, confidence=confidence)
    if not draws or rng is None:
        return Estimate(value, math.nan, math.nan, n=fit.n, confidence=confidence)
    drawn = drawn_values(fit, spend, valued, draws=draws, rng=rng)[0]
    low, high = drawn_bounds(drawn, confidence).tolist()
    return Estimate(value, low, high, n=fit.n, confidence=confidence)
