"""The values of Django's columns in the form in which they compare exactly, on each database that can."""

from __future__ import annotations

import typing
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from django.db import models

from crmkit.errors import InvalidExpression
from crmkit.expressions._in_django._fields import Held
from crmkit.expressions._in_django._sql import Sql, joined, listed, put
from crmkit.expressions._nodes import Literal, Match, Op
from crmkit.expressions._number_bounds import decimal_bounds, integer_bounds

__all__ = ["OPERATORS", "Column", "Place", "compared", "is_one_of", "matched", "paired", "refused"]

OPERATORS: Mapping[Op, str] = {"==": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_EXACT_DIGITS = 15  # decimals of so many digits order as their nearest doubles do
_LAST = 0x10FFFF  # the last character
_SURROGATES = range(0xD800, 0xE000)  # which are no characters


@frozen
class Column:
    """What stands for a field in one query; `stored` where it is a column of a table and not computed."""

    path: str
    sql: Sql
    held: Held
    stored: bool


@frozen
class Place:
    """The database that is asked, and the columns."""

    connection: Any
    columns: Mapping[str, Column]
    as_of: datetime | None

    @property
    def vendor(self) -> str:
        """Django's word for the database."""
        return str(self.connection.vendor)


def compared(op: Op, column: Column, literal: Literal, place: Place) -> Sql | bool:
    """Compare what is present with a literal; True or False where it lies outside what the column can hold."""
    match column.held.holding:
        case "integer":
            return _within(column, integer_bounds(op, typing.cast(float, literal.value)))
        case "number" if _is_decimal(column, place):
            return _within(column, decimal_bounds(op, float(typing.cast(float, literal.value))))
        case "instant" if place.vendor == "sqlite":
            return _written_instant(op, column, typing.cast(datetime, literal.value), place)
        case "text" if place.vendor == "postgresql" and "\0" in str(literal.value):
            before, _, _ = str(literal.value).partition("\0")  # which PostgreSQL cannot hold, so that none is equal
            order: Op = "<=" if op in ("<", "<=") else ">"
            return op != "==" and compared(order, column, Literal("text", before), place)
        case "text" if op == "==" and column.stored and isinstance(column.held.field, models.UUIDField):
            return is_one_of(column, (literal,), place)
    left = _form(column, place, ordered=op != "==")
    return put(f"{{}} {OPERATORS[op]} {{}}", left, _bound(column, literal, place))


def is_one_of(column: Column, literals: Sequence[Literal], place: Place) -> Sql | bool:
    """Ask whether what is present equals one of the literals."""
    holding = column.held.holding
    if holding == "integer":
        return _is_one_integer(column, literals)
    if _is_decimal(column, place) or (holding == "instant" and place.vendor == "sqlite"):
        return joined([compared("==", column, one, place) for one in literals], neutral=False)
    if holding == "text" and column.stored and isinstance(column.held.field, models.UUIDField):
        known = [found for one in literals if (found := _uuid(str(one.value), place)) is not None]
        return bool(known) and put("{} IN ({})", column.sql, listed(known))
    if place.vendor == "postgresql":
        literals = [one for one in literals if "\0" not in str(one.value)]
    bounds = [_bound(column, one, place) for one in literals]
    return bool(bounds) and put("{} IN ({})", _form(column, place, ordered=False), listed(bounds))


def matched(leaf: Match, column: Column, place: Place) -> Sql | bool:
    """Look for a text in what is present: literally, and so that an index can help to find a beginning."""
    text, sqlite = leaf.text, place.vendor == "sqlite"
    if not text:
        return True
    values = _form(column, place, ordered=False)
    if not sqlite and "\0" in text:
        return False
    match leaf.how:
        case "contains":
            return put("instr({}, {}) > 0" if sqlite else "strpos({}, {}) > 0", values, text)
        case "startswith" if sqlite:
            after = _after(text)
            low = put("{} >= {}", values, text)
            return low if after is None else put("({} AND {} < {})", low, values, after)
        case "startswith":
            return put("{} LIKE {}", values, place.connection.ops.prep_for_like_query(text) + "%")
        case _ if sqlite:  # in bytes, since substr ends a text at a NUL character; of no bytes it makes NULL
            end = text.encode()
            return put("COALESCE(substr(CAST({} AS BLOB), {}), x'') = {}", values, -len(end), end)
        case _:
            return put("right({}, {}) = {}", values, len(text), text)


def paired(op: Op, one: Column, other: Column, place: Place) -> Sql:
    """Compare two columns where both are present."""
    forms = [_beside(column, one, other, place) for column in (one, other)]
    return put(f"{{}} {OPERATORS[op]} {{}}", *forms)


def refused(column: Column, place: Place, what: str) -> InvalidExpression:
    """Build the error of a question that a database would answer otherwise."""
    return InvalidExpression(
        f"field {column.path!r}: {what} cannot be asked of {place.connection.display_name} exactly; "
        "ask the objects with test",
        code="not_in_sql",
        field=column.path,
    )


def _form(column: Column, place: Place, *, ordered: bool) -> Sql:
    """Return the values in the form that compares with `_bound`."""
    match column.held.holding:
        case "text":
            return _text(column, place, ordered=ordered)
        case "number":
            return column.sql if _is_double(column, place) else _double(column, place)
        case "instant":
            return _in_utc(column, place)
        case _:
            return column.sql


def _bound(column: Column, literal: Literal, place: Place) -> Sql:
    """Return a literal as the database compares it with `_form`."""
    value, ops = literal.value, place.connection.ops
    match column.held.holding:
        case "number":
            template = "CAST({} AS double precision)" if place.vendor == "postgresql" else "{}"
            return put(template, float(typing.cast(float, value)))
        case "instant":
            return put("{}", ops.adapt_datetimefield_value(value))
        case "date":
            return put("{}", ops.adapt_datefield_value(value))
        case _:
            return put("{}", value)


def _beside(column: Column, one: Column, other: Column, place: Place) -> Sql:
    """Return the values in the form in which two columns compare."""
    fields = (one.held.field, other.held.field)
    holdings = {one.held.holding, other.held.holding}
    if "number" in holdings and not all(isinstance(field, models.FloatField) for field in fields):
        return _double(column, place)
    if holdings == {"instant"} and place.vendor == "sqlite":
        values = _in_utc(column, place)
        zeros = put("CASE WHEN instr({}, '.') > 0 THEN '000000' ELSE '.000000' END", values)
        return put("substr({} || {}, 1, 26)", values, zeros)
    return _form(column, place, ordered=True)


def _text(column: Column, place: Place, *, ordered: bool) -> Sql:
    """Compare by code point: byte by byte, since both databases keep UTF-8."""
    field = column.held.field
    match place.vendor:
        case "sqlite":
            values = column.sql
            if column.stored and isinstance(field, models.UUIDField):
                cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
                values = put(" || '-' || ".join(f"substr({{}}, {at}, {size})" for at, size in cuts), *[values] * 5)
            return put("({} COLLATE BINARY)", values)
        case "postgresql":
            plain = column.stored and not ordered and not getattr(field, "db_collation", None)
            return put("({})::text" if plain else '(({})::text COLLATE "C")', column.sql)
        case _:
            raise refused(column, place, "text")


def _double(column: Column, place: Place) -> Sql:
    match place.vendor:
        case "sqlite":
            return put("CAST({} AS REAL)", column.sql)
        case "postgresql":
            return put("CAST({} AS double precision)", column.sql)
        case _:
            raise refused(column, place, "a number that is no FloatField")


def _is_double(column: Column, place: Place) -> bool:
    """Whether numbers compare as they are: doubles, and decimals so short that SQLite tells them apart."""
    field = column.held.field
    if isinstance(field, models.FloatField):
        return True
    short = getattr(field, "max_digits", None) is not None and field.max_digits <= _EXACT_DIGITS
    return short and column.stored and place.vendor == "sqlite"


def _is_decimal(column: Column, place: Place) -> bool:
    """Whether numbers are exact decimals, which compare as their nearest doubles between other bounds."""
    return column.stored and isinstance(column.held.field, models.DecimalField) and place.vendor == "postgresql"


def _in_utc(column: Column, place: Place) -> Sql:
    if place.vendor == "sqlite" and place.connection.timezone_name != "UTC":
        raise refused(column, place, f"a time that is kept as {place.connection.timezone_name} has it")
    return column.sql


def _written_instant(op: Op, column: Column, value: datetime, place: Place) -> Sql:
    """Compare as text: Django writes microseconds or none, SQLite's own clock milliseconds."""
    naive = value.replace(tzinfo=None)
    longest = naive.isoformat(" ", "microseconds")
    shortest = longest.rstrip("0") if naive.microsecond else naive.isoformat(" ")
    values = _in_utc(column, place)
    if op == "==":
        return put("{} BETWEEN {} AND {}", values, shortest, longest)
    return put(f"{{}} {OPERATORS[op]} {{}}", values, shortest if op in ("<", ">=") else longest)


def _within(column: Column, bounds: Sequence[tuple[Op, object]] | None) -> Sql | bool:
    """Ask for all of several bounds; None is a bound that nothing lies within."""
    if bounds is None:
        return False
    return joined([put(f"{{}} {OPERATORS[op]} {{}}", column.sql, bound) for op, bound in bounds], neutral=True)


def _is_one_integer(column: Column, literals: Sequence[Literal]) -> Sql | bool:
    """Look integers up together; a number beyond 2**53 is nearest to several."""
    found = [integer_bounds("==", typing.cast(float, one.value)) for one in literals]
    single = [bounds[0][1] for bounds in found if bounds and bounds[0][0] == "=="]
    several = [_within(column, bounds) for bounds in found if bounds and bounds[0][0] != "=="]
    return joined([put("{} IN ({})", column.sql, listed(single)) if single else False, *several], neutral=False)


def _uuid(text: str, place: Place) -> object:
    """Return a UUID that is written as Python writes it; no other text equals one."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    return models.UUIDField().get_db_prep_value(found, place.connection) if str(found) == text else None


def _after(text: str) -> str | None:
    """Return the first text after all that begin with this one, if there is any."""
    for at in range(len(text) - 1, -1, -1):
        code = ord(text[at]) + 1
        if code <= _LAST:
            return text[:at] + chr(_SURROGATES.stop if code in _SURROGATES else code)
    return None
