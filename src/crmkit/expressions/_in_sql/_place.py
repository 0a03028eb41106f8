"""A clause that each database writes in its own words, or refuses by name."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, null
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from crmkit.errors import InvalidExpression

__all__ = ["PLACES", "Clause", "Place", "bracketed", "by_place", "not_here"]

Clause = ColumnElement[bool]
Place = typing.Literal["sqlite", "postgresql"]
PLACES: tuple[Place, ...] = typing.get_args(Place)

_REFUSED = "not_in_sql"


class _Worded(FunctionElement[bool]):
    """One boolean clause, written once for each place; the database that compiles it takes its own."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, path: str, clauses: list[Any], refusals: dict[str, InvalidExpression]) -> None:
        super().__init__(*clauses)
        self.path = path
        self.refusals = refusals

    def self_group(self, against: Any = None) -> _Worded:
        """Stand alone: SQLAlchemy would compare it with 1, for which no index serves."""
        return self


def by_place(path: str, build: Callable[[Place], Clause], dialect: str | None) -> Clause:
    """Return a clause that is built for one dialect, or for every place; a place may refuse when it compiles that.

    Raises:
        InvalidExpression: the dialect refuses, or every place does.
    """
    if dialect is not None:
        return build(_known(path, dialect))
    clauses: list[Any] = []
    refusals: dict[str, InvalidExpression] = {}
    for place in PLACES:
        try:
            clauses.append(build(place))
        except InvalidExpression as refusal:
            if refusal.code != _REFUSED or len(refusals) == len(PLACES) - 1:
                raise
            refusals[place] = refusal
            clauses.append(null())
    return _Worded(path, clauses, refusals)


class _Bracketed(FunctionElement[bool]):
    """A clause within brackets, which SQLAlchemy would leave out."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> _Bracketed:
        """Stand alone, as above."""
        return self


def bracketed(clause: Clause) -> Clause:
    """Put a clause in brackets."""
    return _Bracketed(clause)


def not_here(path: str, place: str, reason: str) -> InvalidExpression:
    """Build the error of a question that a database cannot answer exactly."""
    return InvalidExpression(
        f"field {path!r} cannot be asked exactly of {place}: {reason}; "
        "ask it of the records that come back (split parts it off), or hand in a column for it with fields=",
        code=_REFUSED,
        field=path,
        place=place,
    )


@compiles(_Bracketed)
def _in_brackets(bracketed: _Bracketed, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(*bracketed.clauses, **options)})"


@compiles(_Worded)
def _written(worded: _Worded, compiler: Any, **options: Any) -> str:
    place = compiler.dialect.name
    if place == "default":  # only str(), which shows the clause and runs nothing
        place = PLACES[-1]
    index = PLACES.index(_known(worded.path, place))
    if place in worded.refusals:
        raise worded.refusals[place].with_traceback(None)  # else it would grow with each time
    return f"({compiler.process(list(worded.clauses)[index], **options)})"


def _known(path: str, dialect: str) -> Place:
    for place in PLACES:
        if place == dialect:
            return place
    raise not_here(path, dialect, "crmkit knows how SQLite and PostgreSQL compare, and no other database")
