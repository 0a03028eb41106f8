"""What a store asks of a Change, and how it answers."""

import logging
from collections.abc import Mapping

import attrs
import pytest

from crmkit.errors import InvalidArgument, InvalidRecord, RepositoryError, UnknownField
from crmkit.records import NO_CUSTOM, Contact, CustomField, CustomFields, CustomValue, Deal, Edit, evolve, record
from crmkit.repositories._admission import (
    already_there,
    came_back,
    checked,
    checked_id,
    checked_tenant,
    first_result,
    stale,
    taken,
    tell,
    touched_since,
    unique_values,
)
from tests.repositories.acts import act

DEAL = Deal(id="d1", name="Fern", version=3)
EDIT = act(edit=[(DEAL, evolve(DEAL, stage="Won"))]).edits[0]


@record
class Foreign:
    """A record class of the caller's own."""

    id: str
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: int = 0


def test_a_change_that_fits_is_returned():
    change = act(add=[Deal(id="d1", custom={"seats": 1})], remove=[DEAL.__class__(id="d2", custom={"old": 1})])
    assert checked(change, None) is change
    assert checked(change, CustomFields(deal={"seats": "integer"})) is change  # what goes need not fit


@pytest.mark.parametrize("wrong", [None, "x", 7, DEAL, EDIT])
def test_what_is_no_change_is_refused(wrong):
    with pytest.raises(InvalidArgument, match="is no Change"):
        checked(wrong, None)


def test_custom_values_that_are_not_declared_are_refused():
    custom = CustomFields(deal={"seats": "integer"})
    with pytest.raises(UnknownField, match="did you mean 'seats'"):
        checked(act(add=[Deal(id="d1", custom={"seat": 1})]), custom)
    with pytest.raises(InvalidRecord):
        checked(act(add=[Deal(id="d1", custom={"seats": "1"})]), custom)


def test_a_class_that_the_log_could_not_read_again_is_refused():
    for change in (act(add=[Foreign(id="1")]), act(remove=[Foreign(id="1")])):
        with pytest.raises(InvalidRecord, match="Foreign is none of crmkit's record classes"):
            checked(change, None)


def test_a_class_that_only_has_the_name_of_one_is_refused():
    @record
    class Deal:
        id: str
        custom: Mapping[str, CustomValue] = NO_CUSTOM
        version: int = 0

    with pytest.raises(InvalidRecord):
        checked(act(add=[Deal(id="1")]), None)


def test_a_key_with_NUL_is_refused():
    with pytest.raises(InvalidRecord) as refused:
        checked(act(add=[DEAL], idempotency_key="a\0"), None)
    assert (refused.value.code, refused.value.field) == ("nul_character", "idempotency_key")


def test_ids_and_names_of_tenants_are_texts():
    assert (checked_id(""), checked_tenant("")) == ("", "")
    for wrong in (None, 7, b"1", ["1"]):
        with pytest.raises(InvalidArgument):
            checked_id(wrong)
        with pytest.raises(InvalidArgument):
            checked_tenant(wrong)
    with pytest.raises(InvalidArgument):
        checked_tenant("a\0")


def test_a_key_gives_the_first_result_or_says_whose_it_was():
    change = act(add=[DEAL], idempotency_key="once")
    first = attrs.evolve(change, id="7")
    assert first_result(change, first) is first
    with pytest.raises(RepositoryError, match="was used for another Change, 7") as refused:
        first_result(attrs.evolve(change, by="bo"), first)
    assert (refused.value.code, refused.value.key, refused.value.id) == ("key_reused", "once", "7")


@pytest.mark.parametrize(
    ("found", "said"), [(None, "is gone"), (5, "is at version 5"), (3, "is at version 3 with other values")]
)
def test_a_stale_edit_says_what_is_there(found, said):
    error = stale(EDIT, found)
    assert said in str(error)
    assert "get it again" in str(error)
    assert (error.code, error.record, error.id, error.expected, error.found) == ("conflict", "deal", "d1", 3, found)
    assert "Fern" not in str(error)


def test_an_addition_of_what_is_there_says_so():
    added = Edit(None, DEAL)
    for error in (stale(added, 3), already_there(added)):
        assert (error.code, error.record, error.id, error.field) == ("already_exists", "deal", "d1", "id")


def test_what_comes_back_under_an_old_version_is_told_the_next_one():
    error = came_back(Edit(None, DEAL), 7)
    assert (error.expected, error.found) == (8, 3)
    assert "add it again from its last version, 7" in str(error)


def test_a_value_that_is_taken_does_not_say_by_whom():
    error = taken(EDIT, "number")
    assert (error.record, error.id, error.field) == ("deal", "d1", "number")
    assert "another deal has the same number" in str(error)


def test_an_undo_that_comes_too_late_names_the_records():
    change = attrs.evolve(act(add=[Contact(id="c1")], edit=[(DEAL, DEAL)], remove=[Deal(id="d2", version=5)]), id="7")
    error = touched_since(change, change.edits[1:])
    assert error.records == ("deal:d1", "deal:d2")
    assert (error.record, error.id, error.expected) == ("deal", "d1", 4)
    assert touched_since(change, change.edits[2:]).expected is None


def test_unique_values_are_those_of_declared_ids_that_are_there():
    custom = CustomFields(deal={"number": CustomField("id", unique=True), "note": "text"})
    assert unique_values(Deal(id="d1", custom={"number": "7", "note": "x"}), custom) == {("deal", "number"): "7"}
    for values in ({}, {"number": None}, {"note": "x"}):
        assert unique_values(Deal(id="d1", custom=values), custom) == {}
    assert unique_values(None, custom) == unique_values(DEAL, None) == {}


def test_subscribers_are_called_whatever_another_does(caplog):
    told = []

    class Failing:
        def __call__(self, change):
            raise LookupError("personal")

    with caplog.at_level(logging.ERROR, "crmkit.repositories"):
        tell([Failing(), told.append], [attrs.evolve(act(add=[DEAL]), id="7")])
    assert len(told) == 1
    assert [entry.getMessage() for entry in caplog.records] == ["subscriber Failing failed with change 7, which stands"]
