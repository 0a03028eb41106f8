"""A question asked of Django's models: proven when it meets its model, written when it meets its database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldError
from django.db.models import BooleanField, F
from django.db.models import Expression as DjangoExpression
from django.db.models.expressions import Col
from django.db.models.sql.where import WhereNode

from crmkit.errors import InvalidExpression, shown
from crmkit.expressions._bounds import checked_as_of
from crmkit.expressions._in_django._fields import Held, find
from crmkit.expressions._in_django._leaves import answer
from crmkit.expressions._in_django._sql import Sql
from crmkit.expressions._in_django._values import Column, Place
from crmkit.expressions._in_text import text_of
from crmkit.expressions._kinds import prove
from crmkit.expressions._leaves import leaves_of, paths_of
from crmkit.expressions._limits import checked_path
from crmkit.expressions._nodes import Compare, During, In, Match, Missing, Node, Relative

__all__ = ["Asked", "asked"]


def asked(node: Node, names: Mapping[str, str], as_of: datetime | None) -> Asked:
    """Return the question as a condition for Django's Q.

    Raises:
        InvalidExpression: lowercase is asked for; or `as_of` is needed.
    """
    for leaf in leaves_of(node):
        if isinstance(leaf, Relative | During):
            checked_as_of(as_of)
        operand = leaf.left if isinstance(leaf, Compare) else leaf.operand if isinstance(leaf, In | Match) else None
        if operand is not None and operand.lower:
            raise InvalidExpression(
                f"field({operand.path!r}).lower() is not asked of a database, whose lowercase is not Unicode's; "
                "keep the lowercase in a field of its own, or ask the objects with test",
                code="not_in_this_place",
                field=operand.path,
            )
    paths = {path: checked_path(name.replace("__", ".")) for path, name in names.items()}  # Django's way to write one
    return Asked(node, tuple(sorted(paths.items())), as_of)


class Asked(DjangoExpression):  # type: ignore[misc]  # Django has no types
    """The question before its model is known."""

    output_field = BooleanField()

    def __init__(self, node: Node, names: tuple[tuple[str, str], ...], as_of: datetime | None) -> None:
        super().__init__()
        self.node = node
        self.names = names
        self.as_of = as_of

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> WhereNode:
        """Prove the question against the query's model, and let Django find the columns."""
        held = _proven(self.node, dict(self.names), query)
        try:
            columns = [
                F(each.lookup).resolve_expression(query, allow_joins, reuse, summarize) for each in held.values()
            ]
        except FieldError as fault:  # an update, which has no joins
            raise InvalidExpression(f"Django does not allow the question here: {fault}", code="not_in_sql") from fault
        # in a WhereNode, since of an expression of another class Django asks "= True", which no index serves
        return WhereNode([Answer(self.node, held, columns, self.as_of)])

    def __repr__(self) -> str:
        return f"<Asked: {shown(text_of(self.node))[1:-1]}>"


class Answer(DjangoExpression):  # type: ignore[misc]  # as above
    """The question about the columns of one query: true or false of every row, never NULL."""

    output_field = BooleanField()

    def __init__(self, node: Node, held: Mapping[str, Held], columns: list[Any], as_of: datetime | None) -> None:
        super().__init__()
        self.node = node
        self.held = held
        self.columns = columns
        self.as_of = as_of

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two of them equal; Django changes the columns of a copy when it renames tables."""
        return (type(self), self.node, self.as_of, tuple(self.columns))

    def get_source_expressions(self) -> list[Any]:
        """Return the columns."""
        return self.columns

    def set_source_expressions(self, exprs: list[Any]) -> None:
        """Take other columns in their place."""
        self.columns = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write the condition and its bound parameters."""
        columns = {}
        for (path, held), column in zip(self.held.items(), self.columns, strict=True):
            text, params = compiler.compile(column)
            columns[path] = Column(path, Sql(text, tuple(params)), held, isinstance(column, Col))
        written = answer(self.node, Place(connection, columns, self.as_of))
        return written.text, list(written.params)


def _proven(node: Node, names: Mapping[str, str], query: Any) -> dict[str, Held]:
    held: dict[str, Held] = {}
    for leaf in leaves_of(node):
        for path in paths_of(leaf):
            if path not in held:
                held[path] = find(names.get(path, path), query)
        if not isinstance(leaf, Missing):
            prove(leaf, lambda path: held[path].family(path))
    return held
