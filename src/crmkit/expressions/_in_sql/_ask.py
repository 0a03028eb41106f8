"""A leaf asked of a view: of its columns, of the choices of an enumeration, or of values in a JSON column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crmkit.errors import InvalidExpression
from crmkit.expressions._bounds import checked_as_of
from crmkit.expressions._in_sql._columns import Column, Member, View
from crmkit.expressions._in_sql._json import member_is_there
from crmkit.expressions._in_sql._leaves import answer, guarded, is_there
from crmkit.expressions._in_sql._members import ask_member
from crmkit.expressions._in_sql._place import PLACES, Clause, Place, by_place, not_here
from crmkit.expressions._in_sql._types import holding_of, members_of, type_in
from crmkit.expressions._in_sql._values import bare, one_of
from crmkit.expressions._leaves import paths_of
from crmkit.expressions._nodes import (
    Asking,
    Compare,
    During,
    Has,
    In,
    Leaf,
    Literal,
    Match,
    Missing,
    Op,
    Operand,
    Relative,
)
from crmkit.expressions._on_record import compile_for

__all__ = ["ask"]

_ALIKE = ("integer", "date", "flag")  # what every database compares alike
_TURNED: Mapping[Op, Op] = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def ask(leaf: Leaf, view: View, as_of: datetime | None, *, yes: bool) -> Clause:
    """Return the answer of a leaf that was proven to suit the view, or the opposite of it.

    Raises:
        InvalidExpression: no database says this exactly; or `as_of` is needed.
    """
    columns = [view.column(path) for path in paths_of(leaf)]
    known = [column for column in columns if isinstance(column, Column)]
    if isinstance(leaf, Missing):
        return _there(columns[0], view.dialect, yes=not yes)
    if isinstance(leaf, Relative | During):
        checked_as_of(as_of)
    _refuse_null_characters(leaf)
    for choices in known:
        if members_of(choices.element.type):
            return _of_choices(leaf, choices, view, as_of, yes=yes)
    _refuse_lowercase(leaf)
    for column in columns:
        if isinstance(column, Member):
            return ask_member(leaf, column, view.dialect, yes=yes)
    if all(map(_is_alike, known)):
        return answer(leaf, known, PLACES[0], as_of, yes=yes)
    return by_place(known[0].path, lambda place: answer(leaf, known, place, as_of, yes=yes), view.dialect)


def _there(column: Column | Member, dialect: str | None, *, yes: bool) -> Clause:
    def clause(place: Place) -> Clause:
        found = member_is_there(column, place) if isinstance(column, Member) else is_there(column, place)
        return found if yes else sa.not_(found)

    if isinstance(column, Member) or column.holding in ("number", "tags"):
        return by_place(column.path, clause, dialect)
    return clause(PLACES[0])


def _is_alike(column: Column) -> bool:
    holdings = {column.holding, *(holding_of(type_in(column.element.type, place)) for place in PLACES)}
    return len(holdings) == 1 and column.holding in _ALIKE


def _of_choices(leaf: Asking, column: Column, view: View, as_of: datetime | None, *, yes: bool) -> Clause:
    """The few values of an enumeration are asked here, and those of which the leaf is true are looked up."""
    kind = column.element.type
    there = [bare(column.element).is_not(None)]
    if isinstance(leaf, Compare) and isinstance(leaf.right, Operand):
        pairs: list[Clause] = []
        for choice, family, value in members_of(kind):
            rest = ask(_with_value(leaf, leaf.right, column.path, family, value), view, as_of, yes=True)
            pairs.append(sa.and_(one_of(column.element, [choice], kind), rest))
        return guarded([sa.or_(*pairs)], there, yes=yes)
    run = compile_for(leaf, dict, {})
    chosen = [choice for choice, _, value in members_of(kind) if run({column.path: value}, as_of)]
    return guarded([one_of(column.element, chosen, kind)] if chosen else None, there, yes=yes)


def _with_value(leaf: Compare, right: Operand, path: str, family: Any, value: Any) -> Compare:
    """Put a value in the place of one of two fields."""
    literal = Literal(family, value.lower() if leaf.left.lower else value)
    if leaf.left.path == path:
        return Compare(_TURNED[leaf.op], right, literal)
    return Compare(leaf.op, leaf.left, literal)


def _refuse_lowercase(leaf: Asking) -> None:
    match leaf:
        case Compare(left=operand) | In(operand=operand) | Match(operand=operand):
            if operand.lower:
                raise InvalidExpression(
                    f"field({operand.path!r}).lower() is not asked of a database, whose lowercase is not Unicode's; "
                    "ask it of the records that come back (split parts it off)",
                    code="not_in_this_place",
                    field=operand.path,
                )
        case _:
            return


def _refuse_null_characters(leaf: Asking) -> None:
    """Databases either cannot hold one, or take it for the end of the text."""
    match leaf:
        case Compare(right=Literal() as literal):
            texts: Sequence[object] = [literal.value]
        case In(values=values):
            texts = [literal.value for literal in values]
        case Match(text=text):
            texts = [text]
        case Has(values=tags):
            texts = tags
        case _:
            return
    if any(isinstance(text, str) and "\0" in text for text in texts):
        raise not_here(paths_of(leaf)[0], "a database", "the text has a null character, U+0000")
