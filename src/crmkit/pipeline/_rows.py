"""The rows of a history: what an act changed, from what to what, when, by whom, after how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from crmkit.errors import InvalidArgument, shown
from crmkit.pipeline._place import TRACKED, Place
from crmkit.records import (
    Deal,
    DealId,
    FieldChange,
    FieldChangeId,
    Record,
    RecordRef,
    StageChange,
    StageChangeId,
    UserId,
    evolver,
    ref,
)

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["Row", "days_between", "last_act", "prove_not_before", "row_of", "tracked_rows"]

_DAY = timedelta(days=1)
_EVER = datetime(1, 1, 1, tzinfo=UTC)


class Row(Protocol):
    """Makes the row of a step between two stages; `before` is None for a record that is new."""

    def __call__(self, before: Any, after: Any, *, at: datetime, by: str, reason: str | None) -> Record: ...


def row_of(pipeline: Pipeline, origin: str | None, to: str) -> Row:
    """Prepare the rows of one step: a StageChange of a deal, a FieldChange of any other record."""
    entered = pipeline.place.entered

    def days(before: Any, at: datetime) -> float | None:
        since = None if before is None else getattr(before, entered)
        return None if since is None else days_between(since, at)

    if pipeline.record != "deal":
        field = pipeline.place.stage

        def of_field(before: Any, after: Any, *, at: datetime, by: str, reason: str | None) -> Record:
            return _field_row(after, field, (origin, to), at=at, by=by, reason=reason, days=days(before, at))

        return of_field

    first = StageChange(id=StageChangeId("-"), deal_id=DealId("-"), to_stage=to, changed_at=_EVER, version=1)
    varying = ("id", "deal_id", "changed_at", "changed_by", "reason", "probability", "days_in_stage")
    proven = {*varying} - {"changed_by", "reason"}
    definition = {"pipeline": pipeline.name, "pipeline_version": pipeline.version}
    make = evolver(StageChange, *varying, proven=proven, from_stage=origin, **definition)

    def of_stage(before: Any, after: Any, *, at: datetime, by: str, reason: str | None) -> Record:
        same = before is not None and before.probability == after.probability
        probability = None if same else after.probability
        row = f"{after.id}:{after.version}"
        return make(first, row, after.id, at, by, reason, probability, days(before, at))

    return of_stage


def tracked_rows(
    before: Any,
    after: Any,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    history: Iterable[StageChange | FieldChange] = (),
    apart_from: tuple[str, ...] = (),
) -> list[Record]:
    """Build a row for each field, of those whose history is kept, in which two versions of a deal differ.

    `before` is None for a deal that is new: what it begins with is its first change.
    """
    if type(after) is not Deal:
        return []
    last = _last_changes(after, history)
    rows: list[Record] = []
    for name in TRACKED:
        was, becomes = getattr(before, name, None), getattr(after, name)
        if was != becomes and name not in apart_from:
            since = last.get(name)
            prove_not_before(at, since)
            days = None if since is None else days_between(since, at)
            rows.append(_field_row(after, name, (was, becomes), at=at, by=by, reason=reason, days=days))
    return rows


def _last_changes(deal: Deal, history: object) -> dict[str, datetime]:
    """Return when each field of a deal was last changed, as far as these rows tell."""
    if not isinstance(history, Iterable):
        message = f"history holds the rows of the deal so far, not {shown(history)}"
        raise InvalidArgument(message, argument="history", value=history)
    last: dict[str, datetime] = {}
    for row in history:
        if isinstance(row, FieldChange):
            name, own = row.field, row.record == ref(deal)
        elif isinstance(row, StageChange):
            name, own = "probability", row.deal_id == deal.id and row.probability is not None
        else:
            message = f"history holds StageChange and FieldChange rows, not {shown(row)}"
            raise InvalidArgument(message, argument="history", value=row)
        if own:
            last[name] = max(row.changed_at, last.get(name, row.changed_at))
    return last


def _field_row(
    after: Any, name: str, values: tuple[Any, Any], *, at: datetime, by: str, reason: str | None, days: float | None
) -> FieldChange:
    """Build the row of one field's change from the first value to the second."""
    whose = ref(after)
    return FieldChange(
        id=FieldChangeId(f"{whose}:{after.version}:{name}"),
        record=RecordRef(whose),
        field=name,
        from_value=_text_of(values[0]),
        to_value=_text_of(values[1]),
        changed_at=at,
        changed_by=UserId(by),
        reason=reason,
        days_held=days,
        version=1,
    )


def last_act(place: Place, record: Any) -> datetime | None:
    """Return when a record was last moved or revised; None where it does not say."""
    entered: datetime | None = getattr(record, place.entered)
    touched: datetime | None = None if place.touched is None else getattr(record, place.touched)
    return entered if touched is None or (entered is not None and entered > touched) else touched


def prove_not_before(at: datetime, last: datetime | None) -> None:
    """Refuse an act before the last one on a record.

    Raises:
        InvalidArgument: `at` is earlier (code "too_early").
    """
    if last is not None and at < last:
        message = f"{at:%Y-%m-%d %H:%M} UTC is before its last change, {last:%Y-%m-%d %H:%M}"
        raise InvalidArgument(message, code="too_early", argument="at", value=at)


def days_between(start: datetime, end: datetime) -> float:
    """Return the days of 24 hours from one instant to another."""
    return (end - start) / _DAY


def _text_of(value: Any) -> str | None:
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
