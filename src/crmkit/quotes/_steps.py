"""What the acts on quotes share: may the quote go there, is it still valid, and the Change that the parts make."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from crmkit.calendars import instant_of
from crmkit.errors import InvalidPeriod, MoveRefused, shown
from crmkit.pipeline import Decision, Unmet, quote_lifecycle
from crmkit.records import Change, Quote

__all__ = ["has_lapsed", "joined", "lapsed", "moment", "must_be_allowed"]


def moment(at: object) -> datetime:
    """Return an instant in UTC; a date is none.

    Raises:
        InvalidPeriod: no datetime, or one without a time zone.
    """
    if not isinstance(at, datetime):
        message = f"expected a datetime, such as datetime(2024, 5, 3, tzinfo=UTC), found {shown(at)}"
        raise InvalidPeriod(message, value=at)
    return instant_of(at)


def has_lapsed(quote: Quote, *, at: datetime, timezone: str) -> bool:
    """Tell whether the last day on which a quote could be accepted has ended in a time zone."""
    last = quote.valid_until
    # The last date that there is never ends.
    return last is not None and last != date.max and instant_of(last, timezone=timezone) <= at


def lapsed(quote: Quote) -> Unmet:
    """Say that a quote is no longer valid."""
    return Unmet("lapsed", f"was valid until {quote.valid_until}; revise it and send it anew", "valid_until")


def must_be_allowed(quote: Quote, *, to: str, at: datetime, besides: Iterable[Unmet] = ()) -> None:
    """Refuse a step of a quote, naming what stands against it in its lifecycle or, where nothing does, besides.

    Raises:
        MoveRefused: its lifecycle leads elsewhere, or there is something besides.
    """
    decision = quote_lifecycle.check(quote, to=to, as_of=at)
    # What is missing yet is filled in by the act.
    unmet = tuple(each for each in decision.unmet if each.code != "missing_field") or tuple(besides)
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
