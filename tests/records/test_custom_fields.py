from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crmkit.errors import InvalidRecord, UnknownField
from crmkit.records import Contact, CustomField, CustomFields, Deal, FieldSpec

FIELDS = CustomFields(
    deal={
        "seats": "integer",
        "region": CustomField("choice", choices=["north", "south"]),
        "fit": CustomField("number", minimum=0, maximum=1),
        "fee": CustomField("money", unit="currency"),
        "partner_id": CustomField("id", record="company"),
        "erp_id": CustomField("id", unique=True),
        "renews_at": "instant",
    },
    contact={"nickname": CustomField("text", personal=True)},
)


def test_each_kind_of_record_has_its_own_fields():
    assert FIELDS.of(Deal)["region"] == FieldSpec("region", "choice", choices=("north", "south"))
    assert FIELDS.of(Deal)["partner_id"].record == "company"
    assert {name for name, spec in FIELDS.of(Deal).items() if spec.unique} == {"erp_id"}
    assert set(FIELDS.of(Contact)) == {"nickname"}
    assert FIELDS.of(Contact)["nickname"].personal
    assert not CustomFields().of(Deal)
    with pytest.raises(TypeError):
        FIELDS.of(Deal)["seats"] = None


def test_equal_declarations_are_equal_in_any_order():
    one = CustomFields(deal={"a": "text", "b": "flag"}, contact={"c": "date"})
    two = CustomFields(contact={"c": "date"}, deal={"b": CustomField("flag"), "a": "text"})
    assert one == two
    assert hash(one) == hash(two)
    assert one != CustomFields(deal={"a": "text"})


@pytest.mark.parametrize(
    "custom",
    [
        {},
        {"seats": 3},
        {"seats": None, "region": "north"},
        {"fit": 0.5},
        {"fit": 1},
        {"fit": Decimal("0.5")},
        {"fee": Decimal("12.50")},
        {"partner_id": "c1", "renews_at": datetime(2017, 3, 31, tzinfo=UTC)},
    ],
)
def test_values_that_the_fields_hold_pass(custom):
    FIELDS.check(Deal(id="d1", custom=custom))


@pytest.mark.parametrize(
    ("custom", "message"),
    [
        ({"seats": "3"}, "Deal.seats: '3' is a str, not a whole number"),
        ({"region": "nort"}, "Deal.region: 'nort' is not a choice; did you mean 'north'?"),
        ({"fit": 1.5}, "1.5 is not between 0 and 1"),
        ({"fit": True}, "True is a bool, not a whole number"),
        ({"fee": 12.5}, "12.5 is a float"),
        ({"partner_id": ""}, "'' is empty"),
        ({"renews_at": "2017"}, "not a datetime"),
    ],
)
def test_values_that_the_fields_do_not_hold_are_refused(custom, message):
    with pytest.raises(InvalidRecord) as caught:
        FIELDS.check(Deal(id="d1", custom=custom))
    assert message in str(caught.value)


def test_a_personal_value_is_masked():
    with pytest.raises(InvalidRecord, match=r"Contact.nickname: \*\*\* is an int"):
        FIELDS.check(Contact(id="c1", custom={"nickname": 7}))


def test_a_value_without_a_field_is_named_with_the_near_miss():
    with pytest.raises(UnknownField, match="no field 'seat' in the custom fields of Deal; did you mean 'seats'"):
        FIELDS.check(Deal(id="d1", custom={"seat": 3}))


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"deals": {}}, "no kind of record is called 'deals'; did you mean 'deal'?"),
        ({"deal": {"amount": "text"}}, "'deal.amount' names no custom field"),
        ({"deal": {"money": "text"}}, "'deal.money' names no custom field"),
        ({"deal": {"custom": "text"}}, "names no custom field"),
        ({"deal": {"_x": "text"}}, "does not begin with '_'"),
        ({"deal": {"no name": "text"}}, "names no custom field"),
        ({"deal": {"x": "txt"}}, "deal.x has no kind 'txt'; did you mean 'text'?"),
        ({"deal": {"x": "choice"}}, "a choice has choices"),
        ({"deal": {"x": CustomField("text", choices=("a",))}}, "a choice has choices, and nothing else has"),
        ({"deal": {"x": CustomField("text", unique=True)}}, 'only an id is unique; say CustomField("id", unique=True)'),
    ],
)
def test_a_declaration_that_says_nothing_is_refused(declared, message):
    with pytest.raises(InvalidRecord) as caught:
        CustomFields(**declared)
    assert message in str(caught.value)
