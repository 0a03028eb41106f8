"""Writing what Changes came to: only the columns that differ, each row only if it still is as it was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from crmkit.errors import RepositoryError
from crmkit.repositories._admission import moved
from crmkit.repositories._ledger import Entry
from crmkit.repositories.sql._faults import busy
from crmkit.repositories.sql._log import change_rows, edit_rows
from crmkit.repositories.sql._room import Room, Session
from crmkit.repositories.sql._statements import Statement, deletion, insertion, revision

__all__ = ["Outcome", "write"]

Key = tuple[str, str]
Unique = tuple[str, str, str]
Row = tuple[Any, ...]
_HELD = ("tenant", "id", "version")


@attrs.frozen(eq=False)
class Outcome:
    """What Changes came to.

    Args:
        rows: the rows as they were found.
        records: the records as they are in the end; None where one is removed.
        found: the ids that held unique values.
        holders: the ids that hold them in the end.
        removed: the last versions of what was removed on the way.
        entries: the entries of the log, in their order.
    """

    rows: Mapping[Key, Row]
    records: Mapping[Key, Any]
    found: Mapping[Unique, str]
    holders: Mapping[Unique, str]
    removed: Mapping[Key, int]
    entries: Sequence[Entry]


def write(room: Room, session: Session, tenant: str, outcome: Outcome) -> None:
    """Write it, in as few statements as there are kinds of differences.

    Raises:
        Conflict: a row that another writer, who does not keep to the log, changed in between.
        RepositoryError: such a writer, in another way (code "busy").
    """
    _write_records(room, session.connection, tenant, outcome)
    _write_unique(room, session.connection, tenant, outcome)
    _write_removed(room, session.connection, tenant, outcome.removed)
    _write_log(room, session, tenant, outcome.entries)


def _write_records(room: Room, connection: sa.Connection, tenant: str, outcome: Outcome) -> None:
    added: dict[str, list[Row]] = defaultdict(list)
    revised: dict[tuple[str, tuple[str, ...]], list[Row]] = defaultdict(list)
    removed: dict[str, list[Row]] = defaultdict(list)
    for key, record in outcome.records.items():
        kind, identifier = key
        rows, found = room.rows[kind], outcome.rows.get(key)
        if found is None:
            if record is not None:
                added[kind].append((tenant, *rows.write(record)))
            continue
        held = (tenant, identifier, found[rows.names.index("version")])
        if record is None:
            removed[kind].append(held)
            continue
        pairs = [*zip(rows.names, found, rows.write(record), strict=True)]
        names = tuple([name for name, was, becomes in pairs if was != becomes])
        revised[kind, names].append((*[becomes for _, was, becomes in pairs if was != becomes], *held))
    for kind, given in added.items():
        table, named = room.tables.records[kind], ("tenant", *room.rows[kind].names)
        _insertion(room, table, named).run(connection, given)
    for (kind, names), given in revised.items():
        if _revision(room, room.tables.records[kind], names, _HELD).run(connection, given) != len(given):
            place = names.index("version")
            raise _outrun(
                connection, room.tables.records[kind], kind, tenant, [(row[-2], row[-1], row[place]) for row in given]
            )
    for kind, given in removed.items():
        table = room.tables.records[kind]
        if _deletion(room, table, _HELD).run(connection, given) != len(given):
            raise _outrun(connection, table, kind, tenant, [(row[-2], row[-1], None) for row in given])


def _outrun(
    connection: sa.Connection, table: sa.Table, kind: str, tenant: str, given: Iterable[tuple[str, int, int | None]]
) -> RepositoryError:
    """Find the row that was changed past the log since it was read: it is not at the version that was written."""
    for identifier, expected, written in given:
        asked = sa.select(table.c.version).where(table.c.tenant == tenant, table.c.id == identifier)
        found = connection.execute(asked).scalar()
        if found != written:
            return moved(kind, identifier, expected, found)
    return busy()


def _write_unique(room: Room, connection: sa.Connection, tenant: str, outcome: Outcome) -> None:
    """Take away first, so that records may change values between them."""
    unique, found, holders = room.tables.unique, outcome.found, outcome.holders
    given_up = [(tenant, *value) for value in found if holders.get(value) != found[value]]
    taken = [(tenant, *value, holder) for value, holder in holders.items() if found.get(value) != holder]
    if given_up:
        _deletion(room, unique, ("tenant", "record", "field", "value")).run(connection, given_up)
    if taken:
        _insertion(room, unique, ("tenant", "record", "field", "value", "id")).run(connection, taken)


def _write_removed(room: Room, connection: sa.Connection, tenant: str, removed: Mapping[Key, int]) -> None:
    if removed:
        table = room.tables.removed
        _deletion(room, table, ("tenant", "record", "id")).run(connection, [(tenant, *key) for key in removed])
        rows = [(tenant, *key, version) for key, version in removed.items()]
        _insertion(room, table, ("tenant", "record", "id", "version")).run(connection, rows)


def _write_log(room: Room, session: Session, tenant: str, entries: Sequence[Entry]) -> None:
    tables, connection, last = room.tables, session.connection, entries[-1]
    _insertion(room, tables.changes, tables.changes.c.keys()).run(connection, change_rows(tenant, entries))
    _insertion(room, tables.edits, tables.edits.c.keys()).run(connection, edit_rows(tenant, entries))
    head = _revision(room, tables.heads, ("position", "digest"), ("tenant", "position"))
    if head.run(connection, [(last.position, last.digest, tenant, session.heads[tenant][0])]) != 1:
        raise busy()
    session.heads[tenant] = (last.position, last.digest)


def _insertion(room: Room, table: sa.Table, names: Sequence[str]) -> Statement:
    return room.statement(("insert", table.name, *names), lambda dialect: insertion(table, names, dialect))


def _revision(room: Room, table: sa.Table, names: Sequence[str], held: Sequence[str]) -> Statement:
    key = ("update", table.name, *names)
    return room.statement(key, lambda dialect: revision(table, names, held, dialect))


def _deletion(room: Room, table: sa.Table, held: Sequence[str]) -> Statement:
    return room.statement(("delete", table.name), lambda dialect: deletion(table, held, dialect))
