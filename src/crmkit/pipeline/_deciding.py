"""Whether a move is allowed: asked of any object, by field names, without changing or converting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from numbers import Real
from typing import TYPE_CHECKING, Any

from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, UnknownField, did_you_mean, shown
from crmkit.pipeline._decision import Decision, Option, Unmet
from crmkit.pipeline._step import Condition, Step

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["decide", "no_way", "options_of", "stage_under", "unmet_by", "value_of"]


def value_of(thing: Any, name: str, fields: Mapping[str, str] | None, *, needed: bool = False) -> Any:
    """Return the value of a field of any object; None where it has none and none is needed.

    Raises:
        UnknownField: it is needed and absent.
    """
    name = fields.get(name, name) if fields else name
    known: Any
    if isinstance(thing, Mapping):
        if name in thing:
            return _given(thing[name])
        known = [key for key in thing if isinstance(key, str)]
    else:
        try:
            return _given(getattr(thing, name))
        except AttributeError:
            known = [each for each in dir(thing) if not each.startswith("_")]
    if needed:
        raise UnknownField.of(name, known, place=f"a {type(thing).__name__}; fields={{...}} says how it is called")
    return None


def _given(value: Any) -> Any:
    """Return a value; None for what rows of a dataframe hold where one is missing: NaN, NaT, NA."""
    if isinstance(value, float | datetime):
        return value if value == value else None
    return None if type(value).__name__ == "NAType" else value


def decide(
    pipeline: Pipeline,
    thing: Any,
    *,
    to: str,
    as_of: datetime | None,
    reason: str | None,
    fields: Mapping[str, str] | None,
) -> Decision:
    """Tell whether a thing may move to a stage."""
    pipeline.stage(to)
    stage = stage_under(pipeline, thing, fields)
    if isinstance(stage, Unmet):
        return Decision(value_of(thing, pipeline.place.stage, fields), to, (stage,))
    step = pipeline.step(stage, to)
    if step is None:
        return Decision(stage, to, (no_way(pipeline, stage, to),))
    when = None if as_of is None else utc(as_of)
    last = _last_act(pipeline, thing, fields)
    return Decision(stage, to, unmet_by(step, thing, at=when, last=last, reason=reason, fields=fields))


def options_of(
    pipeline: Pipeline, thing: Any, *, as_of: datetime | None, fields: Mapping[str, str] | None
) -> tuple[Option, ...]:
    """List the stages to which a thing could go on from where it is."""
    stage = stage_under(pipeline, thing, fields)
    if isinstance(stage, Unmet):
        return tuple(Option(target, (stage,)) for target in pipeline.stages)
    when = None if as_of is None else utc(as_of)
    last = _last_act(pipeline, thing, fields)
    found = []
    for target in pipeline.stages:
        step = pipeline.step(stage, target.name)
        if step is not None:
            unmet = unmet_by(step, thing, at=when, last=last, reason=None, fields=fields)
            found.append(Option(target, tuple(each for each in unmet if each.code != "missing_reason")))
    return tuple(found)


def unmet_by(
    step: Step,
    thing: Any,
    *,
    at: datetime | None,
    last: datetime | None,
    reason: str | None,
    fields: Mapping[str, str] | None,
) -> tuple[Unmet, ...]:
    """Find all that stands against a step that the pipeline knows; `last` is the time of the act before."""
    found = []
    if at is not None and last is not None and at < last:
        found.append(Unmet("too_early", f"{at:%Y-%m-%d %H:%M} UTC is before its last change, {last:%Y-%m-%d %H:%M}"))
    for condition in step.conditions:
        if not condition.question.test(thing, fields=fields, as_of=at):
            found.append(_not_fulfilled(condition, thing, at=at, fields=fields))
    if reason is not None or step.needs_reason:
        found += _about_reason(step, reason)
    return tuple(found)


def _not_fulfilled(condition: Condition, thing: Any, *, at: datetime | None, fields: Mapping[str, str] | None) -> Unmet:
    if condition.field is not None:
        return Unmet("missing_field", f"{condition.field} is missing; fill it in", condition.field)
    why = condition.question.explain(thing, fields=fields, as_of=at)
    return Unmet("guard", f"needs {condition.question}", explanation=why)


def _about_reason(step: Step, reason: object) -> list[Unmet]:
    reasons = step.target.reasons
    if reason is None:
        choice = f", one of: {', '.join(reasons)}" if reasons else ""
        return [Unmet("missing_reason", f"needs a reason{choice}")]
    if not isinstance(reason, str) or not reason.strip():
        message = f"a reason is a text, not {shown(reason)}; leave it out, or say why"
        raise InvalidArgument(message, argument="reason", value=reason)
    if reasons and reason not in reasons:
        hint = did_you_mean(reason, reasons)
        return [Unmet("unknown_reason", f"{shown(reason)} is no reason for {step.target.name}{hint}")]
    return []


def _last_act(pipeline: Pipeline, thing: Any, fields: Mapping[str, str] | None) -> datetime | None:
    names = (pipeline.place.entered, pipeline.place.touched)
    found = (value_of(thing, name, fields) for name in names if name is not None)
    return max((utc(when) for when in found if when is not None), default=None)


def stage_under(pipeline: Pipeline, thing: Any, fields: Mapping[str, str] | None) -> str | Unmet | None:
    """Return the stage of a thing, or what speaks against reading it: another pipeline, another version."""
    place = pipeline.place
    if fields is not None and not _is_renaming(fields):
        message = f"fields says what the thing calls a field: {{'stage': 'phase'}}; found {shown(fields)}"
        raise InvalidArgument(message, argument="fields", value=fields)
    if place.pipeline is not None and place.version is not None:
        name, version = value_of(thing, place.pipeline, fields), value_of(thing, place.version, fields)
        if isinstance(name, str) and name != pipeline.name:
            return Unmet("other_pipeline", f"is in pipeline {shown(name)}, not in {shown(pipeline.name)}; migrate it")
        if isinstance(version, Real) and version != pipeline.version:
            known = f"it moved under version {shown(version)} of the pipeline, this is {pipeline.version}"
            return Unmet("other_version", f"{known}; migrate it first")
    stage: str | None = value_of(thing, place.stage, fields, needed=True)
    if stage is not None:
        pipeline.stage(stage)
    return stage


def _is_renaming(fields: object) -> bool:
    return isinstance(fields, Mapping) and all(isinstance(name, str) for pair in fields.items() for name in pair)


def no_way(pipeline: Pipeline, stage: str | None, to: str) -> Unmet:
    """Say why there is no step between two stages."""
    if stage is None:
        return Unmet("wrong_start", f"begins in {' or '.join(pipeline.starts)}")
    if stage == to:
        return Unmet("already_there", f"is in {shown(to)} already")
    ways = [target.name for target in pipeline.stages if pipeline.step(stage, target.name) is not None]
    if not ways:
        return Unmet("closed", f"{stage} is final; nothing leads out of it")
    return Unmet("no_such_move", f"no move leads there; from {stage} they lead to: {', '.join(ways)}")
