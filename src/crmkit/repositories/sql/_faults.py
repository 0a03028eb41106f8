"""What a database says when something is wrong, in the words of a store: what to do next, and no value of a record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from crmkit.errors import RepositoryError

__all__ = ["busy", "speaking", "unreachable"]

# PostgreSQL: serialization failure, deadlock, lock not available
_BUSY = frozenset({"40001", "40P01", "55P03"})
_NO_SCHEMA = frozenset({"42P01", "42703"})
_CONNECTION = ("08", "57P", "28", "3D000", "53300")


@contextmanager
def speaking(url: sa.URL) -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of the driver into a RepositoryError."""
    try:
        yield
    except exc.SQLAlchemyError as fault:
        # Not chained: the driver's text may hold values of records.
        raise _translated(fault, url) from None


def busy() -> RepositoryError:
    """Build the error of a database that others hold."""
    return RepositoryError("another writer holds the database; nothing was changed, try again", code="busy")


def unreachable(url: sa.URL, reason: str) -> RepositoryError:
    """Build the error of a database that does not answer, without its password."""
    place = url.render_as_string(hide_password=True) if url.get_backend_name() == "sqlite" else _server(url)
    return RepositoryError(
        f"the database {place} cannot be reached ({reason}); see that it runs and that its address is right",
        code="unreachable",
    )


def _server(url: sa.URL) -> str:
    """Name a database by its host and its name only: users and options are nobody's business."""
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"


def _translated(fault: exc.SQLAlchemyError, url: sa.URL) -> RepositoryError:
    if isinstance(fault, exc.TimeoutError):
        return busy()
    original: Any = fault.orig if isinstance(fault, exc.DBAPIError) else fault
    name = type(original).__name__
    state = str(getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", ""))
    if state in _BUSY or state.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or _said(original, "is locked"):
        return busy()
    if state.startswith("SQLITE_CONSTRAINT") or isinstance(fault, exc.IntegrityError):
        reason = f"a constraint of the tables does not allow this Change ({state or name}); nothing was changed"
        return RepositoryError(f"{reason}; see which constraints were added to them", code="constraint", reason=state)
    if state in _NO_SCHEMA or _said(original, "no such table", "no such column", "has no column"):
        reason = (
            "lacks a table or a column of this store; call create_schema(), or schema_changes() to see what it does"
        )
        return RepositoryError(f"the database {reason}", code="no_schema")
    if state.startswith((*_CONNECTION, "SQLITE_CANTOPEN")) or _said(original, "unable to open") or _lost(fault, state):
        return unreachable(url, state or name)
    return RepositoryError(
        f"the database refused ({state or name}); nothing was changed", code="database", reason=state or name
    )


def _said(original: object, *words: str) -> bool:
    """SQLite names its errors from Python 3.11 on by codes that are shared by many; its words are finer."""
    text = str(original)
    return any(word in text for word in words)


def _lost(fault: exc.SQLAlchemyError, state: str) -> bool:
    """PostgreSQL's driver gives no code where there is no connection."""
    return isinstance(fault, exc.OperationalError) and not state
