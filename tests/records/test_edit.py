"""How Changes follow each other: undoing them and joining them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from crmkit.errors import Conflict, InvalidRecord
from crmkit.records import Change, Deal, evolve

from .strategies import applied, contents, histories

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)
WHO = {"act": "joined", "at": NOW, "by": "ana"}
DEAL = Deal(id="d1", stage="Demo")


def added(deal):
    return Change.of(add=[deal], **WHO)


def edited(before, **changes):
    return Change.of(edit=[(before, evolve(before, **changes))], **WHO)


def removed(deal):
    return Change.of(remove=[deal], **WHO)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_change_and_its_inverse_leave_the_contents_as_they_were(history):
    *earlier, last = history
    store = applied(earlier)
    assert contents(applied([last, last.inverse()], to=store)) == contents(store)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_inverse_of_the_inverse_restores_the_contents(history):
    *earlier, last = history
    store = applied(earlier)
    back = last.inverse()
    assert contents(applied([last, back, back.inverse()], to=store)) == contents(applied([last], to=store))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_no_version_is_used_twice(history):
    back = [change.inverse() for change in history[-1:]]
    seen = [
        (edit.record, edit.id, edit.after.version) for change in history + back for edit in change.edits if edit.after
    ]
    assert len(seen) == len(set(seen))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_joined_change_does_what_its_parts_do(history):
    back = history[-1].inverse()
    store = applied(history)
    again = [back, back.inverse()]
    if all(edit.before is not None for edit in back.edits):
        assert applied([Change.combine(again, **WHO)], to=store) == applied(again, to=store)
    if store:
        assert applied([Change.combine(history, **WHO)]) == store
    else:
        with pytest.raises(InvalidRecord, match="changes nothing"):
            Change.combine(history, **WHO)


def test_each_record_goes_from_its_first_state_to_its_last():
    one = added(DEAL)
    two = edited(one.edits[0].after, stage="Offer")
    three = edited(two.edits[0].after, stage="Won", status="won")
    other = added(Deal(id="d2"))
    whole = Change.combine([one, other, two, three], reason="day", idempotency_key="k", **WHO)
    assert [(edit.id, edit.before, edit.after) for edit in whole.edits] == [
        ("d1", None, Deal(id="d1", stage="Won", status="won", version=3)),
        ("d2", None, Deal(id="d2", version=1)),
    ]
    assert (whole.act, whole.reason, whole.idempotency_key) == ("joined", "day", "k")


def test_what_is_added_and_removed_vanishes():
    one = added(DEAL)
    whole = Change.combine([one, added(Deal(id="d2")), removed(one.edits[0].after)], **WHO)
    assert [edit.id for edit in whole.edits] == ["d2"]


def test_what_is_removed_and_comes_back_is_edited():
    old = evolve(DEAL, version=5)
    whole = Change.combine([removed(old), added(evolve(old, stage="Again"))], **WHO)
    assert [(edit.before, edit.after) for edit in whole.edits] == [(old, evolve(old, stage="Again", version=6))]


V1, V2 = evolve(DEAL, version=1), evolve(DEAL, stage="Offer", version=2)


@pytest.mark.parametrize(
    ("parts", "expected", "found", "message"),
    [
        (
            [edited(V1, stage="Offer"), edited(V1)],
            2,
            1,
            "at version 2 after the changes before, .* begins at version 1",
        ),
        ([edited(V1, stage="Offer"), edited(evolve(V2, stage="x"))], 2, 2, "begins at another version 2"),
        (
            [removed(V1), edited(V1)],
            None,
            1,
            "is removed after the changes before, and the next one begins at version 1",
        ),
        ([added(DEAL), added(DEAL)], 1, None, "and the next one adds it"),
        (
            [removed(V2), added(DEAL)],
            3,
            1,
            "comes back as version 1, which it has had; add it again from its last version, 2",
        ),
        ([added(DEAL), removed(V1), added(DEAL)], 2, 1, "comes back as version 1"),
    ],
)
def test_a_gap_between_two_changes_is_a_conflict(parts, expected, found, message):
    with pytest.raises(Conflict, match=message) as caught:
        Change.combine(parts, **WHO)
    assert caught.value.facts == {"record": "deal", "id": "d1", "expected": expected, "found": found}


def test_joining_nothing_is_refused():
    with pytest.raises(InvalidRecord, match="changes nothing"):
        Change.combine([], **WHO)
