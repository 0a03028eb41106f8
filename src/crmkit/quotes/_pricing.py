"""price: what a quote comes to, to the cent.

Discounts come off the line, then off the quote; tax is rounded once for each rate, as EN 16931 does (BR-CO-17).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmkit.quotes._exact import allocated, exact, rounded, sum_of
from crmkit.quotes._lines import currency_of, lines_of, price_of_one
from crmkit.quotes._refusals import refused
from crmkit.quotes._totals import INTERVALS, BillingTotal, PricedLine, QuoteTotals, TaxTotal
from crmkit.records import LineItem, Money, Quote

__all__ = ["price"]


def price(quote: Quote, lines: Iterable[LineItem]) -> QuoteTotals:
    """Work out what a quote comes to: per line, per rate of tax, per interval of billing, and as a whole.

    Each line is quantity x price, rounded to the minor unit, less its discounts: first the rate, then the amount. The
    discounts of the quote come off the sum of the lines in the same order, and are spread over the lines in
    proportion. Tax is worked out of the sum of each rate, rounded once (EN 16931, BR-CO-17), and spread over its
    lines. Where the prices include tax, the sum stays as it is, and the tax is the part rate / (1 + rate) of it.
    Halves are rounded up. So everything adds up exactly: the lines to the totals, net and tax to what is paid. Lines of
    a deal are priced by putting them on a quote: what discounts and taxes need is said there.

    Args:
        quote: its currency (that of its lines, if it says none), its discounts and whether prices include tax.
        lines: its lines, in any order.

    Raises:
        InvalidArgument: no quote or no lines.
        InvalidRecord: a line of another quote, without a price, or with a position twice; a discount that is greater
            than what it comes off.
        CurrencyMismatch: a line in another currency.
    """
    ordered = lines_of(quote, lines)
    currency = currency_of(quote, ordered)
    listed = [rounded(price_of_one(line) * exact(line.quantity)) for line in ordered]
    discounts = [_discount(line, amount) for line, amount in zip(ordered, listed, strict=True)]
    left = [amount - discount for amount, discount in zip(listed, discounts, strict=True)]
    subtotal = sum_of(left, currency)
    quote_discount = _discount(quote, subtotal)
    shares = allocated(quote_discount, left)
    due = [amount - share for amount, share in zip(left, shares, strict=True)]
    taxes = _taxes(ordered, due, included=quote.tax_included)
    priced = tuple(
        PricedLine(
            line=line,
            list_amount=listed[place],
            discount=discounts[place],
            quote_discount=shares[place],
            net=due[place] - taxes[place] if quote.tax_included else due[place],
            tax=taxes[place],
            gross=due[place] if quote.tax_included else due[place] + taxes[place],
        )
        for place, line in enumerate(ordered)
    )
    whole = _sums(priced, currency)
    return QuoteTotals(
        currency=currency,
        lines=priced,
        list_amount=sum_of(listed, currency),
        line_discount=sum_of(discounts, currency),
        subtotal=subtotal,
        quote_discount=quote_discount,
        net=whole["net"],
        tax=whole["tax"],
        total=whole["gross"],
        by_rate=_by_rate(priced, currency),
        by_billing=_by_billing(priced, currency),
    )


def _discount(record: Quote | LineItem, amount: Money) -> Money:
    """Return what a record's discounts take off an amount."""
    off = Money(record.discount_amount or 0, amount.currency)
    if off.amount < 0:
        raise refused(record, "discount_amount", "is below zero; a surcharge is a line", code="negative_discount")
    if off != rounded(off):
        reason = f"has a fraction of the minor unit of {off.currency}; round it first"
        raise refused(record, "discount_amount", reason, code="fraction_of_minor_unit")
    discount = rounded(amount * exact(record.discount_rate or 0.0)) + off
    if discount > amount:
        reason = f"makes a discount of {discount}, more than the {amount} that it comes off"
        raise refused(record, "discount_amount", reason, code="discount_too_large")
    return discount


def _taxes(lines: Sequence[LineItem], due: Sequence[Money], *, included: bool) -> list[Money]:
    """Return the tax of each line: that of its rate, rounded once, and spread over the lines of the rate."""
    taxes = [amount * 0 for amount in due]
    for rate in {line.tax_rate for line in lines}:
        places = [place for place, line in enumerate(lines) if line.tax_rate == rate]
        base = sum_of((due[place] for place in places), due[places[0]].currency)
        tax = _tax_on(base, rate, included=included)
        for place, share in zip(places, allocated(tax, [due[place] for place in places]), strict=True):
            taxes[place] = share
    return taxes


def _tax_on(base: Money, rate: float | None, *, included: bool) -> Money:
    share = exact(rate or 0.0)
    return rounded(base * share / (1 + share)) if included else rounded(base * share)


def _by_rate(lines: Sequence[PricedLine], currency: str) -> tuple[TaxTotal, ...]:
    rates = sorted({each.line.tax_rate for each in lines}, key=lambda rate: (rate is None, rate))
    return tuple(
        TaxTotal(rate=rate, **_sums([each for each in lines if each.line.tax_rate == rate], currency)) for rate in rates
    )


def _by_billing(lines: Sequence[PricedLine], currency: str) -> tuple[BillingTotal, ...]:
    intervals = sorted({each.line.billing for each in lines}, key=INTERVALS.index)
    return tuple(
        BillingTotal(billing=billing, **_sums([each for each in lines if each.line.billing == billing], currency))
        for billing in intervals
    )


def _sums(lines: Sequence[PricedLine], currency: str) -> dict[str, Money]:
    return {
        "net": sum_of((each.net for each in lines), currency),
        "tax": sum_of((each.tax for each in lines), currency),
        "gross": sum_of((each.gross for each in lines), currency),
    }
