"""Custom fields: what one user of crmkit adds to the standard fields, declared as a value and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

import attrs

from crmkit.errors import InvalidRecord, UnknownField, did_you_mean, shown
from crmkit.expressions import Kind
from crmkit.records._catalogue import RECORDS
from crmkit.records._checks import NAMING, checked_by, is_code_name
from crmkit.records._record import Record, kind_of
from crmkit.records._spec import FieldSpec

__all__ = ["CustomField", "CustomFields"]


@attrs.frozen
class CustomField:
    """One custom field, where its kind alone does not say all.

    Args:
        kind: what it holds.
        choices: the only values it may take; a field of kind "choice" needs them.
        personal: whether its values say something about a person.
        unit: what a number counts.
        minimum: the least value it may take.
        maximum: the greatest value it may take.
        record: the kind of record that an id refers to.
        unique: whether no two records of a store hold the same value; an id of another system, of kind "id", can be so.
    """

    kind: Kind
    choices: tuple[str, ...] | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(tuple)
    )
    personal: bool = attrs.field(default=False, kw_only=True)
    unit: str | None = attrs.field(default=None, kw_only=True)
    minimum: float | None = attrs.field(default=None, kw_only=True)
    maximum: float | None = attrs.field(default=None, kw_only=True)
    record: str | None = attrs.field(default=None, kw_only=True)
    unique: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(init=False)
class CustomFields:
    """The custom fields of each kind of record: `CustomFields(deal={"seats": "integer"})`.

    Args:
        by_record: for each kind of record, its custom fields by name, each a kind or a CustomField.

    Raises:
        InvalidRecord: an unknown kind of record or of field, or a name that a field cannot bear.
    """

    _by_record: tuple[tuple[str, tuple[FieldSpec, ...]], ...]

    def __init__(self, **by_record: Mapping[str, Kind | CustomField]) -> None:
        for kind in by_record:
            if kind not in RECORDS:
                _refuse(f"no kind of record is called {shown(kind)}{did_you_mean(kind, RECORDS)}", "record", kind)
        self.__attrs_init__(
            tuple(
                (kind, tuple(_declared(RECORDS[kind], name, field) for name, field in sorted(fields.items())))
                for kind, fields in sorted(by_record.items())
            )
        )

    def of(self, cls: type) -> Mapping[str, FieldSpec]:
        """Return the custom fields of a record class by name."""
        kind = kind_of(cls)
        specs = next((specs for name, specs in self._by_record if name == kind), ())
        return MappingProxyType({spec.name: spec for spec in specs})

    def check(self, record: Record) -> None:
        """Prove that a record's custom values are what these fields say.

        Raises:
            UnknownField: a value whose field is not declared.
            InvalidRecord: a value that its field does not hold.
        """
        cls = type(record)
        specs = self.of(cls)
        for name, value in record.custom.items():
            if name not in specs:
                raise UnknownField.of(name, specs, place=f"the custom fields of {cls.__name__}")
            checked_by(specs[name], owner=cls.__name__)(value)


def _declared(cls: type, name: str, field: Kind | CustomField) -> FieldSpec:
    """Read one declaration."""
    place = f"{kind_of(cls)}.{name}"
    if not is_code_name(name) or hasattr(cls, name):
        _refuse(f"{shown(place)} names no custom field: {NAMING}", "name", name)
    declared = field if isinstance(field, CustomField) else CustomField(field)
    if declared.kind not in get_args(Kind):
        _refuse(
            f"{place} has no kind {shown(declared.kind)}{did_you_mean(str(declared.kind), get_args(Kind))}",
            "kind",
            declared.kind,
        )
    if (declared.kind == "choice") != (declared.choices is not None):
        _refuse(
            f'{place}: a choice has choices, and nothing else has; say CustomField("choice", choices=("a", "b"))',
            "choices",
            declared.choices,
        )
    if declared.unique and declared.kind != "id":
        _refuse(f'{place}: only an id is unique; say CustomField("id", unique=True)', "unique", declared.unique)
    return FieldSpec(name, **attrs.asdict(declared, recurse=False))


def _refuse(message: str, field: str, value: Any) -> None:
    raise InvalidRecord(message, record="CustomFields", field=field, value=value)
