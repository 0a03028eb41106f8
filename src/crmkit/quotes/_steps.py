"""What the acts on quotes share: may the quote go there, is it still valid, and the Change that the parts make."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from crmkit.calendars import instant_of
from crmkit.errors import MoveRefused, shown
from crmkit.pipeline import Decision, Pipeline, Unmet
from crmkit.quotes._refusals import wrong
from crmkit.records import Change, Quote

__all__ = ["changed_since_sent", "has_lapsed", "joined", "lapsed", "lifecycle_of", "must_be_allowed", "too_early"]


def lifecycle_of(value: Any) -> Pipeline:
    """Return the pipeline under which quotes move, or refuse what is none."""
    if not isinstance(value, Pipeline) or value.record != "quote":
        raise wrong("lifecycle", value, 'is no Pipeline of quotes; say Pipeline(..., record="quote")')
    return value


def has_lapsed(quote: Quote, *, at: datetime, timezone: str) -> bool:
    """Tell whether the last day on which a quote could be accepted has ended in a time zone."""
    last = quote.valid_until
    # The last date that there is never ends.
    return last is not None and last != date.max and instant_of(last, timezone=timezone) <= at


def lapsed(quote: Quote) -> Unmet:
    """Say that a quote is no longer valid."""
    return Unmet("lapsed", f"was valid until {quote.valid_until}; revise it and send it anew", "valid_until")


def changed_since_sent(quote: Quote, comes_to: object) -> Unmet:
    """Say that the lines of a quote come to something else than what the customer saw."""
    return Unmet("changed_since_sent", f"was sent with {quote.money}, and comes to {comes_to} now")


def too_early(quote: Quote, *, at: datetime) -> str | None:
    """Say what happened to a quote after an instant at which something is done with it, or None where nothing did."""
    times = {"created": quote.created_at, "changed": quote.status_changed_at, "accepted": quote.accepted_at}
    for what, when in times.items():
        if when is not None and at < when:
            return f"{at:%Y-%m-%d %H:%M} UTC is before it was {what}, {when:%Y-%m-%d %H:%M}"
    return None


def must_be_allowed(
    quote: Quote,
    *,
    to: str,
    at: datetime,
    lifecycle: Pipeline,
    reason: str | None = None,
    besides: Iterable[Unmet] = (),
) -> None:
    """Refuse a step of a quote, naming what stands against it in its lifecycle or, where nothing does, besides.

    Args:
        quote: with what the act fills in.
        to: its next status.
        at: when.
        lifecycle: the pipeline of quotes.
        reason: why.
        besides: what else stands against it.

    Raises:
        MoveRefused: its lifecycle leads elsewhere, or there is something besides.
    """
    unmet = lifecycle.check(quote, to=to, as_of=at, reason=reason).unmet
    if not unmet:
        early = too_early(quote, at=at)
        unmet = (*besides, *([] if early is None else [Unmet("too_early", early)]))
    if unmet:
        message = f"quote {shown(quote.id)}: {Decision(quote.status, to, unmet)}"
        raise MoveRefused(message, code=unmet[0].code, unmet=unmet, stage=quote.status, to=to)


def joined(
    parts: Iterable[Change], *, act: str, quote: Quote, at: datetime, by: str, reason: str | None = None
) -> Change:
    """Join the parts of an act into one Change; its key is that of the act on this version of the quote."""
    return Change.combine(
        parts, act=act, at=at, by=by, reason=reason, idempotency_key=f"{act}:quote:{quote.id}:{quote.version}"
    )
