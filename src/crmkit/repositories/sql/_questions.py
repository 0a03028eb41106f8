"""A question to a database: what it can answer exactly as a clause, the rest left for the records that come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
import sqlalchemy as sa

from crmkit.errors import InvalidExpression
from crmkit.expressions import ALWAYS, Expression
from crmkit.records import kind_of
from crmkit.repositories._page import Order, beyond
from crmkit.repositories.sql._elements import Elements, spec_at

__all__ = ["Question", "question_of"]

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

    def behind(self, orders: Sequence[Order], place: Sequence[Any]) -> Question:
        """Ask only of what comes behind a place in an order."""
        further = _clause(beyond(orders, place), self.elements, self.cls, None)
        return attrs.evolve(self, clause=sa.and_(self.clause, further))

    def order(self, orders: Sequence[Order]) -> list[sa.ColumnElement[Any]]:
        """Say what to sort by: what is missing comes last."""
        found = self.elements.of(self.cls, [order.spec.name for order in orders])
        return [_sorted(found[order.spec.name], order) for order in orders]


def question_of(where: Expression, elements: Elements, cls: type, as_of: datetime | None) -> Question:
    """Split a checked question into what the database answers, and the rest.

    Raises:
        InvalidExpression: a relative question, and no `as_of`.
    """

    def supports(part: Expression) -> bool:
        if any(_is_mixed(path, elements, cls) for path in part.fields):
            return False
        try:
            _clause(part, elements, cls, as_of).compile(dialect=elements.dialect)
        except InvalidExpression as fault:
            if fault.code not in _REFUSED:
                raise
            return False
        return True

    table = elements.tables.records[kind_of(cls)]
    whose = table.c.tenant == elements.tenant
    if where == ALWAYS:
        return Question(elements, cls, whose, ALWAYS)
    pushed, rest = where.split(supports)
    return Question(elements, cls, sa.and_(whose, _clause(pushed, elements, cls, as_of)), rest)


def _clause(asked: Expression, elements: Elements, cls: type, as_of: datetime | None) -> sa.ColumnElement[bool]:
    table = elements.tables.records[kind_of(cls)]
    clause: sa.ColumnElement[bool] = asked.sql(table, fields=elements.of(cls, asked.fields), as_of=as_of)
    return clause


def _is_mixed(path: str, elements: Elements, cls: type) -> bool:
    """Whether a field holds integers and fractions alike: those compare exactly, these as doubles."""
    spec, is_custom = spec_at(cls, path, elements.custom)
    return is_custom and spec.kind == "number"


def _sorted(element: sa.ColumnElement[Any], order: Order) -> sa.ColumnElement[Any]:
    directed = element.desc() if order.descending else element.asc()
    return directed.nulls_last() if order.spec.nullable else directed
