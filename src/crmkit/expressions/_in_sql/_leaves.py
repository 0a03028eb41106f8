"""What a leaf says of SQL columns, as a clause that is never NULL: each leaf guards NULL, and NaN where it can be."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from crmkit.expressions._bounds import checked_as_of, date_bounds, instant_bounds
from crmkit.expressions._in_sql._columns import Column
from crmkit.expressions._in_sql._json import has_tags, tags_are_there
from crmkit.expressions._in_sql._place import Clause, Place, not_here
from crmkit.expressions._in_sql._types import holding_of, type_in
from crmkit.expressions._in_sql._values import bare, compared, is_one_of, matched, paired
from crmkit.expressions._nodes import (
    Asking,
    Compare,
    During,
    Has,
    In,
    Literal,
    Match,
    Operand,
    Relative,
)

__all__ = ["answer", "conditions", "guarded", "is_there"]


def answer(leaf: Asking, columns: Sequence[Column], place: Place, as_of: datetime | None, *, yes: bool) -> Clause:
    """Return the answer of a leaf, or the opposite of it; what is missing answers no.

    Raises:
        InvalidExpression: this place does not say it exactly; or `as_of` is needed.
    """
    for column in columns:
        if holding_of(type_in(column.element.type, place)) != column.holding:
            raise not_here(column.path, place, "its type is another one there")
    said = conditions(leaf, columns, place, as_of)
    return guarded(said, [is_there(column, place) for column in columns], yes=yes)


def guarded(said: Sequence[Clause] | None, there: Sequence[Clause], *, yes: bool) -> Clause:
    """Join what is said of values that are there with their being there; negation stays at the leaves."""
    if said is None:
        return sa.false() if yes else sa.true()
    parts = [*said, *there]
    return sa.and_(*parts) if yes else sa.or_(*map(sa.not_, parts))


def is_there(column: Column, place: Place) -> Clause:
    """Return whether a column has a value: NaN and JSON's null are none."""
    if column.holding == "tags":
        return tags_are_there(column, place)
    if column.holding == "number" and place == "postgresql":
        return (bare(column.element) < sa.literal_column("'NaN'")).is_(sa.true())  # NaN is the greatest number there
    return bare(column.element).is_not(None)


def conditions(leaf: Asking, columns: Sequence[Column], place: Place, as_of: datetime | None) -> list[Clause] | None:
    """Return what together is said of values that are there; None is never true."""
    column = columns[0]
    match leaf:
        case Compare(op=op, right=right):
            if isinstance(right, Operand):
                return paired(op, column, columns[1], place)
            return compared(column, op, right, place)
        case In(values=values):
            return is_one_of(column, values, place)
        case Match():
            return matched(column, leaf, place)
        case Has(values=tags, every=every):
            if not tags:
                return [] if every else None
            return has_tags(column, tags, place, every=every)
        case Relative() | During():
            low, end = _window(leaf, column, checked_as_of(as_of))
            return [*(compared(column, ">=", low, place) or ()), *(compared(column, "<", end, place) or ())]
        case _:
            typing.assert_never(leaf)


def _window(leaf: Relative | During, column: Column, as_of: datetime) -> tuple[Literal, Literal]:
    if column.holding == "date":
        first, end = date_bounds(leaf, as_of)
        return Literal("date", first), Literal("date", end)
    start, stop = instant_bounds(leaf, as_of)
    return Literal("instant", start), Literal("instant", stop)
