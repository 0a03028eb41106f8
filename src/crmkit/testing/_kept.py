"""Which records and which of their fields a store keeps, and values to fill them with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from crmkit.errors import InvalidArgument, UnknownField, shown
from crmkit.records import FieldSpec, fields_of, kind_of

__all__ = ["START", "Kept", "kept", "nth"]

START = datetime(2017, 1, 1, 12, tzinfo=UTC)
_ALWAYS = ("id", "version")


@attrs.frozen
class Kept:
    """What a store keeps: of each record class these fields, id, version and custom values aside."""

    by_class: Mapping[type, tuple[FieldSpec, ...]]

    def specs(self, *kinds: str, nullable: bool | None = None) -> Iterator[tuple[type, FieldSpec]]:
        """Yield each field of these kinds, with its class."""
        for cls, specs in self.by_class.items():
            for spec in specs:
                if spec.kind in kinds and nullable in (None, spec.nullable):
                    yield cls, spec

    def references(self) -> Iterator[tuple[type, FieldSpec, type]]:
        """Yield each field that refers to a class that is kept too, with that class."""
        for cls, specs in self.by_class.items():
            for spec in specs:
                target = spec.target
                if target is not None and target in self.by_class and spec.nullable:
                    yield cls, spec, target

    def bare(self, cls: Any, identifier: str, /, **values: Any) -> Any:
        """Make a record that holds nothing but what it must and these values."""
        needed = {spec.name: nth(spec, 0) for spec in self.by_class[cls] if not spec.nullable}
        return cls(id=identifier, **{**needed, **values})

    def filled(self, cls: Any, identifier: str, number: int = 0, /, **values: Any) -> Any:
        """Make a record with a value in each field that is kept; another number gives other values."""
        return cls(id=identifier, **{**{spec.name: nth(spec, number) for spec in self.by_class[cls]}, **values})


def kept(records: Collection[type], fields: Mapping[type, Collection[str]]) -> Kept:
    """Read what a contract says of its store.

    Raises:
        InvalidArgument: no records, fields of a class that is not among them, or without one that a record must have.
        InvalidRecord: not a class of records.
        UnknownField: a field that the class does not have.
    """
    if not records:
        _refuse("records", records, "names no class; say records = (Deal,), whatever the store keeps")
    for cls in fields:
        if cls not in records:
            _refuse("fields", cls.__name__, "is not among `records`, the classes that the store keeps")
    return Kept({cls: tuple(_kept_specs(cls, fields.get(cls))) for cls in records})


def nth(spec: FieldSpec, number: int) -> Any:
    """Return a plain value of a field; numbers give values in ascending order, where there are that many."""
    if spec.choices is not None:
        return spec.choices[number % len(spec.choices)]
    if spec.maximum is not None:
        low = int(spec.minimum or 0)
        return low + 1 + number % 5 if spec.kind == "integer" else low + number % 16 / 16
    values: Mapping[str, Any] = {
        "text": f"text {number:04}",
        "id": f"{'' if spec.record else 'deal:'}x{number:04}",  # of any kind: as `ref` writes it
        "integer": number + 1,
        "number": number + 0.5,
        "money": Decimal(number) + Decimal("0.50"),
        "flag": number % 2 == 1,
        "instant": START + timedelta(days=number),
        "date": date(2017, 1, 1) + timedelta(days=number),
        "tags": (f"tag:{number:04}", "tag:all"),
    }
    return values[spec.kind]


def _kept_specs(cls: type, names: Collection[str] | None) -> Iterator[FieldSpec]:
    specs = fields_of(cls)
    for name in names or ():
        if name not in specs:
            raise UnknownField.of(name, specs, place=f"the fields of {cls.__name__}")
    declared: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)
    needed = {field.name for field in declared if field.default is attrs.NOTHING} - set(_ALWAYS)
    for name in sorted(needed):
        if names is not None and name not in names:
            _refuse("fields", name, f"is missing; every {kind_of(cls)} has it, so a store keeps it")
    for name, spec in specs.items():
        if name not in _ALWAYS and (names is None or name in names):
            yield spec


def _refuse(argument: str, value: object, reason: str) -> None:
    raise InvalidArgument(f"{argument}: {shown(value)} {reason}", argument=argument, value=value)
