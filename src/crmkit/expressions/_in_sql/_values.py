"""The values of a SQL column in the form in which they compare: texts by code point, numbers as float64."""

from __future__ import annotations

import typing
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.types import NullType, TypeEngine

from crmkit.expressions._in_sql._columns import Column, Element
from crmkit.expressions._in_sql._place import Clause, Place, not_here
from crmkit.expressions._in_sql._tree import joined
from crmkit.expressions._in_sql._types import padded_to, translates, type_in
from crmkit.expressions._judging import OPERATORS
from crmkit.expressions._limits import EXACT_IN_FLOAT
from crmkit.expressions._nodes import Literal, Match, Op
from crmkit.expressions._number_bounds import decimal_bounds, integer_bounds

__all__ = ["bare", "compared", "is_one_of", "matched", "one_of", "paired"]

_INTEGER, _TEXT, _INSTANT = sa.BigInteger(), sa.Text(), sa.DateTime(timezone=True)
_NUMBER: sa.Double[float] = sa.Double(asdecimal=False)
_PLAIN: dict[str, TypeEngine[Any]] = {"date": sa.Date(), "flag": sa.Boolean()}
_COLLATION: dict[Place, str] = {"sqlite": "BINARY", "postgresql": "C"}  # both compare by code point
_LAST_BEFORE_SURROGATES, _FIRST_AFTER = "\ud7ff", "\ue000"
_GROUPS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # of the digits of a UUID
_LAST = "\U0010ffff"


def compared(column: Column, op: Op, literal: Literal, place: Place) -> list[Clause] | None:
    """Return conditions that together compare a value that is there; None is never true."""
    value: Any = literal.value
    if translates(column.element.type):
        return [_applied(op, _translated(column, place, order=op != "=="), value, column.element.type)]
    held = type_in(column.element.type, place)
    match column.holding:
        case "integer":
            bounds = integer_bounds(op, value)
            if bounds is None:
                return None
            return [_applied(each, column.element, bound, _INTEGER) for each, bound in bounds]
        case "number":
            return _number(column, op, float(value), place)
        case "text" if op == "==" and isinstance(held, sa.Uuid):
            return _one_of_uuids(column.element, [value], held)
        case "text":
            return [_applied(op, _text_of(column, place, order=op != "=="), value, _TEXT)]
        case _:
            return [_applied(op, column.element, value, _kept(column, place))]


def is_one_of(column: Column, literals: Sequence[Literal], place: Place) -> list[Clause] | None:
    """Return conditions that together look a value up that is there; None is never true."""
    values: list[Any] = [literal.value for literal in literals]
    if not values:
        return None
    if translates(column.element.type):
        return [one_of(_translated(column, place, order=False), values, column.element.type)]
    held = type_in(column.element.type, place)
    match column.holding:
        case "integer":
            return _one_of_integers(column.element, values)
        case "number":
            numbers = [float(value) for value in values]
            element = sa.cast(column.element, _NUMBER) if _is_decimal(column, place) else column.element
            return [one_of(_rounded(element, numbers, place), numbers, _NUMBER)]
        case "text" if isinstance(held, sa.Uuid):
            return _one_of_uuids(column.element, values, held)
        case "text":
            return [one_of(_text_of(column, place), values, _TEXT)]
        case _:
            return [one_of(column.element, values, _kept(column, place))]


def matched(column: Column, leaf: Match, place: Place) -> list[Clause]:
    """Return conditions that together look for a text in a text that is there."""
    text = _text_of(column, place)
    if not leaf.text:
        return []
    if place == "postgresql":
        escaped = leaf.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        before, after = leaf.how != "startswith", leaf.how != "endswith"
        return [text.like(sa.literal("%" * before + escaped + "%" * after, _TEXT))]
    match leaf.how:
        case "contains":
            return [sa.func.instr(text, sa.literal(leaf.text, _TEXT)) > sa.literal_column("0")]
        case "endswith":
            end = sa.func.substr(text, sa.literal_column(str(-len(leaf.text))))
            return [_applied("==", sa.collate(end, _COLLATION[place]), leaf.text, _TEXT)]
        case _:
            after_all = _after_all(leaf.text)
            beyond = [] if after_all is None else [_applied("<", text, after_all, _TEXT)]
            return [_applied(">=", text, leaf.text, _TEXT), *beyond]


def paired(op: Op, one: Column, other: Column, place: Place) -> list[Clause]:
    """Return conditions that together compare two values that are there."""
    types = [column.element.type for column in (one, other)]
    if any(map(translates, types)):
        if type(types[0]) is not type(types[1]) or (one.holding == "text" and op != "=="):
            raise not_here(one.path, place, f"field {other.path!r} keeps its values in another form")
        sides = [one.element, other.element]
    elif one.holding == "text":
        sides = [_text_of(column, place, order=True) for column in (one, other)]
    elif "number" in (one.holding, other.holding):
        sides = [sa.cast(column.element, _NUMBER) for column in (one, other)]
    else:
        sides = [one.element, other.element]
    return [typing.cast(Clause, OPERATORS[op](*map(bare, sides)))]


def bare(element: Element) -> Element:
    """Return an expression without what its type makes of operators; a parameter is nothing without its type."""
    return element if isinstance(element, sa.BindParameter) else sa.type_coerce(element, NullType())


def one_of(element: Element, values: Iterable[Any], kind: TypeEngine[Any]) -> Clause:
    """Return whether a value is among others, bound as a type binds them."""
    return bare(element).in_(sa.bindparam(None, list(values), type_=kind, expanding=True, unique=True))


def _applied(op: Op, element: Element, value: object, kind: TypeEngine[Any]) -> Clause:
    return typing.cast(Clause, OPERATORS[op](bare(element), sa.literal(value, kind)))


def _kept(column: Column, place: Place) -> TypeEngine[Any]:
    """Return the type that binds a literal as the column keeps its values: SQLite's has a format of its own."""
    if column.holding == "instant":
        return column.element.type if place == "sqlite" else _INSTANT
    return _PLAIN[column.holding]


def _translated(column: Column, place: Place, *, order: bool) -> Element:
    """A type's own form of a text has the order of the texts only where it is text."""
    if column.holding != "text":
        return column.element
    if isinstance(type_in(column.element.type, place), sa.String):
        return _text_of(column, place, order=order)
    if order:
        raise not_here(column.path, place, "its type keeps texts in a form of its own, which has another order")
    return column.element


def _text_of(column: Column, place: Place, *, order: bool = False) -> Element:
    """Return text as text that compares by code point; for equality alone, an index of the column serves."""
    element, held = column.element, type_in(column.element.type, place)
    if isinstance(held, sa.Uuid):
        native = place == "postgresql" and held.native_uuid
        return sa.collate(sa.cast(element, _TEXT) if native else _hyphenated(element), _COLLATION[place])
    if place == "postgresql":
        length = padded_to(column.element.type)
        if length is not None:
            filled = sa.func.rpad(sa.cast(element, _TEXT), sa.literal_column(str(length)), sa.literal_column("' '"))
            return sa.collate(filled, _COLLATION[place])
        if isinstance(held, CITEXT):
            return sa.collate(sa.cast(element, _TEXT), _COLLATION[place])
        if not order and getattr(held, "collation", None) is None:
            return bare(element)
    return sa.collate(element, _COLLATION[place])


def _hyphenated(digits: Element) -> Element:
    text: sa.ColumnElement[str] = sa.literal_column("''", _TEXT)
    for start, length in _GROUPS:
        part = sa.func.substr(digits, sa.literal_column(str(start)), sa.literal_column(str(length)), type_=_TEXT)
        text = text + part if start == 1 else text + sa.literal_column("'-'", _TEXT) + part
    return text


def _number(column: Column, op: Op, value: float, place: Place) -> list[Clause]:
    if _is_decimal(column, place):  # a condition on the decimal itself, which an index may serve, says the same
        return [_applied(each, column.element, bound, sa.Numeric()) for each, bound in decimal_bounds(op, value)]
    return [_applied(op, _rounded(column.element, [value], place), value, _NUMBER)]


def _rounded(element: Element, values: Iterable[float], place: Place) -> Element:
    """A column of SQLite may keep a number as an integer, which it compares exactly: that differs beyond 2**53 only."""
    exact = place == "postgresql" or all(abs(value) < EXACT_IN_FLOAT for value in values)
    return element if exact else sa.cast(element, _NUMBER)


def _is_decimal(column: Column, place: Place) -> bool:
    return place == "postgresql" and isinstance(type_in(column.element.type, place), sa.Numeric)


def _one_of_integers(element: Element, values: Iterable[int | float]) -> list[Clause] | None:
    """A float64 may be the nearest one of several integers."""
    integers: list[int] = []
    ranges: list[Clause] = []
    for value in values:
        bounds = integer_bounds("==", value)
        if bounds is not None and len(bounds) == 1 and bounds[0][0] == "==":
            integers.append(bounds[0][1])
        elif bounds is not None:
            ranges.append(sa.and_(*(_applied(op, element, bound, _INTEGER) for op, bound in bounds)))
    clauses = ([one_of(element, integers, _INTEGER)] if integers else []) + ranges
    return [joined([(1, clause) for clause in clauses], sa.or_)[1]] if clauses else None


def _one_of_uuids(element: Element, texts: Iterable[str], kind: sa.Uuid[Any]) -> list[Clause] | None:
    """A text that is no identifier in its usual form equals none."""
    values = [value for value in map(_uuid, texts) if value is not None]
    return [one_of(element, values if kind.as_uuid else map(str, values), kind)] if values else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None


def _after_all(text: str) -> str | None:
    """Return the first text after all that begin with `text`; None where there is none."""
    kept = text.rstrip(_LAST)
    if not kept:
        return None
    last = kept[-1]
    return kept[:-1] + (_FIRST_AFTER if last == _LAST_BEFORE_SURROGATES else chr(ord(last) + 1))
