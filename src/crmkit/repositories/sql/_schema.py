"""What a database lacks of a store's tables, and what it has that cannot be theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from crmkit.errors import RepositoryError
from crmkit.repositories.sql._tables import Tables, number_column

__all__ = ["changes_needed", "holding_schema"]

_SCHEMA_LOCK = 0x63726D  # any number that all stores share


def changes_needed(connection: sa.Connection, tables: Tables) -> Iterator[str]:
    """Yield the statements that create what is missing; nothing that is there is ever changed.

    Raises:
        RepositoryError: a column of another type, or one that has to be filled and that the store does not know
            (code "schema_mismatch").
    """
    inspector = sa.inspect(connection)
    present = set(inspector.get_table_names())
    for table in tables.metadata.sorted_tables:
        if table.name not in present:
            yield _written(CreateTable(table), connection)
            yield from (_written(CreateIndex(index), connection) for index in _sorted(table))
            continue
        columns = {column["name"]: column for column in inspector.get_columns(table.name)}
        _prove(table, columns, inspector, connection)
        yield from (_added(column, columns, connection) for column in table.columns if column.name not in columns)
        indexes = {index["name"]: index for index in inspector.get_indexes(table.name)}
        for index in _sorted(table):
            if index.name not in indexes:
                yield _written(CreateIndex(index), connection)
            else:
                _prove_index(index, indexes[index.name])


def holding_schema(connection: sa.Connection) -> None:
    """Let no one else create the tables at the same time; SQLite's transaction does so already."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))


def _prove(table: sa.Table, columns: dict[str, Any], inspector: Any, connection: sa.Connection) -> None:
    key = inspector.get_pk_constraint(table.name)["constrained_columns"]
    if list(key) != list(table.primary_key.columns.keys()):
        _refuse(
            table,
            "tenant",
            f"the primary key is ({', '.join(key)}), not ({', '.join(table.primary_key.columns.keys())})",
        )
    for name, column in columns.items():
        known = table.columns.get(name)
        if known is None:
            if not column["nullable"] and column["default"] is None:
                _refuse(table, name, "has to be filled, and this store does not know it")
            continue
        found, meant = (_type(type_, connection) for type_ in (column["type"], known.type))
        if found != meant:
            _refuse(table, name, f"is {found}, not {meant}")
        if known.nullable and not column["nullable"]:
            _refuse(table, name, "has to be filled, and records may lack it")


def _prove_index(index: sa.Index, found: Any) -> None:
    meant = [column.name for column in index.columns]
    if found["column_names"] != meant or bool(found["unique"]) != bool(index.unique):
        unique = "a unique index" if index.unique else "an index"
        _refuse(index.table, meant[-1], f"{index.name} is not {unique} on ({', '.join(meant)}); drop it")


def _type(type_: Any, connection: sa.Connection) -> str:
    return str(type_.compile(dialect=connection.dialect)).partition(" COLLATE")[0]


def _added(column: sa.Column[Any], there: Iterable[str], connection: sa.Connection) -> str:
    derived = any(column.name == number_column(name) for name in there)
    if derived or (not column.nullable and column.server_default is None):
        _refuse(column.table, column.name, "is missing, and what it held cannot be known")
    table = connection.dialect.identifier_preparer.format_table(column.table)
    return f"ALTER TABLE {table} ADD COLUMN {_written(CreateColumn(column), connection)}"


def _sorted(table: sa.Table) -> list[sa.Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _written(element: Any, connection: sa.Connection) -> str:
    return str(element.compile(dialect=connection.dialect)).strip()


def _refuse(table: Any, column: str, reason: str) -> NoReturn:
    raise RepositoryError(
        f"table {table.name}, column {column}: {reason}; move the table aside, or give this store another prefix",
        code="schema_mismatch",
        table=table.name,
        column=column,
    )
