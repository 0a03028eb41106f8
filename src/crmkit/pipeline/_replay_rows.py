"""The rows of one record's history, checked and their values read from their texts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

import attrs

from crmkit.calendars import instant_of
from crmkit.errors import InvalidArgument, UnknownField, did_you_mean, shown
from crmkit.expressions import Kind
from crmkit.records import RECORDS, CustomFields, FieldChange, FieldSpec, StageChange, fields_of

__all__ = ["Link", "Row", "broken", "links_of"]

Row = StageChange | FieldChange


@attrs.frozen
class Link:
    """One row, the values before and after read.

    Args:
        row: the row.
        spec: the field whose value changes.
        masked: whether the values are kept out of messages.
        before: the value before.
        after: the value after.
    """

    row: Row
    spec: FieldSpec
    masked: bool
    before: Any
    after: Any


def links_of(
    history: Iterable[Row],
    *,
    until: datetime | date | None,
    only: Collection[str] | None = None,
    custom: CustomFields | None = None,
) -> tuple[type | None, Mapping[str, list[Link]]]:
    """Return the class of the record and the links of each field by their instants.

    Args:
        history: the rows of one record, in any order.
        until: the instant before which rows count; all, if None.
        only: the fields that are asked for; all, if not given.
        custom: what declares the custom fields.
    """
    rows = _rows(history)
    end = None if until is None else instant_of(until)
    if not rows:
        return None, {}
    cls, whose = _class_of(rows[0]), _record_of(rows[0])
    links: defaultdict[str, list[Link]] = defaultdict(list)
    for row in rows:
        if (other := _record_of(row)) != whose:
            reason = f"is of {shown(other)}, and row {shown(rows[0].id)} of {shown(whose)}; give the rows of one record"
            raise broken(row, reason, expected=whose, found=other)
        name = "stage" if isinstance(row, StageChange) else row.field
        if (only is None or name in only) and (end is None or row.changed_at < end):
            links[name].append(_read(row, cls, custom))
    return cls, links


def broken(row: Row, reason: str, *, expected: object, found: object) -> InvalidArgument:
    """Build the error of a history that cannot have been, which names the row."""
    return InvalidArgument(
        f"history: row {shown(row.id)} {reason}",
        code="broken_history",
        argument="history",
        value=row.id,
        row=row.id,
        expected=expected,
        found=found,
    )


def _rows(history: Iterable[Row]) -> list[Row]:
    """Return the rows by their instants, each once."""
    if not isinstance(history, Iterable):
        raise _no_history(history)
    rows: dict[tuple[type, str], Row] = {}
    for row in history:
        if not isinstance(row, Row):
            raise _no_history(row)
        first = rows.setdefault((type(row), row.id), row)
        if first != row:
            reason = "is there twice with different contents; leave out the one that is wrong"
            raise broken(row, reason, expected=first, found=row)
    return sorted(rows.values(), key=attrgetter("changed_at", "id"))


def _record_of(row: Row) -> str:
    return f"deal:{row.deal_id}" if isinstance(row, StageChange) else row.record


def _class_of(row: Row) -> type:
    kind = _record_of(row).partition(":")[0]
    if kind not in RECORDS:
        reason = f"is of {shown(_record_of(row))}, and no kind of record is called {shown(kind)}"
        raise broken(row, f"{reason}{did_you_mean(kind, RECORDS)}", expected=None, found=kind)
    return RECORDS[kind]


def _read(row: Row, cls: type, custom: CustomFields | None) -> Link:
    standard, specs = fields_of(cls), fields_of(cls, custom)
    if isinstance(row, StageChange):
        return Link(row, standard["stage"], masked=False, before=row.from_stage, after=row.to_stage)
    if row.field not in specs:
        raise UnknownField.of(row.field, specs, place=f"{cls.__name__}, of which row {shown(row.id)} speaks")
    spec = specs[row.field]
    # What a custom field says may be personal, whatever its declaration.
    masked = spec.personal or row.field not in standard
    before, after = (_value(row, spec, cls, text, masked=masked) for text in (row.from_value, row.to_value))
    return Link(row, spec, masked, before, after)


def _value(row: FieldChange, spec: FieldSpec, cls: type, text: str | None, *, masked: bool) -> Any:
    """Read a value from its text, and have the record's own check look at it."""
    if text is None:
        return None
    checks: Mapping[str, Any] = attrs.fields_dict(cls)
    try:
        value = _READERS[spec.kind](text) if spec.kind in _READERS else text
        return checks[spec.name].converter(value) if spec.name in checks else value
    except (ValueError, LookupError, ArithmeticError, TypeError):
        reason = f"holds {'***' if masked else shown(text)}, which is no value of {cls.__name__}.{spec.name}"
        raise broken(row, f"{reason}; write it as the {spec.kind} that it is", expected=spec.kind, found=text) from None


def _read_flag(text: str) -> bool:
    return {"true": True, "false": False}[text.casefold()]


def _read_tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


_READERS: Mapping[Kind, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "money": Decimal,
    "flag": _read_flag,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "tags": _read_tags,
}


def _no_history(value: object) -> InvalidArgument:
    name = type(value).__name__
    reason = "is no history; give a list of StageChange and FieldChange rows of one record"
    return InvalidArgument(f"a {name} {reason}", argument="history", value=value)
