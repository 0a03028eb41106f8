"""The condition in SQL: negation stands at the leaves, and each says what it says of what is missing."""

from __future__ import annotations

import typing

from attrs import evolve

from crmkit.expressions._bounds import checked_as_of, date_bounds, instant_bounds
from crmkit.expressions._in_django._json import (
    custom_holds,
    custom_value,
    has,
    is_json_null,
    is_no_custom,
    number_compared,
    refuse_nul,
)
from crmkit.expressions._in_django._sql import FALSE, TRUE, Sql, joined, put
from crmkit.expressions._in_django._values import Column, Place, compared, is_one_of, matched, paired, refused
from crmkit.expressions._kinds import Family
from crmkit.expressions._leaves import paths_of
from crmkit.expressions._nodes import (
    And,
    Asking,
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
    Op,
    Or,
    Relative,
)

__all__ = ["answer"]

_OPPOSITE: typing.Mapping[Op, Op] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def answer(node: Node, place: Place) -> Sql:
    """Return the condition, which is never NULL.

    Raises:
        InvalidExpression: the database would answer otherwise than the other places do.
    """
    written = _answer(node, place, negated=False)
    return put("({})", (TRUE if written else FALSE) if isinstance(written, bool) else written)


def _answer(node: Node, place: Place, *, negated: bool) -> Sql | bool:
    match node:
        case Constant(value=value):
            return value is not negated
        case Not(part=part):
            return _answer(part, place, negated=not negated)
        case And(parts=parts) | Or(parts=parts):
            neutral = isinstance(node, And) is not negated
            return joined([_answer(part, place, negated=negated) for part in parts], neutral=neutral)
        case Missing(path=path):
            return _missing(place.columns[path], place) if not negated else _present(place.columns[path], place)
        case _:
            return _of_values(node, place, negated=negated)


def _of_values(leaf: Asking, place: Place, *, negated: bool) -> Sql | bool:
    columns = [place.columns[path] for path in dict.fromkeys(paths_of(leaf))]
    if any(column.held.holding == "custom" for column in columns):
        found = _of_custom(leaf, columns, place)
        return put("NOT ({})", found) if negated else found
    if negated and isinstance(leaf, Compare) and leaf.op != "==":
        condition = _condition(evolve(leaf, op=_OPPOSITE[leaf.op]), place)  # which an index can serve
    else:
        condition = _condition(leaf, place)
        if negated:
            condition = not condition if isinstance(condition, bool) else put("NOT ({})", condition)
    guard = _missing if negated else _present
    return joined([condition, *(guard(column, place) for column in columns)], neutral=not negated)


def _present(column: Column, place: Place) -> Sql:
    if column.held.holding == "custom":
        return put("NOT ({})", is_no_custom(column, place))
    null = _other_null(column, place)
    present = put("{} IS NOT NULL", column.sql)
    return present if null is None else put("({} AND NOT {})", present, null)


def _missing(column: Column, place: Place) -> Sql:
    if column.held.holding == "custom":
        return is_no_custom(column, place)
    null = _other_null(column, place)
    missing = put("{} IS NULL", column.sql)
    return missing if null is None else put("({} OR {})", missing, null)


def _other_null(column: Column, place: Place) -> Sql | None:
    """Return what else counts as missing."""
    if column.held.holding == "number" and place.vendor == "postgresql":
        return put("({} = 'NaN')", column.sql)
    if column.held.holding == "tags" and not hasattr(column.held.field, "base_field"):
        return put("({})", is_json_null(column, place))
    return None


def _condition(leaf: Asking, place: Place) -> Sql | bool:
    """Ask what is present."""
    match leaf:
        case Compare(op=op, left=left, right=right):
            column = place.columns[left.path]
            if isinstance(right, Literal):
                return compared(op, column, right, place)
            return paired(op, column, place.columns[right.path], place)
        case In(operand=operand, values=values):
            return is_one_of(place.columns[operand.path], values, place)
        case Match(operand=operand):
            return matched(leaf, place.columns[operand.path], place)
        case Has(path=path):
            return has(leaf, place.columns[path], place)
        case Relative(path=path) | During(path=path):
            column, as_of = place.columns[path], checked_as_of(place.as_of)
            if column.held.holding == "date":
                first, end = date_bounds(leaf, as_of)
                low, high = Literal("date", first), Literal("date", end)
            else:
                start, stop = instant_bounds(leaf, as_of)
                low, high = Literal("instant", start), Literal("instant", stop)
            bounds = [compared(">=", column, low, place), compared("<", column, high, place)]
            return joined(bounds, neutral=True)
        case _:
            typing.assert_never(leaf)


def _of_custom(leaf: Asking, columns: list[Column], place: Place) -> Sql:
    """Ask the values under a key, which may be of any kind in each row."""
    column = columns[0] if len(columns) == 1 else next(each for each in columns if each.held.holding == "custom")
    kind = _kind_in_json(leaf)
    if kind is None or len(columns) > 1:
        raise refused(column, place, "a time, or a second field, beside a value in JSON")
    if place.vendor not in ("sqlite", "postgresql"):
        raise refused(column, place, "JSON")
    value = custom_value(column, kind, place)
    refuse_nul(_texts_in(leaf), column, place)
    match leaf:
        case Compare(op=op, right=Literal() as literal) if kind == "number":
            condition = number_compared(op, value, literal, place)
        case In(values=values) if kind == "number":
            condition = joined([number_compared("==", value, one, place) for one in values], neutral=False)
        case _:
            condition = _condition(leaf, evolve(place, columns={column.path: value}))
    return custom_holds(column, kind, condition, place)


def _kind_in_json(leaf: Asking) -> Family | None:
    """Return the kind that a question takes a value to be; None where JSON has none such."""
    match leaf:
        case Match():
            return "text"
        case Has():
            return "tags"
        case Compare(right=Literal() as literal):
            return _KINDS.get(literal.kind)
        case In(values=values):
            return _KINDS.get(values[0].kind) if values else "text"
        case _:
            return None


def _texts_in(leaf: Asking) -> list[object]:
    match leaf:
        case Match(text=text):
            return [text]
        case Compare(right=Literal(value=value)):
            return [value]
        case In(values=literals):
            return [literal.value for literal in literals]
        case _:
            return []


_KINDS: typing.Mapping[str, Family] = {"text": "text", "integer": "number", "number": "number", "flag": "flag"}
