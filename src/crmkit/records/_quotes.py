"""What is offered: products, their prices, quotes and their lines.

Quantities and rates are floats that stand for the decimal number which they print as: 0.19 is 19 %, to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._money import Money, money_of
from crmkit.records._record import record
from crmkit.records._vocabulary import (
    Amount,
    CompanyId,
    ContactId,
    Count,
    Currency,
    DealId,
    LineItemId,
    PriceBookEntryId,
    PriceBookId,
    ProductId,
    Quantity,
    QuoteId,
    Rate,
    UserId,
)

__all__ = ["LineItem", "PriceBook", "PriceBookEntry", "Product", "Quote"]


@record
class Product:
    """Something that can be sold; `billing` is how often it is paid for."""

    id: ProductId
    name: str | None = None
    code: str | None = None
    category: str | None = None
    description: str | None = None
    billing: Literal["once", "week", "month", "quarter", "year"] = "once"
    tax_rate: Rate | None = None
    active: bool = True
    created_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class PriceBook:
    """A list of prices in one currency, for some customers or for some time."""

    id: PriceBookId
    name: str | None = None
    currency: Currency | None = None
    active: bool = True
    valid_from: date | None = None
    valid_until: date | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class PriceBookEntry:
    """The price of one unit of a product in a price book, from `min_quantity` units on."""

    id: PriceBookEntryId
    price_book_id: PriceBookId
    product_id: ProductId
    amount: Amount | None = None
    currency: Currency | None = None
    min_quantity: Quantity = 0.0
    active: bool = True
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """Amount and currency as one value, or None where one of them is missing."""
        return money_of(self.amount, self.currency)


@record
class Quote:
    """An offer to a customer; `amount` is what it comes to before tax, `revision` counts its versions.

    Its discounts are taken off the sum of the lines, first the rate and then the amount. `valid_until` is the last day
    on which it can be accepted. A revision names in `supersedes_id` the quote whose place it takes.
    """

    id: QuoteId
    number: str | None = None
    name: str | None = None
    revision: Count = 1
    supersedes_id: QuoteId | None = None
    deal_id: DealId | None = None
    company_id: CompanyId | None = None
    contact_id: ContactId | None = None
    owner_id: UserId | None = None
    price_book_id: PriceBookId | None = None
    status: Literal["draft", "sent", "accepted", "declined", "expired", "superseded"] = "draft"
    status_changed_at: datetime | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    discount_rate: Rate | None = None
    discount_amount: Amount | None = None
    tax_included: bool = False
    valid_until: date | None = None
    created_at: datetime | None = None
    accepted_at: datetime | None = None
    declined_reason: str | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """Amount and currency as one value, or None where one of them is missing."""
        return money_of(self.amount, self.currency)


@record
class LineItem:
    """A line of a quote or of a deal; `amount` is the price of one unit, before discount.

    Its discounts are taken off quantity x amount, first the rate and then the amount. `billing` is how often the line
    is paid for.
    """

    id: LineItemId
    quote_id: QuoteId | None = None
    deal_id: DealId | None = None
    position: Count = 0
    product_id: ProductId | None = None
    name: str | None = None
    quantity: Quantity = 1.0
    amount: Amount | None = None
    currency: Currency | None = None
    discount_rate: Rate | None = None
    discount_amount: Amount | None = None
    tax_rate: Rate | None = None
    billing: Literal["once", "week", "month", "quarter", "year"] = "once"
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """The price of one unit as one value, or None where amount or currency is missing."""
        return money_of(self.amount, self.currency)
