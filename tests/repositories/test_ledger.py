"""Entries of the log: sealed, opened, erased."""

import hashlib
import json

import attrs
import pytest
from hypothesis import given

from crmkit.errors import InvalidRecord, RepositoryError
from crmkit.records import Contact, Deal
from crmkit.repositories._ledger import START, digest_of, entry_digest, opened, sealed
from crmkit.testing import changes
from tests.repositories.acts import act


def seal(change, position=1, previous=START, nonce=lambda: b"n" * 16):
    return sealed(change, position=position, previous=previous, nonce=nonce)


def erased(content):
    return attrs.evolve(content, text=None, nonce=None)


@given(changes())
def test_what_is_sealed_opens_as_it_was(drawn):
    for position, change in enumerate(drawn, 1):
        again = opened(seal(change, position))
        assert (again, again.id) == (change, str(position))


def test_reason_and_key_come_back():
    change = act(add=[Deal(id="d1")], reason="why 'not'\n", idempotency_key="once")
    assert opened(seal(change)) == change


def test_the_digest_covers_position_key_contents_and_the_entry_before():
    change = act(add=[Deal(id="d1"), Contact(id="c1")], idempotency_key="once")
    entry = seal(change)
    others = [
        seal(change, position=2),
        seal(change, previous="f" * 64),
        seal(change, nonce=lambda: b"m" * 16),
        seal(attrs.evolve(change, idempotency_key="twice")),
        seal(attrs.evolve(change, idempotency_key=None)),
        seal(attrs.evolve(change, by="bo")),
        seal(attrs.evolve(change, reason="why")),
        seal(attrs.evolve(change, edits=change.edits[::-1])),
        seal(attrs.evolve(change, edits=change.edits[:1])),
        seal(act(add=[Deal(id="d1", stage="x"), Contact(id="c1")], idempotency_key="once")),
    ]
    assert len({entry.digest, *(other.digest for other in others)}) == 11
    assert entry.digest == entry_digest(1, "once", entry.head.digest, entry.edits, START)


def test_a_digest_is_the_sha256_of_the_nonce_and_the_text():
    assert digest_of("texté", b"nonce") == hashlib.sha256(b"nonce" + "texté".encode()).hexdigest()


def test_every_content_has_a_nonce_of_its_own():
    nonces = iter([b"1", b"2", b"3"])
    entry = seal(act(add=[Deal(id="d1"), Deal(id="d2")]), nonce=lambda: next(nonces))
    assert len({entry.head.nonce, *(edit.content.nonce for edit in entry.edits)}) == 3


def test_an_entry_names_each_record_and_its_newest_version():
    deal = Deal(id="d1", version=3)
    entry = seal(act(edit=[(deal, deal)], add=[Deal(id="d2")], remove=[Contact(id="c1", version=7)]))
    named = [(edit.record, edit.id, edit.version) for edit in entry.edits]
    assert named == [("deal", "d2", 1), ("deal", "d1", 4), ("contact", "c1", 7)]


def test_personal_values_stand_in_the_contents_only():
    entry = seal(act(add=[Contact(id="c1", email="mai@example.com")], reason="mai asked", by="mai"))
    without = attrs.evolve(
        entry, head=erased(entry.head), edits=[attrs.evolve(edit, content=erased(edit.content)) for edit in entry.edits]
    )
    assert "mai" in repr(entry)
    assert "mai" not in repr(without)


@pytest.mark.parametrize("part", ["head", "edit"])
def test_an_erased_entry_is_not_opened(part):
    entry = seal(act(add=[Deal(id="d1")]))
    edits = tuple(attrs.evolve(edit, content=erased(edit.content)) for edit in entry.edits)
    wrong = attrs.evolve(entry, head=erased(entry.head)) if part == "head" else attrs.evolve(entry, edits=edits)
    with pytest.raises(RepositoryError, match="erased") as refused:
        opened(wrong)
    assert (refused.value.code, refused.value.id) == ("erased", "1")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"id": "d\0"}, "id"),
        ({"name": "a\0b"}, "name"),
        ({"tags": ("a", "\0")}, "tags"),
        ({"custom": {"note": "\0"}}, "note"),
        ({"custom": {"notes": ("a", "\0")}}, "notes"),
    ],
)
def test_NUL_is_refused_and_its_field_named(values, field):
    wrong = Deal(**{"id": "d1", **values})
    for change in (act(add=[wrong]), act(remove=[wrong])):
        with pytest.raises(InvalidRecord, match="NUL") as refused:
            seal(change)
        assert (refused.value.code, refused.value.record, refused.value.field) == ("nul_character", "deal", field)


def test_what_only_looks_like_NUL_is_taken():
    change = act(add=[Deal(id="\\u0000", name="\\\\u0000", tags=("\\u0000",), custom={"note": "\\u0000", "seats": 1})])
    entry = seal(change)
    assert opened(entry) == change
    assert "\\u0000" in json.loads(entry.edits[0].content.text)["after"]["id"]
