"""A contact in several companies has one primary company, and the contact's own `company_id` says which."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidRecord
from crmkit.records import Affiliation, Change, Contact, evolve, make_primary

from .strategies import applied, contents

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)
ADA = Contact(id="p1", company_id="c0", version=4)
WHO = {"at": NOW, "by": "ana"}


def place(number, *, primary=False, version=1, contact_id="p1"):
    return Affiliation(
        id=f"a{number}", contact_id=contact_id, company_id=f"c{number}", primary=primary, version=version
    )


def store_of(*records):
    return applied([Change.of(add=[evolve(each, version=each.version - 1)], act="load", **WHO) for each in records])


@given(st.lists(st.booleans(), min_size=1, max_size=5), st.data())
def test_exactly_one_is_primary_afterwards_and_the_contact_follows(flags, data):
    there = [place(number, primary=primary, version=number + 1) for number, primary in enumerate(flags)]
    chosen = data.draw(st.sampled_from([*there, place(9, version=0)]))
    change = make_primary(chosen, contact=ADA, others=data.draw(st.permutations(there)), **WHO)
    before = store_of(ADA, *there)
    after = applied([change], to=before)
    primary = [each.id for (kind, _), each in after.items() if kind == "affiliation" and each.primary]
    assert primary == [chosen.id]
    assert after["contact", "p1"] == evolve(ADA, company_id=chosen.company_id, version=5)
    touched = {chosen.id, *(each.id for each in there if each.primary), "p1"}
    assert {edit.id for edit in change.edits} == touched
    assert contents(applied([change.inverse()], to=after)) == contents(before)


def test_a_new_affiliation_is_added_and_an_old_one_is_edited():
    old, new = place(1), place(2, version=0)
    assert [edit.before for edit in make_primary(new, contact=ADA, **WHO).edits] == [None, ADA]
    assert [edit.before for edit in make_primary(old, contact=ADA, **WHO).edits] == [ADA, old]


def test_two_such_acts_at_the_same_time_both_edit_the_contact():
    one, two = (make_primary(place(number), contact=ADA, others=[], **WHO) for number in (1, 2))
    assert {edit.before for edit in one.edits} & {edit.before for edit in two.edits} == {ADA}


def test_the_act_says_when_by_whom_and_why():
    change = make_primary(place(1), contact=ADA, reason="moved", **WHO)
    assert (change.act, change.at, change.by, change.reason) == ("make primary", NOW, "ana", "moved")
    assert make_primary(place(1), contact=ADA, **WHO).reason is None


@pytest.mark.parametrize(
    ("chosen", "others"),
    [(place(1, contact_id="p2"), []), (place(1), [place(2), place(3, contact_id="p2")])],
)
def test_an_affiliation_of_another_contact_is_refused(chosen, others):
    with pytest.raises(InvalidRecord, match=r"Affiliation\.contact_id: 'p2' is not the contact at hand, 'p1'"):
        make_primary(chosen, contact=ADA, others=others, **WHO)
