"""Taking a record over from another pipeline, or from an earlier version of the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, shown
from crmkit.pipeline._moving import own_record
from crmkit.pipeline._rows import last_act, prove_not_before, row_of
from crmkit.records import Change, Edit, StageChange, evolve

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["migrated"]


def migrated(pipeline: Pipeline, record: Any, *, stages: Mapping[str, str], at: datetime, by: str) -> Change:
    """Build the Change that puts a record under this pipeline, in the stage that its own stage is mapped to."""
    own_record(pipeline, record)
    at = utc(at)
    place = pipeline.place
    stage = getattr(record, place.stage)
    if stage is None:
        message = f"{shown(record.id)} is in no stage; move it to one of {', '.join(pipeline.starts)}"
        raise InvalidArgument(message, code="no_stage", argument="record", value=record.id)
    prove_not_before(at, last_act(place, record))
    if not isinstance(stages, Mapping):
        message = f"stages says what each stage is called here: {{'demo': 'proposal'}}; found {shown(stages)}"
        raise InvalidArgument(message, argument="stages", value=stages)
    to = stages.get(stage, stage)
    target = pipeline.stage(to)
    values: dict[str, Any] = {place.stage: to}
    if place.pipeline is not None and place.version is not None:
        values |= {place.pipeline: pipeline.name, place.version: pipeline.version}
    ends = target.kind if target.is_final else "open"
    ended = _ended(pipeline, record, stage)
    if ended not in (ends, None):
        message = f"{shown(stage)} is {ended} and {shown(to)} is {ends}; to open or close a record, move it"
        raise InvalidArgument(message, code="other_kind", argument="stages", value=to)
    if all(getattr(record, name) == value for name, value in values.items()):
        message = f"{shown(record.id)} is under version {pipeline.version} of {shown(pipeline.name)} already"
        raise InvalidArgument(message, code="nothing_changes", argument="record", value=record.id)
    touched = {} if place.touched is None else {place.touched: at}
    after = evolve(record, **values, **touched, version=record.version + 1)
    row = row_of(pipeline, stage, to)(record, after, at=at, by=by, reason="migration")
    # The clock goes on under the new name: the next step tells the whole time.
    row = evolve(row, **{"days_in_stage" if isinstance(row, StageChange) else "days_held": None})
    return Change(
        edits=[Edit(record, after), Edit(None, row)],
        act="migrate",
        at=at,
        by=by,
        idempotency_key=f"migrate:{pipeline.record}:{record.id}:{after.version}:{pipeline.name}:{pipeline.version}",
    )


def _ended(pipeline: Pipeline, record: Any, stage: str) -> str | None:
    """Return how a record has ended, or that it is open; None where neither it nor this pipeline knows."""
    if pipeline.place.outcome is not None:
        outcome: str = getattr(record, pipeline.place.outcome)
        return outcome
    if stage not in pipeline.names:
        return None
    known = pipeline.stage(stage)
    return known.kind if known.is_final else "open"
