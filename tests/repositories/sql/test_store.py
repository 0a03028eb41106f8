"""Changes that follow each other in one batch, values that change hands, ids that name nothing."""

import logging

import pytest

from crmkit.errors import AlreadyExists, Conflict, InvalidArgument, NotFound
from crmkit.records import Change, Company, CustomField, CustomFields, Deal, evolve, record
from crmkit.repositories.sql import SqlStore, _room
from tests.records.strategies import NOW


def change(**sides):
    return Change.of(**sides, act="test", at=NOW, by="ana")


def add(*deals):
    return change(add=deals)


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


def test_values_stored_before_they_were_unique_are_unique_once_they_are_written_again(open_store, database):
    before = open_store()
    before.apply(add(Deal(id="a", custom={"erp": "1"}), Deal(id="b", custom={"erp": "1"})))
    store = database.tenant(before._tenant, custom=CustomFields(deal={"erp": CustomField("id", unique=True)}))
    a, b = store.repository(Deal).find()
    assert len(store.verify().faults) == 1
    store.apply(change(edit=[(a, evolve(a, stage="x"))]))
    with pytest.raises(AlreadyExists, match="another deal has the same erp"):
        store.apply(change(edit=[(b, evolve(b, stage="x"))]))
    store.apply(change(edit=[(b, evolve(b, custom={"erp": "2"}))]))
    assert store.verify().intact


def test_statements_are_written_anew_once_there_are_too_many(monkeypatch):
    monkeypatch.setattr(_room, "_MANY", 1)
    with SqlStore("sqlite://") as store:
        store.create_schema()
        for number in range(2):
            applied = store.apply(add(Deal(id=f"{number}")))
            assert store.repository(Deal).get(f"{number}") == applied.edits[0].after
        assert store.verify().intact


def test_one_change_is_no_collection_of_changes(store):
    for wrong in (add(Deal(id="d1")), None):
        with pytest.raises(InvalidArgument, match="apply"):
            store.apply_all(wrong)


def test_a_repository_says_shortly_what_it_is(store):
    assert repr(store.repository(Deal)) == "<deal records of a SqlStore>"


def test_what_is_added_and_removed_in_one_batch_is_gone(store):
    coming = add(Deal(id="d1"))
    going = change(remove=[coming.edits[0].after])
    assert len(store.apply_all([coming, going])) == 2
    assert not store.repository(Deal).exists()
    assert store.verify().intact
