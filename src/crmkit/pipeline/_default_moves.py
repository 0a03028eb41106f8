"""The moves of a pipeline that names none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from crmkit.errors import InvalidPipeline, shown
from crmkit.expressions import Expression
from crmkit.pipeline._stage import Move, Stage

__all__ = ["default_moves", "reopening_moves"]

T = TypeVar("T")


def default_moves(stages: Iterable[Stage], *, instead: Iterable[Move] = ()) -> tuple[Move, ...]:
    """Return the moves that are customary: forward and back among what is open, and from there to every end.

    Args:
        stages: all stages of the pipeline.
        instead: moves, with guards of their own, that take the place of the customary one between the same stages.

    Raises:
        InvalidPipeline: something else than stages and moves.
    """
    found = _all(Stage, stages, "stages")
    own = {(move.from_stage, move.to_stage): move for move in _all(Move, instead, "instead")}
    customary = {
        (origin.name, target.name): Move(origin.name, target.name)
        for origin in found
        if not origin.is_final
        for target in found
        if target.name != origin.name
    }
    return tuple((customary | own).values())


def reopening_moves(stages: Iterable[Stage], rule: Expression) -> tuple[Move, ...]:
    """Return the moves from every end back to every open stage, where a rule allows it."""
    found = tuple(stages)
    return tuple(
        Move(origin.name, target.name, when=rule)
        for origin in found
        if origin.is_final
        for target in found
        if target.kind == "open"
    )


def _all(kind: type[T], given: object, argument: str) -> tuple[T, ...]:
    found = tuple(given) if isinstance(given, Iterable) else (given,)
    for each in found:
        if not isinstance(each, kind):
            message = f"{argument} holds {shown(each)}, which is no {kind.__name__}"
            raise InvalidPipeline(message, code="invalid_argument", argument=argument, value=each)
    return found
