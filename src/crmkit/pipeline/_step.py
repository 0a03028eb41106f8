"""A move as it is made: prepared once for each pair of stages, so that a move pays for nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from crmkit.expressions import Expression, field
from crmkit.pipeline._rows import Row, row_of
from crmkit.pipeline._stage import Move, Stage
from crmkit.records import RECORDS, evolver

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["Condition", "Step", "step_of"]


@frozen
class Condition:
    """Something that must hold for a move.

    Args:
        question: asked of the record as it would be, but for its stage.
        field: the field that the question wants filled in, if that is all it asks.
    """

    question: Expression
    field: str | None = None


@frozen
class Step:
    """What a move from one stage to another asks and does.

    Args:
        target: the stage entered.
        conditions: what must hold.
        needs_reason: whether a reason must be given.
        values: what is written into every record.
        enter: makes the record after, from the record, its new version, the time for each of `times`, and, where there
            are such fields, the reason and the new count.
        times: the fields that take the time of the move.
        stamps: the one of them that says when it was closed.
        reason: the field that takes the reason.
        stays: whether it is closed before and after, in the same way.
        counts: the field that goes up by one.
        row: makes the row of history.
    """

    target: Stage
    conditions: tuple[Condition, ...]
    needs_reason: bool
    values: Mapping[str, Any]
    enter: Callable[..., Any]
    times: tuple[str, ...]
    stamps: str | None
    reason: str | None
    stays: bool
    counts: str | None
    row: Row


def step_of(pipeline: Pipeline, origin: Stage | None, target: Stage, move: Move | None) -> Step:
    """Prepare the move from `origin`, or from nowhere, to `target`."""
    place = pipeline.place
    changes = origin is None or origin.kind != target.kind
    stamps = place.closed.get(target.kind) if changes else None
    reason = place.reason.get(target.kind)
    reopens = origin is not None and origin.is_final and changes
    counts = place.reopened if reopens and not target.is_final else None
    values = _values(pipeline, target)
    # Imported deals are often closed by their status and open by their stage.
    if reopens or origin is None or (place.outcome is not None and not target.is_final):
        values |= dict.fromkeys({*place.closed.values(), *place.reason.values()} - {stamps, reason})
    times = tuple(name for name in (place.entered, place.touched, stamps) if name is not None)
    varying = ["version", *times, *(name for name in (reason, counts) if name is not None)]
    return Step(
        target=target,
        conditions=tuple(_conditions(origin, target, move)),
        needs_reason=target.needs_reason or bool(target.reasons),
        values=values,
        enter=evolver(RECORDS[pipeline.record], *varying, proven={*varying} - {reason}, **values),
        times=times,
        stamps=stamps,
        reason=reason,
        stays=target.is_final and not changes,
        counts=counts,
        row=row_of(pipeline, None if origin is None else origin.name, target.name),
    )


def _values(pipeline: Pipeline, target: Stage) -> dict[str, Any]:
    """Return what is written into every record that enters a stage."""
    place = pipeline.place
    values: dict[str, Any] = {place.stage: target.name}
    if place.outcome is not None:
        values[place.outcome] = target.kind if target.is_final else "open"
    if place.pipeline is not None and place.version is not None:
        values |= {place.pipeline: pipeline.name, place.version: pipeline.version}
    if place.probability is not None and target.probability is not None:
        values[place.probability] = target.probability
    return values


def _conditions(origin: Stage | None, target: Stage, move: Move | None) -> Iterable[Condition]:
    leaving = origin.requires_on_exit if origin is not None and target.kind != "lost" else ()
    on_the_way = move.requires if move is not None else ()
    for name in dict.fromkeys((*leaving, *on_the_way, *target.requires)):
        yield Condition(field(name).present(), name)
    for question in (move.when if move is not None else None, target.when):
        if question is not None:
            yield Condition(question)
