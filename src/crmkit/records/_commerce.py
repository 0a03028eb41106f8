"""What was bought: orders and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._money import Money, money_of
from crmkit.records._record import record
from crmkit.records._vocabulary import Amount, Count, Currency, CustomerId, OrderId, SubscriptionId

__all__ = ["Order", "Subscription"]


@record
class Order:
    """A purchase; its customer is a contact or a company."""

    id: OrderId
    customer_id: CustomerId | None = None
    number: str | None = None
    ordered_at: datetime | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    status: Literal["placed", "paid", "fulfilled", "cancelled", "refunded"] = "placed"
    channel: str | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """Amount and currency as one value, or None where one of them is missing."""
        return money_of(self.amount, self.currency)


@record
class Subscription:
    """A purchase that recurs; `amount` is what one interval costs, for the whole quantity."""

    id: SubscriptionId
    customer_id: CustomerId | None = None
    plan: str | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    interval: Literal["week", "month", "quarter", "year"] = "month"
    quantity: Count = 1
    status: Literal["trialing", "active", "past_due", "paused", "cancelled"] = "active"
    status_changed_at: datetime | None = None
    cancelled_reason: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """Amount and currency as one value, or None where one of them is missing."""
        return money_of(self.amount, self.currency)
