"""The moves of a pipeline that names none."""

from __future__ import annotations

from collections.abc import Iterable

from crmkit.expressions import Expression
from crmkit.pipeline._stage import Move, Stage

__all__ = ["default_moves", "reopening_moves"]


def default_moves(stages: Iterable[Stage]) -> tuple[Move, ...]:
    """Return the moves that are customary: forward and back among what is open, and from there to every end.

    Args:
        stages: all stages of the pipeline.
    """
    found = tuple(stages)
    return tuple(
        Move(origin.name, target.name)
        for origin in found
        if not origin.is_final
        for target in found
        if target.name != origin.name
    )


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
