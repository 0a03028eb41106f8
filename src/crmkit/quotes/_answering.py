"""How a quote that was sent ends: accepted, declined or expired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from crmkit.calendars import utc
from crmkit.errors import shown
from crmkit.pipeline import Pipeline, quote_lifecycle, revise_deal
from crmkit.quotes._exact import rounded
from crmkit.quotes._pricing import price
from crmkit.quotes._refusals import all_given, given, refused, wrong
from crmkit.quotes._steps import changed_since_sent, has_lapsed, joined, lapsed, lifecycle_of, must_be_allowed
from crmkit.records import Change, Deal, FieldChange, LineItem, Money, Quote, StageChange

__all__ = ["accept", "decline", "expire"]


def accept(
    quote: Quote,
    lines: Iterable[LineItem],
    deal: Deal | None,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    amount: Money | None = None,
    pipeline: Pipeline | None = None,
    stage: str | None = None,
    values: Mapping[str, Any] | None = None,
    history: Iterable[StageChange | FieldChange] = (),
    timezone: str = "UTC",
    lifecycle: Pipeline = quote_lifecycle,
) -> Change:
    """Accept a quote: the deal takes over what was agreed, with its history, and may move on in the same act.

    Args:
        quote: one that was sent, and is still valid.
        lines: its lines, as they were sent.
        deal: the deal of the quote; None for a quote that has none.
        at: when.
        by: who does it.
        reason: why the quote is accepted, and why the deal moves on; some stages need one out of a choice.
        amount: what the deal is worth now, in the currency of the quote; the quote's net total, if not given. A
            contract for a term may be worth `price(quote, lines).contract_value(months=12)`.
        pipeline: the pipeline in which the deal moves on.
        stage: where it moves.
        values: other fields of the deal that are filled in as it moves, before the pipeline's guards are asked.
        history: the rows of the deal so far, from which new ones take how long the value before stood.
        timezone: the zone in which `valid_until` ends.
        lifecycle: the pipeline of quotes, whose guards are asked.

    Raises:
        MoveRefused: not sent, or answered already; no longer valid ("lapsed"); lines that come to something else than
            what was sent ("changed_since_sent"); a time before its last step or before it was made ("too_early"); a
            deal that may not move there.
        InvalidRecord: a deal that is not the quote's ("not_its_deal"), or lines that cannot be priced.
        InvalidArgument: a stage without its pipeline, or the reverse; values without them, or without a deal; an amount
            below zero ("negative_amount") or with a fraction of the minor unit ("fraction_of_minor_unit"); a time
            before the deal's last change ("too_early"); a lifecycle that is no pipeline of quotes.
        CurrencyMismatch: an amount in another currency than the quote.
        InvalidPeriod: `at` without a time zone.
    """
    at, own = utc(at), lifecycle_of(lifecycle)
    totals = price(quote, lines)
    _must_be_its_deal(quote, deal)
    besides = [lapsed(quote)] if has_lapsed(quote, at=at, timezone=timezone) else []
    if quote.money != totals.net:
        besides.append(changed_since_sent(quote, totals.net))
    must_be_allowed(quote, to="accepted", at=at, lifecycle=own, reason=reason, besides=besides)
    parts = [own.move(quote, to="accepted", at=at, by=by, reason=reason)]
    worth = totals.net if amount is None else _worth(amount, totals.currency)
    step = _step(pipeline, stage)
    others = _others(values, deal, moves=step is not None)
    agreed = {"amount": worth.amount, "currency": worth.currency}
    if deal is not None and step is not None:
        under, to = step
        filled = others | agreed
        parts.append(under.move(deal, to=to, at=at, by=by, reason=reason, values=filled, history=history))
    elif deal is not None and deal.money != worth:
        parts.append(revise_deal(deal, at=at, by=by, reason=reason, history=history, **agreed))
    return joined(parts, act="accept", quote=quote, at=at, by=by, reason=reason)


def decline(quote: Quote, *, at: datetime, by: str, reason: str, lifecycle: Pipeline = quote_lifecycle) -> Change:
    """Record that the customer declined a quote.

    Args:
        quote: one that was sent.
        at: when.
        by: who records it.
        reason: why.
        lifecycle: the pipeline of quotes, whose guards are asked.

    Raises:
        MoveRefused: not sent, or answered already; a time before its last step or before it was made ("too_early").
        InvalidArgument: no reason, or a lifecycle that is no pipeline of quotes.
        InvalidPeriod: `at` without a time zone.
    """
    at, own = utc(at), lifecycle_of(lifecycle)
    given(quote, Quote, argument="quote")
    why = given(reason, str, argument="reason")
    must_be_allowed(quote, to="declined", at=at, lifecycle=own, reason=why)
    declined = own.move(quote, to="declined", at=at, by=by, reason=why)
    return joined([declined], act="decline", quote=quote, at=at, by=by, reason=why)


def expire(
    quotes: Iterable[Quote],
    *,
    as_of: datetime,
    by: str,
    reason: str | None = None,
    timezone: str = "UTC",
    lifecycle: Pipeline = quote_lifecycle,
) -> Change | None:
    """End all quotes that were sent and whose last day is over; None where there is none.

    Args:
        quotes: any, in any order; those that were not sent, or are still valid, stay as they are.
        as_of: now.
        by: who does it, such as the name of a job.
        reason: why.
        timezone: the zone in which `valid_until` ends.
        lifecycle: the pipeline of quotes, whose guards are asked.

    Raises:
        MoveRefused: a quote that the lifecycle does not let expire, or whose last step is later than `as_of`.
        InvalidArgument: something that is no quote, no name in `by`, or a lifecycle that is no pipeline of quotes.
        InvalidPeriod: `as_of` without a time zone.
    """
    at, own = utc(as_of), lifecycle_of(lifecycle)
    given(by, str, argument="by")
    over = sorted(
        (
            quote
            for quote in all_given(quotes, Quote, argument="quotes")
            if quote.status == "sent" and has_lapsed(quote, at=at, timezone=timezone)
        ),
        key=lambda quote: quote.id,
    )
    if not over:
        return None
    for quote in over:
        must_be_allowed(quote, to="expired", at=at, lifecycle=own, reason=reason)
    named = sha256("\n".join(f"{quote.id}:{quote.version}" for quote in over).encode())
    return Change.combine(
        [own.move(quote, to="expired", at=at, by=by, reason=reason) for quote in over],
        act="expire",
        at=at,
        by=by,
        reason=reason,
        idempotency_key=f"expire:quotes:{named.hexdigest()}",
    )


def _must_be_its_deal(quote: Quote, deal: Deal | None) -> None:
    found = None if deal is None else given(deal, Deal, argument="deal").id
    if quote.deal_id != found:
        raise refused(quote, "deal_id", f"is the deal of the quote, and not {shown(found)}", code="not_its_deal")


def _worth(amount: Money, currency: str) -> Money:
    """Return what a deal is to be worth, if that is an amount to pay in the currency of the quote."""
    if given(amount, Money, argument="amount") < Money(0, currency):  # which refuses another currency
        raise wrong("amount", amount, "is below zero; a deal is worth what is paid", code="negative_amount")
    if amount != rounded(amount):
        reason = f"has a fraction of the minor unit of {amount.currency}; say .quantized()"
        raise wrong("amount", amount, reason, code="fraction_of_minor_unit")
    return amount


def _step(pipeline: Pipeline | None, stage: str | None) -> tuple[Pipeline, str] | None:
    if pipeline is None and stage is None:
        return None
    if pipeline is None or stage is None:
        raise wrong("stage", stage, "and its pipeline go together; give both or none")
    return given(pipeline, Pipeline, argument="pipeline"), stage


def _others(values: Any, deal: Deal | None, *, moves: bool) -> dict[str, Any]:
    """Return what is filled in of the deal besides the amount agreed."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise wrong("values", values, "is no mapping from fields to values")
    if deal is None or not moves:
        raise wrong("values", values, "are filled in as the deal moves; give the deal, a pipeline and a stage")
    for name in ("amount", "currency"):
        if name in values:
            raise wrong("values", name, "is what the quote comes to, or what amount= says")
    return dict(values)
