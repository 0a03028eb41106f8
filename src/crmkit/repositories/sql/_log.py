"""The log of applied Changes in its tables: entries written, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from crmkit.errors import RepositoryError
from crmkit.repositories._ledger import Content, Entry, EntryEdit
from crmkit.repositories.sql._tables import Tables

__all__ = ["change_rows", "edit_rows", "entries", "entries_by_key", "entry_at", "misplaced"]


def change_rows(tenant: str, written: Iterable[Entry]) -> list[tuple[Any, ...]]:
    """Make the rows of entries, in the order of the table's columns."""
    return [
        (
            tenant,
            entry.position,
            entry.key,
            entry.head.text,
            entry.head.nonce,
            entry.head.digest,
            entry.previous,
            entry.digest,
        )
        for entry in written
    ]


def edit_rows(tenant: str, written: Iterable[Entry]) -> list[tuple[Any, ...]]:
    """Make the rows of what entries did to each record."""
    return [
        (
            tenant,
            entry.position,
            place,
            edit.record,
            edit.id,
            edit.version,
            edit.content.text,
            edit.content.nonce,
            edit.content.digest,
        )
        for entry in written
        for place, edit in enumerate(entry.edits)
    ]


def entries(
    connection: sa.Connection, tables: Tables, tenant: str, positions: sa.Select[Any] | None = None
) -> Iterator[Entry]:
    """Read the entries of a tenant, oldest first: all, or those at the positions that a query gives."""
    changes, edits = tables.changes, tables.edits
    heads = sa.select(changes).where(changes.c.tenant == tenant).order_by(changes.c.position)
    parts = sa.select(edits).where(edits.c.tenant == tenant).order_by(edits.c.position, edits.c.place)
    if positions is not None:
        heads = heads.where(changes.c.position.in_(positions))
        parts = parts.where(edits.c.position.in_(positions))
    in_pieces = {"yield_per": 1000}
    with (
        connection.execute(parts, execution_options=in_pieces) as found,
        connection.execute(heads, execution_options=in_pieces) as rows,
    ):
        of_position = groupby(found, key=lambda row: row.position)
        position, some = next(of_position, _NONE)
        for head in rows:
            if not isinstance(head.position, int):  # SQLite keeps a text in a column of numbers
                raise damaged()
            while position is not None and position < head.position:  # edits of an entry that is gone
                position, some = next(of_position, _NONE)
            if position == head.position:
                yield _entry(head, list(some))
                position, some = next(of_position, _NONE)
            else:
                yield _entry(head, [])


_NONE: tuple[Any, Iterable[Any]] = (None, ())


def entry_at(connection: sa.Connection, tables: Tables, tenant: str, position: int) -> Entry | None:
    """Read one entry."""
    at = sa.select(sa.literal(position, sa.BigInteger))
    return next(iter([*entries(connection, tables, tenant, at)]), None)


def entries_by_key(connection: sa.Connection, tables: Tables, tenant: str, keys: list[str]) -> dict[str, Entry]:
    """Return the entries of idempotency keys."""
    changes = tables.changes.c
    at = sa.select(changes.position).where(changes.tenant == tenant, changes.idempotency_key.in_(keys))
    return {entry.key: entry for entry in entries(connection, tables, tenant, at) if entry.key is not None}


def misplaced(connection: sa.Connection, tables: Tables, tenant: str) -> list[Any]:
    """Return the positions of edits that belong to no entry, or do not stand where they were written."""
    changes, edits = tables.changes, tables.edits
    counted = sa.func.row_number().over(partition_by=edits.c.position, order_by=edits.c.place) - 1
    of_tenant = sa.select(edits.c.position, edits.c.place, counted.label("counted")).where(edits.c.tenant == tenant)
    found = of_tenant.subquery()
    entry = sa.select(changes.c.position).where(changes.c.tenant == tenant, changes.c.position == found.c.position)
    asked = sa.select(found.c.position).where(sa.or_(found.c.place != found.c.counted, ~entry.exists()))
    return sorted({row.position for row in connection.execute(asked)}, key=str)


def damaged() -> RepositoryError:
    """Build the error of a log in which something stands that no store writes."""
    return RepositoryError("the log holds what no store writes", code="damaged")


def _entry(head: Any, parts: list[Any]) -> Entry:
    """Make an entry of its rows; a row that is not in its place is left out, which `misplaced` tells."""
    return Entry(
        head.position,
        head.idempotency_key,
        _content(head),
        tuple(
            EntryEdit(part.record, part.id, part.version, _content(part))
            for place, part in enumerate(parts)
            if part.place == place
        ),
        head.previous,
        head.digest,
    )


def _content(row: Any) -> Content:
    if not isinstance(row.content, str | None) or not isinstance(row.nonce, bytes | memoryview | None):
        raise damaged()
    return Content(row.content, None if row.nonce is None else bytes(row.nonce), row.content_digest)
