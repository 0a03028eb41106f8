"""From an accepted quote to the subscriptions that come of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from crmkit.calendars import utc
from crmkit.quotes._pricing import price
from crmkit.quotes._refusals import refused, wrong
from crmkit.quotes._steps import changed_since_sent, too_early
from crmkit.quotes._totals import PricedLine
from crmkit.records import LineItem, Quote, Subscription, SubscriptionId

__all__ = ["subscriptions_of"]


def subscriptions_of(quote: Quote, lines: Iterable[LineItem], *, at: datetime) -> tuple[Subscription, ...]:
    """Make a subscription of each line of an accepted quote that recurs; `Change.of(add=...)` takes them.

    Its amount is what the line comes to after all discounts, without tax, so that their MRR is the quote's. Its
    customer is the quote's company or, without one, its contact. A quantity that is no whole number counts as 1.

    Args:
        quote: one that was accepted.
        lines: its lines, as they were accepted.
        at: when the subscriptions begin.

    Raises:
        InvalidRecord: a quote that was not accepted ("not_accepted"), lines that come to something else than what was
            accepted ("changed_since_sent"), or that cannot be priced.
        InvalidArgument: `at` is before the quote was accepted ("too_early").
        InvalidPeriod: `at` without a time zone.
    """
    at = utc(at)
    totals = price(quote, lines)
    if quote.status != "accepted":
        raise refused(quote, "status", "is not accepted; accept the quote first", code="not_accepted")
    if quote.money != totals.net:
        changed = changed_since_sent(quote, totals.net)
        raise refused(quote, "amount", f"{changed}; give the lines as they were", code=changed.code)
    early = too_early(quote, at=at)
    if early is not None:
        raise wrong("at", at, f"cannot be: {early}", code="too_early")
    return tuple(
        _subscription(quote, each, interval=each.line.billing, at=at)
        for each in totals.lines
        if each.line.billing != "once"
    )


def _subscription(
    quote: Quote, priced: PricedLine, *, interval: Literal["week", "month", "quarter", "year"], at: datetime
) -> Subscription:
    line = priced.line
    return Subscription(
        id=SubscriptionId(f"{quote.id}:{line.position}"),
        customer_id=quote.company_id or quote.contact_id,
        plan=line.name,
        amount=priced.net.amount,
        currency=priced.net.currency,
        interval=interval,
        quantity=int(line.quantity) if line.quantity.is_integer() else 1,
        status_changed_at=at,
        started_at=at,
    )
