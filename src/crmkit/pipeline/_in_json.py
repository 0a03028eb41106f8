"""A definition as a versioned JSON document, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import attrs

from crmkit._documents import dump, load
from crmkit.errors import CrmError, InvalidDocument, InvalidPipeline, shown
from crmkit.expressions import Expression
from crmkit.pipeline._stage import Move, Stage
from crmkit.records import CustomFields

if TYPE_CHECKING:
    from crmkit.calendars import BusinessCalendar
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["fingerprint_of", "pipeline_from_json", "pipeline_to_json"]

T = TypeVar("T")
P = TypeVar("P", bound="Pipeline")
_BODY = ("name", "revision", "record", "starts", "stages", "moves", "calendar")


def pipeline_to_json(pipeline: Pipeline) -> str:
    """Write a definition with its fingerprint; equal ones give equal bytes."""
    return dump("pipeline", {**_body(pipeline), "fingerprint": fingerprint_of(pipeline)})


def fingerprint_of(pipeline: Pipeline) -> str:
    """Digest all of a definition but its version."""
    from hashlib import sha256

    body = {key: value for key, value in _body(pipeline).items() if key != "revision"}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def pipeline_from_json(text: str, cls: type[P], *, custom: CustomFields | None) -> P:
    """Read a definition and prove it anew."""
    body = load("pipeline", text)
    fingerprint = body.pop("fingerprint", None)
    if set(body) != set(_BODY):
        _refuse(f"it has the keys {', '.join(_BODY)}, not {shown(sorted(map(str, body)))}")
    stages = [_read(Stage, each, f"stages[{place}]") for place, each in enumerate(_list(body["stages"], "stages"))]
    moves = [_read(Move, each, f"moves[{place}]") for place, each in enumerate(_list(body["moves"], "moves"))]
    calendar = None if body["calendar"] is None else _calendar(body["calendar"])
    starts = _list(body["starts"], "starts")
    found = cls(
        body["name"],
        stages=stages,
        moves=moves,
        starts=starts,
        record=body["record"] if isinstance(body["record"], str) else _refuse("record is no text"),
        version=body["revision"],
        calendar=calendar,
        custom=custom,
    )
    if fingerprint not in (None, fingerprint_of(found)):
        _refuse("its fingerprint is another: it was edited; leave the fingerprint out, and count its version up")
    return found


def _body(pipeline: Pipeline) -> dict[str, Any]:
    return {
        "name": pipeline.name,
        "revision": pipeline.version,
        "record": pipeline.record,
        "starts": list(pipeline.starts),
        "stages": [_written(stage) for stage in pipeline.stages],
        "moves": [_written(move) for move in pipeline.moves],
        "calendar": None if pipeline.calendar is None else json.loads(pipeline.calendar.to_json()),
    }


def _written(thing: Stage | Move) -> dict[str, Any]:
    """Return what is said, by name; that what is won or lost has no probability is said too."""
    found = {}
    for attribute in attrs.fields(type(thing)):
        value = getattr(thing, attribute.name)
        silent = value is None and not (attribute.name == "probability" and isinstance(thing, Stage) and thing.is_final)
        if silent or value == () or value is False:
            continue
        if isinstance(value, Expression):
            value = json.loads(value.to_json())
        found[attribute.name] = list(value) if isinstance(value, tuple) else value
    return found


def _read(cls: type[T], body: Any, place: str) -> T:
    if not isinstance(body, Mapping):
        _refuse(f"{place} is {shown(body)}, not an object")
    by_keyword = {attribute.name: attribute.kw_only for attribute in attrs.fields(cast(Any, cls))}
    for name in body:
        if name not in by_keyword:
            _refuse(f"{place} has the unknown key {shown(name)}")
    values = dict(body)
    if "when" in values:
        values["when"] = _question(values["when"], f"{place}.when")
    given = [values.pop(name, None) for name, keyword in by_keyword.items() if not keyword]
    try:
        return cls(*given, **values)
    except InvalidPipeline as fault:
        _refuse(f"{place}: {fault}", fault)


def _question(body: Any, place: str) -> Expression:
    try:
        return Expression.from_json(json.dumps(body))
    except (CrmError, RecursionError) as fault:
        _refuse(f"{place}: {fault}", fault)


def _calendar(body: Any) -> BusinessCalendar:
    from crmkit.calendars import BusinessCalendar

    try:
        return BusinessCalendar.from_json(json.dumps(body))
    except (CrmError, RecursionError) as fault:
        _refuse(f"calendar: {fault}", fault)


def _list(value: Any, place: str) -> list[Any]:
    return value if isinstance(value, list) else _refuse(f"{place} is {shown(value)}, not a list")


def _refuse(reason: str, cause: Exception | None = None) -> NoReturn:
    message = f"not a crmkit.pipeline document: {reason}"
    raise InvalidDocument(message, document="crmkit.pipeline") from cause
