"""A store in a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from secrets import token_bytes
from types import TracebackType
from typing import Any, TypeVar

import sqlalchemy as sa

from crmkit.errors import InvalidArgument, NotFound
from crmkit.records import RECORDS, Change, CustomFields, kind_of
from crmkit.repositories._admission import checked_id, checked_tenant, several, touched_since
from crmkit.repositories._ledger import Nonce, opened
from crmkit.repositories._verification import Verification
from crmkit.repositories.sql._applying import apply_changes, held_head
from crmkit.repositories.sql._auditing import newest_positions, verification
from crmkit.repositories.sql._engine import engine_of
from crmkit.repositories.sql._log import entries, entry_at
from crmkit.repositories.sql._repository import Records
from crmkit.repositories.sql._room import Room
from crmkit.repositories.sql._schema import changes_needed, holding_schema
from crmkit.repositories.sql._tables import tables_of
from crmkit.repositories.sql._types import is_storable

__all__ = ["SqlStore"]

R = TypeVar("R")
_AT_ONCE = 500  # Changes proved and written together


class SqlStore:
    """Records in SQLite or PostgreSQL, with a log, transactions and tenants; safe to use from several threads.

    A transaction belongs to the thread that opened it. Writers of one tenant queue; in SQLite all of them do. SQLite
    runs with synchronous=NORMAL: when the power fails, the last Changes may be lost, each of them whole.

    Args:
        url: an address as SQLAlchemy writes it, such as "sqlite:///crm.db" or "postgresql://user@host/name"; or an
            engine, whose connections are then set up as this store needs them (SQLite: WAL, explicit transactions).
        tenant: whose records these are; a store neither reads nor writes another tenant's.
        custom: the custom fields that records have here; where it is None, any are kept and none can be asked.
        indexes: for record classes the fields that get an index, besides those that refer to other records.
        prefix: what the names of the tables begin with.
        nonce: what gives the random bytes beside each content of the log.

    Raises:
        InvalidArgument: no such address; a tenant or prefix that is no name.
        UnknownField: an index on a field that its records do not have.
        MissingExtra: the driver of PostgreSQL is not installed.
    """

    def __init__(
        self,
        url: str | sa.URL | sa.Engine,
        *,
        tenant: str = "",
        custom: CustomFields | None = None,
        indexes: Mapping[type, Iterable[str]] | None = None,
        prefix: str = "crmkit_",
        nonce: Nonce = lambda: token_bytes(16),
    ) -> None:
        self._tenant = checked_tenant(tenant)
        self._custom = custom
        tables = tables_of(prefix, indexes or {})
        self._room = Room(engine_of(url), tables, nonce, own=not isinstance(url, sa.Engine))

    @property
    def custom(self) -> CustomFields | None:
        """The custom fields that records have here."""
        return self._custom

    def tenant(self, name: str, /, *, custom: CustomFields | None = None) -> SqlStore:
        """Return the store of another tenant in the same place; its custom fields are these if it has no other."""
        other = object.__new__(SqlStore)
        other._custom = self._custom if custom is None else custom
        other._tenant, other._room = checked_tenant(name), self._room
        return other

    def schema_changes(self) -> tuple[str, ...]:
        """Return the statements that `create_schema` would run: what creates missing tables, columns and indexes.

        Raises:
            RepositoryError: a table that is there and cannot be this store's (code "schema_mismatch").
        """
        with self._room.reading() as connection:
            return tuple(changes_needed(connection, self._room.tables))

    def create_schema(self) -> None:
        """Create the tables, columns and indexes that are missing; what is there stays as it is.

        Raises:
            RepositoryError: as `schema_changes`.
        """
        with self._room.writing() as session, self._room.speaking():
            holding_schema(session.connection)
            for statement in [*changes_needed(session.connection, self._room.tables)]:
                session.connection.exec_driver_sql(statement)

    def repository(self, cls: type[R], /) -> Records[R]:
        """Return the records of one class."""
        if RECORDS.get(kind_of(cls)) is not cls:
            reason = "is no class of crmkit.records, and this store has tables for those; keep more in custom fields"
            raise InvalidArgument(f"{cls.__name__} {reason}", argument="cls", value=cls)
        return Records(self._room, self._tenant, self._custom, cls)

    def apply(self, change: Change, /) -> Change:
        """Do what a Change says, whole or not at all; see `Store.apply`."""
        return self.apply_all([change])[0]

    def apply_all(self, changes: Iterable[Change], /) -> tuple[Change, ...]:
        """Apply many Changes, all or none; see `AuditedStore.apply_all`."""
        applied: list[Change] = []
        given = iter(several(changes))
        with self._room.writing() as session:
            while some := tuple(islice(given, _AT_ONCE)):
                with self._room.speaking():
                    applied += apply_changes(self._room, session, self._tenant, self._custom, some)
        return tuple(applied)

    def history(self, cls: type, id: str, /) -> tuple[Change, ...]:  # noqa: A002 - the field's own name
        """Return the Changes that were applied to one record, oldest first."""
        kind, tables = kind_of(cls), self._room.tables
        if not is_storable(checked_id(id)):
            return ()
        edits = tables.edits.c
        touched = sa.select(edits.position).where(edits.tenant == self._tenant, edits.record == kind, edits.id == id)
        with self._room.reading(steady=True) as connection:
            return tuple(opened(entry) for entry in entries(connection, tables, self._tenant, touched))

    def applied(self, change_id: str, /) -> Change:
        """Return an applied Change by its id; see `AuditedStore.applied`."""
        position = _position(change_id)
        with self._room.reading(steady=True) as connection:
            entry = None if position is None else entry_at(connection, self._room.tables, self._tenant, position)
        if entry is None:
            raise NotFound.of("change", change_id)
        return opened(entry)

    def undo(self, change_id: str, /, *, at: datetime, by: str, reason: str | None = None) -> Change:
        """Apply the inverse of a Change, unless something newer touched its records; see `AuditedStore.undo`."""
        with self.transaction():
            change = self.applied(change_id)
            with self._room.reading() as connection:
                newest = newest_positions(connection, self._room.tables, self._tenant, change)
            newer = [edit for edit in change.edits if newest[edit.record, edit.id] != _position(change_id)]
            if newer:
                raise touched_since(change, newer)
            return self.apply(change.inverse(at=at, by=by, reason=reason))

    def verify(self, *, anchor: str | None = None) -> Verification:
        """Prove that log and records are what was applied; see `AuditedStore.verify`."""
        with self._room.reading(steady=True) as connection:
            return verification(self._room, connection, self._tenant, self._custom, anchor)

    def subscribe(self, subscriber: Callable[[Change], Any], /) -> Callable[[], None]:
        """Have a function called with each applied Change; see `AuditedStore.subscribe`."""
        subscribers = self._room.subscribers[self._tenant]
        subscribers.append(subscriber)

        def end() -> None:
            if subscriber in subscribers:
                subscribers.remove(subscriber)

        return end

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything that is applied inside one: all of it or none; one inside another may fail on its own."""
        with self._room.writing() as session:
            with self._room.speaking():
                held_head(self._room, session, self._tenant)
            yield

    def close(self) -> None:
        """Close the connections, unless they are those of an engine that was handed in."""
        self._room.close()

    def __enter__(self) -> SqlStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _position(change_id: Any) -> int | None:
    """Read the id of a Change: the position of its entry."""
    if not isinstance(change_id, str) or not change_id.isascii() or not change_id.isdecimal() or len(change_id) > 18:
        return None
    position = int(change_id)
    return position if str(position) == change_id else None
