"""From a draft to what the customer has in hand: send, and revise what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crmkit.calendars import utc
from crmkit.errors import shown
from crmkit.pipeline import Pipeline, Unmet, quote_lifecycle
from crmkit.quotes._lines import lines_of
from crmkit.quotes._pricing import price
from crmkit.quotes._refusals import given, refused, wrong
from crmkit.quotes._steps import has_lapsed, joined, lapsed, lifecycle_of, must_be_allowed, too_early
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
    reason: str | None = None,
    supersedes: Quote | None = None,
    timezone: str = "UTC",
    lifecycle: Pipeline = quote_lifecycle,
) -> Change:
    """Send a draft: it takes the net total of its lines as amount, and the quote that it revises is superseded.

    Args:
        quote: a draft.
        lines: its lines.
        at: when.
        by: who sends it.
        reason: why.
        supersedes: the quote that it revises; superseded where it still waits for an answer.
        timezone: the zone in which `valid_until` ends.
        lifecycle: the pipeline of quotes, whose guards are asked.

    Raises:
        MoveRefused: no draft; nothing on it ("no_lines"); no longer valid ("lapsed"); a revised quote that was
            accepted in the meantime, or superseded by another one ("settled"); a time before its last step or before
            it was made ("too_early").
        InvalidRecord: another quote than the one that it revises ("not_superseded"), or none where it revises one;
            lines that cannot be priced, as in `price`.
        InvalidArgument: a lifecycle that is no pipeline of quotes.
        InvalidPeriod: `at` without a time zone.
    """
    at, own = utc(at), lifecycle_of(lifecycle)
    totals = price(quote, lines)
    _must_be_revised_by(quote, supersedes)
    besides = [] if totals.lines else [Unmet("no_lines", "has no lines; add what is offered")]
    if has_lapsed(quote, at=at, timezone=timezone):
        besides.append(lapsed(quote))
    if supersedes is not None and supersedes.status in _SETTLED:
        besides.append(Unmet("settled", f"revises {shown(supersedes.id)}, which is {supersedes.status}"))
    values = {"amount": totals.net.amount, "currency": totals.currency}
    filled = evolve(quote, **values)
    must_be_allowed(filled, to="sent", at=at, lifecycle=own, reason=reason, besides=besides)
    parts = [own.move(quote, to="sent", at=at, by=by, reason=reason, values=values)]
    if supersedes is not None and supersedes.status in _WAITING:
        parts.append(own.move(supersedes, to="superseded", at=at, by=by, reason=reason))
    return joined(parts, act="send", quote=quote, at=at, by=by, reason=reason)


def revise(
    quote: Quote,
    lines: Iterable[LineItem],
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    id: str | None = None,  # noqa: A002 - the field's own name
    lifecycle: Pipeline = quote_lifecycle,
) -> Change:
    """Make a new draft of a quote that was sent, with copies of its lines. The old one stands until the new is sent.

    Args:
        quote: one that was sent, declined or expired.
        lines: its lines.
        at: when.
        by: who revises it.
        reason: why.
        id: the id of the new quote; that of the first one and the revision ("q1:r2"), if not given.
        lifecycle: the pipeline of quotes, under which the draft starts.

    Raises:
        InvalidRecord: a quote that cannot be revised ("not_revisable"), or a line of another quote.
        InvalidArgument: `at` is before the quote's last step, or before it was made ("too_early"); a lifecycle that is
            no pipeline of quotes.
        InvalidPeriod: `at` without a time zone.
        MoveRefused: the lifecycle lets no draft start.
    """
    at, own = utc(at), lifecycle_of(lifecycle)
    copied = lines_of(quote, lines)
    if quote.status not in _REVISABLE:
        reason = f"cannot be revised, only {', '.join(_REVISABLE)}; a draft is edited, what was agreed gets a new quote"
        raise refused(quote, "status", reason, code="not_revisable")
    early = too_early(quote, at=at)
    if early is not None:
        raise wrong("at", at, f"cannot be: {early}", code="too_early")
    revision = quote.revision + 1
    new = QuoteId(f"{quote.id.removesuffix(f':r{quote.revision}')}:r{revision}" if id is None else id)
    draft = evolve(
        quote,
        id=new,
        revision=revision,
        supersedes_id=quote.id,
        status="draft",
        status_changed_at=None,
        amount=None,
        created_at=at,
        accepted_at=None,
        declined_reason=None,
        version=0,
    )
    copies = [evolve(line, id=LineItemId(f"{new}:{line.position}"), quote_id=new, version=0) for line in copied]
    parts = [own.start(draft, at=at, by=by, stage="draft", reason=reason)]
    if copies:
        parts.append(Change.of(add=copies, act="revise", at=at, by=by))
    return joined(parts, act="revise", quote=quote, at=at, by=by, reason=reason)


def _must_be_revised_by(quote: Quote, supersedes: Quote | None) -> None:
    if supersedes is not None:
        given(supersedes, Quote, argument="supersedes")
    found = None if supersedes is None else supersedes.id
    if quote.supersedes_id != found:
        reason = f"is the quote that it revises, and supersedes= gives {shown(found)}"
        raise refused(quote, "supersedes_id", reason, code="not_superseded")
