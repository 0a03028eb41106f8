"""What is drawn is what it says: records of a class, Changes that follow each other, questions that can be asked."""

import importlib
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import testing
from crmkit.errors import MissingExtra
from crmkit.records import RECORDS, Company, Contact, Deal, is_record
from crmkit.repositories import InMemoryStore
from crmkit.testing import changes, questions, records

CLASSES = st.sampled_from(list(RECORDS.values()))


@given(records())
def test_a_record_of_any_class_is_drawn(record):
    assert is_record(record)


@given(records(Deal))
def test_a_record_of_one_class_is_drawn_without_NUL(deal):
    assert isinstance(deal, Deal)
    assert "\0" not in f"{deal.id}{deal.name}{deal.stage}{dict(deal.custom)!s}"


@given(records(Deal, fields={"name", "amount"}))
def test_only_the_named_fields_are_filled(deal):
    assert deal == Deal(id=deal.id, version=deal.version, name=deal.name, amount=deal.amount)


@given(records(Contact, fields={"email", "custom"}, values={"text": st.just("x"), "custom": st.just({"seats": 1})}))
def test_values_are_drawn_as_the_caller_says(contact):
    assert contact.email in ("x", None)
    assert contact.custom == {"seats": 1}


@settings(max_examples=20)
@given(changes())
def test_drawn_changes_are_applied_one_after_the_other(drawn):
    store = InMemoryStore()
    assert [store.apply(change) for change in drawn] == drawn
    assert store.verify().faults == ()


@settings(max_examples=20)
@given(changes([Deal, Company]))
def test_drawn_changes_are_of_the_classes_that_are_named(drawn):
    assert {edit.record for change in drawn for edit in change.edits} <= {"deal", "company"}


@settings(max_examples=20)
@given(st.data())
def test_drawn_questions_can_be_asked_of_their_class(data):
    cls = data.draw(CLASSES)
    question = data.draw(questions(cls))
    question.check(cls)
    assert question.test(data.draw(records(cls))) in (True, False)


@settings(max_examples=20)
@given(questions(Deal, fields={"name"}))
def test_questions_are_about_the_named_fields_and_the_id(question):
    assert question.fields <= {"name", "id"}


@pytest.mark.parametrize("library", ["pytest", "hypothesis"])
def test_without_its_libraries_the_package_says_which_extra_to_install(library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r"crmkit\[testing\]"):
        importlib.reload(testing)
