"""Stores in SQLite and in PostgreSQL: one database each for all tests, and a tenant of its own for each store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from crmkit.records import CustomFields
from crmkit.repositories.sql import SqlStore

Opened = Callable[..., SqlStore]
_STORES = count(1)


@pytest.fixture(scope="session")
def in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    with SqlStore(f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/crm.db") as store:
        store.create_schema()
        yield store


@pytest.fixture(scope="session")
def in_postgres(postgres: str) -> Iterator[SqlStore]:
    with SqlStore(postgres) as store:
        store.create_schema()
        yield store


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> SqlStore:
    found: SqlStore = request.getfixturevalue(f"in_{request.param}")
    return found


def opening(database: SqlStore) -> Opened:
    """Return what opens a store that is empty: each time for another tenant."""

    def opened(*, custom: CustomFields | None = None) -> SqlStore:
        return database.tenant(f"store {next(_STORES)}", custom=custom)

    return opened


@pytest.fixture
def open_store(database: SqlStore) -> Opened:
    return opening(database)


@pytest.fixture
def store(open_store: Opened) -> SqlStore:
    return open_store()
