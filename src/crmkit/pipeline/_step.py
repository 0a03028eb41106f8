"""A move as it is made: prepared once for each pair of stages, so that a move pays for nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from crmkit.expressions import Expression, field
from crmkit.pipeline._stage import Move, Stage

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
        values: what is written into the record, whatever the record.
        stamps: the field that takes the time of the move.
        clears: fields that lose their value.
        reason: the field that takes the reason.
        counts: the field that goes up by one.
    """

    target: Stage
    conditions: tuple[Condition, ...]
    needs_reason: bool
    values: Mapping[str, Any]
    stamps: str | None
    clears: tuple[str, ...]
    reason: str | None
    counts: str | None


def step_of(pipeline: Pipeline, origin: Stage | None, target: Stage, move: Move | None) -> Step:
    """Prepare the move from `origin`, or from nowhere, to `target`."""
    place = pipeline.place
    values: dict[str, Any] = {place.stage: target.name}
    if place.outcome is not None:
        values[place.outcome] = target.kind if target.is_final else "open"
    if place.pipeline is not None and place.version is not None:
        values |= {place.pipeline: pipeline.name, place.version: pipeline.version}
    if place.probability is not None and target.probability is not None:
        values[place.probability] = float(target.probability)
    was_closed, was_kind = (origin is not None and origin.is_final), (origin.kind if origin is not None else None)
    changes_kind = target.kind != was_kind
    reopens = was_closed and changes_kind
    stamps = place.closed.get(target.kind) if changes_kind else None
    reason = place.reason.get(target.kind)
    clears = {*place.closed.values(), *place.reason.values()} - {stamps, reason} if reopens else set()
    return Step(
        target=target,
        conditions=tuple(_conditions(origin, target, move)),
        needs_reason=target.needs_reason or bool(target.reasons),
        values=values,
        stamps=stamps,
        clears=tuple(sorted(clears)),
        reason=reason,
        counts=place.reopened if reopens and not target.is_final else None,
    )


def _conditions(origin: Stage | None, target: Stage, move: Move | None) -> Iterable[Condition]:
    leaving = origin.requires_on_exit if origin is not None and target.kind != "lost" else ()
    on_the_way = move.requires if move is not None else ()
    for name in dict.fromkeys((*leaving, *on_the_way, *target.requires)):
        yield Condition(field(name).present(), name)
    for question in (move.when if move is not None else None, target.when):
        if question is not None:
            yield Condition(question)
