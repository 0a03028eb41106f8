"""What a field is: declared once, in the annotation of a record class, and read from there as a FieldSpec."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, Literal, NewType, TypeVar, get_args, get_origin

import attrs

from crmkit.expressions import Kind

__all__ = [
    "IDENTIFIER",
    "PERSONAL",
    "Between",
    "FieldSpec",
    "OneOf",
    "Personal",
    "Unit",
    "held_type",
    "spec_of",
]

T = TypeVar("T")


@attrs.frozen
class _Marker:
    """A word in an annotation that needs no parameter."""

    word: str


PERSONAL = _Marker("personal")
IDENTIFIER = _Marker("identifier")

Personal = Annotated[T, PERSONAL]


@attrs.frozen
class Between:
    """The least and the greatest value that a field may hold; None is no bound."""

    low: float | None
    high: float | None


@attrs.frozen
class Unit:
    """What a number counts; "currency" says that the record's field `currency` names it."""

    text: str


@attrs.frozen
class OneOf:
    """The only values that a text may take, where they are too many to write as a Literal."""

    choices: tuple[str, ...]


@attrs.frozen
class FieldSpec:
    """One field of a record.

    Args:
        name: as the attribute, the column and the expression call it.
        kind: what it holds.
        nullable: whether it may be missing (None).
        personal: whether it says something about a person; such values are masked wherever records are shown.
        unit: what a number counts.
        choices: the only values it may take, or None for any.
        minimum: the least value it may take.
        maximum: the greatest value it may take.
        record: the kind of record that an id refers to ("company"), if it is just one.
        unique: whether no two records of a store hold the same value, as an id of another system.
    """

    name: str
    kind: Kind
    nullable: bool = attrs.field(default=True, kw_only=True)
    personal: bool = attrs.field(default=False, kw_only=True)
    unit: str | None = attrs.field(default=None, kw_only=True)
    choices: tuple[str, ...] | None = attrs.field(default=None, kw_only=True)
    minimum: float | None = attrs.field(default=None, kw_only=True)
    maximum: float | None = attrs.field(default=None, kw_only=True)
    record: str | None = attrs.field(default=None, kw_only=True)
    unique: bool = attrs.field(default=False, kw_only=True)

    @property
    def target(self) -> type | None:
        """The record class that an id refers to."""
        from crmkit.records._catalogue import RECORDS  # the catalogue's classes are themselves built from specs

        return RECORDS.get(self.record) if self.record is not None else None


_KINDS: Mapping[Any, Kind] = {
    str: "text",
    int: "integer",
    float: "number",
    Decimal: "number",
    bool: "flag",
    datetime: "instant",
    date: "date",
    tuple: "tags",
}


def spec_of(name: str, annotation: Any) -> FieldSpec:
    """Read what the field `name` is from its annotation, evaluated and with its extras."""
    plain, words, nullable = _unfold(annotation)
    units = [word.text for word in words if isinstance(word, Unit)]
    bounds = [word for word in words if isinstance(word, Between)]
    listed = [word.choices for word in words if isinstance(word, OneOf)]
    choices = get_args(plain) if get_origin(plain) is Literal else listed[0] if listed else None
    return FieldSpec(
        name,
        _kind(plain, units, choices, identifier=IDENTIFIER in words),
        nullable=nullable,
        personal=PERSONAL in words,
        unit=units[0] if units else None,
        choices=choices,
        minimum=bounds[0].low if bounds else None,
        maximum=bounds[0].high if bounds else None,
        record=_referred(plain),
    )


def held_type(annotation: Any) -> type:
    """Return the class of the values that an annotation allows: str for ids and choices, tuple for tags."""
    plain, _, _ = _unfold(annotation)
    if isinstance(plain, NewType) or get_origin(plain) is Literal:
        return str
    held: type = get_origin(plain) or plain
    return held


def _unfold(annotation: Any) -> tuple[Any, list[object], bool]:
    """Take an annotation apart: the plain type, the words attached to it, whether None is allowed."""
    words: list[object] = []
    nullable = False
    while True:
        options = get_args(annotation)
        if get_origin(annotation) is Annotated:
            words += options[1:]
            annotation = options[0]
        elif NoneType in options:
            nullable = True
            (annotation,) = (option for option in options if option is not NoneType)
        else:
            return annotation, words, nullable


def _kind(plain: Any, units: list[str], choices: tuple[str, ...] | None, *, identifier: bool) -> Kind:
    if choices is not None:
        return "choice"
    if identifier or isinstance(plain, NewType):
        return "id"
    if plain is Decimal and "currency" in units:
        return "money"
    held = get_origin(plain) or plain
    if held not in _KINDS:
        known = ", ".join(sorted(kind.__name__ for kind in _KINDS))
        raise TypeError(f"a field of a record cannot hold {plain!r}; it can hold: {known}")
    return _KINDS[held]


def _referred(plain: Any) -> str | None:
    if not isinstance(plain, NewType) or not plain.__name__.endswith("Id"):
        return None
    return snake_case(plain.__name__.removesuffix("Id"))


def snake_case(name: str) -> str:
    """Write the name of a class as the name of a kind of record: StageChange is "stage_change"."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
