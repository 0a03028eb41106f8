"""Which lines can be priced: those of the quote, in one currency, each with a price and a place of its own."""

from __future__ import annotations

from collections.abc import Iterable

from crmkit.errors import shown
from crmkit.quotes._refusals import all_given, given, mismatch, refused
from crmkit.records import LineItem, Money, Quote

__all__ = ["currency_of", "lines_of", "price_of_one"]


def lines_of(quote: Quote, lines: Iterable[LineItem]) -> tuple[LineItem, ...]:
    """Return the lines of a quote by position, each one checked.

    Raises:
        InvalidArgument: no quote, or no lines.
        InvalidRecord: a line of another quote, or one whose id or position another line has.
    """
    given(quote, Quote, argument="quote")
    found = sorted(all_given(lines, LineItem, argument="lines"), key=lambda line: line.position)
    ids: set[str] = set()
    positions: set[int] = set()
    for line in found:
        if line.quote_id != quote.id:
            raise refused(
                line, "quote_id", f"is not the quote at hand, {shown(quote.id)}", code="line_of_another_quote"
            )
        if line.id in ids:
            raise refused(line, "id", "is the id of two lines; give each line once", code="duplicate_line")
        if line.position in positions:
            raise refused(
                line, "position", "is the position of two lines; number them one by one", code="duplicate_position"
            )
        ids.add(line.id)
        positions.add(line.position)
    return tuple(found)


def currency_of(quote: Quote, lines: tuple[LineItem, ...]) -> str:
    """Return the one currency of a quote and its lines.

    Raises:
        InvalidRecord: none of them says a currency (code "missing_currency").
        CurrencyMismatch: a line in another currency.
    """
    said = [line.currency for line in lines if line.currency is not None]
    currency = quote.currency or next(iter(said), None)
    if currency is None:
        raise refused(quote, "currency", "is missing; say in which currency the quote is", code="missing_currency")
    for line in lines:
        if line.currency not in (None, currency):
            raise mismatch(line, line.currency, currency, whose="the quote")
    return currency


def price_of_one(line: LineItem) -> Money:
    """Return the price of one unit.

    Raises:
        InvalidRecord: a line without a price, or with one below zero (BR-27 of EN 16931).
    """
    price = line.money
    if price is None:
        field = "amount" if line.amount is None else "currency"
        raise refused(line, field, "is missing; a line needs the price of one unit", code="missing_price")
    if price.amount < 0:
        raise refused(line, "amount", "is below zero; what is taken off is a discount", code="negative_price")
    return price
