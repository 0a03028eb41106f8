"""Statements that run for many rows, written once for a database: plain SQL and the driver's own values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import sqlalchemy as sa

__all__ = ["Statement", "deletion", "insertion", "revision"]

# SQLAlchemy keeps the bare names of columns to itself.
_AS_FOUND, _NEW = "found_", "new_"


@attrs.frozen
class Statement:
    """A statement and how the driver takes its values.

    Args:
        text: the SQL.
        names: the parameters in the order in which rows give them, where the driver takes them by name.
        places: which of a row's values the driver takes next, where it takes them in order.
    """

    text: str
    names: tuple[str, ...] | None
    places: tuple[int, ...] | None

    def run(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Run it for each row and return how many rows of the table it touched."""
        if self.names is not None:
            given: Any = [dict(zip(self.names, row, strict=True)) for row in rows]
        elif self.places is not None:
            given = [tuple([row[place] for place in self.places]) for row in rows]
        else:
            given = rows
        return connection.exec_driver_sql(self.text, given).rowcount


def insertion(table: sa.Table, names: Sequence[str], dialect: sa.Dialect, *, unless_there: bool = False) -> Statement:
    """Write the INSERT of rows that hold these columns."""
    statement = _statement(sa.insert(table), names, dialect)
    return attrs.evolve(statement, text=f"{statement.text} ON CONFLICT DO NOTHING") if unless_there else statement


def revision(table: sa.Table, names: Sequence[str], found: Sequence[str], dialect: sa.Dialect) -> Statement:
    """Write the UPDATE of rows that hold these columns, and behind them what the row to change must be like."""
    changed = {name: sa.bindparam(_NEW + name, type_=table.c[name].type) for name in names}
    given = [*(_NEW + name for name in names), *_named(found)]
    return _statement(sa.update(table).where(*_like(table, found)).values(changed), given, dialect)


def deletion(table: sa.Table, found: Sequence[str], dialect: sa.Dialect) -> Statement:
    """Write the DELETE of rows that are like this."""
    return _statement(sa.delete(table).where(*_like(table, found)), _named(found), dialect)


def _like(table: sa.Table, names: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(_AS_FOUND + name, type_=table.c[name].type) for name in names]


def _named(names: Sequence[str]) -> list[str]:
    return [_AS_FOUND + name for name in names]


def _statement(element: Any, names: Sequence[str], dialect: sa.Dialect) -> Statement:
    keys = None if isinstance(element, sa.Update | sa.Delete) else list(names)
    compiled = element.compile(dialect=dialect, column_keys=keys)
    if compiled.positiontup is None:
        return Statement(str(compiled), tuple(names), None)
    places = tuple(names.index(name) for name in compiled.positiontup)
    return Statement(str(compiled), None, None if places == tuple(range(len(names))) else places)
