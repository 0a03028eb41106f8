"""Records, edits and Changes as JSON documents and back, exactly."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import attrs

from crmkit import _documents
from crmkit.errors import InvalidDocument, did_you_mean, shown
from crmkit.records._catalogue import RECORDS
from crmkit.records._custom_values import CustomValue
from crmkit.records._edit import Edit
from crmkit.records._record import Record, fields_of, kind_of
from crmkit.records._spec import held_type

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["change_from_json", "change_to_json", "edit_from_json", "edit_to_json", "from_json", "to_json"]

R = TypeVar("R")


def to_json(record: Record) -> str:
    """Write a record as a document that `from_json` reads."""
    return _documents.dump("record", {"record": kind_of(record), "fields": _fields(record)})


def from_json(text: str, cls: type[R]) -> R:
    """Read a record of this class from a document.

    Raises:
        InvalidDocument: a text that holds no such record; the message says where and why.
    """
    body = _documents.load("record", text)
    kind = kind_of(cls)
    if body.keys() != {"record", "fields"} or body["record"] != kind:
        _refuse("record", f"it has to hold 'fields' and 'record', which is {kind!r}")
    return _structured("record", body["fields"], cls, "$.fields")


def change_to_json(change: Any) -> str:
    """Write a Change as a document."""
    values = {field.name: getattr(change, field.name) for field in attrs.fields(type(change))}
    if change.id is None:
        del values["id"]
    edits = [_sides(edit) for edit in change.edits]
    return _documents.dump("change", values | {"at": _plain(change.at), "edits": edits})


def edit_to_json(edit: Edit) -> str:
    """Write an edit, one record of a Change, as a document that `edit_from_json` reads."""
    return _documents.dump("edit", _sides(edit))


def edit_from_json(text: str) -> Edit:
    """Read an edit from a document.

    Raises:
        InvalidDocument: a text that holds no edit; the message says where.
    """
    return _structured("edit", _documents.load("edit", text), Edit, "$")


def change_from_json(text: str, cls: type[R]) -> R:
    """Read a Change, whose class is handed in, from a document."""
    body = _documents.load("change", text)
    if not isinstance(body.get("edits"), list):
        _refuse("change", "expected a list @ $.edits")
    return _structured("change", body, cls, "$")


def _sides(edit: Edit) -> dict[str, Any]:
    return {"record": edit.record, "before": _fields_or_none(edit.before), "after": _fields_or_none(edit.after)}


def _fields_or_none(record: Record | None) -> dict[str, Any] | None:
    return None if record is None else _fields(record)


def _fields(record: Record) -> dict[str, Any]:
    """Write each field that is not missing."""
    cls = type(record)
    values = {name: getattr(record, name) for name in fields_of(cls)}
    declared: tuple[attrs.Attribute[Any], ...] = cls.__attrs_attrs__  # type: ignore[attr-defined]  # set by @record
    defaults = {field.name: field.default for field in declared}
    fields = {
        name: _plain(value) for name, value in values.items() if value != defaults[name] or value not in (None, ())
    }
    if record.custom:
        fields["custom"] = {name: _marked(value) for name, value in record.custom.items()}
    return fields


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return list(value)
        case _:
            return value


def _marked(value: CustomValue) -> Any:
    """Write a custom value; where its JSON would not tell its kind, with the kind beside it."""
    match value:
        case datetime():
            return {"instant": _plain(value)}
        case date():
            return {"date": _plain(value)}
        case Decimal():
            return {"decimal": _plain(value)}
        case _:
            return _plain(value)


def _structured(document: str, body: Any, cls: type[R], path: str) -> R:
    """Build the object that a body describes, or name each of its faults with its place."""
    from cattrs import BaseValidationError, transform_error  # here, since few who import records read documents

    if not isinstance(body, dict):
        _refuse(document, f"expected an object @ {path}, found {type(body).__name__}")
    try:
        return _converter().structure(body, cls)
    except BaseValidationError as group:
        _refuse(document, "; ".join(transform_error(group, path=path, format_exception=_fault)))
    except ValueError as fault:  # of an edit that stands alone, and so in no group
        _refuse(document, f"{fault} @ {path}")


@cache
def _converter() -> Converter:
    """Build the one converter: values pass to the record's own checks, once read where JSON has no such value."""
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)

    def read_edit(body: Any, _: Any) -> Edit:
        if not isinstance(body, dict) or not {type(body.get("before")), type(body.get("after"))} <= {dict, NoneType}:
            raise ValueError("expected an object with 'record', 'before' and 'after'; the last two hold fields or null")
        kind = str(body.get("record"))
        if kind not in RECORDS:
            raise ValueError(f"no kind of record is called {shown(kind)}{did_you_mean(kind, RECORDS)}")
        sides = {name: side for name, side in body.items() if name != "record"}
        pair = converter.structure(sides, _sides_of(RECORDS[kind]))
        return Edit(pair.before, pair.after)

    converter.register_structure_hook_func(_is_value, _read_value)
    for plain in (str, int, float, bool):  # for these cattrs would otherwise call the class: str(None), bool("no")
        converter.register_structure_hook(plain, _read_value)
    converter.register_structure_hook(Edit, read_edit)
    return converter


@cache
def _sides_of(cls: type) -> Any:
    hint: Any = cls | None
    return attrs.make_class("Sides", {side: attrs.field(type=hint) for side in ("before", "after")})


def _is_value(hint: Any) -> bool:
    held = held_type(hint)
    return not attrs.has(held) and hint != tuple[Edit, ...]


def _read_value(value: Any, hint: Any) -> Any:
    reader = _READERS.get(held_type(hint))
    return value if value is None or reader is None else reader(value)


def _read_decimal(value: Any) -> Decimal:
    try:
        return Decimal(_text(value))
    except InvalidOperation:
        raise ValueError("expected a decimal number") from None


def _read_instant(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("expected an instant such as '2017-03-31T12:00:00Z'") from None


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("expected a date such as '2017-03-31'") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a text, found {type(value).__name__}")
    return value


_MARKS: Mapping[str, Callable[[Any], Any]] = {"instant": _read_instant, "date": _read_date, "decimal": _read_decimal}


def _read_custom(values: Any) -> Any:
    return {name: _unmarked(value) for name, value in values.items()} if isinstance(values, dict) else values


def _unmarked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    mark = next(iter(value), "")
    if len(value) != 1 or mark not in _MARKS:
        raise ValueError(f"expected a value, or one text under one of {', '.join(_MARKS)}")
    return _MARKS[mark](value[mark])


_READERS: Mapping[type, Callable[[Any], Any]] = {
    Decimal: _read_decimal,
    datetime: _read_instant,
    date: _read_date,
    abc.Mapping: _read_custom,
}


def _fault(fault: BaseException, _: Any) -> str:
    """Say what is wrong, without the value where it may be personal."""
    from cattrs import ForbiddenExtraKeysError

    if isinstance(fault, KeyError):
        return f"{fault} is missing"
    if not isinstance(fault, ForbiddenExtraKeysError):
        return str(fault)
    known = [field.name for field in attrs.fields(fault.cl)]
    return ", ".join(f"no field {shown(name)}{did_you_mean(name, known)}" for name in sorted(fault.extra_fields))


def _refuse(document: str, reason: str) -> NoReturn:
    name = f"crmkit.{document}"
    raise InvalidDocument(f"not a {name} document: {reason}", document=name) from None
