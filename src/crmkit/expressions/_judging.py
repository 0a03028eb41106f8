"""What a leaf says of a value of whatever family: the slow and complete answer behind the fast ones."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from crmkit.expressions._bounds import date_bounds
from crmkit.expressions._kinds import comparable, inexact, mismatch, no_order
from crmkit.expressions._limits import EXACT_IN_FLOAT
from crmkit.expressions._nodes import Compare, During, Has, In, Literal, Match, Op, Relative
from crmkit.expressions._values import Unusable, plain

__all__ = [
    "MATCHERS",
    "OPERATORS",
    "judge_compare",
    "judge_has",
    "judge_in",
    "judge_match",
    "judge_missing",
    "judge_pair",
    "judge_window",
]

OPERATORS: Mapping[Op, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MATCHERS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


def judge_compare(leaf: Compare, literal: Literal) -> Callable[[Any], bool]:
    """Compare a value with a literal."""
    op, lower = OPERATORS[leaf.op], leaf.left.lower
    bound, kind = literal.value, literal.kind

    def judge(value: Any) -> bool:
        found = plain(value)
        if found is None:
            return False
        family, known = found
        if not comparable(family, kind):
            raise Unusable(mismatch(family, kind), code="kind_mismatch")
        if family != kind:
            known, other = _as_floats(known, bound)
            return op(known, other)
        return op(known.lower() if lower else known, bound)

    return judge


def judge_in(leaf: In) -> Callable[[Any], bool]:
    """Look a value up among literals."""
    lower = leaf.operand.lower
    asked = leaf.values[0].kind if leaf.values else None
    wanted = frozenset((literal.kind, literal.value) for literal in leaf.values)
    numbers = frozenset(float(literal.value) for literal in leaf.values if literal.kind == "number")  # type: ignore[arg-type]
    integers = [literal.value for literal in leaf.values if literal.kind == "integer"]

    def judge(value: Any) -> bool:
        found = plain(value)
        if found is None or asked is None:
            return False
        family, known = found
        if not comparable(family, asked):
            raise Unusable(mismatch(family, asked), code="kind_mismatch")
        if family == "number":
            return known in numbers or any(known == _as_floats(known, integer)[1] for integer in integers)
        if family == "integer":
            return ("integer", known) in wanted or (bool(numbers) and _as_float(known) in numbers)
        return (family, known.lower() if lower else known) in wanted

    return judge


def judge_match(leaf: Match) -> Callable[[Any], bool]:
    """Look for a text in a text."""
    matches, lower, text = MATCHERS[leaf.how], leaf.operand.lower, leaf.text

    def judge(value: Any) -> bool:
        found = plain(value)
        if found is None:
            return False
        family, known = found
        if family != "text":
            raise Unusable(mismatch(family, "text"), code="kind_mismatch")
        return matches(known.lower() if lower else known, text)

    return judge


def judge_has(leaf: Has) -> Callable[[Any], bool]:
    """Look for texts in a collection."""
    wanted, every = frozenset(leaf.values), leaf.every

    def judge(value: Any) -> bool:
        found = plain(value)
        if found is None:
            return False
        family, known = found
        if family != "tags":
            raise Unusable(mismatch(family, "tags"), code="kind_mismatch")
        return wanted.issubset(known) if every else not wanted.isdisjoint(known)

    return judge


def judge_missing(value: Any) -> bool:
    """Whether a value is missing; anything that no other question could be asked about is there all the same."""
    try:
        return plain(value) is None
    except Unusable:
        if callable(value):
            raise
        return False


def judge_pair(leaf: Compare, right_path: str) -> Callable[[Any, Any], bool]:
    """Compare two values."""
    op, lower = OPERATORS[leaf.op], leaf.left.lower

    def judge(one: Any, other: Any) -> bool:
        left, right = side(one, other=False), side(other, other=True)
        if left is None or right is None:
            return False
        if not comparable(left[0], right[0]):
            raise Unusable(f"{mismatch(left[0], right[0])}, which field {right_path!r} holds", code="kind_mismatch")
        if left[0] != right[0]:
            return op(_as_float(left[1]), _as_float(right[1]))
        return op(left[1].lower(), right[1].lower()) if lower else op(left[1], right[1])

    def side(value: Any, *, other: bool) -> tuple[str, Any] | None:
        try:
            found = plain(value)
        except Unusable as fault:
            fault.other = other
            raise
        if found is not None and (found[0] == "tags" or (lower and found[0] != "text")):
            raise Unusable(mismatch(found[0], "text"), code="kind_mismatch", other=other)
        if found is not None and found[0] == "flag" and leaf.op != "==":
            raise Unusable(no_order("flag"), code="no_order", other=other)
        return found

    return judge


def judge_window(leaf: Relative | During) -> Callable[[Any, datetime, tuple[datetime, datetime]], bool]:
    """Look whether a time lies in a window; a date in the dates of it."""

    def judge(value: Any, as_of: datetime, instants: tuple[datetime, datetime]) -> bool:
        found = plain(value)
        if found is None:
            return False
        family, known = found
        if family == "instant":
            return bool(instants[0] <= known < instants[1])
        if family == "date":
            first, end = date_bounds(leaf, as_of)
            return bool(first <= known < end)
        raise Unusable(mismatch(family, "instant"), code="kind_mismatch")

    return judge


def _as_floats(value: Any, bound: Any) -> tuple[float, float]:
    """An integer and a number compare as float64; an integer literal must be exact in it."""
    if isinstance(bound, int) and abs(bound) > EXACT_IN_FLOAT:
        raise Unusable(inexact(bound), code="inexact_integer")
    return _as_float(value), float(bound)


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        raise Unusable("an integer too large for a float64") from None
