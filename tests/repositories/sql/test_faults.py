"""A fault at any call to the database, in the middle of a Change of several records, leaves all of it or nothing."""

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
    return [
        *(tuple(store.repository(cls).find()) for cls in (Deal, Company, Contact)),
        store.history(Deal, "d1"),
        store.history(Deal, "d3"),
        store.verify().head,
    ]


def prepared(open_store):
    store = open_store(custom=CUSTOM)
    deals = [Deal(id=f"d{number}", custom={"erp": f"e{number}"}) for number in (1, 2)]
    store.apply(change(add=[*deals, Company(id="c1"), Contact(id="p1")]))
    deals = [store.repository(Deal).get(id) for id in ("d1", "d2")]
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
            try:
                act(store, swap)
            except (Broken, KeyboardInterrupt, RepositoryError):
                pass
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


def test_a_fault_in_an_inner_transaction_leaves_the_outer_one_usable(open_store, database):
    store, swap = prepared(open_store)
    with store.transaction():
        for at in range(1, 100):
            with failing(database._room.engine, at, Broken) as calls:
                try:
                    store.apply(swap)
                except Broken:
                    pass
                if calls() < at:
                    break
            assert store.repository(Deal).get("d1").custom == {"erp": "e1"}
        store.apply(change(add=[Company(id="c9")]))
    assert at > 8
    assert store.repository(Deal).get("d1").custom == {"erp": "e2"}
    assert store.repository(Company).get("c9")
    assert store.verify().intact
