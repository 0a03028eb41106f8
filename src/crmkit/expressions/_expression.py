"""The one public form of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar, final

from attrs import Factory, field, frozen

from crmkit.errors import InvalidExpression, MissingExtra, shown
from crmkit.expressions._in_text import text_of
from crmkit.expressions._leaves import extent_of, leaves_of, paths_of
from crmkit.expressions._limits import checked_path, checked_size
from crmkit.expressions._nodes import And, Constant, During, Node, Not, Or, Relative
from crmkit.expressions._on_record import Test, compile_for

if TYPE_CHECKING:
    import numpy as np
    from django.db.models import Q
    from numpy.typing import NDArray
    from sqlalchemy import ColumnElement

    from crmkit.expressions._explain import Explanation

__all__ = ["ALWAYS", "NEVER", "Expression", "all_of", "any_of", "leaf_of"]

Frame = TypeVar("Frame")

_AS_IT_IS: Mapping[str, str] = {}
_MAX_COMPILED = 64  # classes and renamings kept per expression


@final
@frozen(repr=False, str=False, order=False, cache_hash=True)
class Expression:
    """One question, asked of a record or of a table. Built with `field`, `&`, `|`, `~`; equal where built alike.

    Args:
        node: what is asked, as a tree; `field` and the operators build it.
    """

    node: Node
    _depth: int = field(eq=False)
    _size: int = field(eq=False)
    _compiled: dict[Any, Test] = field(eq=False, init=False, default=Factory(dict))

    def __reduce__(self) -> tuple[Any, ...]:
        return Expression, (self.node, self._depth, self._size)  # without what was compiled, which cannot be pickled

    def test(self, thing: object, *, fields: Mapping[str, str] | None = None, as_of: datetime | None = None) -> bool:
        """Ask of one object: a record, a mapping, or any object by attribute.

        Args:
            thing: whose fields are read.
            fields: what the object calls a field, where it is called otherwise: {"employees": "num_employees"}.
            as_of: the moment that relative questions count from; timezone-aware.

        Raises:
            UnknownField: the object has no such field.
            InvalidExpression: a value cannot be compared so; or `as_of` is needed.
        """
        if fields is None:
            run = self._compiled.get(type(thing))
            if run is not None:
                return run(thing, as_of)
        return self._compile(type(thing), fields)(thing, as_of)

    def explain(
        self, thing: object, *, fields: Mapping[str, str] | None = None, as_of: datetime | None = None
    ) -> Explanation:
        """Ask of one object, and keep every answer on the way: a tree that prints as text, personal values masked.

        Args:
            thing: whose fields are read.
            fields: what the object calls a field, where it is called otherwise.
            as_of: the moment that relative questions count from; timezone-aware.

        Raises:
            UnknownField, InvalidExpression: as in `test`.
        """
        from crmkit.expressions._explain import explain

        return explain(self.node, thing, _renaming(fields), as_of)

    def check(self, place: object, *, custom: Any = None) -> None:
        """Prove that the question can be asked there, before anything runs.

        Args:
            place: a record class, or a mapping of field names to kinds ("text", "integer", "money", "instant"...).
            custom: the custom fields that records have in this place.

        Raises:
            UnknownField: names the near miss.
            InvalidExpression: a field of another kind; a value that is none of a field's choices.
        """
        from crmkit.expressions._check import check

        check(self.node, place, custom)

    def filter(self, frame: Frame, *, fields: Mapping[str, str] | None = None, as_of: datetime | None = None) -> Frame:
        """Return the rows of which the question is true, as the same kind of frame, eager or lazy.

        Args:
            frame: any dataframe that narwhals knows.
            fields: what the frame calls a field, where it is called otherwise.
            as_of: the moment that relative questions count from; timezone-aware.

        Raises:
            UnknownField: the frame has no such column.
            InvalidExpression: a column of another kind; a naive datetime column; `as_of` is needed.
        """
        from crmkit.expressions._on_table import select

        kept: Frame = select(self.node, frame, _renaming(fields), as_of)
        return kept

    def mask(
        self, frame: object, *, fields: Mapping[str, str] | None = None, as_of: datetime | None = None
    ) -> NDArray[np.bool_]:
        """Return the answer for each row of an eager frame, as a boolean array.

        Args:
            frame: any eager dataframe that narwhals knows.
            fields: what the frame calls a field, where it is called otherwise.
            as_of: the moment that relative questions count from; timezone-aware.

        Raises:
            UnknownField, InvalidExpression: as in `filter`; also for a lazy frame.
        """
        from crmkit.expressions._on_table import mask

        return mask(self.node, frame, _renaming(fields), as_of)

    def flag(
        self, frame: Frame, name: str, *, fields: Mapping[str, str] | None = None, as_of: datetime | None = None
    ) -> Frame:
        """Return the frame with the answer for each row as one more column, which is never null.

        Args:
            frame: any dataframe that narwhals knows.
            name: the new column.
            fields: what the frame calls a field, where it is called otherwise.
            as_of: the moment that relative questions count from; timezone-aware.

        Raises:
            UnknownField, InvalidExpression: as in `filter`; also where the column is there already.
        """
        from crmkit.expressions._on_table import flag

        flagged: Frame = flag(self.node, frame, name, _renaming(fields), as_of)
        return flagged

    def q(self, *, fields: Mapping[str, str] | None = None, as_of: datetime | None = None) -> Q:
        """Return the question as Django's Q, for filter, exclude and annotate; needs the extra "django".

        What the model cannot answer is refused when Django puts the Q to it, before anything is asked of the database.

        Args:
            fields: what the model calls a field, where it is called otherwise: {"amount": "value"}.
            as_of: the moment that relative questions count from; timezone-aware.

        Raises:
            UnknownField: the model has no such field.
            InvalidExpression: a field of another kind; what the database would answer otherwise; `as_of` is needed.
            MissingExtra: Django is not installed.
        """
        try:
            from django.db.models import Q
        except ImportError as fault:
            raise MissingExtra.of("django", purpose="q()") from fault
        from crmkit.expressions._in_django import asked

        return Q(asked(self.node, _renaming(fields), as_of))

    def sql(
        self,
        table: object,
        *,
        fields: Mapping[str, Any] | None = None,
        as_of: datetime | None = None,
        dialect: str | None = None,
    ) -> ColumnElement[bool]:
        """Return the question as a clause of SQLAlchemy that is never NULL, its values as bound parameters.

        For SQLite and PostgreSQL. What one of them cannot answer exactly is refused, or left for the records with
        `split`.

        Args:
            table: a table, alias or subquery of SQLAlchemy, or a class mapped to one.
            fields: what the table calls a field, or a SQLAlchemy column expression that stands for it.
            as_of: the moment that relative questions count from; timezone-aware.
            dialect: the one database to write for, by SQLAlchemy's name: "sqlite" or "postgresql", which refuses at
                once. Else the clause suits both, and refuses when it is compiled.

        Raises:
            UnknownField: the table has no such column.
            InvalidExpression: a column of another kind; what no database answers exactly; `as_of` is needed.
            MissingExtra: SQLAlchemy is not installed.
        """
        try:
            import sqlalchemy  # noqa: F401
        except ImportError as fault:
            raise MissingExtra.of("sql", purpose="sql()") from fault
        from crmkit.expressions._in_sql import clause_of

        return clause_of(self.node, table, fields, as_of, dialect)

    def split(self, supports: Callable[[Expression], bool]) -> tuple[Expression, Expression]:
        """Part the question in two that are true together where it is: what a place can answer, and the rest.

        Args:
            supports: whether the place can answer a part; asked of every part that the others are joined to by `&`.
        """
        pushed: list[Expression] = []
        rest: list[Expression] = []
        for part in map(leaf_of, _joined_by_and(self.node)):
            (pushed if supports(part) else rest).append(part)
        return all_of(*pushed), all_of(*rest)

    def bind(self, values: Mapping[str, object], *, closed: bool = False) -> Expression:
        """Return the question with values in the place of fields: "actor.id" becomes the actor's id.

        Args:
            values: the value of each field by its path; None is missing.
            closed: whether what asks about a missing value is true of nothing, its complement included. Else the
                complement is true of all, as ever: right for a filter, not for a limit of what someone may see.

        Raises:
            InvalidExpression: a value that nothing can be compared with.
        """
        if self.fields.isdisjoint(values):
            return self
        from crmkit.expressions._bind import bind

        return Expression._of(bind(self.node, values, closed=closed))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the question reads."""
        return frozenset(path for leaf in leaves_of(self.node) for path in paths_of(leaf))

    @property
    def leaves(self) -> tuple[Expression, ...]:
        """The questions about one field, or two, that this one joins, from left to right."""
        return tuple(leaf_of(leaf) for leaf in leaves_of(self.node))

    @property
    def relative(self) -> bool:
        """Whether the answer depends on `as_of`."""
        return any(isinstance(leaf, Relative | During) for leaf in leaves_of(self.node))

    def to_json(self) -> str:
        """Write the question down."""
        from crmkit.expressions._in_json import to_json

        return to_json(self.node)

    @classmethod
    def from_json(cls, text: str) -> Expression:
        """Read a question that `to_json` wrote, or an application in its grammar.

        Raises:
            InvalidDocument: not JSON, or not an expression.
            InvalidExpression: a word outside the grammar, with its place; or beyond a limit.
        """
        from crmkit.expressions._from_json import from_json

        return from_json(text)

    def canonical(self) -> Expression:
        """Return the normal form: the same question, however it was put together."""
        from crmkit.expressions._canonical import canonical

        return Expression._of(canonical(self.node))

    def fingerprint(self) -> str:
        """Return the SHA-256 of the normal form's JSON, in hexadecimal."""
        from hashlib import sha256

        return sha256(self.canonical().to_json().encode()).hexdigest()

    @classmethod
    def _of(cls, node: Node) -> Self:
        depth, size = extent_of(node)
        checked_size(depth, size)
        return cls(node, depth, size)

    def _compile(self, cls: type, fields: Mapping[str, str] | None) -> Test:
        names = _renaming(fields)
        key = (cls, tuple(names.items())) if names else cls
        run = self._compiled.get(key)
        if run is None:
            if len(self._compiled) >= _MAX_COMPILED:
                self._compiled.clear()
            run = self._compiled[key] = compile_for(self.node, cls, names)
        return run

    def __and__(self, other: object) -> Expression:
        return _join(And, (self, other)) if isinstance(other, Expression) else NotImplemented

    def __or__(self, other: object) -> Expression:
        return _join(Or, (self, other)) if isinstance(other, Expression) else NotImplemented

    def __invert__(self) -> Expression:
        if isinstance(self.node, Not):
            return Expression(self.node.part, self._depth - 1, self._size - 1)
        checked_size(self._depth + 1, self._size + 1)
        return Expression(Not(self.node), self._depth + 1, self._size + 1)

    def __bool__(self) -> bool:
        raise InvalidExpression(
            "an expression is neither true nor false until it is asked of something: combine with & | ~ instead of "
            "and, or, not (with brackets around each comparison; a < x < b is two of them), and ask with .test(record)",
            code="expression_as_bool",
        )

    def __str__(self) -> str:
        return text_of(self.node)

    def __repr__(self) -> str:
        return f"<Expression: {shown(str(self))[1:-1]}>"


def leaf_of(node: Node) -> Expression:
    """Wrap a node that a field built."""
    return Expression._of(node)


def all_of(*expressions: Expression) -> Expression:
    """Return the question whether all are true; of none it is ALWAYS."""
    return _join(And, expressions)


def any_of(*expressions: Expression) -> Expression:
    """Return the question whether at least one is true; of none it is NEVER."""
    return _join(Or, expressions)


def _join(kind: type[And] | type[Or], expressions: tuple[Expression, ...]) -> Expression:
    """Join without nesting: a long chain of one operator stays one level deep."""
    parts: list[Node] = []
    depth, size = 0, 1
    for each in expressions:
        if not isinstance(each, Expression):
            raise InvalidExpression(f"only expressions can be joined, not {shown(each)}", value=each)
        node = each.node
        nested = isinstance(node, kind)
        parts += node.parts if isinstance(node, kind) else (node,)
        depth = max(depth, each._depth - nested)
        size += each._size - nested
    if len(parts) == 1:
        return expressions[0]
    if not parts:
        return ALWAYS if kind is And else NEVER
    checked_size(depth + 1, size)
    return Expression(kind(tuple(parts)), depth + 1, size)


def _joined_by_and(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for part in node.parts:
            yield from _joined_by_and(part)
    else:
        yield node


def _renaming(fields: Mapping[str, str] | None) -> Mapping[str, str]:
    if not fields:
        return _AS_IT_IS
    return {path: checked_path(name) for path, name in fields.items()}


ALWAYS = Expression._of(Constant(value=True))
NEVER = Expression._of(Constant(value=False))
