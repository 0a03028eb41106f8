"""A leaf asked of a value in a JSON column: as what it is asked tells which kind the value must be."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from attrs import evolve

from crmkit.errors import InvalidExpression
from crmkit.expressions._in_sql._columns import Column, Member
from crmkit.expressions._in_sql._json import MemberKind, member_as, members_in_sqlite, some_in_sqlite, sqlite_value
from crmkit.expressions._in_sql._leaves import conditions, guarded, is_there
from crmkit.expressions._in_sql._place import Clause, Place, by_place, not_here
from crmkit.expressions._kinds import Family
from crmkit.expressions._limits import EXACT_IN_FLOAT
from crmkit.expressions._nodes import Asking, Compare, Has, In, Literal, Match

__all__ = ["ask_member"]

Asked = list[tuple[MemberKind, Asking]]

_HELD: Mapping[MemberKind, Family] = {
    "text": "text",
    "whole": "integer",
    "fraction": "number",
    "number": "number",
    "flag": "flag",
    "tags": "tags",
}
_MOST = 2**63  # an integer of JSON beyond is one that SQLite rounds


def ask_member(leaf: Asking, member: Member, dialect: str | None, *, yes: bool) -> Clause:
    """Return the answer of a leaf, or the opposite of it; a value of another kind answers no.

    Raises:
        InvalidExpression: two fields, or a kind that JSON has not.
    """
    asked = _by_kind(leaf, member)

    def clause(place: Place) -> Clause:
        return (_in_sqlite if place == "sqlite" else _in_postgresql)(asked, member, yes=yes)

    return by_place(member.path, clause, dialect)


def _in_sqlite(asked: Asked, member: Member, *, yes: bool) -> Clause:
    members = members_in_sqlite(member)
    answers: list[Clause] = []
    for kind, leaf in asked:
        if kind == "number":
            raise not_here(member.path, "sqlite", "it reads only 15 digits of a number in JSON")
        is_kind, element = sqlite_value(members, kind)
        said = conditions(leaf, [Column(member.path, element, _HELD[kind])], "sqlite", None)
        if said is not None:
            answers.append(sa.and_(is_kind, *said))
    some = some_in_sqlite(members, member, sa.or_(sa.false(), *answers))
    return some if yes else sa.not_(some)


def _in_postgresql(asked: Asked, member: Member, *, yes: bool) -> Clause:
    answers: list[Clause] = []
    for kind, leaf in asked:
        column = Column(member.path, member_as(kind, member), _HELD[kind])
        said = conditions(leaf, [column], "postgresql", None)
        answers.append(guarded(said, [is_there(column, "postgresql")], yes=yes))
    return sa.or_(sa.false(), *answers) if yes else sa.and_(sa.true(), *answers)


def _by_kind(leaf: Asking, member: Member) -> Asked:
    """Part a leaf into one for each kind of value that it may be true of."""
    match leaf:
        case Has():
            return [("tags", leaf)]
        case Match():
            return [("text", leaf)]
        case Compare(right=Literal() as literal):
            return [(kind, leaf) for kind in _kinds(literal, member)]
        case In(values=values):
            kinds = {literal: _kinds(literal, member) for literal in values}
            parts = [(kind, tuple(literal for literal in values if kind in kinds[literal])) for kind in _HELD]
            return [(kind, evolve(leaf, values=some)) for kind, some in parts if some]
        case _:
            raise _unlike(member)


def _kinds(literal: Literal, member: Member) -> list[MemberKind]:
    match literal.kind:
        case "text":
            return ["text"]
        case "flag":
            return ["flag"]
        case "number":
            return ["number"]
        case "integer" if -_MOST <= (whole := int(literal.value)) < _MOST:  # type: ignore[arg-type]
            return ["whole", "fraction"] if abs(whole) <= EXACT_IN_FLOAT else ["whole"]
        case _:
            raise _unlike(member)


def _unlike(member: Member) -> InvalidExpression:
    return not_here(member.path, "a JSON column", "its values are compared with texts, flags and numbers of 64 bits")
