"""What a SQL type holds, as far as a question is concerned; a decorated type holds what its `impl` does."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from enum import Enum as PythonEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from crmkit.expressions._in_sql._place import Place
from crmkit.expressions._kinds import Family
from crmkit.expressions._values import Unusable, plain

__all__ = ["Holding", "holding_of", "is_json", "members_of", "padded_to", "translates", "type_in"]

Holding = Family | typing.Literal["naive", "other"]

_DIALECTS: Mapping[Place, sa.Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]
}
_TRANSLATIONS = ("process_bind_param", "bind_processor", "bind_expression")


def holding_of(declared: TypeEngine[Any]) -> Holding:
    """Return the family of a type; `naive` holds datetimes without a zone, of `other` only presence can be asked."""
    held = _bare(declared)
    match held:
        case sa.Interval():
            return "other"
        case sa.Enum():
            families = {family for _, family, _ in members_of(declared)}
            return families.pop() if len(families) == 1 and not translates(declared) else "other"
        case sa.String() | sa.Uuid():
            return "text"
        case sa.Boolean():
            return "flag"
        case sa.Integer():
            return "integer"
        case sa.Numeric() | sa.Float():
            return "number"
        case sa.DateTime():
            return "instant" if held.timezone else "naive"
        case sa.Date():
            return "date"
        case sa.JSON():
            return "tags"
        case sa.ARRAY():
            return "tags" if _is_plain_text(held.item_type) else "other"
        case _:
            return "other"


def members_of(declared: TypeEngine[Any]) -> list[tuple[Any, Family, Any]]:
    """Return what an enumeration may hold, each with its family and plain value; nothing for any other type."""
    held = _bare(declared)
    if not isinstance(held, sa.Enum):
        return []
    members: list[str] | list[PythonEnum] = list(held.enum_class) if held.enum_class else held.enums
    try:
        return [(member, *found) for member in members if (found := plain(member)) is not None]
    except Unusable:
        return []


def translates(declared: TypeEngine[Any]) -> bool:
    """Whether a decorated type stores its values in a form of its own, which only itself can write."""
    while isinstance(declared, TypeDecorator):
        if any(getattr(type(declared), name) is not getattr(TypeDecorator, name) for name in _TRANSLATIONS):
            return True
        declared = declared.impl_instance
    return False


def is_json(declared: TypeEngine[Any]) -> bool:
    """Whether a column holds JSON."""
    return isinstance(_bare(declared), sa.JSON)


def padded_to(declared: TypeEngine[Any]) -> int | None:
    """Return to which length PostgreSQL fills the texts of a type up with blanks; None: it does not."""
    held = _bare(declared)
    if not isinstance(held, sa.CHAR) or not isinstance(type_in(declared, "postgresql"), sa.String):
        return None
    return held.length or 1


def type_in(declared: TypeEngine[Any], place: Place) -> TypeEngine[Any]:
    """Return what a type is in one database."""
    return _bare(declared.dialect_impl(_DIALECTS[place]))


def _bare(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    while isinstance(declared, TypeDecorator) and not isinstance(declared, sa.Interval):
        declared = declared.impl_instance
    return declared


def _is_plain_text(item: TypeEngine[Any]) -> bool:
    return isinstance(item, sa.String) and not isinstance(item, sa.Enum | sa.CHAR | postgresql.CITEXT)
