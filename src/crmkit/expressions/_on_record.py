"""A question asked of one object: closures, built once for a class and run for each of its objects."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from crmkit.errors import InvalidExpression, shown
from crmkit.expressions._bounds import checked_as_of, instant_bounds
from crmkit.expressions._judging import (
    MATCHERS,
    OPERATORS,
    judge_compare,
    judge_has,
    judge_in,
    judge_match,
    judge_missing,
    judge_pair,
    judge_window,
)
from crmkit.expressions._nodes import (
    And,
    Compare,
    Constant,
    During,
    Has,
    In,
    Literal,
    Match,
    Missing,
    Node,
    Not,
    Operand,
    Or,
    Relative,
)
from crmkit.expressions._reading import is_private, reading
from crmkit.expressions._values import Unusable

__all__ = ["Test", "compile_for", "names_in"]

Test = Callable[[Any, datetime | None], bool]
Judge = Callable[[Any], bool]

_EXACT: Mapping[str, type] = {
    "text": str,
    "integer": int,
    "number": float,
    "flag": bool,
    "instant": datetime,
    "date": date,
}
# For values of exactly the literal's own type: `value < bound` is `bound.__gt__(value)`, one call into C.
_REFLECTED = {"==": "__eq__", "<": "__gt__", "<=": "__ge__", ">": "__lt__", ">=": "__le__"}


def compile_for(node: Node, cls: type, names: Mapping[str, str]) -> Test:
    """Build the test of a node for objects of one class; `names` says what the class calls a field."""
    match node:
        case Constant(value=value):
            return lambda thing, as_of: value
        case And(parts=parts):
            return _every([compile_for(part, cls, names) for part in parts])
        case Or(parts=parts):
            return _some([compile_for(part, cls, names) for part in parts])
        case Not(part=part):
            return _complement(compile_for(part, cls, names))
        case Compare(left=left, right=right):
            if isinstance(right, Operand):
                return _pair(cls, left.path, right.path, names, node)
            fast, slow = _fast_compare(node, right), judge_compare(node, right)
            return _leaf(cls, left.path, names, _EXACT[right.kind], fast, slow)
        case In(operand=operand):
            judge = judge_in(node)
            return _leaf(cls, operand.path, names, *_fast_in(node, judge), judge)
        case Match(operand=operand):
            return _leaf(cls, operand.path, names, str, _fast_match(node), judge_match(node))
        case Missing(path=path):
            return _leaf(cls, path, names, str, lambda value: False, judge_missing)
        case Has(path=path):
            judge = judge_has(node)
            return _leaf(cls, path, names, type(None), judge, judge)
        case Relative() | During():
            return _window(cls, names, node)
        case _:
            typing.assert_never(node)


def names_in(fields: Mapping[str, str], path: str) -> str:
    """Return what the caller's objects or columns call a field."""
    return fields.get(path, path)


def _every(parts: list[Test]) -> Test:
    def run(thing: Any, as_of: datetime | None) -> bool:
        for part in parts:  # noqa: SIM110 - a generator inside all() costs as much as three leaves
            if not part(thing, as_of):
                return False
        return True

    return run


def _some(parts: list[Test]) -> Test:
    def run(thing: Any, as_of: datetime | None) -> bool:
        for part in parts:  # noqa: SIM110 - as above
            if part(thing, as_of):
                return True
        return False

    return run


def _complement(part: Test) -> Test:
    return lambda thing, as_of: not part(thing, as_of)


def _leaf(cls: type, path: str, names: Mapping[str, str], exact: type, fast: Judge, slow: Judge) -> Test:
    """Read, then answer: `fast` for values of exactly one type, `slow` for all others."""
    read = reading(cls, names_in(names, path))
    get, otherwise = read.get, read.otherwise

    def run(thing: Any, as_of: datetime | None) -> bool:
        try:
            value = get(thing)
        except (KeyError, AttributeError) as fault:
            value = otherwise(thing, fault)
        try:
            return fast(value) if type(value) is exact else slow(value)
        except Unusable as fault:
            raise _unusable(cls, names, path, value, fault) from None

    return run


def _pair(cls: type, left: str, right: str, names: Mapping[str, str], leaf: Compare) -> Test:
    read_left, read_right = reading(cls, names_in(names, left)), reading(cls, names_in(names, right))
    op, lower, judge = OPERATORS[leaf.op], leaf.left.lower, judge_pair(leaf, right)

    def run(thing: Any, as_of: datetime | None) -> bool:
        one, other = read_left(thing), read_right(thing)
        kind = type(one)
        if kind is type(other) and (kind is int or kind is float or (kind is str and not lower)):
            return op(one, other)
        try:
            return judge(one, other)
        except Unusable as fault:
            path, value = (right, other) if fault.other else (left, one)
            raise _unusable(cls, names, path, value, fault) from None

    return run


def _window(cls: type, names: Mapping[str, str], leaf: Relative | During) -> Test:
    read = reading(cls, names_in(names, leaf.path))
    judge = judge_window(leaf)
    last: tuple[Any, Any, Any] = (None, None, None)  # one tuple, so that threads never see halves of two

    def run(thing: Any, as_of: datetime | None) -> bool:
        nonlocal last
        asked, at, bounds = last
        if as_of is None or asked is not as_of:
            at = checked_as_of(as_of)
            bounds = instant_bounds(leaf, at)
            last = (as_of, at, bounds)
        value = read(thing)
        try:
            return judge(value, at, bounds)
        except Unusable as fault:
            raise _unusable(cls, names, leaf.path, value, fault) from None

    return run


def _fast_compare(leaf: Compare, literal: Literal) -> Judge:
    slow, bound = judge_compare(leaf, literal), literal.value
    if leaf.left.lower:
        op = OPERATORS[leaf.op]
        return lambda value: op(value.lower(), bound)
    fast: Judge = getattr(bound, _REFLECTED[leaf.op])
    if literal.kind == "instant":
        return lambda value: fast(value) if value.tzinfo is UTC else slow(value)
    return fast


def _fast_in(leaf: In, slow: Judge) -> tuple[type, Judge]:
    kinds = {literal.kind for literal in leaf.values}
    values = frozenset(literal.value for literal in leaf.values)
    if kinds == {"text"} and not leaf.operand.lower:
        return str, values.__contains__
    if kinds == {"integer"}:
        return int, values.__contains__
    return type(None), slow


def _fast_match(leaf: Match) -> Judge:
    matches, text = MATCHERS[leaf.how], leaf.text
    if leaf.operand.lower:
        return lambda value: matches(value.lower(), text)
    return lambda value: matches(value, text)


def _unusable(cls: type, names: Mapping[str, str], path: str, value: Any, fault: Unusable) -> InvalidExpression:
    private = is_private(cls, names_in(names, path))
    seen = "***" if private else shown(value)
    return InvalidExpression(
        f"field {path!r} is {seen}: {fault}",
        code=fault.code,
        field=path,
        value="***" if private else value,
    )
