"""What may be asked of which kind of field: the rules that every typed place applies before anything runs."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from datetime import timedelta

from crmkit.errors import InvalidExpression
from crmkit.expressions._limits import EXACT_IN_FLOAT
from crmkit.expressions._nodes import Compare, During, Has, In, Leaf, Literal, Match, Missing, Operand, Relative

__all__ = ["FAMILIES", "Family", "Kind", "comparable", "inexact", "mismatch", "no_order", "prove", "uneven", "unlike"]

Kind = typing.Literal["text", "choice", "id", "integer", "number", "money", "flag", "instant", "date", "tags"]
Family = typing.Literal["text", "integer", "number", "flag", "instant", "date", "tags"]

FAMILIES: Mapping[str, Family] = {
    "text": "text",
    "choice": "text",
    "id": "text",
    "integer": "integer",
    "number": "number",
    "money": "number",
    "flag": "flag",
    "instant": "instant",
    "date": "date",
    "tags": "tags",
}

_WORDS: Mapping[str, str] = {
    "text": "text",
    "integer": "an integer",
    "number": "a number",
    "flag": "true or false",
    "instant": "an instant",
    "date": "a date",
    "tags": "tags",
}
_HINTS: Mapping[frozenset[str], str] = {
    frozenset({"instant", "date"}): "; give an instant with its time zone to compare with instants, a date with dates",
    frozenset({"text", "tags"}): "; tags are asked with has, has_any and has_all",
    frozenset({"text", "integer"}): "; numbers kept as text must be made numbers first, ids are text: give '7', not 7",
    frozenset({"text", "instant"}): "; times kept as text must be parsed first",
    frozenset({"text", "date"}): "; dates kept as text must be parsed first",
}
_NUMERIC = frozenset({"integer", "number"})


def prove(leaf: Leaf, held: Callable[[str], Family | None]) -> None:
    """Refuse a leaf that does not suit the families its fields hold; None is a field that holds nothing yet.

    Raises:
        InvalidExpression: names the field and both kinds.
    """
    match leaf:
        case Compare(op=op, left=left, right=right):
            if isinstance(right, Operand):
                _prove_pair(op, left, right, held)
            else:
                _prove_literal(left, right, held)
        case In(operand=operand, values=values):
            for literal in values:
                _prove_literal(operand, literal, held)
        case Match(operand=operand):
            _demand(operand.path, held, "text")
        case Missing():
            pass
        case Has(path=path):
            _demand(path, held, "tags")
        case Relative(path=path, span=span):
            family = held(path)
            if family == "date" and span % timedelta(days=1):
                raise uneven(path)
            if family not in (None, "instant", "date"):
                raise unlike(path, family, "instant")
        case During(path=path):
            family = held(path)
            if family not in (None, "instant", "date"):
                raise unlike(path, family, "instant")
        case _:
            typing.assert_never(leaf)


def comparable(one: str, other: str) -> bool:
    """Whether values of two families compare: alike, or both numbers."""
    return one == other or (one in _NUMERIC and other in _NUMERIC)


def mismatch(held: str, asked: str) -> str:
    """Say that one family is held and another asked."""
    return f"{_WORDS[held]}, asked as {_WORDS[asked]}{_HINTS.get(frozenset({held, asked}), '')}"


def no_order(held: str) -> str:
    """Say that of this family nothing is less or greater."""
    return f"{_WORDS[held]}, which has no order; compare with == or !="


def inexact(value: int) -> str:
    """Say that float64 cannot tell an integer from its neighbours."""
    return (
        f"a number (float64), which cannot tell {value} from its neighbours; "
        "integers beyond 2**53 compare with integers only"
    )


def unlike(path: str, held: str, asked: str) -> InvalidExpression:
    """Build the error of a field that holds one family and is asked about another."""
    return _holds(path, mismatch(held, asked), code="kind_mismatch", held=held, asked=asked)


def uneven(path: str) -> InvalidExpression:
    """Build the error of a date asked to the hour."""
    return _holds(path, "a date, so the span must be of whole days", code="span_not_of_days")


def _prove_pair(op: str, left: Operand, right: Operand, held: Callable[[str], Family | None]) -> None:
    one, other = held(left.path), held(right.path)
    for operand, family in ((left, one), (right, other)):
        if operand.lower and family not in (None, "text"):
            raise unlike(operand.path, family, "text")
        if family == "tags":
            raise unlike(operand.path, family, "text")
        if family == "flag" and op != "==":
            raise _holds(operand.path, no_order(family), code="no_order", held=family)
    if one is not None and other is not None and not comparable(one, other):
        reason = f"{mismatch(one, other)}, which field {right.path!r} holds"
        raise _holds(left.path, reason, code="kind_mismatch", other=right.path, held=one, asked=other)


def _prove_literal(operand: Operand, literal: Literal, held: Callable[[str], Family | None]) -> None:
    family = held(operand.path)
    if family is None:
        return
    if not comparable(family, literal.kind):
        raise unlike(operand.path, family, literal.kind)
    if family == "number" and isinstance(literal.value, int) and abs(literal.value) > EXACT_IN_FLOAT:
        raise _holds(operand.path, inexact(literal.value), code="inexact_integer", value=literal.value)


def _demand(path: str, held: Callable[[str], Family | None], asked: Family) -> None:
    family = held(path)
    if family not in (None, asked):
        raise unlike(path, family, asked)


def _holds(path: str, what: str, *, code: str, **facts: object) -> InvalidExpression:
    return InvalidExpression(f"field {path!r} holds {what}", code=code, field=path, **facts)
