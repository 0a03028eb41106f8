"""The check of each field of a record, standard or custom: what its declaration says, as a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmkit.errors import did_you_mean
from crmkit.records._custom_values import CustomValue, CustomValues
from crmkit.records._spec import FieldSpec
from crmkit.records._values import BY_KIND, CONVERTERS, Check, Refused, refuse, to_custom

__all__ = ["NAMING", "checked_by", "custom_values_of", "is_code_name"]

NAMING = "a name is an identifier, does not begin with '_' and is not taken by the record itself"


def checked_by(spec: FieldSpec, *, owner: str, held: type | None = None) -> Check:
    """Build the function that returns a value of this field in its one form, or raises InvalidRecord.

    Args:
        spec: the field.
        owner: name of the record's class, for the message.
        held: the class of the field's values where the kind alone does not say it.
    """
    convert = CONVERTERS[held] if held is not None else BY_KIND[spec.kind]
    within = _limits(spec)

    def check(value: Any) -> Any:
        if value is None:
            if spec.nullable:
                return None
            refuse(owner, spec.name, None, f"is no value for a field that every {owner} has")
        try:
            value = convert(value)
            return value if within is None else within(value)
        except Refused as refused:
            refuse(owner, spec.name, value, str(refused), personal=spec.personal)

    return check


def _limits(spec: FieldSpec) -> Check | None:
    """Build the check of what the field's kind alone does not say: its choices, its bounds, that an id is not empty."""
    if spec.choices is not None:
        allowed = frozenset(spec.choices)

        def chosen(value: str) -> str:
            if value not in allowed:
                raise Refused(f"is not a choice{did_you_mean(value, spec.choices or ())}")
            return value

        return chosen
    if spec.minimum is not None or spec.maximum is not None:
        low = -float("inf") if spec.minimum is None else spec.minimum
        high = float("inf") if spec.maximum is None else spec.maximum

        def bounded(value: float) -> float:
            if not low <= value <= high:
                raise Refused(_bounds(spec))
            return value

        return bounded
    return _not_empty if spec.kind == "id" else None


def _bounds(spec: FieldSpec) -> str:
    if spec.maximum is None:
        return f"is less than {spec.minimum}"
    if spec.minimum is None:
        return f"is more than {spec.maximum}"
    return f"is not between {spec.minimum} and {spec.maximum}"


def _not_empty(value: str) -> str:
    if not value:
        raise Refused("is empty; an id names its record")
    return value


def custom_values_of(values: object, *, owner: str, taken: frozenset[str]) -> Mapping[str, CustomValue]:
    """Return custom values as a record holds them.

    Args:
        values: a mapping from names to values.
        owner: name of the record's class, for the message.
        taken: the record's own attributes, whose names custom fields do not take.
    """
    if isinstance(values, CustomValues) and taken.isdisjoint(values):
        return values
    if not isinstance(values, Mapping):
        refuse(owner, "custom", values, "is not a mapping from names to values", personal=True)
    for name in values:
        if not is_code_name(name) or name in taken:
            refuse(owner, "custom", name, f"names no custom field: {NAMING}")
    converted = {}
    for name, value in values.items():
        try:
            converted[name] = to_custom(value)
        except Refused as refused:
            refuse(owner, name, value, str(refused), personal=True)
    return CustomValues(converted)


def is_code_name(name: object) -> bool:
    """Tell whether a custom field can bear this name, as far as its form goes."""
    return isinstance(name, str) and name.isidentifier() and not name.startswith("_")
