"""The engine of a store: made from a URL, or one that the caller has."""

from __future__ import annotations

from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy import exc

from crmkit.errors import InvalidArgument, MissingExtra
from crmkit.repositories.sql._room import prepare

__all__ = ["engine_of"]


def engine_of(place: Any) -> sa.Engine:
    """Return the engine of a database, its connections set up as a store needs them.

    Args:
        place: a URL of SQLAlchemy, as text or as such, or an engine.

    Raises:
        InvalidArgument: no URL of SQLite or PostgreSQL.
        MissingExtra: the driver of PostgreSQL is not installed.
    """
    if isinstance(place, sa.Engine):
        _prove(place.dialect.name)
        engine = place
    else:
        engine = _made(_read(place))
    prepare(engine)
    return engine


def _read(place: Any) -> sa.URL:
    try:
        url = sa.make_url(place)
    except (exc.ArgumentError, ValueError):  # a port that is no number
        _refuse()
    _prove(url.get_backend_name())
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _prove(backend: str) -> None:
    if backend not in ("sqlite", "postgresql", "postgres"):
        _refuse()


def _made(url: sa.URL) -> sa.Engine:
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        alone = not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"
        options |= {"poolclass": sa.StaticPool} if alone else {"max_overflow": -1}
        options |= {"connect_args": {"check_same_thread": False}}
    else:
        options |= {"pool_pre_ping": True}
    try:
        return sa.create_engine(url, **options)
    except ImportError:
        raise MissingExtra.of("postgres", purpose=f"a store in {url.get_backend_name()}") from None
    except (exc.ArgumentError, exc.NoSuchModuleError, TypeError, ValueError):
        _refuse()


def _refuse() -> NoReturn:
    raise InvalidArgument(
        "url is no address that a store knows; say 'sqlite:///crm.db', 'postgresql://user:password@host/name', "
        "or hand in a SQLAlchemy engine of one of them",
        argument="url",
        value="***",
    ) from None
