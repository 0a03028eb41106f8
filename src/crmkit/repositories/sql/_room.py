"""The database behind a store and all its tenants: connections, transactions, and who is told of what is applied."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy import event

from crmkit.errors import RepositoryError
from crmkit.records import Change
from crmkit.repositories._admission import tell
from crmkit.repositories._ledger import Nonce
from crmkit.repositories.sql._custom import custom_number
from crmkit.repositories.sql._faults import busy, speaking
from crmkit.repositories.sql._rows import Rows, rows_of
from crmkit.repositories.sql._tables import Tables

__all__ = ["Head", "Room", "Session", "prepare"]

PATIENCE = 30  # seconds that a writer waits for another one
_MANY = 1000  # statements kept: there is one for each set of columns that differ
Head = tuple[int, str]
S = TypeVar("S")

_READ, _STEADY, _WRITE = "read", "steady", "write"


@attrs.define(eq=False)
class Session:
    """The open transaction of a thread.

    Args:
        connection: what it runs on.
        heads: the heads of the logs that it holds.
        to_tell: what the subscribers of each tenant will be told.
        doomed: how many transactions within it failed and could not be taken back.
    """

    connection: sa.Connection
    heads: dict[str, Head] = attrs.field(factory=dict)
    to_tell: list[tuple[str, Change]] = attrs.field(factory=list)
    doomed: int = 0

    def commit(self) -> None:
        """Let it all stand."""
        if self.doomed:
            reason = "could not be taken back, so nothing of the transaction around it stands; apply it all again"
            raise RepositoryError(f"a transaction inside another failed and {reason}", code="database")
        self.connection.commit()


@attrs.define(eq=False, slots=False)
class Room:
    """What the tenants of a store share.

    Args:
        engine: the connections.
        tables: where everything is kept.
        nonce: what gives the random bytes of the log.
        own: whether the engine was made for this store, and ends with it.
    """

    engine: sa.Engine
    tables: Tables
    nonce: Nonce
    own: bool
    subscribers: dict[str, list[Callable[[Change], Any]]] = attrs.field(factory=lambda: defaultdict(list))
    _statements: dict[tuple[Any, ...], Any] = attrs.field(init=False, factory=dict)
    _lock: Any = attrs.field(init=False, factory=threading.RLock)
    _local: threading.local = attrs.field(init=False, factory=threading.local)

    @property
    def dialect(self) -> str:
        """The name of the database: "sqlite" or "postgresql"."""
        return self.engine.dialect.name

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The way of each kind of record into its table and back."""
        return rows_of(self.tables, self.dialect)

    def statement(self, key: tuple[Any, ...], make: Callable[[sa.Dialect], S]) -> S:
        """Return what was made under a key before, or make it for this database."""
        found: S | None = self._statements.get(key)
        if found is None:
            if len(self._statements) >= _MANY:
                self._statements.clear()
            found = self._statements[key] = make(self.engine.dialect)
        return found

    @property
    def session(self) -> Session | None:
        """The transaction that this thread has open."""
        found: Session | None = getattr(self._local, "session", None)
        return found

    @contextmanager
    def reading(self, *, steady: bool = False) -> Iterator[sa.Connection]:
        """Give a connection to read by; a steady one sees one state of the database however long it reads."""
        session = self.session
        if session is not None:
            with self.speaking():
                yield session.connection
            return
        use = _STEADY if steady else _READ
        with self._alone(everyone=False), self.speaking(), self._connected(use) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give this thread's transaction, or begin one: all of it stands at the end, or none of it after an error."""
        session = self.session
        if session is not None:
            with self._inside(session):
                yield session
            return
        with self._alone(everyone=True):
            with self.speaking():
                connection = self._connected(_WRITE)
            session = self._local.session = Session(connection)
            try:
                yield session
                with self.speaking():
                    session.commit()
            except BaseException:
                _take_back(connection)
                raise
            finally:
                self._local.session = None
                connection.close()
        for tenant, change in session.to_tell:
            tell(self.subscribers[tenant], [change])

    def speaking(self) -> AbstractContextManager[None]:
        """Turn what the database says into errors of this library."""
        return speaking(self.engine.url)

    def close(self) -> None:
        """Close what was opened for this store."""
        if self.own:
            self.engine.dispose()

    @contextmanager
    def _inside(self, session: Session) -> Iterator[None]:
        """Make a transaction within one: a savepoint."""
        told, run = len(session.to_tell), session.connection.exec_driver_sql
        with self.speaking():
            run("SAVEPOINT crmkit")
        try:
            yield
            with self.speaking():
                run("RELEASE SAVEPOINT crmkit")
        except BaseException:
            del session.to_tell[told:]
            session.heads.clear()
            session.doomed += 1
            with suppress(RepositoryError), self.speaking():
                run("ROLLBACK TO SAVEPOINT crmkit")
                run("RELEASE SAVEPOINT crmkit")
                session.doomed -= 1
            raise

    def _connected(self, use: str) -> sa.Connection:
        connection = self.engine.connect()
        try:
            connection.execution_options(crmkit=use)
            if self.dialect != "sqlite" and use != _READ:
                level: Any = "READ COMMITTED" if use == _WRITE else "REPEATABLE READ"
                connection.execution_options(isolation_level=level)
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _alone(self, *, everyone: bool) -> Iterator[None]:
        """Let the threads of SQLite queue here: its own queue is a race; one in memory has a single connection."""
        if self.dialect != "sqlite" or not (everyone or self._single):
            yield
            return
        if not self._lock.acquire(timeout=PATIENCE):
            raise busy()
        try:
            yield
        finally:
            self._lock.release()

    @cached_property
    def _single(self) -> bool:
        return isinstance(self.engine.pool, sa.StaticPool)


def prepare(engine: sa.Engine) -> None:
    """Have the connections of an engine set up, and its transactions on SQLite begun, as a store needs them."""
    listeners: dict[str, Any] = {"connect": _in_utc}
    if engine.dialect.name == "sqlite":
        listeners = {"begin": _begin, "handle_error": _kept}
    for name, listener in listeners.items():
        if not event.contains(engine, name, listener):
            event.listen(engine, name, listener)


def _begin(connection: sa.Connection) -> None:
    """Python's driver begins transactions on its own, late and never IMMEDIATE: here they are begun explicitly."""
    if "crmkit" not in connection.info:
        driver: Any = connection.connection.dbapi_connection
        driver.isolation_level = None
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
        driver.create_function("crmkit_number", 2, custom_number, deterministic=True)
        connection.info["crmkit"] = True
    use = connection.get_execution_options().get("crmkit")
    if use != _READ:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if use == _WRITE else "BEGIN")


def _kept(context: sa.engine.ExceptionContext) -> None:
    """Keep a connection through Ctrl-C: SQLAlchemy would close it, and what it did would hold the file until later."""
    if not isinstance(context.original_exception, Exception):
        context.is_disconnect = False


def _take_back(connection: sa.Connection) -> None:
    """Roll back by the driver: after a commit that failed, SQLAlchemy takes the transaction for ended."""
    try:
        connection.connection.rollback()
    except Exception:  # whatever the driver raises: with a connection that is lost, so is what it did
        connection.invalidate()


def _in_utc(driver: Any, _: Any) -> None:
    with driver.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    driver.commit()
