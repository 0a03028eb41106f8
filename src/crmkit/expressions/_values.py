"""What a value of unknown origin is: its family and its plain form. Knows numpy and pandas without loading them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from typing import Any

from crmkit.expressions._kinds import Family

__all__ = ["Unusable", "plain"]

Plain = tuple[Family, Any]


class Unusable(Exception):
    """A value about which a question cannot be asked, with the reason.

    Args:
        reason: what the value is and why that does not do.
        code: the stable code of the error that names the field.
        other: whether it is the second of two fields.
    """

    def __init__(self, reason: str, *, code: str = "unusable_value", other: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.other = other


def plain(value: Any) -> Plain | None:
    """Return the family and the plain form of a value: None where it is missing.

    Numbers are int or float (a Decimal becomes its nearest double), instants are in UTC, tags are a tuple.

    Raises:
        Unusable: a naive datetime, or a thing of no family.
    """
    if value is None:
        return None
    if isinstance(value, Enum) and not isinstance(value, str | int | float):
        return plain(value.value)
    if isinstance(value, bool):
        return "flag", bool(value)
    if isinstance(value, str):
        return "text", str.__str__(value)
    if isinstance(value, int):
        return "integer", int(value)
    if isinstance(value, float):
        return None if value != value else ("number", float(value))
    if isinstance(value, Decimal):
        return None if value.is_nan() else ("number", float(value))
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return "date", value
    if isinstance(value, tuple | list | set | frozenset):
        return "tags", _tags(value)
    return _foreign(value)


def _instant(value: datetime) -> Plain | None:
    if value != value:  # pandas' NaT calls itself a datetime
        return None
    if value.utcoffset() is None:
        raise Unusable("a datetime without a time zone; give it one")
    try:
        return "instant", value.astimezone(UTC)
    except OverflowError:
        raise Unusable("an instant outside the years 1 to 9999 in UTC") from None


def _tags(values: Any) -> tuple[str, ...]:
    tags = tuple(str.__str__(tag) if isinstance(tag, str) else tag for tag in values if tag is not None)
    if not all(isinstance(tag, str) for tag in tags):
        raise Unusable("a collection of something else than texts")
    return tags


def _foreign(value: Any) -> Plain | None:
    """Numpy's scalars and arrays, pandas' NA: asked by their manners, so that nothing is imported."""
    kind = type(value)
    if kind.__name__ == "NAType":
        return None
    if kind.__module__ == "numpy" and kind.__name__ in ("datetime64", "timedelta64"):
        if value != value:
            return None
        raise Unusable(f"a numpy {kind.__name__}, which has no time zone; give a datetime with one")
    if isinstance(value, Integral):
        return "integer", int(value)
    if isinstance(value, Real):
        number = float(value)
        return None if math.isnan(number) else ("number", number)
    if kind.__module__ == "numpy":
        return plain(value.tolist())
    if isinstance(value, Mapping):
        raise Unusable("a mapping; name one of its keys with a dotted path")
    if callable(value):
        raise Unusable("a function or method, not a value")
    raise Unusable(f"a {kind.__name__}, about which no question can be asked")
