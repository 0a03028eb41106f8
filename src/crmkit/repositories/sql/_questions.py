"""A question to a database: what it can answer exactly as a clause, the rest left for the records that come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa

from crmkit.errors import InvalidExpression
from crmkit.expressions import ALWAYS, Expression
from crmkit.records import kind_of
from crmkit.repositories._page import Order, beyond
from crmkit.repositories.sql._elements import Elements, spec_at

__all__ = ["Question", "answered"]

T = TypeVar("T")
_REFUSED = ("not_in_sql", "not_in_this_place")


@attrs.frozen(eq=False)
class Question:
    """A question about the records of one class.

    Args:
        elements: what stands for their fields.
        cls: the class.
        clause: what the database answers.
        rest: what only the records can answer; ALWAYS where nothing is left.
    """

    elements: Elements
    cls: type
    clause: sa.ColumnElement[bool]
    rest: Expression

    @property
    def whole(self) -> bool:
        """Whether the database answers all of it."""
        return self.rest == ALWAYS

    def behind(self, orders: Sequence[Order], place: Sequence[Any]) -> Question:
        """Ask only of what comes behind a place in an order."""
        further = _clause(beyond(orders, place), self.elements, self.cls, None)
        return attrs.evolve(self, clause=sa.and_(self.clause, further))

    def order(self, orders: Sequence[Order]) -> list[sa.ColumnElement[Any]]:
        """Say what to sort by: what is missing comes last."""
        found = self.elements.of(self.cls, [order.spec.name for order in orders])
        return [_sorted(found[order.spec.name], order) for order in orders]


def answered(
    where: Expression, elements: Elements, cls: type, as_of: datetime | None, ask: Callable[[Question], T]
) -> T:
    """Ask a checked question: the whole of the database, or what it can answer of it where it refuses the whole.

    Args:
        where: the question.
        elements: what stands for the fields of the records.
        cls: their class.
        as_of: the moment that relative questions count from.
        ask: what runs the query; it may be called twice.

    Raises:
        InvalidExpression: a relative question, and no `as_of`.
    """
    table = elements.tables.records[kind_of(cls)]
    whose = table.c.tenant == elements.tenant
    try:
        if not _is_mixed(where, elements, cls):
            return ask(Question(elements, cls, sa.and_(whose, _clause(where, elements, cls, as_of)), ALWAYS))
    except InvalidExpression as fault:
        if fault.code not in _REFUSED:
            raise

    def supports(part: Expression) -> bool:
        try:
            _clause(part, elements, cls, as_of).compile(dialect=elements.dialect)
        except InvalidExpression:  # of a question that was checked, only a refusal
            return False
        return not _is_mixed(part, elements, cls)

    pushed, rest = where.split(supports)
    return ask(Question(elements, cls, sa.and_(whose, _clause(pushed, elements, cls, as_of)), rest))


def _clause(asked: Expression, elements: Elements, cls: type, as_of: datetime | None) -> sa.ColumnElement[bool]:
    table = elements.tables.records[kind_of(cls)]
    clause: sa.ColumnElement[bool] = asked.sql(table, fields=elements.of(cls, asked.fields), as_of=as_of)
    return clause


def _is_mixed(asked: Expression, elements: Elements, cls: type) -> bool:
    """Whether a field holds integers and fractions alike: those compare exactly, these as doubles."""
    specs = (spec_at(cls, path, elements.custom) for path in asked.fields)
    return any(is_custom and spec.kind == "number" for spec, is_custom in specs)


def _sorted(element: sa.ColumnElement[Any], order: Order) -> sa.ColumnElement[Any]:
    directed = element.desc() if order.descending else element.asc()
    return directed.nulls_last() if order.spec.nullable else directed
