"""What is not open in a record is missing from it."""

from datetime import UTC, datetime

import pytest

from crmkit.records import RECORDS, Contact, StageChange, SurveyResponse, User, fields_of
from crmkit.repositories._access._fields import ALL, NONE, Opened, joined, masked, must_be_named

SECRET = User(
    id="u1", name="Ana", email="a@example.com", active=False, roles=("boss",), custom={"pay": 7, "desk": "3"}, version=4
)


def names(*several):
    return Opened(frozenset(several), others=False)


def test_what_is_not_open_is_missing_and_what_is_open_stays():
    seen = masked(SECRET, names("name", "desk", "active"))
    assert seen == User(id="u1", name="Ana", active=False, custom={"desk": "3"}, version=4)


def test_roles_are_open_only_by_name():
    assert masked(SECRET, ALL).roles == ()
    assert masked(SECRET, ALL).custom == SECRET.custom
    assert masked(SECRET, joined([ALL, names("roles")])) is SECRET


def test_nothing_is_open_but_id_and_version_where_nothing_is():
    contact = Contact(id="c1", first_name="Mai", tags=("vip",), custom={"x": 1}, version=2)
    assert masked(contact, NONE) == Contact(id="c1", version=2)


def test_records_that_prove_themselves_can_be_masked():
    response = SurveyResponse(id="s1", kind="nps", score=9, comment="fine", contact_id="c1")
    assert masked(response, names("kind", "score")) == SurveyResponse(id="s1", kind="nps", score=9)


@pytest.mark.parametrize("cls", RECORDS.values())
def test_whatever_must_not_be_left_out_can_be_read_once_it_is_named(cls):
    for name, spec in fields_of(cls).items():
        can_be_missing = spec.nullable or spec.kind == "tags" or name in ("id", "version")
        assert can_be_missing == (name not in must_be_named(cls, "read"))


def test_what_a_new_record_needs_is_what_has_no_default():
    assert must_be_named(StageChange, "add") == ("deal_id", "to_stage", "changed_at")
    assert must_be_named(StageChange, "edit") == ()
    StageChange(id="s", deal_id="d", to_stage="x", changed_at=datetime(2024, 1, 1, tzinfo=UTC))


def test_what_covers_opens_at_least_as_much():
    assert ALL.covers(User, names("name", "email"))
    assert not ALL.covers(User, names("roles"))
    assert not names("name").covers(User, ALL)
    assert names("name", "email").covers(User, names("name", "id"))
    assert not names("name").covers(User, names("email"))


def test_all_is_open_where_also_what_has_to_be_named_is():
    assert ALL.holds_all_of(Contact)
    assert not ALL.holds_all_of(User)
    assert Opened(frozenset({"roles"}), others=True).holds_all_of(User)
    assert not names("roles", "name").holds_all_of(User)
