"""Changing what a deal is worth, how likely it is and when it will close, with a row of history for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crmkit.errors import InvalidArgument, UnknownField, shown
from crmkit.pipeline._deciding import moment
from crmkit.pipeline._moving import own_record
from crmkit.pipeline._place import TRACKED
from crmkit.pipeline._rows import prove_not_before, tracked_rows
from crmkit.records import Change, Edit, FieldChange, StageChange, evolve

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["revised"]


def revised(
    pipeline: Pipeline,
    record: Any,
    *,
    at: datetime,
    by: str,
    reason: str | None,
    history: Iterable[StageChange | FieldChange],
    values: Mapping[str, Any],
) -> Change:
    """Build the Change that gives a deal other values."""
    own_record(pipeline, record)
    at = moment(at)
    kept = TRACKED if pipeline.record == "deal" else ()
    for name in values:
        if name not in kept:
            raise UnknownField.of(name, kept, place=f"what a {pipeline.record} keeps a history of")
    prove_not_before(at, record.stage_entered_at)
    after = evolve(record, **values, version=record.version + 1)
    rows = tracked_rows(pipeline, record, after, at=at, by=by, reason=reason, history=history)
    if not rows:
        message = f"{shown(record.id)} has these values already; where nothing changes, there is no Change"
        raise InvalidArgument(message, code="nothing_changes", argument="values", value=tuple(values))
    return Change(
        edits=[Edit(record, after), *[Edit(None, row) for row in rows]],
        act="revise",
        at=at,
        by=by,
        reason=reason,
        idempotency_key=f"revise:{pipeline.record}:{record.id}:{after.version}",
    )
