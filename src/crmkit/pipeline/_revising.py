"""Changing what a deal is worth, how likely it is and when it will close, with a row of history for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, UnknownField, shown
from crmkit.pipeline._place import PLACES, TRACKED
from crmkit.pipeline._rows import last_act, prove_not_before, tracked_rows
from crmkit.records import Change, Deal, Edit, FieldChange, StageChange, evolve

__all__ = ["revise_deal"]


def revise_deal(
    deal: Deal,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    history: Iterable[StageChange | FieldChange] = (),
    **values: Any,
) -> Change:
    """Build the Change that gives a deal another amount, currency, probability or expected close, with its history.

    Args:
        deal: a deal of any pipeline, or of none.
        at: when.
        by: who does it.
        reason: why.
        history: the rows so far, from which each new row takes how long the value before stood.
        values: `amount`, `currency`, `probability`, `expected_close_on`.

    Raises:
        UnknownField: another field.
        InvalidArgument: no deal (code "not_its_record"), nothing changes ("nothing_changes"), or there is a later act
            on it ("too_early").
        InvalidRecord: a value that its field does not hold.
        InvalidPeriod: `at` without a time zone.
    """
    given: object = deal
    if type(given) is not Deal:
        message = f"a Deal can be revised, not {shown(given)}"
        raise InvalidArgument(message, code="not_its_record", argument="deal", value=given)
    at = utc(at)
    for name in values:
        if name not in TRACKED:
            raise UnknownField.of(name, TRACKED, place="what a deal keeps a history of")
    prove_not_before(at, last_act(PLACES["deal"], deal))
    after = evolve(deal, **values, updated_at=at, version=deal.version + 1)
    rows = tracked_rows(deal, after, at=at, by=by, reason=reason, history=history)
    if not rows:
        message = f"{shown(deal.id)} has these values already; where nothing changes, there is no Change"
        raise InvalidArgument(message, code="nothing_changes", argument="values", value=tuple(values))
    return Change(
        edits=[Edit(deal, after), *[Edit(None, row) for row in rows]],
        act="revise",
        at=at,
        by=by,
        reason=reason,
        idempotency_key=f"revise:deal:{deal.id}:{after.version}",
    )
