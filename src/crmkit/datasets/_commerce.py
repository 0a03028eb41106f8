"""What customers buy: orders and subscriptions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit.datasets._columns import NOWHERE, Picked, identifiers, table
from crmkit.datasets._customers import CURRENCY, Customers
from crmkit.datasets._deals import STAGES, Deals
from crmkit.datasets._random import MONTH, Array, Streams, events, lognormal, months_between, pick
from crmkit.datasets._truth import Truth
from crmkit.records import Order, Subscription

__all__ = ["orders_table", "subscriptions_table"]

_PLANS = ("Basic", "Team", "Business")
_PRICES = np.array([29.0, 79.0, 249.0])
_ORDER_STATUSES = ("fulfilled", "paid", "placed", "cancelled", "refunded")


def orders_table(streams: Streams, customers: Customers, truth: Truth, *, end: np.datetime64) -> pd.DataFrame:
    """Return the table of orders: each customer orders at the same rate from the day it is there."""
    customer, at = events(streams, "orders", since=customers.created, until=end, rate=truth.order_rate)
    size = len(customer)
    amount = lognormal(streams("orders.amount"), size, truth.order_size)
    ids = identifiers("order", size)
    return table(
        Order,
        size,
        id=ids,
        customer_id=Picked(customers.ids, customer),
        number=ids,
        ordered_at=at,
        amount=np.round(np.maximum(amount, 0.01), 2),
        currency=CURRENCY,
        status=Picked(_ORDER_STATUSES, pick(streams("orders.status"), size, (80, 10, 5, 3, 2))),
        channel=Picked(("web", "phone", "partner"), pick(streams("orders.channel"), size, (7, 1, 2))),
    )


def subscriptions_table(
    streams: Streams, deals: Deals, customers: Customers, truth: Truth, *, end: np.datetime64
) -> pd.DataFrame:
    """Return the table of subscriptions: half of the won deals begin one; it ends at a constant rate."""
    begins = streams("subscriptions.begins").random(len(deals)) < 0.5
    months = _lifetimes(streams, len(deals), truth)
    plan = pick(streams("subscriptions.plan"), len(deals), (5, 3, 1))
    quantity = 1 + streams("subscriptions.quantity").poisson(4, len(deals))
    deal = np.flatnonzero(begins & (deals.stage == STAGES.index("Won")) & (deals.company >= 0))
    started = deals.closed[deal]
    left = months_between(started, end)
    ends = months[deal] < left
    lived = (np.minimum(months[deal], left) * MONTH).astype("m8[s]")
    return table(
        Subscription,
        len(deal),
        id=identifiers("subscription", len(deal)),
        customer_id=Picked(customers.ids, deals.company[deal]),
        plan=Picked(_PLANS, plan[deal]),
        amount=_PRICES[plan[deal]] * quantity[deal],
        currency=CURRENCY,
        interval="month",
        quantity=quantity[deal],
        status=Picked(("active", "cancelled"), ends.astype(np.int64)),
        started_at=started,
        ended_at=np.where(ends, started + lived, NOWHERE),
    )


def _lifetimes(streams: Streams, size: int, truth: Truth) -> Array:
    """Draw months until a subscription ends, such that the share `monthly_churn` ends within each."""
    with np.errstate(divide="ignore"):  # nothing ends at a churn of 0, all at once at 1
        months: Array = streams("subscriptions.months").standard_exponential(size) / abs(np.log1p(-truth.monthly_churn))
    return months
