"""The proof of a definition: what could never work is refused when it is written down, not when a deal is stuck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from crmkit.errors import InvalidExpression, InvalidPipeline, did_you_mean, shown
from crmkit.expressions import Expression, field
from crmkit.pipeline._place import Place
from crmkit.records import RECORDS, fields_of

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["prove"]


def prove(pipeline: Pipeline) -> None:
    """Refuse a definition that cannot work.

    Raises:
        InvalidPipeline: with a code for each fault.
    """
    names = [stage.name for stage in pipeline.stages]
    _prove_stages(pipeline, names)
    _prove_moves(pipeline, names)
    _prove_starts(pipeline, names)
    _prove_ways(pipeline, names)
    for place, question in _questions(pipeline):
        _prove_question(pipeline, place, question)


def _prove_stages(pipeline: Pipeline, names: list[str]) -> None:
    folded = [name.strip().casefold() for name in names]
    for name in names:
        if folded.count(name.strip().casefold()) > 1:
            message = f"two stages are called {shown(name)}, case and outer spaces aside"
            _refuse(pipeline, "duplicate_stage", message, stage=name)
    if all(stage.is_final for stage in pipeline.stages):
        _refuse(pipeline, "no_open_stage", "no stage is open; a stage is open unless kind= says otherwise")
    if not any(stage.is_final for stage in pipeline.stages):
        _refuse(
            pipeline, "no_final_stage", "no stage is won or lost, so nothing ever ends; say Stage('won', kind='won')"
        )
    _prove_choices(pipeline, pipeline.place, names)
    for stage in pipeline.stages:
        if stage.rots_after_business_days is not None and pipeline.calendar is None:
            message = f"stage {shown(stage.name)} rots after business days; say which those are with calendar="
            _refuse(pipeline, "no_calendar", message, stage=stage.name)


def _prove_choices(pipeline: Pipeline, place: Place, names: list[str]) -> None:
    """A status that is a choice holds none but its own words."""
    choices = fields_of(RECORDS[pipeline.record])[place.stage].choices
    for name in names:
        if choices is not None and name not in choices:
            message = f"a {pipeline.record}'s {place.stage} is never {shown(name)}{did_you_mean(name, choices)}"
            _refuse(pipeline, "unknown_choice", message, stage=name)


def _prove_moves(pipeline: Pipeline, names: list[str]) -> None:
    seen = set()
    for move in pipeline.moves:
        for name in (move.from_stage, move.to_stage):
            if name not in names:
                message = f"move {move}: no stage {shown(name)}{did_you_mean(name, names)}"
                _refuse(pipeline, "unknown_stage", message, stage=name)
        if (way := (move.from_stage, move.to_stage)) in seen:
            _refuse(
                pipeline,
                "duplicate_move",
                f"the move {move} stands twice; say it once, or default_moves(stages, instead=[...])",
                stage=way[1],
            )
        seen.add(way)


def _prove_starts(pipeline: Pipeline, names: list[str]) -> None:
    starts: tuple[object, ...] = pipeline.starts
    for name in starts:
        if not isinstance(name, str) or name not in names:
            hint = did_you_mean(str(name), names)
            _refuse(pipeline, "unknown_stage", f"starts: no stage {shown(name)}{hint}", stage=name)
        if pipeline.stage(name).is_final:
            _refuse(pipeline, "final_start", f"nothing starts in {shown(name)}, which is final", stage=name)
        if starts.count(name) > 1:
            _refuse(pipeline, "duplicate_start", f"starts names {shown(name)} twice", stage=name)


def _prove_ways(pipeline: Pipeline, names: list[str]) -> None:
    forward: dict[str, list[str]] = {name: [] for name in names}
    backward: dict[str, list[str]] = {name: [] for name in names}
    for move in pipeline.moves:
        forward[move.from_stage].append(move.to_stage)
        backward[move.to_stage].append(move.from_stage)
    reached = _reached(pipeline.starts, forward)
    for name in names:
        if name not in reached:
            message = f"no moves lead from {' or '.join(pipeline.starts)} to {shown(name)}; add a move, or a start"
            _refuse(pipeline, "unreachable_stage", message, stage=name)
    ending = _reached([stage.name for stage in pipeline.stages if stage.is_final], backward)
    for name in names:
        if name not in ending:
            message = f"no moves lead from {shown(name)} to a stage that is won or lost: what is there is trapped"
            _refuse(pipeline, "trapped_stage", message, stage=name)


def _reached(starts: Iterable[str], ways: Mapping[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += ways[name]
    return reached


def _questions(pipeline: Pipeline) -> Iterator[tuple[str, Expression]]:
    for stage in pipeline.stages:
        place = f"stage {shown(stage.name)}"
        for name in (*stage.requires, *stage.requires_on_exit):
            yield place, _filled_in(pipeline, place, name)
        if stage.when is not None:
            yield place, stage.when
    for move in pipeline.moves:
        place = f"move {move}"
        for name in move.requires:
            yield place, _filled_in(pipeline, place, name)
        if move.when is not None:
            yield place, move.when


def _filled_in(pipeline: Pipeline, place: str, name: str) -> Expression:
    if name in pipeline.place.fields:
        hint = "; say needs_reason=True" if name in pipeline.place.reason.values() else ""
        message = f"{place} requires {shown(name)}, which the move itself writes{hint}"
        _refuse(pipeline, "written_by_the_move", message, field=name)
    try:
        return field(name).present()
    except InvalidExpression as fault:
        _refuse(pipeline, "unknown_field", f"{place}: {fault}", field=name, cause=fault)


def _prove_question(pipeline: Pipeline, place: str, question: Expression) -> None:
    try:
        question.check(RECORDS[pipeline.record], custom=pipeline.custom)
    except InvalidExpression as fault:
        _refuse(pipeline, fault.code, f"{place}: {fault}", field=getattr(fault, "field", None), cause=fault)


def _refuse(pipeline: Pipeline, code: str, message: str, *, cause: Exception | None = None, **facts: Any) -> NoReturn:
    text = f"pipeline {shown(pipeline.name)}: {message}"
    raise InvalidPipeline(text, code=code, pipeline=pipeline.name, **facts) from cause
