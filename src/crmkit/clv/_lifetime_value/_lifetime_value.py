"""What customers are worth: how often each will buy, times what each spends on a purchase.

Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of Marketing
Research 42.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from attrs import field, frozen

from crmkit.clv._arguments import Compounding, above_zero, force_of
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import Places, column_of, counts_of, currency_of, distinct, frame_of, unit_of, with_column
from crmkit.clv._estimation import check_draws
from crmkit.clv._fitted import FittedPurchases, prove_fitted
from crmkit.clv._gamma_gamma import FittedGammaGamma, prove_spend
from crmkit.clv._lifetime_value._draws import drawn_bounds, drawn_values
from crmkit.clv._lifetime_value._segments import segment_of, segments_of
from crmkit.errors import InvalidArgument
from crmkit.tables import collected, open_table

__all__ = ["LifetimeValue", "lifetime_value"]

_SAME: Mapping[str, str] = MappingProxyType({})
_READ = ("frequency", "recency", "T", "monetary_value")
_PURCHASES, _SPEND, _VALUE = "discounted_expected_purchases", "expected_average_value", "lifetime_value"


@frozen(kw_only=True, eq=False)
class LifetimeValue:
    """What customers are worth.

    Args:
        table: the customers as they were given, with discounted_expected_purchases, expected_average_value and
            lifetime_value; and, where parameters were drawn, lifetime_value_low and lifetime_value_high.
        total: the value of all, customer equity.
        low: the lower bound of its interval, which says how sure the parameters are; NaN where none were drawn. It is
            no forecast interval: the luck of purchases and spends is not in it.
        high: the upper bound.
        confidence: the level of the intervals.
        segments: by segment the number of customers, their value and its mean, and, where parameters were drawn,
            lifetime_value_low and lifetime_value_high, the most valuable segment first; None if none were asked for.
        n: how many customers there are.
        horizon: how far was looked, in `unit`; None for ever.
        discount_rate: per unit of time.
        compounding: "continuous" or "discrete".
        margin: the share of spend that is profit.
        unit: of time, as the model has it.
        currency: that of the summary, if it said one.
        draws: the value of each customer under each draw of parameters; None without.
        counts: how many customers each row of `table` stands for.
    """

    table: Any = field(repr=False)
    total: float
    low: float
    high: float
    confidence: float
    segments: Any | None = field(repr=False)
    n: int
    horizon: float | None
    discount_rate: float
    compounding: Compounding
    margin: float
    unit: str | None
    currency: str | None
    draws: Floats | None = field(repr=False)
    counts: Floats = field(repr=False)

    def probability_above(self, value: float) -> Any:
        """Return the table with the column `probability_above`: how sure it is that a customer's value is above this.

        The share of the draws of parameters in which it is. Whose value is an expectation: how lucky a customer's own
        purchases turn out is not in it. NaN where the value is.

        Args:
            value: in the currency of the amounts.

        Raises:
            InvalidArgument: no number, or no parameters were drawn.
        """
        bound = above_zero("value", value, or_zero=True)
        if self.draws is None:
            message = "no parameters were drawn; lifetime_value(..., draws=200, rng=numpy.random.default_rng(1)) does"
            raise InvalidArgument(message, argument="draws", value=None)
        found = np.where(np.isnan(self.draws).any(axis=1), math.nan, np.mean(self.draws > bound, axis=1))
        return with_column(self.table, "probability_above", found)


def lifetime_value(
    fit: FittedPurchases,
    spend: FittedGammaGamma,
    data: Any,
    *,
    horizon: float | None,
    discount_rate: float,
    compounding: Compounding = "continuous",
    margin: float = 1.0,
    by: str | None = None,
    draws: int = 0,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
    columns: Mapping[str, str] = _SAME,
) -> LifetimeValue:
    """Return what each customer is worth from the end of the observation on.

    margin x expected spend on a purchase x expected purchases, each discounted from the moment it happens: purchases
    are spread over the horizon, not gathered at the ends of its months, whose discount is greater.

    Args:
        fit: a fitted model of purchases, such as `FittedBetaGeo`.
        spend: the fitted model of spends.
        data: a `tables.CustomerSummary`, or a frame of its shape; and n, where a row stands for several customers.
        horizon: how far to look, in the unit of T; None for ever.
        discount_rate: per unit of time; .0027 a week, continuous, is 15 % a year.
        compounding: whether a payment after t is worth e^(-rate t) or (1 + rate)^-t.
        margin: the share of spend that is profit.
        by: a column of `data` that says the segment, by its own name or its canonical one.
        draws: how many times parameters are drawn from how sure the fits are of them, for intervals; 0 for none. All
            draws are kept: 8 bytes a customer each.
        confidence: of the intervals.
        rng: the source of randomness for the draws.
        columns: the frame's own names by canonical name.

    Raises:
        InvalidArgument: a number out of its range; a summary in another unit of time than the fit; draws without rng
            or of a fit that does not know how sure it is.
        MissingColumn, InvalidColumn, NotEnoughData: as the models.

    Warns:
        UndefinedMetricWarning: customers whose mean spend is infinite (q <= 1); their value and the total are NaN.
    """
    share = above_zero("margin", margin, or_zero=True)
    force_of(discount_rate, compounding)
    check_draws(draws, confidence, rng, least=0)
    prove_fitted(fit)
    prove_spend(spend)
    segment = None if by is None else segment_of(data, by, columns)

    def valued(purchases: FittedPurchases, spends: FittedGammaGamma, customers: Any, own: Mapping[str, str]) -> Any:
        counted = purchases.discounted_expected_purchases(
            customers, discount_rate=discount_rate, compounding=compounding, horizon=horizon, columns=own
        )
        priced = spends.expected_average_value(counted, columns=own)
        return with_column(priced, _VALUE, share * column_of(priced, _PURCHASES) * column_of(priced, _SPEND))

    table = valued(fit, spend, data, columns)
    value, counts = column_of(table, _VALUE), counts_of(table, columns=columns)
    drawn, low, high = None, math.nan, math.nan
    if draws and rng is not None:
        once, which = _each_once(data, columns, read=(*_READ, *fit.covariates))
        drawn = drawn_values(
            fit, spend, lambda one, other: column_of(valued(one, other, once, _SAME), _VALUE), draws=draws, rng=rng
        )[which]
        lows, highs = drawn_bounds(drawn.T, confidence)
        table = with_column(with_column(table, f"{_VALUE}_low", lows), f"{_VALUE}_high", highs)
        low, high = drawn_bounds(counts @ drawn, confidence).tolist()
    return LifetimeValue(
        table=table,
        total=math.fsum((counts * value).tolist()),
        low=low,
        high=high,
        confidence=confidence,
        segments=None if segment is None else segments_of(table, segment, value, counts, drawn, confidence),
        n=int(counts.sum()),
        horizon=horizon,
        discount_rate=discount_rate,
        compounding=compounding,
        margin=share,
        unit=unit_of(data) or fit.unit,
        currency=currency_of(data),
        draws=drawn,
        counts=counts,
    )


def _each_once(data: Any, columns: Mapping[str, str], *, read: tuple[str, ...]) -> tuple[pd.DataFrame, Places]:
    """Return what the models read of customers, each distinct row once, and which of them each customer is."""
    frame = collected(open_table(frame_of(data), columns=columns))
    wanted = [name for name in read if name in frame.columns]
    rows = pd.DataFrame({name: frame[name].cast(nw.Float64).to_numpy() for name in wanted})
    places, which = distinct(*(rows[name].to_numpy() for name in wanted))
    return rows.iloc[places], which
