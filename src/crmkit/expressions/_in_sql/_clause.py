"""A question as a clause of SQLAlchemy: never NULL, with its values as bound parameters only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crmkit.expressions._in_sql._ask import ask
from crmkit.expressions._in_sql._columns import View, open_view
from crmkit.expressions._in_sql._place import Clause
from crmkit.expressions._in_sql._tree import Tall, joined
from crmkit.expressions._kinds import prove
from crmkit.expressions._leaves import leaves_of
from crmkit.expressions._nodes import And, Constant, Missing, Node, Not, Or

__all__ = ["clause_of"]


def clause_of(
    node: Node, table: object, fields: Mapping[str, Any] | None, as_of: datetime | None, dialect: str | None
) -> Clause:
    """Prove the question, then build its clause.

    Raises:
        UnknownField: the table has no such column.
        InvalidExpression: a column of another kind, a question that no database answers exactly; `as_of` is needed.
    """
    view = open_view(table, fields, dialect)
    for leaf in leaves_of(node):
        if isinstance(leaf, Missing):
            view.column(leaf.path)
        else:
            prove(leaf, view.family)
    return _built(node, view, as_of, yes=True)[1]


def _built(node: Node, view: View, as_of: datetime | None, *, yes: bool) -> Tall:
    """Push the negation to the leaves."""
    match node:
        case Constant(value=value):
            return 1, sa.true() if value is yes else sa.false()
        case Not(part=part):
            return _built(part, view, as_of, yes=not yes)
        case And(parts=parts) | Or(parts=parts):
            join = sa.and_ if isinstance(node, And) is yes else sa.or_
            return joined([_built(part, view, as_of, yes=yes) for part in parts], join)
        case _:
            return 1, ask(node, view, as_of, yes=yes)
