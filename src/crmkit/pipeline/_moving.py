"""Moving a record: the record after and its history rows, as one Change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, shown
from crmkit.pipeline._deciding import decide, no_way, unmet_by
from crmkit.pipeline._decision import Decision, Unmet, refused
from crmkit.pipeline._rows import last_act, tracked_rows
from crmkit.pipeline._step import Step
from crmkit.records import RECORDS, Change, Edit, FieldChange, StageChange, evolve

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["moved", "own_record", "started"]


def moved(
    pipeline: Pipeline,
    record: Any,
    *,
    to: str,
    at: datetime,
    by: str,
    reason: str | None,
    values: Mapping[str, Any] | None,
    history: Iterable[StageChange | FieldChange],
) -> Change:
    """Build the Change that moves a record."""
    own_record(pipeline, record)
    at = utc(at)
    stage: str | None = getattr(record, pipeline.place.stage)
    others = _others(pipeline, values)
    version = record.version + 1
    filled = evolve(record, **others, version=version) if others else record
    step = pipeline.step(stage, to) if _is_under(pipeline, record) else None
    if step is None:
        raise refused(pipeline.name, decide(pipeline, record, to=to, as_of=at, reason=reason, fields=None))
    unmet = unmet_by(step, filled, at=at, last=last_act(pipeline.place, record), reason=reason, fields=None)
    if unmet:
        raise refused(pipeline.name, Decision(stage, to, unmet))
    after = _entered(step, filled, others, at=at, reason=reason, version=version)
    row = step.row(record, after, at=at, by=by, reason=reason)
    edits = [Edit(record, after), Edit(None, row)]
    if others:
        told = _in_row(row)
        more = tracked_rows(record, filled, at=at, by=by, reason=reason, history=history, apart_from=told)
        edits += [Edit(None, each) for each in more]
    return Change(
        edits=edits,
        act="move",
        at=at,
        by=by,
        reason=reason,
        idempotency_key=f"move:{pipeline.record}:{record.id}:{after.version}:{to}",
    )


def started(
    pipeline: Pipeline,
    record: Any,
    *,
    at: datetime,
    by: str,
    stage: str | None,
    reason: str | None,
    values: Mapping[str, Any] | None,
) -> Change:
    """Build the Change that adds a record in a first stage."""
    own_record(pipeline, record)
    at = utc(at)
    to = _first_stage(pipeline, record, stage)
    others = _others(pipeline, values)
    version = record.version + 1
    filled = evolve(record, **others, version=version)
    step = pipeline.step(None, to)
    if step is None:
        raise refused(pipeline.name, Decision(None, to, (no_way(pipeline, None, to),)))
    unmet = unmet_by(step, filled, at=at, last=None, reason=reason, fields=None)
    if unmet:
        raise refused(pipeline.name, Decision(None, to, unmet))
    after = _entered(step, filled, others, at=at, reason=reason, version=version)
    rows = [step.row(None, after, at=at, by=by, reason=reason)]
    rows += tracked_rows(None, after, at=at, by=by, reason=reason, apart_from=_in_row(rows[0]))
    return Change(
        edits=[Edit(None, after), *[Edit(None, row) for row in rows]],
        act="start",
        at=at,
        by=by,
        reason=reason,
        idempotency_key=f"start:{pipeline.record}:{record.id}:{version}:{to}",
    )


def _first_stage(pipeline: Pipeline, record: Any, stage: str | None) -> str:
    """Return where a record begins, and refuse one that has begun: in a stage, of a pipeline, or closed."""
    place = pipeline.place
    held: str | None = getattr(record, place.stage)
    to = stage if stage is not None else held if held in pipeline.starts else pipeline.starts[0]
    pipeline.stage(to)
    outcome = None if place.outcome is None else getattr(record, place.outcome)
    begun = getattr(record, place.entered) is not None or held not in (None, to) or outcome not in (None, "open")
    if begun or not _is_under(pipeline, record):
        state = f"is in {shown(held)} already" if outcome in (None, "open") else f"is {outcome} already"
        unmet = Unmet("already_started", f"{state}; move it, or migrate it")
        raise refused(pipeline.name, Decision(held, to, (unmet,)))
    return to


def own_record(pipeline: Pipeline, record: Any) -> None:
    """Refuse what is no record of the pipeline's kind: only a record can be part of a Change.

    Raises:
        InvalidArgument: something else (code "not_its_record").
    """
    if type(record) is not RECORDS[pipeline.record]:
        message = f"pipeline {shown(pipeline.name)} moves records of kind {pipeline.record!r}, not {shown(record)}"
        raise InvalidArgument(
            f"{message}; check, options and ageing take objects of your own",
            code="not_its_record",
            argument="record",
            value=record,
        )


def _is_under(pipeline: Pipeline, record: Any) -> bool:
    """Whether a record is of this pipeline and of its version, or of none yet."""
    place = pipeline.place
    if place.pipeline is None or place.version is None:
        return True
    name, version = getattr(record, place.pipeline), getattr(record, place.version)
    return name in (pipeline.name, None) and version in (pipeline.version, None)


def _entered(
    step: Step, record: Any, others: Mapping[str, Any], *, at: datetime, reason: str | None, version: int
) -> Any:
    """Return the record in its new stage; a probability that is given stands before the stage's."""
    values: list[Any] = [version, *[at] * len(step.times)]
    if step.reason is not None:
        values.append(getattr(record, step.reason) if reason is None and step.stays else reason)
    if step.counts is not None:
        values.append(getattr(record, step.counts) + 1)
    after = step.enter(record, *values)
    return evolve(after, probability=others["probability"]) if "probability" in others else after


def _in_row(row: Any) -> tuple[str, ...]:
    """Return the fields whose change the row of the step tells already."""
    return ("probability",) if getattr(row, "probability", None) is not None else ()


def _others(pipeline: Pipeline, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Refuse values of fields that the move itself writes."""
    if not values:
        return {}
    if not isinstance(values, Mapping):
        _refuse_values(values, "is no mapping from fields to values")
    for name in values:
        if not isinstance(name, str):
            _refuse_values(name, "is no name of a field")
        if name in pipeline.place.fields or name in ("id", "version"):
            _refuse_values(name, "is written by the move itself")
    return dict(values)


def _refuse_values(value: object, reason: str) -> NoReturn:
    raise InvalidArgument(f"values: {shown(value)} {reason}", code="invalid_values", argument="values", value=value)
