"""What a store says when its database fails it, or when others write past it."""

import sqlite3
import threading
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlalchemy import event, exc

from crmkit.errors import Conflict, RepositoryError
from crmkit.records import Change, Deal, evolve
from crmkit.repositories.sql import SqlStore, _room
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


@pytest.mark.parametrize("url", ["postgresql://ana:secret@127.0.0.1:1/crm", "sqlite:////nowhere/at/all/crm.db"])
def test_a_database_that_cannot_be_reached_is_named_without_its_password(url):
    with SqlStore(url) as store, pytest.raises(RepositoryError, match="cannot be reached") as refused:
        store.repository(Deal).count()
    assert refused.value.code == "unreachable"
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_others_hold_is_busy_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(_room, "PATIENCE", 0)
    with SqlStore(f"sqlite:///{tmp_path}/crm.db") as store:
        store.create_schema()
        with closing(sqlite3.connect(tmp_path / "crm.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(RepositoryError, match="try again") as refused:
                store.apply(add(Deal(id="1")))
            assert refused.value.code == "busy"
        assert store.apply(add(Deal(id="1")))


def test_a_thread_that_holds_the_store_makes_others_busy_after_a_while(memory, monkeypatch):
    monkeypatch.setattr(_room, "PATIENCE", 0)
    codes = []

    def other():
        for call in (lambda: memory.apply(add(Deal(id="1"))), memory.repository(Deal).count):
            try:
                call()
            except RepositoryError as error:
                codes.append(error.code)

    with memory.transaction():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert codes == ["busy", "busy"]


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (exc.TimeoutError("pool"), "busy"),
        (exc.IntegrityError("s", {}, Exception("Key (id)=(secret) already exists")), "constraint"),
        (exc.OperationalError("s", {}, Exception("server closed the connection")), "unreachable"),
        (exc.DataError("s", {}, Exception("secret")), "database"),
        (exc.InvalidRequestError("secret"), "database"),
    ],
)
def test_no_error_of_sqlalchemy_comes_out_and_none_shows_values(memory, raised, code):
    def fail(*_):
        raise raised

    event.listen(memory._room.engine, "before_cursor_execute", fail)
    with pytest.raises(RepositoryError) as refused:
        memory.repository(Deal).count()
    event.remove(memory._room.engine, "before_cursor_execute", fail)
    assert refused.value.code == code
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("state", "code"),
    [("40001", "busy"), ("40P01", "busy"), ("08006", "unreachable"), ("3D000", "unreachable"), ("22P02", "database")],
)
def test_postgresql_names_its_errors_by_their_state(memory, state, code):
    class Raised(Exception):
        sqlstate = state

    def fail(*_):
        raise exc.OperationalError("s", {}, Raised())

    event.listen(memory._room.engine, "before_cursor_execute", fail)
    with pytest.raises(RepositoryError) as refused:
        memory.repository(Deal).count()
    event.remove(memory._room.engine, "before_cursor_execute", fail)
    assert refused.value.code == code


def test_errors_of_the_caller_in_a_transaction_come_out_as_they_are(store):
    with pytest.raises(exc.ArgumentError), store.transaction():
        raise exc.ArgumentError("the caller's own")


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_a_row_that_others_change_past_the_log_in_between_is_a_conflict(store, act):
    deals = [store.apply(add(Deal(id=name))).edits[0].after for name in "ab"]
    table = store._room.tables.records["deal"]
    word = {"edit": "UPDATE", "remove": "DELETE"}[act]

    met = []

    def meddle(connection, cursor, statement, *_):
        if statement.startswith(word) and "deal" in statement and not met:
            met.append(statement)
            moved = sa.update(table).where(table.c.tenant == store._tenant, table.c.id == "b").values(version=7)
            connection.execute(moved)

    event.listen(store._room.engine, "before_cursor_execute", meddle)
    sides = {"edit": {"edit": [(deal, evolve(deal, stage="x")) for deal in deals]}, "remove": {"remove": deals}}[act]
    with pytest.raises(Conflict, match="deal 'b' is at version 7") as refused:
        store.apply(change(**sides))
    event.remove(store._room.engine, "before_cursor_execute", meddle)
    assert (refused.value.expected, refused.value.found) == (1, 7)
    assert store.repository(Deal).get("a").stage is None


def test_a_row_or_head_that_others_took_to_the_same_version_is_busy(store):
    (deal,) = (edit.after for edit in store.apply(add(Deal(id="a"))).edits)
    engine, tables = store._room.engine, store._room.tables
    for table, values in ((tables.records["deal"], {"version": 2}), (tables.heads, {"position": 9})):
        met = []

        def meddle(connection, cursor, statement, *_, table=table, values=values, met=met):
            if statement.startswith("UPDATE") and table.name in statement and not met:
                met.append(statement)
                connection.execute(sa.update(table).where(table.c.tenant == store._tenant).values(**values))

        event.listen(engine, "before_cursor_execute", meddle)
        with pytest.raises(RepositoryError) as refused:
            store.apply(change(edit=[(deal, evolve(deal, stage="x"))]))
        event.remove(engine, "before_cursor_execute", meddle)
        assert refused.value.code == "busy"
    assert store.apply(change(edit=[(deal, evolve(deal, stage="x"))]))


def test_a_key_whose_entry_is_gone_is_an_error_of_the_store(store):
    once = attrs_key(add(Deal(id="a")))
    store.apply(once)
    changes, edits = store._room.tables.changes, store._room.tables.edits
    with store._room.engine.begin() as connection:
        connection.execute(sa.update(changes).where(changes.c.tenant == store._tenant).values(content=None, nonce=None))
        assert connection.execute(sa.select(edits.c.id).where(edits.c.tenant == store._tenant)).scalar() == "a"
    with pytest.raises(RepositoryError, match="erased"):
        store.apply(once)
    assert store.verify().erased == 1


def attrs_key(plain):
    return Change.of(add=[evolve(plain.edits[0].after, version=0)], act="test", at=NOW, by="ana", idempotency_key="k")


def test_a_row_that_holds_no_record_is_named(store):
    store.apply(add(Deal(id="a")))
    table = store._room.tables.records["deal"]
    with store._room.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.tenant == store._tenant).values(probability=7.0))
    with pytest.raises(RepositoryError, match=r"row of Deal 'a'.*verify") as refused:
        store.repository(Deal).get("a")
    assert refused.value.code == "unreadable"
