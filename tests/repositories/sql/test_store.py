"""Where a store lives, and what it says when that place fails it."""

import logging
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlalchemy import event, exc

from crmkit.errors import Conflict, InvalidArgument, MissingExtra, NotFound, RepositoryError
from crmkit.expressions import field
from crmkit.records import Change, Company, CustomField, CustomFields, Deal, evolve, record
from crmkit.repositories import AuditedStore
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
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 30_000}


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


def test_sqlalchemy_that_is_not_installed_is_named_by_its_extra():
    code = "import sys; sys.modules['sqlalchemy'] = None\ntry:\n    import crmkit.repositories.sql\nexcept ImportError as e:\n    print(type(e).__name__, e)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert done.stdout.startswith("MissingExtra")
    assert "crmkit[sql]" in done.stdout


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
        (exc.IntegrityError("s", {}, Exception("Key (id)=(secret) already exists")), "busy"),
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

    def meddle(connection, cursor, statement, *_):
        if statement.startswith(word) and "deal" in statement:
            event.remove(store._room.engine, "before_cursor_execute", meddle)
            moved = sa.update(table).where(table.c.tenant == store._tenant, table.c.id == "b").values(version=7)
            connection.execute(moved)

    event.listen(store._room.engine, "before_cursor_execute", meddle)
    sides = {"edit": {"edit": [(deal, evolve(deal, stage="x")) for deal in deals]}, "remove": {"remove": deals}}[act]
    with pytest.raises(Conflict, match="deal 'b' is at version 7") as refused:
        store.apply(change(**sides))
    assert (refused.value.expected, refused.value.found) == (1, 7)
    assert store.repository(Deal).get("a").stage is None


def test_a_row_or_head_that_others_took_to_the_same_version_is_busy(store):
    (deal,) = (edit.after for edit in store.apply(add(Deal(id="a"))).edits)
    deals, heads = store._room.tables.records["deal"], store._room.tables.heads

    def meddle(table, **values):
        def listener(connection, cursor, statement, *_):
            if statement.startswith("UPDATE") and table.name in statement:
                event.remove(store._room.engine, "before_cursor_execute", listener)
                connection.execute(sa.update(table).where(table.c.tenant == store._tenant).values(**values))

        event.listen(store._room.engine, "before_cursor_execute", listener)

    for meddling in ((deals, {"version": 2}), (heads, {"position": 9})):
        meddle(meddling[0], **meddling[1])
        with pytest.raises(RepositoryError) as refused:
            store.apply(change(edit=[(deal, evolve(deal, stage="x"))]))
        assert refused.value.code == "busy"
    assert store.apply(change(edit=[(deal, evolve(deal, stage="x"))]))


def test_many_changes_of_the_same_record_in_one_batch_follow_each_other(store):
    first = add(Deal(id="a"))
    deal = first.edits[0].after
    batch = [first]
    for number in range(600):
        batch.append(change(edit=[(deal, evolve(deal, name=f"{number}"))]))
        deal = batch[-1].edits[0].after
    batch += [change(remove=[deal]), change(add=[evolve(deal, name="again")])]
    applied = store.apply_all(batch)
    assert [each.id for each in applied] == [str(number) for number in range(1, 604)]
    assert store.repository(Deal).get("a").name == "again"
    assert len(store.history(Deal, "a")) == 603
    assert store.verify().intact
    with pytest.raises(Conflict):
        store.apply_all(batch[1:3])


def test_changes_may_come_from_a_generator_that_fails(store):
    def some():
        yield add(Deal(id="a"))
        raise KeyError

    with pytest.raises(KeyError):
        store.apply_all(some())
    assert store.repository(Deal).count() == 0
    assert store.apply_all(iter([])) == ()


def test_unique_values_change_hands_within_one_change(open_store):
    store = open_store(custom=CustomFields(deal={"erp": CustomField("id", unique=True)}))
    store.apply(add(Deal(id="a", custom={"erp": "1"}), Deal(id="b", custom={"erp": "2"})))
    a, b = store.repository(Deal).find()
    store.apply(change(edit=[(a, evolve(a, custom={"erp": "2"})), (b, evolve(b, custom={"erp": "1"}))]))
    assert [deal.custom["erp"] for deal in store.repository(Deal).find()] == ["2", "1"]
    assert store.verify().intact


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


@pytest.mark.parametrize("name", ["", "1 ", "+1", "01", "1.0", "٣", "9" * 30, 1, None, "x\0"])
def test_what_names_no_change_is_not_found(store, name):
    store.apply(add(Deal(id="a")))
    with pytest.raises(NotFound):
        store.applied(name)


@pytest.mark.parametrize("name", ["x\0", "\udc80", ""])
def test_an_id_that_no_database_holds_is_not_found(store, name):
    with pytest.raises(NotFound):
        store.repository(Deal).get(name)
    assert store.history(Deal, name) == ()


def test_a_class_of_the_callers_own_has_no_table(store):
    @record
    class Note:
        id: str
        custom: dict = {}
        version: int = 0

    with pytest.raises(InvalidArgument, match="custom fields"):
        store.repository(Note)


def test_subscribers_are_told_after_the_transaction_and_may_apply_themselves(store, caplog):
    told = []

    def answer(applied):
        told.append(applied.id)
        if applied.act == "test" and applied.edits[0].record == "deal":
            store.apply(change(add=[Company(id=applied.edits[0].id)]))
        raise KeyError

    end = store.subscribe(answer)
    with caplog.at_level(logging.CRITICAL), store.transaction():
        store.apply(add(Deal(id="a")))
        assert told == []
    assert told == ["1", "2"]
    end()
    end()
    store.apply(add(Deal(id="b")))
    assert told == ["1", "2"]
