"""How a quote that was sent ends: accepted, declined or expired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from crmkit.errors import shown
from crmkit.pipeline import Pipeline, Unmet, deal_lifecycle, quote_lifecycle
from crmkit.quotes._pricing import price
from crmkit.quotes._refusals import all_given, given, refused, wrong
from crmkit.quotes._steps import has_lapsed, joined, lapsed, moment, must_be_allowed
from crmkit.records import Change, Deal, LineItem, Money, Quote

__all__ = ["accept", "decline", "expire"]


def accept(
    quote: Quote,
    lines: Iterable[LineItem],
    deal: Deal | None,
    *,
    at: datetime,
    by: str,
    amount: Money | None = None,
    pipeline: Pipeline | None = None,
    stage: str | None = None,
    timezone: str = "UTC",
) -> Change:
    """Accept a quote: the deal takes over what was agreed, with its history, and may move on in the same act.

    Args:
        quote: one that was sent, and is still valid.
        lines: its lines, as they were sent.
        deal: the deal of the quote; None for a quote that has none.
        at: when.
        by: who does it.
        amount: what the deal is worth now; the quote's net total, if not given. A contract for a term may be worth
            `price(quote, lines).contract_value(months=12)`.
        pipeline: the pipeline in which the deal moves on.
        stage: where it moves.
        timezone: the zone in which `valid_until` ends.

    Raises:
        MoveRefused: not sent, or answered already; no longer valid ("lapsed"); lines that come to something else than
            what was sent ("changed_since_sent"); a deal that may not move there.
        InvalidRecord: a deal that is not the quote's ("not_its_deal"), or lines that cannot be priced.
        InvalidArgument: a stage without its pipeline, or the reverse.
    """
    at = moment(at)
    totals = price(quote, lines)
    _must_be_its_deal(quote, deal)
    besides = [lapsed(quote)] if has_lapsed(quote, at=at, timezone=timezone) else []
    if quote.money != totals.net:
        besides.append(Unmet("changed_since_sent", f"was sent with {quote.money}, and comes to {totals.net} now"))
    must_be_allowed(quote, to="accepted", at=at, besides=besides)
    parts = [quote_lifecycle.move(quote, to="accepted", at=at, by=by)]
    worth = totals.net if amount is None else given(amount, Money, argument="amount")
    if deal is not None:
        parts += _agreed(deal, worth, pipeline=pipeline, stage=stage, at=at, by=by)
    return joined(parts, act="accept", quote=quote, at=at, by=by)


def decline(quote: Quote, *, at: datetime, by: str, reason: str) -> Change:
    """Record that the customer declined a quote.

    Args:
        quote: one that was sent.
        at: when.
        by: who records it.
        reason: why.

    Raises:
        MoveRefused: not sent, or answered already.
        InvalidArgument: no reason.
    """
    at = moment(at)
    must_be_allowed(given(quote, Quote, argument="quote"), to="declined", at=at)
    why = given(reason, str, argument="reason")
    declined = quote_lifecycle.move(quote, to="declined", at=at, by=by, reason=why)
    return joined([declined], act="decline", quote=quote, at=at, by=by, reason=why)


def expire(quotes: Iterable[Quote], *, as_of: datetime, by: str, timezone: str = "UTC") -> Change | None:
    """End all quotes that were sent and whose last day is over; None where there is none.

    Args:
        quotes: any; those that were not sent, or are still valid, stay as they are.
        as_of: now.
        by: who does it, such as the name of a job.
        timezone: the zone in which `valid_until` ends.
    """
    at = moment(as_of)
    over = [
        quote
        for quote in all_given(quotes, Quote, argument="quotes")
        if quote.status == "sent" and has_lapsed(quote, at=at, timezone=timezone)
    ]
    if not over:
        return None
    named = sha256("\n".join(f"{quote.id}:{quote.version}" for quote in over).encode())
    return Change.combine(
        [quote_lifecycle.move(quote, to="expired", at=at, by=by) for quote in over],
        act="expire",
        at=at,
        by=by,
        idempotency_key=f"expire:quotes:{named.hexdigest()}",
    )


def _must_be_its_deal(quote: Quote, deal: Deal | None) -> None:
    found = None if deal is None else given(deal, Deal, argument="deal").id
    if quote.deal_id != found:
        raise refused(quote, "deal_id", f"is the deal of the quote, and not {shown(found)}", code="not_its_deal")


def _agreed(
    deal: Deal, worth: Money, *, pipeline: Pipeline | None, stage: str | None, at: datetime, by: str
) -> list[Change]:
    """Give a deal the amount agreed on and, where a stage is asked for, move it in the same step."""
    if (pipeline is None) != (stage is None):
        raise wrong("stage", stage, "and its pipeline go together; give both or none")
    if pipeline is not None and stage is not None:
        values = {"amount": worth.amount, "currency": worth.currency}
        return [given(pipeline, Pipeline, argument="pipeline").move(deal, to=stage, at=at, by=by, values=values)]
    if deal.money == worth:
        return []
    # Which pipeline it is plays no part: revising is the same in all of them.
    return [deal_lifecycle.revise(deal, at=at, by=by, amount=worth.amount, currency=worth.currency)]
