"""The rows of one record's history: checked, in order, their values read from their texts."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from crmkit.calendars import instant_of
from crmkit.errors import InvalidArgument, UnknownField, did_you_mean, shown
from crmkit.expressions import Kind
from crmkit.records import RECORDS, CustomFields, FieldChange, FieldSpec, StageChange, fields_of

__all__ = ["Link", "Row", "broken", "links_of"]

Row = StageChange | FieldChange

_NUMBERS = re.compile(r"([0-9]{1,18})")


@attrs.frozen
class Link:
    """What one row says of one field.

    Args:
        row: the row.
        name: the field.
        before: its value before.
        after: its value after.
        sets: whether the row does not say the value before.
        masked: whether the values are kept out of messages.
    """

    row: Row
    name: str
    before: Any
    after: Any
    sets: bool = False
    masked: bool = False


def links_of(
    history: Iterable[Row],
    *,
    until: datetime | date | None,
    only: Collection[str] | None = None,
    custom: CustomFields | None = None,
) -> tuple[str | None, Mapping[str, list[Link]]]:
    """Return the kind of the record and what the rows say of each field, in their order.

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
    kind, whose = _kind_of(rows[0]), _record_of(rows[0])
    links: defaultdict[str, list[Link]] = defaultdict(list)
    for row in rows:
        if (other := _record_of(row)) != whose:
            reason = f"is of {shown(other)}, and row {shown(rows[0].id)} of {shown(whose)}; give the rows of one record"
            raise broken(row, reason, expected=whose, found=other)
        if end is None or row.changed_at < end:
            for link in _links(row, RECORDS[kind], only, custom):
                links[link.name].append(link)
    return kind, links


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
    """Return the rows in their order, each once."""
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
    return sorted(rows.values(), key=_order)


def _order(row: Row) -> tuple[Any, ...]:
    """Sort by instant, then by id; of the rows of one act, which share an id, a step of the stage comes last."""
    own = row.id if isinstance(row, StageChange) else row.id.removesuffix(f":{row.field}")
    own = own.removeprefix(f"{_record_of(row).partition(':')[0]}:")
    # Split at its numbers an id has texts and numbers in turn: "d1:9" comes before "d1:10".
    parts = [int(part) if place % 2 else part for place, part in enumerate(_NUMBERS.split(own))]
    return row.changed_at, parts, isinstance(row, StageChange), row.id


def _record_of(row: Row) -> str:
    return f"deal:{row.deal_id}" if isinstance(row, StageChange) else row.record


def _kind_of(row: Row) -> str:
    kind = _record_of(row).partition(":")[0]
    if kind not in RECORDS:
        reason = f"is of {shown(_record_of(row))}, and no kind of record is called {shown(kind)}"
        raise broken(row, f"{reason}{did_you_mean(kind, RECORDS)}", expected=None, found=kind)
    return kind


def _links(row: Row, cls: type, only: Collection[str] | None, custom: CustomFields | None) -> Iterator[Link]:
    if isinstance(row, FieldChange):
        if only is None or row.field in only:
            yield _read(row, cls, custom)
        return
    yield Link(row, "stage", row.from_stage, row.to_stage)
    if row.probability is not None:
        yield Link(row, "probability", None, row.probability, sets=True)


def _read(row: FieldChange, cls: type, custom: CustomFields | None) -> Link:
    specs = fields_of(cls, custom)
    if row.field not in specs:
        raise UnknownField.of(row.field, specs, place=f"{cls.__name__}, of which row {shown(row.id)} speaks")
    spec = specs[row.field]
    # What a custom field says may be personal, whatever its declaration.
    masked = spec.personal or row.field not in fields_of(cls)
    before, after = (_value(row, spec, cls, text, masked=masked) for text in (row.from_value, row.to_value))
    return Link(row, row.field, before, after, masked=masked)


def _value(row: FieldChange, spec: FieldSpec, cls: type, text: str | None, *, masked: bool) -> Any:
    """Read a value from its text, and have the record's own check look at it."""
    if text is None:
        return None
    checks: Mapping[str, Any] = attrs.fields_dict(cls)
    try:
        value = _READERS[spec.kind](text) if spec.kind in _READERS else text
        return checks[spec.name].converter(value) if spec.name in checks else value
    except (ValueError, LookupError, ArithmeticError, RecursionError):
        reason = f"holds {'***' if masked else shown(text)}, which is no value of {cls.__name__}.{spec.name}"
        raise broken(row, f"{reason}; write it as {spec.kind}", expected=spec.kind, found=text) from None


def _read_flag(text: str) -> bool:
    return {"true": True, "false": False}[text.casefold()]


def _read_tags(text: str) -> tuple[str, ...]:
    tags = json.loads(text)
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError
    return tuple(tags)


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
