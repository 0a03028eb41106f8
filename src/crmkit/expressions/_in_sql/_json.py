"""Tags, and values in a JSON column, in the words of SQLite and of PostgreSQL."""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crmkit.expressions._in_sql._columns import Column, Element, Member
from crmkit.expressions._in_sql._place import Clause, Place, not_here
from crmkit.expressions._in_sql._types import type_in

__all__ = [
    "MemberKind",
    "has_tags",
    "member_as",
    "member_is_there",
    "members_in_sqlite",
    "some_in_sqlite",
    "sqlite_value",
    "tags_are_there",
]

MemberKind = typing.Literal["text", "whole", "fraction", "number", "flag", "tags"]

_JSONB = postgresql.JSONB()
_ONE: Element = sa.literal_column("1")
_IN_SQLITE: Mapping[MemberKind, tuple[tuple[str, ...], sa.types.TypeEngine[Any]]] = {
    "text": (("text",), sa.Text()),
    "whole": (("integer",), sa.BigInteger()),
    "fraction": (("real",), sa.Double()),
    "flag": (("true", "false"), sa.Boolean()),
    "tags": (("array",), sa.JSON()),
}


def has_tags(column: Column, tags: Sequence[str], place: Place, *, every: bool) -> list[Clause]:
    """Return conditions that together say that a collection holds every one of the texts, or at least one."""
    held = type_in(column.element.type, place)
    if place == "sqlite":
        if not isinstance(held, sa.JSON):
            raise not_here(column.path, place, "it has no arrays; keep the tags in a JSON column there")
        return [_in_array(column.element, some) for some in ([[tag] for tag in tags] if every else [tags])]
    if isinstance(held, sa.ARRAY):
        texts = postgresql.ARRAY(sa.Text() if isinstance(held.item_type, sa.Text) else sa.String())
        return [column.element.op("@>" if every else "&&", is_comparison=True)(sa.literal(list(tags), texts))]
    array = sa.cast(column.element, _JSONB)
    return [_contains(array, tags)] if every else [sa.or_(*(_contains(array, [tag]) for tag in tags))]


def tags_are_there(column: Column, place: Place) -> Clause:
    """Return whether a collection is there; the null of JSON is nothing."""
    if not isinstance(type_in(column.element.type, place), sa.JSON):
        return column.element.is_not(None)
    if place == "sqlite":
        return _is_something(sa.func.json_type(column.element))
    return _is_something(sa.func.jsonb_typeof(sa.cast(column.element, _JSONB)))


def member_is_there(member: Member, place: Place) -> Clause:
    """Return whether a JSON column holds anything under the name."""
    if place == "sqlite":
        members = members_in_sqlite(member)
        return some_in_sqlite(members, member, members.c.type != _quoted("null"))
    return _is_something(sa.func.jsonb_typeof(_value(member)))


def members_in_sqlite(member: Member) -> Any:
    """Return the members of a JSON column as SQLite makes a table of them."""
    return sa.func.json_each(member.json).table_valued("key", "value", "type")


def sqlite_value(members: Any, kind: MemberKind) -> tuple[Clause, Element]:
    """Return whether the value of a member is of a kind, and the value."""
    words, held = _IN_SQLITE[kind]
    return members.c.type.in_(map(_quoted, words)), sa.type_coerce(members.c.value, held)


def some_in_sqlite(members: Any, member: Member, condition: Clause) -> Clause:
    """Return whether something is true of the member, found by its decoded key: a path would miss an escaped one."""
    named = members.c.key == sa.literal(member.name, sa.Text())
    return sa.exists(sa.select(_ONE).select_from(members).where(named, condition))


def member_as(kind: MemberKind, member: Member) -> Element:
    """Return the value that PostgreSQL finds under the name, NULL where it is of another kind.

    A "whole" number is written without a point, a "fraction" with one; "number" is either.
    """
    held = _value(member)
    holds, text = sa.func.jsonb_typeof(held), sa.cast(held, sa.Text())
    has_point = sa.func.strpos(text, _quoted(".")) > sa.literal_column("0")
    match kind:
        case "text":
            plain = sa.cast(member.json, _JSONB).op("->>")(sa.literal(member.name, sa.Text()))
            return _where(holds == _quoted("string"), sa.type_coerce(plain, sa.Text()))
        case "whole":
            return _where(sa.and_(holds == _quoted("number"), sa.not_(has_point)), sa.cast(text, sa.Numeric()))
        case "fraction":
            return _where(sa.and_(holds == _quoted("number"), has_point), sa.cast(text, sa.Double()))
        case "number":
            return _where(holds == _quoted("number"), sa.cast(text, sa.Double()))
        case "flag":
            return _where(holds == _quoted("boolean"), sa.cast(text, sa.Boolean()))
        case "tags":
            return _where(holds == _quoted("array"), held)
        case _:
            typing.assert_never(kind)


def _in_array(array: Element, tags: Sequence[str]) -> Clause:
    each = sa.func.json_each(array).table_valued("key", "value", "type")
    is_text = sa.and_(sa.func.typeof(each.c.key) == _quoted("integer"), each.c.type == _quoted("text"))
    texts = sa.bindparam(None, list(tags), type_=sa.Text(), expanding=True, unique=True)
    return sa.exists(sa.select(_ONE).select_from(each).where(is_text, each.c.value.in_(texts)))


def _value(member: Member) -> Element:
    name = sa.literal(member.name, sa.Text())
    return sa.cast(member.json, _JSONB).op("->", return_type=_JSONB)(name)


def _contains(array: Element, tags: Sequence[str]) -> Clause:
    text = json.dumps(list(tags), ensure_ascii=False)
    return array.op("@>", is_comparison=True)(sa.cast(sa.literal(text, sa.Text()), _JSONB))


def _is_something(kind: Element) -> Clause:
    return (kind != _quoted("null")).is_(sa.true())


def _where(condition: Clause, value: Element) -> Element:
    return sa.case((condition, value))


def _quoted(word: str) -> Element:
    """A word of the database's own, which is no value."""
    return sa.literal_column(f"'{word}'", sa.Text())
