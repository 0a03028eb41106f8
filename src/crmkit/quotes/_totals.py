"""What a quote comes to: per line, per rate of tax, per interval of billing, and as a whole."""

from __future__ import annotations

from typing import Literal

import attrs

from crmkit.quotes._exact import rounded, sum_of
from crmkit.quotes._refusals import wrong
from crmkit.records import LineItem, Money

__all__ = ["INTERVALS", "BillingTotal", "PricedLine", "QuoteTotals", "TaxTotal"]

INTERVALS = ("once", "week", "month", "quarter", "year")
_TIMES_A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
_MONTHS_OF_A_YEAR = 12


@attrs.frozen(kw_only=True)
class PricedLine:
    """What a line comes to.

    Args:
        line: the line.
        list_amount: quantity x price of one unit.
        discount: the line's own discounts.
        quote_discount: its part of the quote's discounts.
        net: what is left, without tax.
        tax: its part of the tax of its rate.
        gross: net and tax.
    """

    line: LineItem
    list_amount: Money
    discount: Money
    quote_discount: Money
    net: Money
    tax: Money
    gross: Money


@attrs.frozen(kw_only=True)
class TaxTotal:
    """What all lines of one rate of tax come to; `rate` is None where a line says none, which is not 0."""

    rate: float | None
    net: Money
    tax: Money
    gross: Money


@attrs.frozen(kw_only=True)
class BillingTotal:
    """What all lines come to that are paid for once, or at each interval."""

    billing: Literal["once", "week", "month", "quarter", "year"]
    net: Money
    tax: Money
    gross: Money


@attrs.frozen(kw_only=True)
class QuoteTotals:
    """What a quote comes to, with what is paid once and the first payment of everything that recurs.

    Args:
        currency: of every amount here.
        lines: what each line comes to, by position.
        list_amount: the sum of quantity x price.
        line_discount: the sum of the lines' own discounts.
        subtotal: what is left of the lines.
        quote_discount: the discounts of the quote as a whole.
        net: what is left, without tax.
        tax: the sum of the taxes by rate.
        total: net and tax.
        by_rate: the tax of each rate, the lowest first and "none said" at the end.
        by_billing: what is paid once, each week, month, quarter and year, in this order, where there is any.
    """

    currency: str
    lines: tuple[PricedLine, ...]
    list_amount: Money
    line_discount: Money
    subtotal: Money
    quote_discount: Money
    net: Money
    tax: Money
    total: Money
    by_rate: tuple[TaxTotal, ...]
    by_billing: tuple[BillingTotal, ...]

    @property
    def one_time(self) -> BillingTotal:
        """What is paid once; zero where nothing is."""
        nothing = sum_of((), self.currency)
        none = BillingTotal(billing="once", net=nothing, tax=nothing, gross=nothing)
        return next((total for total in self.by_billing if total.billing == "once"), none)

    @property
    def recurring(self) -> tuple[BillingTotal, ...]:
        """What is paid at each interval, the shortest first."""
        return tuple(total for total in self.by_billing if total.billing != "once")

    @property
    def arr(self) -> Money:
        """What recurs in a year, after all discounts, without tax: 52 weeks, 12 months, 4 quarters. Exact."""
        return sum_of((total.net * _TIMES_A_YEAR[total.billing] for total in self.recurring), self.currency)

    @property
    def mrr(self) -> Money:
        """What recurs in a month: a twelfth of the year's, rounded once."""
        return rounded(self.arr / _MONTHS_OF_A_YEAR)

    def contract_value(self, *, months: int) -> Money:
        """Return the total contract value without tax: what is paid once, and what recurs in so many months.

        Args:
            months: the term of the contract.

        Raises:
            InvalidArgument: months that are not a whole number of 1 or more.
        """
        if type(months) is not int or months < 1:
            raise wrong("months", months, "is not a whole number of 1 or more")
        return self.one_time.net + rounded(self.arr * months / _MONTHS_OF_A_YEAR)
