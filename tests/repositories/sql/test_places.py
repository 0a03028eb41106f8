"""Where a store lives: files, memory, servers, an engine of the caller's; and what is none of them."""

import importlib
import sys
import threading

import pytest
import sqlalchemy as sa

from crmkit.errors import InvalidArgument, MissingExtra
from crmkit.expressions import field
from crmkit.records import Change, CustomFields, Deal
from crmkit.repositories import AuditedStore
from crmkit.repositories.sql import SqlStore
from tests.records.strategies import NOW


def change(**sides):
    return Change.of(**sides, act="test", at=NOW, by="ana")


def add(*deals):
    return change(add=deals)


@pytest.fixture
def memory():
    with SqlStore("sqlite://") as store:
        store.create_schema()
        yield store


def test_a_store_in_a_file_is_there_again_when_it_is_opened_again(tmp_path):
    for number in range(2):
        with SqlStore(f"sqlite:///{tmp_path}/crm.db") as store:
            assert isinstance(store, AuditedStore)
            store.create_schema()
            assert store.repository(Deal).count() == number
            store.apply(add(Deal(id=f"{number}")))


def test_a_store_in_memory_is_one_for_all_threads(memory):
    threads = [threading.Thread(target=memory.apply, args=[add(Deal(id=f"{number}"))]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.repository(Deal).count() == 4
    assert memory.repository(Deal).count(field("name").lower() == "x") == 0
    assert memory.verify().intact


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:///file:x?mode=memory&cache=shared&uri=true"])
def test_other_names_of_memory_are_known(url):
    with SqlStore(url) as store:
        store.create_schema()
        store.apply(add(Deal(id="1")))
        assert store.repository(Deal).exists()


def test_an_engine_that_is_handed_in_stays_open_and_keeps_its_own_transactions(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/crm.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (n INTEGER)")
    for _ in range(2):
        with SqlStore(engine) as store:
            store.create_schema()
            store.repository(Deal).count()
    with engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO mine VALUES (1)")
        connection.rollback()
        assert connection.exec_driver_sql("SELECT count(*) FROM mine").scalar() == 0
    engine.dispose()


def test_sqlite_writes_ahead_and_waits(tmp_path):
    with SqlStore(f"sqlite:///{tmp_path}/crm.db") as store, store._room.reading() as connection:
        names = ("journal_mode", "synchronous", "busy_timeout")
        asked = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert asked == ["wal", 1, 30_000]


def test_postgres_speaks_utc(in_postgres):
    with in_postgres._room.reading() as connection:
        assert connection.exec_driver_sql("SHOW TIME ZONE").scalar() == "UTC"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "mysql://u:secret@h/d",
        "oracle://u:secret@h/d",
        "nothing://x",
        "postgresql://u:secret@h:x/d",
        7,
        None,
        "sqlite+none:///x",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(url):
    with pytest.raises(InvalidArgument, match="SQLAlchemy engine") as refused:
        SqlStore(url)
    assert "secret" not in str(refused.value) + repr(refused.value.facts)


def test_an_engine_of_another_database_is_refused():
    engine = sa.create_mock_engine("mysql://", executor=None)
    with pytest.raises(InvalidArgument):
        SqlStore(engine)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_means_psycopg_3(scheme):
    with SqlStore(f"{scheme}://u@h/d") as store:
        assert store._room.engine.driver == "psycopg"


def test_a_driver_that_is_not_installed_is_named_by_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[postgres\]"):
        SqlStore("postgresql://u:secret@h/d")


def test_sqlalchemy_that_is_not_installed_is_named_by_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.delitem(sys.modules, "crmkit.repositories.sql")
    with pytest.raises(MissingExtra, match=r"crmkit\[sql\]"):
        importlib.import_module("crmkit.repositories.sql")


def test_a_connection_of_postgres_in_another_zone_gives_the_same_instants(in_postgres):
    custom = CustomFields(deal={"seen_at": "instant"})
    store = in_postgres.tenant("in another zone", custom=custom)
    (deal,) = (edit.after for edit in store.apply(add(Deal(id="1", created_at=NOW, custom={"seen_at": NOW}))).edits)
    with store.transaction():
        store._room.session.connection.exec_driver_sql("SET LOCAL TIME ZONE 'America/New_York'")
        found = store.repository(Deal).find((field("created_at") == NOW) & (field("seen_at") == NOW))
        assert list(found) == [deal]
        assert found[0].created_at.tzinfo is NOW.tzinfo
