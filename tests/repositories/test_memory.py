"""The store in memory, beyond what its contract says (tests/testing): speed aside, it is the reference."""

import pytest

from crmkit.errors import AlreadyExists, NotFound
from crmkit.expressions import field
from crmkit.records import Company, CustomField, CustomFields, Deal, evolve
from crmkit.repositories import AuditedStore, InMemoryStore, Store
from tests.repositories.acts import AT, act


def test_it_is_a_store_and_an_audited_one():
    assert isinstance(InMemoryStore(), Store)
    assert isinstance(InMemoryStore(), AuditedStore)


def test_change_ids_count_from_one():
    store = InMemoryStore()
    assert [store.apply(act(add=[Deal(id=name)])).id for name in "abc"] == ["1", "2", "3"]


def test_with_known_nonces_two_logs_are_the_same():
    heads = set()
    for _ in range(2):
        store = InMemoryStore(nonce=lambda: b"n" * 16)
        store.apply(act(add=[Deal(id="d1")]))
        heads.add(store.verify().head)
    assert len(heads) == 1


def test_a_transaction_of_one_tenant_takes_back_what_another_did_in_it():
    store = InMemoryStore()
    with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
        store.tenant("other").apply(act(add=[Deal(id="d1")]))
        raise LookupError
    assert store.tenant("other").repository(Deal).count() == 0


def test_a_unique_value_is_free_once_its_holder_has_another():
    store = InMemoryStore(custom=CustomFields(deal={"number": CustomField("id", unique=True)}))
    one, two = (
        edit.after for edit in store.apply(act(add=[Deal(id=name, custom={"number": name}) for name in "12"])).edits
    )
    swapped = [(one, evolve(one, custom={"number": "2"})), (two, evolve(two, custom={"number": "1"}))]
    with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
        store.apply(act(edit=swapped))
        raise LookupError
    with pytest.raises(AlreadyExists):
        store.apply(act(add=[Deal(id="3", custom={"number": "1"})]))
    store.apply(act(edit=swapped))
    assert [deal.custom["number"] for deal in store.repository(Deal).find()] == ["2", "1"]


def test_a_subscriber_may_end_its_own_subscription():
    store, told = InMemoryStore(), []

    def once(change):
        told.append(change)
        end()

    end = store.subscribe(once)
    store.subscribe(told.append)
    store.apply(act(add=[Deal(id="d1")]))
    store.apply(act(add=[Deal(id="d2")]))
    assert [change.id for change in told] == ["1", "1", "2"]


def test_the_log_holds_no_values_where_it_is_not_asked():
    store = InMemoryStore()
    store.apply(act(add=[Deal(id="d1", name="Fern")]))
    assert "Fern" not in repr(store)
    assert "Fern" not in repr(store.repository(Deal).find().next)


def test_references_are_followed_within_the_store():
    store = InMemoryStore()
    store.apply(act(add=[Company(id="c1", country="DE"), Deal(id="d1", company_id="c1")]))
    assert store.repository(Deal).exists(field("company.country") == "DE")
    assert not store.tenant("other").repository(Deal).exists(field("company.country") == "DE")


def test_a_store_can_be_filled_from_the_history_of_another():
    store, copy = InMemoryStore(), InMemoryStore()
    (deal,) = (edit.after for edit in store.apply(act(add=[Deal(id="d1")])).edits)
    store.apply(act(edit=[(deal, evolve(deal, stage="Won"))]))
    copy.apply_all(store.history(Deal, "d1"))
    assert copy.repository(Deal).get("d1") == store.repository(Deal).get("d1")
    with pytest.raises(NotFound):
        copy.undo("9", at=AT, by="ana")
