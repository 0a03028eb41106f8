"""From a Python value to a literal with its kind."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from crmkit.errors import InvalidExpression, shown
from crmkit.expressions._kinds import comparable
from crmkit.expressions._limits import MAX_DIGITS, checked_text
from crmkit.expressions._nodes import Literal
from crmkit.expressions._values import Unusable, plain

__all__ = ["alike", "literal_of"]

_COLLECTION = "a collection; write isin(*values) for one of several, has_any(*values) for tags"


def literal_of(value: Any, *, path: str) -> Literal:
    """Return the literal that a field at `path` is to be compared with.

    Raises:
        InvalidExpression: a value of no kind: None, NaN, infinity, a naive datetime, a collection, half a character.
    """
    if isinstance(value, list | tuple | set | frozenset):
        raise _refused(path, value, _COLLECTION)
    try:
        found = plain(value)
    except Unusable as fault:
        raise _refused(path, value, str(fault)) from None
    if found is None:
        raise InvalidExpression(
            f"field {path!r} cannot be compared with a missing value; ask field({path!r}).missing() or .present()",
            code="compared_with_missing",
            field=path,
        )
    family, known = found
    match family:
        case "text":
            return Literal("text", checked_text(known))
        case "integer":
            if abs(known) >= 10**MAX_DIGITS:
                raise InvalidExpression(
                    f"field {path!r} cannot be compared with an integer of more than {MAX_DIGITS} digits",
                    code="too_large",
                    field=path,
                )
            return Literal("integer", known)
        case "number":
            if math.isinf(known):
                raise _refused(path, value, "not finite")
            return Literal("number", known + 0.0)  # -0.0 becomes 0.0: equal numbers are written alike
        case "instant":
            return Literal("instant", _to_the_microsecond(path, known))
        case "flag" | "date":
            return Literal(family, known)
        case _:
            raise _refused(
                path, value, "a collection; give isin(*values) the values, or ask tags with has_any(*values)"
            )


def alike(path: str, literals: Iterable[Literal]) -> tuple[Literal, ...]:
    """Return the literals, if one field can be compared with all of them."""
    values = tuple(literals)
    for literal in values:
        if not comparable(values[0].kind, literal.kind):
            raise InvalidExpression(
                f"field {path!r} cannot be both {values[0].kind} and {literal.kind}: {shown(literal.value)}",
                code="kind_mismatch",
                field=path,
                value=literal.value,
            )
    return values


def _to_the_microsecond(path: str, instant: datetime) -> datetime:
    if getattr(instant, "nanosecond", 0):
        raise _refused(path, instant, "finer than a microsecond")
    return datetime.combine(date(instant.year, instant.month, instant.day), instant.time(), UTC)


def _refused(path: str, value: object, reason: str) -> InvalidExpression:
    return InvalidExpression(
        f"field {path!r} cannot be compared with {shown(value)}: {reason}",
        code="invalid_literal",
        field=path,
        value=value,
    )
