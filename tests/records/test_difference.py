from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.records import Change, Contact, Deal, Difference, evolve, fields_of

from .strategies import field_values

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)
WHO = {"act": "edit", "at": NOW, "by": "ana"}


def differences(before, after):
    return Change.of(edit=[(before, after)], **WHO).differences()


@settings(max_examples=60)
@given(st.data())
def test_the_differences_are_exactly_what_makes_the_one_record_the_other(data):
    before, after = (Deal(**data.draw(field_values(Deal))) for _ in range(2))
    after = evolve(after, id=before.id)
    found = differences(before, after)
    own = {each.field: each.after for each in found if each.field in fields_of(Deal)}
    if "tags" in own:
        own["tags"] = own["tags"] or ()
    custom = dict(before.custom) | {each.field: each.after for each in found if each.field not in fields_of(Deal)}
    made = evolve(before, **own, version=after.version)
    assert evolve(made, custom={}) == evolve(after, custom={})
    assert {name: value for name, value in custom.items() if value is not None} == {
        name: value for name, value in after.custom.items() if value is not None
    }
    assert all(each.before != each.after or type(each.before) is not type(each.after) for each in found)


def test_custom_fields_stand_under_their_own_names():
    before = Deal(id="d1", custom={"seats": 3, "region": "north", "same": 1, "exact": 1})
    after = Deal(id="d1", custom={"seats": 5, "term": date(2018, 1, 1), "same": 1, "exact": Decimal(1)})
    assert [(each.field, each.before, each.after) for each in differences(before, after)] == [
        ("exact", 1, Decimal(1)),
        ("region", "north", None),
        ("seats", 3, 5),
        ("term", None, date(2018, 1, 1)),
    ]


def test_what_is_added_differs_in_all_that_it_says_and_in_nothing_else():
    made = Change.of(add=[Deal(id="d1", name="Acme", tags=("vip",))], **WHO)
    assert made.differences() == (
        Difference("deal", "d1", "name", None, "Acme"),
        Difference("deal", "d1", "status", None, "open"),
        Difference("deal", "d1", "tags", None, ("vip",)),
    )


def test_a_version_alone_is_no_difference():
    assert differences(Deal(id="d1", version=1), Deal(id="d1", version=9)) == ()


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (Difference("deal", "d1", "stage", None, "Demo"), "stage: missing -> 'Demo'"),
        (Difference("deal", "d1", "amount", Decimal("1E+3"), Decimal("0.50")), "amount: 1000 -> 0.50"),
        (Difference("deal", "d1", "closed_at", NOW, None), "closed_at: 2017-03-31 12:00:00 UTC -> missing"),
        (Difference("deal", "d1", "due_on", date(2017, 3, 31), None), "due_on: 2017-03-31 -> missing"),
        (Difference("contact", "c1", "email", "a@b.c", None, personal=True), "email: *** -> missing"),
    ],
)
def test_a_difference_prints_on_one_line_and_masks_what_is_personal(difference, text):
    assert str(difference) == text
    assert repr(difference) == f"Difference({difference.record} {difference.id!r}, {text})"


def test_personal_and_custom_fields_are_masked():
    before = Contact(id="c1", email="a@b.c", city="Ulm", custom={"pet": "cat"})
    found = differences(before, evolve(before, email="d@e.f", city="Bonn", custom={"pet": "dog"}))
    assert {each.field: each.personal for each in found} == {"email": True, "city": False, "pet": True}
