"""What holds of every conversion: nothing is lost, it is applied once, and it can be undone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import testing
from crmkit.errors import Conflict, MoveRefused, RepositoryError
from crmkit.pipeline import convert_lead, deal_lifecycle
from crmkit.records import (
    RECORDS,
    Activity,
    Change,
    Company,
    Contact,
    Deal,
    FieldChange,
    Lead,
    StageChange,
    evolve,
    fields_of,
)
from crmkit.repositories import InMemoryStore
from crmkit.testing._threads import together

NOW = datetime(2024, 5, 3, 9, tzinfo=UTC)
WRITTEN = {"status", "status_changed_at", "converted_at", "contact_id", "company_id", "deal_id", "version"}

# Of which field of the lead each field takes its value, as the page of the how-to lists them.
HANDED_ON = [
    (Company, "name", "company_name"),
    (Company, "industry", "industry"),
    (Company, "employees", "employees"),
    (Company, "country", "country"),
    (Company, "owner_id", "owner_id"),
    (Contact, "first_name", "first_name"),
    (Contact, "last_name", "last_name"),
    (Contact, "email", "email"),
    (Contact, "phone", "phone"),
    (Contact, "job_title", "job_title"),
    (Contact, "country", "country"),
    (Contact, "source", "source"),
    (Contact, "owner_id", "owner_id"),
    (Deal, "source", "source"),
    (Deal, "owner_id", "owner_id"),
]


def is_empty(value):
    return value is None or value in ("", ())


def after(change, cls):
    """Return the one record of a class that a Change leaves, if there is one."""
    found = [edit.after for edit in change.edits if type(edit.after) is cls]
    return found[0] if found else None


@st.composite
def leads(draw):
    """Draw leads that can be converted."""
    fresh = dict.fromkeys(WRITTEN - {"version"}) | {
        "status": draw(st.sampled_from(["new", "working", "nurturing", "qualified"])),
        "status_changed_at": draw(st.sampled_from([None, NOW, datetime(1, 1, 2, tzinfo=UTC)])),
    }
    return evolve(draw(testing.records(Lead)), **fresh)


def others():
    """Draw records that are there already, at most one of each kind; the last act on a deal is not in the future."""
    past = st.sampled_from([None, NOW, datetime(1, 1, 2, tzinfo=UTC)])
    deals = st.builds(
        lambda deal, entered, touched: evolve(deal, stage_entered_at=entered, updated_at=touched),
        testing.records(Deal),
        past,
        past,
    )
    return st.tuples(*(st.none() | kind for kind in (testing.records(Company), testing.records(Contact), deals))).map(
        lambda records: [record for record in records if record is not None]
    )


@settings(max_examples=60)
@given(leads(), others())
def test_the_lead_keeps_every_value_and_names_what_came_of_it(lead, there):
    change = convert_lead(lead, there, at=NOW, by="ana")
    converted = after(change, Lead)
    kept = fields_of(Lead).keys() - WRITTEN | {"custom"}
    assert {name: getattr(converted, name) for name in kept} == {name: getattr(lead, name) for name in kept}
    assert (converted.status, converted.status_changed_at, converted.converted_at) == ("converted", NOW, NOW)
    assert converted.version == lead.version + 1
    ids = {type(record): record.id for record in there} | {
        type(edit.after): edit.id for edit in change.edits if edit.before is None
    }
    assert (converted.contact_id, converted.deal_id) == (ids[Contact], ids[Deal])
    at = [record.company_id for record in there if type(record) in (Contact, Deal) and record.company_id]
    assert converted.company_id == ids.get(Company, at[0] if at else None)


@settings(max_examples=60)
@given(leads(), others(), st.booleans())
def test_no_value_of_the_lead_is_lost_and_none_that_was_there_gives_way_unless_it_is_named(lead, there, everything):
    change = convert_lead(lead, there, at=NOW, by="ana", overwrite=everything)
    before = {type(record): record for record in there}
    for cls, name, own in HANDED_ON:
        handed = getattr(lead, own)
        held = getattr(before[cls], name) if cls in before else None
        record = after(change, cls) or before.get(cls)
        if record is not None:
            keeps = is_empty(handed) or (not is_empty(held) and not everything)
            assert getattr(record, name) == (held if keeps else handed)
    for record in there:
        left = after(change, type(record)) or record
        handed = {name for cls, name, _ in HANDED_ON if cls is type(record)} if everything else set()
        for name in fields_of(type(record)).keys() - handed - {"version", "updated_at"}:
            held = getattr(record, name)
            if name == "tags":
                assert left.tags == tuple(dict.fromkeys((*held, *lead.tags)))
            else:
                assert is_empty(held) or getattr(left, name) == held
        assert left.custom == record.custom


@settings(max_examples=60)
@given(leads(), others())
def test_a_record_to_which_nothing_is_added_is_no_part_of_the_change(lead, there):
    change = convert_lead(lead, there, at=NOW, by="ana")
    for edit in change.edits:
        assert edit.before is None or list(edit.differences())


def kept_by(store):
    return {
        (kind, record.id): evolve(record, version=0)
        for kind, cls in RECORDS.items()
        for record in store.repository(cls).find()
    }


@settings(max_examples=40)
@given(leads(), others())
def test_undone_all_is_as_it_was_and_the_lead_can_be_converted_again(lead, there):
    store = InMemoryStore()
    call = Activity(id="a1", kind="call", links=(f"lead:{lead.id}",))
    store.apply(Change.of(add=[lead, call, *there], act="import", at=NOW, by="ana"))
    before = kept_by(store)
    for _ in range(2):
        said = {"pipeline": deal_lifecycle, "activities": store.repository(Activity).find()}
        known = [store.repository(type(record)).get(record.id) for record in there]
        applied = store.apply(convert_lead(store.repository(Lead).get(lead.id), known, at=NOW, by="ana", **said))
        assert kept_by(store) != before
        store.undo(applied.id, at=NOW, by="boris")
        assert kept_by(store) == before


def opened():
    store = InMemoryStore()
    lead = Lead(id="l1", last_name="Ito", company_name="Fern")
    (edit,) = store.apply(Change.of(add=[lead], act="import", at=NOW, by="ana")).edits
    return store, edit.after


def test_the_same_conversion_is_applied_once():
    store, lead = opened()
    first = store.apply(convert_lead(lead, at=NOW, by="ana", pipeline=deal_lifecycle))
    assert store.apply(convert_lead(lead, at=NOW, by="ana", pipeline=deal_lifecycle)).id == first.id
    counts = {cls: store.repository(cls).count() for cls in (Contact, Company, Deal, StageChange, FieldChange)}
    assert set(counts.values()) == {1}
    with pytest.raises(RepositoryError, match="was used for another Change"):
        store.apply(convert_lead(lead, at=NOW, by="boris", pipeline=deal_lifecycle))
    with pytest.raises(MoveRefused, match="already"):
        convert_lead(store.repository(Lead).get("l1"), at=NOW, by="ana")


def test_of_threads_that_convert_one_lead_one_wins():
    store, lead = opened()
    changes = [convert_lead(lead, at=NOW, by=f"user {number}", ids={"contact": f"c{number}"}) for number in range(8)]
    outcomes = together([lambda change=change: store.apply(change) for change in changes])
    won = [each for each in outcomes if isinstance(each, Change)]
    assert len(won) == 1
    assert all(isinstance(each, RepositoryError) for each in outcomes if each is not won[0])
    assert [contact.id for contact in store.repository(Contact).find()] == [after(won[0], Contact).id]
    assert store.repository(Lead).get("l1") == after(won[0], Lead)


def test_a_conversion_of_a_lead_that_was_edited_since_is_refused():
    store, lead = opened()
    change = convert_lead(lead, at=NOW + timedelta(hours=1), by="ana")
    store.apply(Change.of(edit=[(lead, evolve(lead, phone="1"))], act="edit", at=NOW, by="boris"))
    with pytest.raises(Conflict):
        store.apply(change)
    assert store.repository(Contact).count() == 0
