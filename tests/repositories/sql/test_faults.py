"""A fault at any call to the database, in the middle of a Change of several records, leaves all of it or nothing."""

import contextlib
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event, exc

from crmkit.errors import RepositoryError
from crmkit.records import Change, Company, Contact, CustomField, CustomFields, Deal, evolve
from tests.records.strategies import NOW

CUSTOM = CustomFields(deal={"erp": CustomField("id", unique=True)})


class Broken(Exception):
    """What no store expects."""


def lost(*_):
    return exc.OperationalError("statement", {}, Exception("the connection is gone"))


def change(**sides):
    return Change.of(**sides, act="test", at=NOW, by="ana")


@contextmanager
def failing(engine: sa.Engine, at: int, fault):
    """Let the call of this number fail: a statement, before or after it ran, or the commit."""
    calls = 0

    def call(*_):
        nonlocal calls
        calls += 1
        if calls == at:
            raise fault()

    events = ("before_cursor_execute", "after_cursor_execute", "commit", "begin", "savepoint", "release_savepoint")
    for name in events:
        event.listen(engine, name, call)
    try:
        yield lambda: calls
    finally:
        for name in events:
            event.remove(engine, name, call)


def state(store):
    """Every row that the Change may touch, as it is."""
    tables = store._room.tables
    touched = [tables.records[kind] for kind in ("deal", "company", "contact")]
    touched += [tables.changes, tables.edits, tables.heads, tables.unique, tables.removed]
    with store._room.reading() as connection:
        asked = (sa.select(table).where(table.c.tenant == store._tenant) for table in touched)
        return [sorted(map(repr, connection.execute(each))) for each in asked]


def prepared(open_store):
    store = open_store(custom=CUSTOM)
    deals = [Deal(id=f"d{number}", custom={"erp": f"e{number}"}) for number in (1, 2)]
    store.apply(change(add=[*deals, Company(id="c1"), Contact(id="p1")]))
    deals = [store.repository(Deal).get(name) for name in ("d1", "d2")]
    swap = change(
        add=[Deal(id="d3", custom={"erp": "e1"})],
        edit=[(deals[0], evolve(deals[0], custom={"erp": "e2"})), (deals[1], evolve(deals[1], custom={}, stage="x"))],
        remove=[store.repository(Company).get("c1")],
    )
    return store, swap


def one(store, swap):
    store.apply(swap)


def in_a_transaction(store, swap):
    with store.transaction():
        store.apply(change(add=[Company(id="c9")]))
        store.apply(swap)


@pytest.mark.parametrize("fault", [Broken, KeyboardInterrupt, lost])
@pytest.mark.parametrize("act", [one, in_a_transaction])
def test_a_fault_at_any_call_leaves_the_store_as_before_or_as_after(open_store, database, act, fault):
    store, swap = prepared(open_store)
    engine = database._room.engine
    before, told = state(store), []
    store.subscribe(told.append)
    at, ended = 0, False
    while not ended:
        at += 1
        with failing(engine, at, fault) as calls:
            with contextlib.suppress(Broken, KeyboardInterrupt, RepositoryError):
                act(store, swap)
            ended = calls() < at
        now = state(store)
        if not ended and now != before:
            assert told, "it stands, so it is told of"
            break
        if not ended:
            assert told == []
    assert at > 12
    assert state(store) != before
    assert store.verify().intact
    assert [type(each) for each in told] == [Change] * len(told)


def test_a_fault_in_an_inner_transaction_takes_nothing_else_with_it_or_all_of_both(open_store, database):
    store, swap = prepared(open_store)
    stood = 0
    for at in range(1, 100):
        before = state(store)
        company = Company(id=f"c{at + 9}")
        with contextlib.suppress(RepositoryError), store.transaction():
            with failing(database._room.engine, at, Broken) as calls, contextlib.suppress(Broken):
                store.apply(swap)
            store.apply(change(add=[company]))
        if calls() < at:
            break
        if state(store) != before:
            stood += 1
            assert store.repository(Company).get(company.id)
            assert state(store)[0] == before[0], "of the inner one nothing stands"
    assert at - 3 <= stood + 1 < at, "only a fault in the release of a savepoint takes all"
    assert store.repository(Deal).get("d1").custom == {"erp": "e2"}
    assert store.verify().intact
