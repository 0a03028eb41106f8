"""The way past the check of a field for the values that need none: most of them, and most of the time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crmkit.records._spec import FieldSpec
from crmkit.records._values import Check

__all__ = ["quick"]

_LARGEST = 2**63 - 1


def quick(spec: FieldSpec, check: Check, *, held: type) -> Check:
    """Return a function that does what `check` does, and returns at once what is in its one form already.

    Args:
        spec: the field.
        check: its check, to which every other value goes, None too where the field cannot be missing.
        held: the class of the field's values.
    """
    nothing = None if spec.nullable else _NEVER
    if spec.choices is not None:
        return _word(frozenset(spec.choices), check, nothing)
    if held is str:
        return _identifier(check, nothing) if spec.kind == "id" else _text(check, nothing)
    if held is datetime:
        return _instant(check, nothing)
    if held in (int, float) and spec.minimum is not None:
        low, high = max(spec.minimum, -_LARGEST), _LARGEST if spec.maximum is None else min(spec.maximum, _LARGEST)
        return _number(held, low, high, check, nothing)
    return check


_NEVER = object()


def _text(check: Check, nothing: object) -> Check:
    def quickly(value: Any) -> Any:
        return value if value is nothing or (type(value) is str and value.isascii()) else check(value)

    return quickly


def _identifier(check: Check, nothing: object) -> Check:
    def quickly(value: Any) -> Any:
        return value if value is nothing or (type(value) is str and value and value.isascii()) else check(value)

    return quickly


def _word(words: frozenset[str], check: Check, nothing: object) -> Check:
    def quickly(value: Any) -> Any:
        return value if value is nothing or (type(value) is str and value in words) else check(value)

    return quickly


def _instant(check: Check, nothing: object) -> Check:
    def quickly(value: Any) -> Any:
        return value if value is nothing or (type(value) is datetime and value.tzinfo is UTC) else check(value)

    return quickly


def _number(held: Any, low: float, high: float, check: Check, nothing: object) -> Check:
    def quickly(value: Any) -> Any:
        return value if value is nothing or (type(value) is held and low <= value <= high) else check(value)

    return quickly
