from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from crmkit.errors import InvalidRecord
from crmkit.records import Change, Contact, Deal, Edit, User, evolve

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)
DEAL = Deal(id="d1", stage="Demo", amount=100, currency="EUR", version=3)


def change(**parts):
    return Change.of(**({"act": "import", "at": NOW, "by": "ana"} | parts))


def test_versions_are_stamped_on_what_comes_out_and_nothing_given_is_touched():
    before, after = DEAL, evolve(DEAL, stage="Offer")
    added, old = Deal(id="d2"), Deal(id="d3", version=7)
    made = change(add=[added], edit=[(before, after)], remove=[old])
    assert [(edit.before, edit.after) for edit in made.edits] == [
        (None, evolve(added, version=1)),
        (before, evolve(after, version=4)),
        (old, None),
    ]
    assert (added.version, after.version) == (0, 3)


def test_a_record_that_comes_back_goes_on_from_its_last_version():
    assert change(add=[DEAL]).edits[0].after.version == 4


def test_the_version_given_with_what_shall_be_does_not_matter():
    made = change(edit=[(DEAL, evolve(DEAL, stage="Offer", version=99))])
    assert made.edits[0].after.version == 4


def test_an_edit_without_difference_is_kept_and_has_a_version():
    made = change(edit=[(DEAL, DEAL)])
    assert made.differences() == ()
    assert made.edits[0].after.version == 4


def test_an_instant_is_held_in_utc():
    assert change(add=[DEAL], at=NOW.astimezone(timezone(timedelta(hours=5)))).at.tzinfo is UTC


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "changes nothing; where nothing is to be done, make no Change"),
        ({"add": [DEAL], "at": datetime(2017, 3, 31)}, "Change.at: .* does not say its time zone"),  # noqa: DTZ001
        ({"add": [DEAL], "at": "2017-03-31"}, "Change.at: .* is a str, not a datetime"),
        ({"add": [DEAL], "remove": [DEAL]}, "'d1' is the id of two deal edits"),
        ({"add": [DEAL, DEAL]}, "'d1' is the id of two deal edits"),
        ({"edit": [(DEAL, evolve(DEAL, id="d2"))]}, "'d2' is not the id before, 'd1'; a record keeps its id"),
        ({"edit": [(DEAL, Contact(id="d1"))]}, "'Contact' is not the class of the record before, Deal"),
        ({"add": ["d1"]}, "'d1' is not a record"),
        ({"edit": [("d1", DEAL)]}, "'d1' is not a record"),
        ({"remove": [7]}, "Edit.before: 7 is not a record"),
        ({"add": [DEAL], "act": ""}, "Change.act: '' is empty"),
        ({"add": [DEAL], "act": None}, "Change.act: None is a NoneType, not a text"),
        ({"add": [DEAL], "by": None}, "Change.by: None is a NoneType, not a text"),
        ({"add": [DEAL], "by": 7}, "Change.by: 7 is an int, not a text"),
        ({"add": [DEAL], "reason": 7}, "Change.reason: 7 is an int"),
        ({"add": [DEAL], "idempotency_key": ""}, "Change.idempotency_key: '' is empty"),
    ],
)
def test_what_is_no_change_is_refused(parts, message):
    with pytest.raises(InvalidRecord, match=message):
        change(**parts)


def test_the_same_id_may_stand_for_records_of_two_kinds():
    assert len(change(add=[Deal(id="x"), Contact(id="x")]).edits) == 2


def test_undoing_swaps_before_and_after_under_new_versions():
    made = change(add=[Deal(id="d2")], edit=[(DEAL, evolve(DEAL, stage="Offer"))], remove=[Deal(id="d3", version=7)])
    undone = made.inverse(at=NOW + timedelta(hours=1), by="ben", reason="wrong file")
    assert [(edit.id, edit.before, edit.after) for edit in undone.edits] == [
        ("d3", None, Deal(id="d3", version=8)),
        ("d1", evolve(DEAL, stage="Offer", version=4), evolve(DEAL, version=5)),
        ("d2", Deal(id="d2", version=1), None),
    ]
    assert (undone.act, undone.at, undone.by, undone.reason) == (
        "undo import",
        NOW + timedelta(hours=1),
        "ben",
        "wrong file",
    )


def test_undoing_keeps_who_and_when_unless_told_and_derives_its_key():
    made = change(add=[DEAL], reason="first load", idempotency_key="load-1")
    undone = made.inverse()
    assert (undone.at, undone.by, undone.reason, undone.idempotency_key) == (NOW, "ana", None, "undo:load-1")
    assert change(add=[DEAL]).inverse().idempotency_key is None


def test_a_change_prints_for_a_reader_and_masks_what_is_personal():
    contact = Contact(id="c1", email="ada@example.org", city="Ulm", version=1)
    made = change(
        add=[evolve(DEAL, custom={"seats": 3}, tags=("vip",), expected_close_on=NOW.date(), version=0)],
        edit=[(contact, evolve(contact, email="ada@example.com", city=None))],
        remove=[User(id="u\n1", created_at=NOW, version=2)],
        reason="first load",
    )
    assert str(made).splitlines() == [
        "import by ana at 2017-03-31 12:00:00 UTC: first load",
        "+ deal 'd1', version 1",
        "    stage: missing -> 'Demo'",
        "    status: missing -> 'open'",
        "    amount: missing -> 100",
        "    currency: missing -> 'EUR'",
        "    expected_close_on: missing -> 2017-03-31",
        "    tags: missing -> ('vip',)",
        "    seats: missing -> ***",
        "~ contact 'c1', version 1 -> 2",
        "    email: *** -> ***",
        "    city: 'Ulm' -> missing",
        "- user 'u\\n1', version 2",
        "    active: True -> missing",
        "    created_at: 2017-03-31 12:00:00 UTC -> missing",
    ]
    assert repr(made) == "Change('import' by 'ana' at 2017-03-31 12:00:00 UTC, 3 records)"
    assert repr(change(add=[DEAL])).endswith("1 record)")


def test_what_a_terminal_would_obey_is_escaped():
    made = change(add=[DEAL], by="\x1b[31mana", reason="a\nb")
    assert str(made).splitlines()[0] == "import by '\\x1b[31mana' at 2017-03-31 12:00:00 UTC: 'a\\nb'"


def test_the_id_that_a_store_gives_is_a_text_and_makes_no_difference():
    made = change(add=[DEAL])
    stored = attrs.evolve(made, id="41")
    assert (made.id, stored.id) == (None, "41")
    assert (stored, hash(stored), str(stored), repr(stored)) == (made, hash(made), str(made), repr(made))
    for wrong in ("", 41):
        with pytest.raises(InvalidRecord, match=r"Change\.id: "):
            attrs.evolve(made, id=wrong)


def test_undone_or_joined_a_change_has_no_id_until_a_store_gives_one():
    stored = attrs.evolve(change(add=[DEAL]), id="41")
    assert stored.inverse().id is None
    assert Change.combine([stored], act="join", at=NOW, by="ana").id is None


def test_changes_are_values():
    assert change(add=[DEAL]) == change(add=[DEAL])
    assert hash(change(add=[DEAL])) == hash(change(add=[DEAL]))
    with pytest.raises(AttributeError):
        change(add=[DEAL]).act = "x"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (None, None, "on both sides edits nothing"),
        (DEAL, DEAL, "Edit.version: 3 does not follow 3"),
        (DEAL, evolve(DEAL, version=2), "Edit.version: 2 does not follow 3"),
        (None, "d1", "Edit.after: 'd1' is not a record"),
    ],
)
def test_what_is_no_edit_is_refused(before, after, message):
    with pytest.raises(InvalidRecord, match=message):
        Edit(before, after)


@pytest.mark.parametrize("pair", [Deal(id="d1"), (Deal(id="d1"),), "d1"])
def test_an_edit_that_is_no_pair_is_refused_with_what_to_say(pair):
    with pytest.raises(InvalidRecord, match=r"say edit=\[\(before, after\)\]"):
        Change.of(edit=[pair], act="edit", at=datetime(2024, 1, 1, tzinfo=UTC), by="ana")
