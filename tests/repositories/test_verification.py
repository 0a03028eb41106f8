"""What verify finds: each way of tampering with a log or with the records beside it."""

import attrs
import pytest

from crmkit.records import Change, Contact, Deal, evolve
from crmkit.repositories import InMemoryStore
from crmkit.repositories._ledger import digest_of, sealed
from crmkit.repositories._verification import verified
from tests.repositories.acts import act


@pytest.fixture
def store():
    store = InMemoryStore()
    (deal,) = (edit.after for edit in store.apply(act(add=[Deal(id="d1", stage="Demo")])).edits)
    store.apply(act(edit=[(deal, evolve(deal, stage="Won"))], add=[Contact(id="c1", email="mai@example.com")]))
    store.apply(act(add=[Deal(id="d2")], reason="another"))
    (gone,) = (edit.after for edit in store.apply(act(add=[Deal(id="d3")])).edits)
    store.apply(act(remove=[gone]))
    assert store.verify().intact
    return store


def log(store):
    return store._room.shelves[""].log


def records(store):
    return store._room.shelves[""].records


def tamper(store, place, **changed):
    log(store)[place] = attrs.evolve(log(store)[place], **changed)


def faults(store, *said, anchor=None):
    verification = store.verify(anchor=anchor)
    assert not verification.intact
    assert any(all(word in fault for word in said) for fault in verification.faults), verification.faults
    assert "mai@example.com" not in str(verification)
    return verification.faults


def erase(store, place):
    entry = log(store)[place]
    edits = [attrs.evolve(edit, content=attrs.evolve(edit.content, text=None, nonce=None)) for edit in entry.edits]
    tamper(store, place, head=attrs.evolve(entry.head, text=None, nonce=None), edits=tuple(edits))


def content(edit, **changed):
    return attrs.evolve(edit, content=attrs.evolve(edit.content, **changed))


def test_a_sound_store_is_intact(store):
    found = store.verify()
    assert (found.entries, found.erased, found.faults, found.intact) == (5, 0, (), True)
    assert found.head == log(store)[-1].digest


def test_a_changed_content_is_found(store):
    (edit,) = log(store)[0].edits
    tamper(store, 0, edits=(content(edit, text=edit.content.text.replace("Demo", "Lost")),))
    faults(store, "change 1", "what it did to deal 'd1'")


def test_a_changed_content_with_a_digest_to_fit_is_found(store):
    (edit,) = log(store)[0].edits
    text = edit.content.text.replace("Demo", "Lost")
    tamper(store, 0, edits=(content(edit, text=text, digest=digest_of(text, edit.content.nonce)),))
    faults(store, "change 1", "another digest")


def test_a_changed_actor_is_found(store):
    head = log(store)[2].head
    tamper(store, 2, head=attrs.evolve(head, text=head.text.replace("ana", "bob")))
    faults(store, "change 3", "who, when or why")


def test_another_key_is_found(store):
    tamper(store, 2, key="forged")
    faults(store, "change 3", "another digest")


def test_an_entry_taken_out_is_found(store):
    del log(store)[2]
    faults(store, "change 4 follows change 2")
    faults(store, "change 4", "another digest before it")


def test_the_newest_entry_taken_out_is_found():
    store = InMemoryStore()
    store.apply(act(add=[Deal(id="d1")]))
    store.apply(act(add=[Deal(id="d2")]))
    del log(store)[1]
    faults(store, "deal 'd2' is not what the log says")


def test_entries_in_another_order_are_found(store):
    log(store)[1], log(store)[2] = log(store)[2], log(store)[1]
    faults(store, "change 3 follows change 1")


def test_a_log_that_ends_elsewhere_than_remembered_is_found(store):
    entries = log(store)
    found = verified(entries[:3], [], newest=(5, entries[-1].digest), removed={})
    assert any("ends with change 3, the store remembers 5" in fault for fault in found.faults)


def test_a_log_written_anew_lacks_the_anchor(store):
    anchor = store.verify().head
    other = InMemoryStore()
    for number in range(5):
        other.apply(act(add=[Deal(id=f"d{number}")]))
    assert other.verify().intact
    faults(other, "lacks the anchor", anchor=anchor)
    assert store.verify(anchor=anchor).intact


def test_a_record_that_was_changed_is_found(store):
    records(store)["deal"]["d1"] = evolve(records(store)["deal"]["d1"], stage="Lost")
    faults(store, "deal 'd1' is not what the log says")


def test_a_record_that_was_removed_is_found(store):
    del records(store)["contact"]["c1"]
    faults(store, "contact 'c1' is gone, and the log does not say so")


def test_a_record_that_came_from_nowhere_is_found(store):
    records(store)["deal"]["d9"] = Deal(id="d9")
    faults(store, "deal 'd9' is not what the log says")


def test_a_record_that_was_removed_and_is_there_is_found(store):
    records(store)["deal"]["d3"] = Deal(id="d3", version=1)
    faults(store, "deal 'd3' is not what the log says")


def test_an_entry_that_begins_elsewhere_than_the_one_before_ended_is_found(store):
    deal = Deal(id="d1", stage="Elsewhere", version=2)
    forged = Change.of(remove=[deal], act="test", at=act(add=[deal]).at, by="eve")
    log(store).append(sealed(forged, position=6, previous=log(store)[-1].digest, nonce=lambda: b"n"))
    del records(store)["deal"]["d1"]
    store._room.shelves[""].removed["deal", "d1"] = 2
    assert faults(store) == ("change 6 does not begin where the one before it on deal 'd1' ended",)


@pytest.mark.parametrize("version", [None, 0, 9])
def test_another_version_of_what_was_removed_is_found(store, version):
    removed = store._room.shelves[""].removed
    del removed["deal", "d3"]
    if version is not None:
        removed["deal", "d3"] = version
    faults(store, "the version at which deal 'd3' was removed")


def test_a_removal_that_the_log_does_not_know_is_found(store):
    store._room.shelves[""].removed["deal", "d1"] = 2
    faults(store, "the version at which deal 'd1' was removed")


def test_an_entry_that_cannot_be_read_is_found(store):
    (edit,) = log(store)[0].edits
    text = "nonsense"
    tamper(store, 0, edits=(content(edit, text=text, digest=digest_of(text, edit.content.nonce)),))
    faults(store, "change 1", "cannot be read")


def test_an_erased_entry_is_counted_and_is_no_fault(store):
    for place, erased in ((0, 1), (1, 2), (4, 3)):
        erase(store, place)
        found = store.verify()
        assert (found.entries, found.erased, found.faults) == (5, erased, ())


def test_what_follows_an_erased_entry_is_still_proven(store):
    erase(store, 0)
    records(store)["deal"]["d2"] = evolve(records(store)["deal"]["d2"], stage="forged")
    faults(store, "deal 'd2'")


def test_a_text_without_its_nonce_is_a_fault(store):
    (edit,) = log(store)[0].edits
    tamper(store, 0, edits=(content(edit, nonce=None),))
    faults(store, "change 1", "what it did")


def test_a_nonce_that_outlives_its_text_is_a_fault(store):
    (edit,) = log(store)[0].edits
    tamper(store, 0, edits=(content(edit, text=None),))
    faults(store, "change 1", "what it did")
