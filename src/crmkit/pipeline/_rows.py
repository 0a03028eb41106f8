"""The rows of a history: what an act changed, from what to what, when, by whom, after how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmkit.pipeline._place import TRACKED
from crmkit.records import FieldChange, FieldChangeId, Record, RecordRef, StageChange, StageChangeId, UserId, ref

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["days_between", "field_row", "stage_row", "text_of", "tracked_rows"]

_DAY = timedelta(days=1)


def stage_row(
    pipeline: Pipeline, origin: str | None, before: Any, after: Any, *, at: datetime, by: str, reason: str | None
) -> Record:
    """Build the row of a step from the stage `origin`: a StageChange of a deal, a FieldChange of any other record.

    `before` is None for a record that is new.
    """
    place = pipeline.place
    entered = None if before is None else getattr(before, place.entered)
    days = None if entered is None else days_between(entered, at)
    if pipeline.record != "deal":
        values = origin, getattr(after, place.stage)
        return field_row(after, place.stage, values, at=at, by=by, reason=reason, days=days)
    return StageChange(
        id=StageChangeId(f"{after.id}:{after.version}"),
        deal_id=after.id,
        pipeline=pipeline.name,
        from_stage=origin,
        to_stage=after.stage,
        changed_at=at,
        changed_by=UserId(by),
        reason=reason,
        probability=None if before is not None and after.probability == before.probability else after.probability,
        days_in_stage=days,
        version=1,
    )


def tracked_rows(
    pipeline: Pipeline,
    before: Any,
    after: Any,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    history: Iterable[FieldChange] = (),
    apart_from: tuple[str, ...] = (),
) -> list[Record]:
    """Build a row for each field, of those whose history is kept, in which two versions of a deal differ.

    `before` is None for a deal that is new: what it begins with is its first change.
    """
    if pipeline.record != "deal":
        return []
    last: dict[str, datetime] = {}
    for row in history:
        if row.record == ref(after):
            last[row.field] = max(row.changed_at, last.get(row.field, row.changed_at))
    rows: list[Record] = []
    for name in TRACKED:
        was, becomes = getattr(before, name, None), getattr(after, name)
        if was != becomes and name not in apart_from:
            days = days_between(last[name], at) if name in last else None
            rows.append(field_row(after, name, (was, becomes), at=at, by=by, reason=reason, days=days))
    return rows


def field_row(
    after: Any, name: str, values: tuple[Any, Any], *, at: datetime, by: str, reason: str | None, days: float | None
) -> FieldChange:
    """Build the row of one field's change from the first value to the second."""
    whose = ref(after)
    return FieldChange(
        id=FieldChangeId(f"{whose}:{after.version}:{name}"),
        record=RecordRef(whose),
        field=name,
        from_value=text_of(values[0]),
        to_value=text_of(values[1]),
        changed_at=at,
        changed_by=UserId(by),
        reason=reason,
        days_held=days,
        version=1,
    )


def days_between(start: datetime, end: datetime) -> float:
    """Return the days of 24 hours from one instant to another."""
    return (end - start) / _DAY


def text_of(value: Any) -> str | None:
    """Write a value as a history does."""
    match value:
        case None | str():
            return value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return repr(value)
