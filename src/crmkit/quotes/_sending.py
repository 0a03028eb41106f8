"""From a draft to what the customer has in hand: send, and revise what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crmkit.errors import shown
from crmkit.pipeline import Unmet, quote_lifecycle
from crmkit.quotes._lines import lines_of
from crmkit.quotes._pricing import price
from crmkit.quotes._refusals import given, refused
from crmkit.quotes._steps import has_lapsed, joined, lapsed, moment, must_be_allowed
from crmkit.records import Change, LineItem, LineItemId, Quote, QuoteId, evolve

__all__ = ["revise", "send"]

_WAITING = ("draft", "sent")
_SETTLED = ("accepted", "superseded")
_REVISABLE = ("sent", "declined", "expired")


def send(
    quote: Quote,
    lines: Iterable[LineItem],
    *,
    at: datetime,
    by: str,
    supersedes: Quote | None = None,
    timezone: str = "UTC",
) -> Change:
    """Send a draft: it takes the net total of its lines as amount, and the quote that it revises is superseded.

    Args:
        quote: a draft.
        lines: its lines.
        at: when.
        by: who sends it.
        supersedes: the quote that it revises; superseded where it still waits for an answer.
        timezone: the zone in which `valid_until` ends.

    Raises:
        MoveRefused: no draft; nothing on it ("no_lines"); no longer valid ("lapsed"); a revised quote that was
            accepted in the meantime, or superseded by another one ("settled").
        InvalidRecord: another quote than the one that it revises ("not_superseded"), or none where it revises one;
            lines that cannot be priced, as in `price`.
    """
    at = moment(at)
    totals = price(quote, lines)
    _must_be_revised_by(quote, supersedes)
    besides = [] if totals.lines else [Unmet("no_lines", "has no lines; add what is offered")]
    if has_lapsed(quote, at=at, timezone=timezone):
        besides.append(lapsed(quote))
    if supersedes is not None and supersedes.status in _SETTLED:
        besides.append(Unmet("settled", f"revises {shown(supersedes.id)}, which is {supersedes.status}"))
    must_be_allowed(quote, to="sent", at=at, besides=besides)
    values = {"amount": totals.net.amount, "currency": totals.currency}
    parts = [quote_lifecycle.move(quote, to="sent", at=at, by=by, values=values)]
    if supersedes is not None and supersedes.status in _WAITING:
        parts.append(quote_lifecycle.move(supersedes, to="superseded", at=at, by=by))
    return joined(parts, act="send", quote=quote, at=at, by=by)


def revise(
    quote: Quote,
    lines: Iterable[LineItem],
    *,
    at: datetime,
    by: str,
    id: str | None = None,  # noqa: A002 - the field's own name
) -> Change:
    """Make a new draft of a quote that was sent, with copies of its lines. The old one stands until the new is sent.

    Args:
        quote: one that was sent, declined or expired.
        lines: its lines.
        at: when.
        by: who revises it.
        id: the id of the new quote; that of the first one and the revision ("q1:r2"), if not given.

    Raises:
        InvalidRecord: a quote that cannot be revised ("not_revisable"), or a line of another quote.
    """
    at = moment(at)
    copied = lines_of(quote, lines)
    if quote.status not in _REVISABLE:
        reason = f"cannot be revised, only {', '.join(_REVISABLE)}; a draft is edited, what was agreed gets a new quote"
        raise refused(quote, "status", reason, code="not_revisable")
    revision = quote.revision + 1
    new = QuoteId(f"{quote.id.removesuffix(f':r{quote.revision}')}:r{revision}" if id is None else id)
    draft = evolve(
        quote,
        id=new,
        revision=revision,
        supersedes_id=quote.id,
        amount=None,
        created_at=at,
        accepted_at=None,
        declined_reason=None,
        version=0,
    )
    copies = [evolve(line, id=LineItemId(f"{new}:{line.position}"), quote_id=new, version=0) for line in copied]
    parts = [quote_lifecycle.start(draft, at=at, by=by)]
    if copies:
        parts.append(Change.of(add=copies, act="revise", at=at, by=by))
    return joined(parts, act="revise", quote=quote, at=at, by=by)


def _must_be_revised_by(quote: Quote, supersedes: Quote | None) -> None:
    if supersedes is not None:
        given(supersedes, Quote, argument="supersedes")
    found = None if supersedes is None else supersedes.id
    if quote.supersedes_id != found:
        reason = f"is the quote that it revises, and supersedes= gives {shown(found)}"
        raise refused(quote, "supersedes_id", reason, code="not_superseded")
