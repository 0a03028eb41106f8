"""What lies in JSON columns: tags, and the custom values of an object."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping

from attrs import evolve
from django.db import models

from crmkit.expressions._in_django._sql import FALSE, TRUE, Sql, joined, listed, put
from crmkit.expressions._in_django._values import OPERATORS, Column, Place, compared, refused
from crmkit.expressions._kinds import Family
from crmkit.expressions._nodes import Has, Literal, Op

__all__ = ["custom_holds", "custom_value", "has", "is_json_null", "is_no_custom", "number_compared", "refuse_nul"]

_TYPES: Mapping[str, tuple[tuple[str, ...], str]] = {  # what SQLite and PostgreSQL call the types of JSON
    "text": (("text",), "string"),
    "number": (("integer", "real"), "number"),
    "flag": (("true", "false"), "boolean"),
    "tags": (("array",), "array"),
}
_IN_POSTGRESQL: Mapping[str, str] = {
    "text": "({} ->> {}::text)",
    # bounded by the greatest double: PostgreSQL refuses to round what is beyond it
    "number": "LEAST(GREATEST(({} ->> {}::text)::numeric, -1.7976931348623157e308), 1.7976931348623157e308)",
    "flag": "({} ->> {}::text)::boolean",
    "tags": "({} -> {}::text)",
}
_BEYOND = 2**63  # the first integer that SQLite does not hold


def has(leaf: Has, column: Column, place: Place) -> Sql | bool:
    """Look for texts in a JSON list, or in an array of PostgreSQL."""
    tags, every, values = list(leaf.values), leaf.every, column.sql
    refuse_nul(tags, column, place)
    if place.vendor == "sqlite":
        found = put(
            "EXISTS (SELECT 1 FROM json_each(CASE json_type({}) WHEN 'array' THEN {} END) AS crmkit_tag"
            " WHERE crmkit_tag.type = 'text' AND crmkit_tag.value IN",
            values,
            values,
        )
        groups = [[tag] for tag in tags] if every else [tags] if tags else []
        return joined([put("{} ({}))", found, listed(group)) for group in groups], neutral=every)
    if place.vendor != "postgresql":
        raise refused(column, place, "JSON")
    holdable = [tag for tag in tags if "\0" not in tag]
    if not tags or not holdable or (every and len(holdable) < len(tags)):
        return every and not tags
    if hasattr(column.held.field, "base_field"):
        kind = "varchar[]" if isinstance(column.held.field.base_field, models.CharField) else "text[]"
        if getattr(column.held.field.base_field, "db_collation", None):
            values = put('({}::text[] COLLATE "C")', values)
        return put(f"{{}}::{kind} {'@>' if every else '&&'} {{}}::{kind}", values, holdable)
    return put(
        f"(jsonb_typeof({{}}) = 'array' AND {{}} {'?&' if every else '?|'} {{}}::text[])", values, values, holdable
    )


def refuse_nul(texts: Iterable[object], column: Column, place: Place) -> None:
    """Refuse to look for what SQLite cuts off: it ends a text of JSON at a NUL character.

    Raises:
        InvalidExpression: names the field.
    """
    if place.vendor == "sqlite" and any("\0" in str(text) for text in texts):
        raise refused(column, place, "a NUL character in JSON")


def is_json_null(column: Column, place: Place) -> Sql:
    """Ask whether JSON that is present says null."""
    match place.vendor:
        case "sqlite":
            return put("json_type({}) = 'null'", column.sql)
        case "postgresql":
            return put("jsonb_typeof({}) = 'null'", column.sql)
        case _:
            raise refused(column, place, "JSON")


def custom_value(column: Column, kind: Family, place: Place) -> Column:
    """Return the value under the key, to be asked about inside of `custom_holds` alone."""
    if place.vendor == "sqlite":
        values = Sql("crmkit_custom.value")
        if kind == "tags":  # json_each must not be given the text of another type
            values = Sql("CASE crmkit_custom.type WHEN 'array' THEN crmkit_custom.value END")
    else:
        values = put(_IN_POSTGRESQL[kind], column.sql, column.held.key)
    return evolve(column, sql=values, held=evolve(column.held, holding=kind, field=None), stored=False)


def custom_holds(column: Column, kind: Family, condition: Sql | bool, place: Place) -> Sql:
    """Ask a condition of the value under the key, where it is of a kind; of another it is false."""
    if condition is False:
        return FALSE
    condition = TRUE if condition is True else condition
    in_sqlite, in_postgresql = _TYPES[kind]
    values, key = column.sql, column.held.key
    if place.vendor == "sqlite":
        return put(
            "EXISTS (SELECT 1 FROM json_each({}) AS crmkit_custom"
            " WHERE crmkit_custom.key = {} AND crmkit_custom.type IN ({}) AND {})",
            values,
            key,
            listed(in_sqlite),
            condition,
        )
    held = put("jsonb_typeof({} -> {}::text) = {}", values, key, in_postgresql)
    return put("CASE WHEN {} THEN {} ELSE FALSE END", held, condition)


def is_no_custom(column: Column, place: Place) -> Sql:
    """Ask whether there is nothing under the key, or null."""
    values, key = column.sql, column.held.key
    if place.vendor == "sqlite":
        return put(
            "NOT EXISTS (SELECT 1 FROM json_each({}) AS crmkit_custom"
            " WHERE crmkit_custom.key = {} AND crmkit_custom.type <> 'null')",
            values,
            key,
        )
    if place.vendor != "postgresql":
        raise refused(column, place, "JSON")
    return put("COALESCE(jsonb_typeof({} -> {}::text), 'null') = 'null'", values, key)


def number_compared(op: Op, column: Column, literal: Literal, place: Place) -> Sql | bool:
    """Compare a number of JSON, which is an integer in one row and a double in another."""
    if literal.kind == "number":
        return compared(op, column, literal, place)
    if place.vendor == "sqlite" and abs(typing.cast(int, literal.value)) >= _BEYOND:
        raise refused(column, place, f"{literal.value} beside a number in JSON")
    return put(f"{{}} {OPERATORS[op]} {{}}", column.sql, literal.value)
