"""From a product and a price book to the price of one unit, and to a line of a quote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from crmkit.errors import shown
from crmkit.quotes._exact import exact
from crmkit.quotes._refusals import all_given, given, mismatch, refused, wrong
from crmkit.records import LineItem, LineItemId, Money, PriceBook, PriceBookEntry, Product, Quote

__all__ = ["line_item", "unit_price"]

# As far as a float holds every whole number, and tells quantities apart to the tenth.
_MOST_UNITS = 10**15


def unit_price(
    product: Product, price_book: PriceBook, entries: Iterable[PriceBookEntry], *, quantity: float, on: date
) -> Money:
    """Return the price of one unit of a product: that of the highest `min_quantity` which the quantity reaches.

    Args:
        product: what is sold.
        price_book: whose prices count; its currency goes for entries that say none.
        entries: prices; those of other products and price books, and those not active, do not count.
        quantity: how many units are sold.
        on: the day for which the price is asked; the price book has to be valid on it.

    Raises:
        InvalidArgument: an argument of another kind, or a quantity below zero.
        InvalidRecord: a product or price book that is not active ("inactive_product", "inactive_price_book"), a day on
            which the price book is not valid ("price_book_not_valid"), a product without a price in it ("no_price"),
            not for so few units ("quantity_too_small"), two prices for the same quantity ("ambiguous_price"), and a
            price that is missing or below zero ("missing_price", "missing_currency", "negative_price").
        CurrencyMismatch: a price in another currency than its price book's.
    """
    _must_be_valid(given(product, Product, argument="product"), given(price_book, PriceBook, argument="price_book"), on)
    units = _units(quantity)
    priced = [
        entry
        for entry in all_given(entries, PriceBookEntry, argument="entries")
        if entry.active and entry.product_id == product.id and entry.price_book_id == price_book.id
    ]
    if not priced:
        reason = f"has no active price in price book {shown(price_book.id)}; add a PriceBookEntry"
        raise refused(product, "id", reason, code="no_price")
    reached = [entry for entry in priced if exact(entry.min_quantity) <= units]
    if not reached:
        least = min(exact(entry.min_quantity) for entry in priced)
        reason = (
            f"is sold from {least.normalize():f} units on in price book {shown(price_book.id)}, "
            f"and {units.normalize():f} are asked for"
        )
        raise refused(product, "id", reason, code="quantity_too_small")
    highest = max(entry.min_quantity for entry in reached)
    best = [entry for entry in reached if entry.min_quantity == highest]
    if len(best) > 1:
        reason = f"is the quantity of another active price too, that of {shown(best[1].id)}; let one be active"
        raise refused(best[0], "min_quantity", reason, code="ambiguous_price")
    return _money_of(best[0], price_book)


def line_item(
    product: Product,
    price_book: PriceBook,
    entries: Iterable[PriceBookEntry],
    *,
    quote: Quote,
    position: int,
    quantity: float,
    on: date,
    id: str | None = None,  # noqa: A002 - the field's own name
    discount_rate: float | None = None,
    discount_amount: Decimal | None = None,
) -> LineItem:
    """Build a line of a quote from a product and its price in a price book.

    The line takes name, rate of tax and billing from the product as they are now; a later price does not change it.

    Args:
        product: what is offered.
        price_book: whose prices count.
        entries: its prices.
        quote: whose line it becomes.
        position: its place on the quote.
        quantity: how many units are offered.
        on: the day for which the price is asked.
        id: the line's id; of the quote's id and the position, if not given.
        discount_rate: the share that is taken off this line.
        discount_amount: the amount that is taken off this line, after the rate.

    Raises:
        InvalidArgument: an argument of another kind.
        InvalidRecord: no price, as in `unit_price`; a price book other than the quote's ("other_price_book").
        CurrencyMismatch: a quote in another currency.
    """
    given(quote, Quote, argument="quote")
    price = unit_price(product, price_book, entries, quantity=quantity, on=on)
    if quote.price_book_id not in (None, price_book.id):
        reason = f"is the price book of the quote, and not {shown(price_book.id)}"
        raise refused(quote, "price_book_id", reason, code="other_price_book")
    if quote.currency not in (None, price.currency):
        raise mismatch(quote, quote.currency, price.currency, whose="the price")
    return LineItem(
        id=LineItemId(f"{quote.id}:{position}" if id is None else id),
        quote_id=quote.id,
        position=position,
        product_id=product.id,
        name=product.name,
        quantity=quantity,
        amount=price.amount,
        currency=price.currency,
        discount_rate=discount_rate,
        discount_amount=discount_amount,
        tax_rate=product.tax_rate,
        billing=product.billing,
    )


def _must_be_valid(product: Product, price_book: PriceBook, on: object) -> None:
    if not isinstance(on, date) or isinstance(on, datetime):
        raise wrong("on", on, "is no date; say date(2024, 5, 3), or .date() in the time zone that counts")
    if not product.active:
        raise refused(product, "active", "means that it is not sold; offer another product", code="inactive_product")
    if not price_book.active:
        raise refused(price_book, "active", "means that it is not used; take another", code="inactive_price_book")
    if price_book.valid_from is not None and on < price_book.valid_from:
        raise refused(price_book, "valid_from", f"lies after {on}; take another", code="price_book_not_valid")
    if price_book.valid_until is not None and on > price_book.valid_until:
        raise refused(price_book, "valid_until", f"lies before {on}; take another", code="price_book_not_valid")


def _units(quantity: object) -> Decimal:
    if isinstance(quantity, bool) or not isinstance(quantity, int | float):
        raise wrong("quantity", quantity, "is no number")
    if not 0 <= quantity <= _MOST_UNITS:
        raise wrong("quantity", quantity, f"is no quantity; it is a number from 0 to {_MOST_UNITS}")
    return exact(float(quantity))


def _money_of(entry: PriceBookEntry, price_book: PriceBook) -> Money:
    if entry.amount is None:
        raise refused(entry, "amount", "is missing; say what one unit costs", code="missing_price")
    if entry.amount < 0:
        raise refused(entry, "amount", "is below zero; what is taken off is a discount", code="negative_price")
    currency = entry.currency or price_book.currency
    if currency is None:
        raise refused(entry, "currency", "is missing, here and in the price book; say it", code="missing_currency")
    if price_book.currency not in (None, currency):
        raise mismatch(entry, currency, price_book.currency, whose="the price book")
    return Money(entry.amount, currency)
