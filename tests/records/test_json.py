import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings

from crmkit.errors import InvalidDocument, InvalidRecord
from crmkit.records import (
    NO_CUSTOM,
    Change,
    Contact,
    CustomValue,
    Deal,
    Edit,
    StageChange,
    SurveyResponse,
    User,
    edit_from_json,
    edit_to_json,
    from_json,
    kind_of,
    record,
    to_json,
)

from .strategies import histories, records

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)


@record
class Bell:
    id: str
    tone: str | None = "low"
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: int = 0


def exactly(drawn):
    """Spell a record out, so that 1 and 1.0 and Decimal(1) differ."""
    values = {name: getattr(drawn, name) for name in type(drawn).__slots__ if name not in ("__weakref__", "custom")}
    return (
        {name: (type(value), str(value)) for name, value in values.items()},
        {name: (type(value), str(value)) for name, value in drawn.custom.items()},
    )


@settings(max_examples=150, deadline=None)
@given(records())
def test_a_record_comes_back_exactly(drawn):
    again = from_json(to_json(drawn), type(drawn))
    assert again == drawn
    assert exactly(again) == exactly(drawn)
    assert to_json(again) == to_json(drawn)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_change_comes_back_exactly(history):
    for change in history:
        again = Change.from_json(change.to_json())
        assert again == change
        assert again.to_json() == change.to_json()
        assert again.differences() == change.differences()


@settings(deadline=None)
@given(histories())
def test_an_edit_comes_back_exactly(history):
    for edit in (edit for change in history for edit in change.edits):
        text = edit_to_json(edit)
        assert edit_from_json(text) == edit
        assert edit_to_json(edit_from_json(text)) == text


def test_a_document_holds_what_is_not_missing():
    deal = Deal(
        id="d1",
        amount=Decimal("12.50"),
        created_at=NOW,
        expected_close_on=NOW.date(),
        tags=("vip",),
        custom={"at": NOW, "fee": Decimal("1.0"), "on": date(2017, 3, 31), "seats": 3, "of": ("a",), "none": None},
    )
    assert json.loads(to_json(deal)) == {
        "format": "crmkit.record",
        "version": 1,
        "record": "deal",
        "fields": {
            "id": "d1",
            "status": "open",
            "amount": "12.50",
            "created_at": "2017-03-31T12:00:00Z",
            "expected_close_on": "2017-03-31",
            "tags": ["vip"],
            "version": 0,
            "custom": {
                "at": {"instant": "2017-03-31T12:00:00Z"},
                "fee": {"decimal": "1.0"},
                "none": None,
                "of": ["a"],
                "on": {"date": "2017-03-31"},
                "seats": 3,
            },
        },
    }


def test_a_change_keeps_who_when_and_why():
    change = Change.of(remove=[Deal(id="d1")], act="tidy", at=NOW, by="ana", reason="old", idempotency_key="k1")
    again = Change.from_json(change.to_json())
    assert (again.act, again.at, again.by, again.reason, again.idempotency_key) == ("tidy", NOW, "ana", "old", "k1")


@pytest.mark.parametrize("name", [None, "41"])
def test_a_change_keeps_the_id_that_a_store_gave_it_and_says_nothing_of_one_it_has_not(name):
    change = attrs.evolve(Change.of(add=[Deal(id="d1")], act="import", at=NOW, by="ana"), id=name)
    assert Change.from_json(change.to_json()).id == name
    assert ("id" in json.loads(change.to_json())) == (name is not None)


def read(**fields):
    return from_json(json.dumps({"format": "crmkit.record", "version": 1, "record": "deal", "fields": fields}), Deal)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "'id' is missing @ $.fields.id"),
        ({"id": "d1", "ammount": "3"}, "no field 'ammount'; did you mean 'amount'? @ $.fields"),
        ({"id": "d1", "amount": 3}, "expected a text, found int @ $.fields.amount"),
        ({"id": "d1", "amount": "3,5"}, "expected a decimal number @ $.fields.amount"),
        ({"id": "d1", "amount": "NaN"}, "Deal.amount: Decimal('NaN') is not a number"),
        (
            {"id": "d1", "created_at": "yesterday"},
            "expected an instant such as '2017-03-31T12:00:00Z' @ $.fields.created_at",
        ),
        ({"id": "d1", "created_at": "2017-03-31T12:00:00"}, "does not say its time zone"),
        (
            {"id": "d1", "expected_close_on": "31.3.2017"},
            "expected a date such as '2017-03-31' @ $.fields.expected_close_on",
        ),
        ({"id": "d1", "status": "wonn"}, "'wonn' is not a choice; did you mean 'won'?"),
        ({"id": "d1", "tags": "vip"}, "'vip' is a str, not a tuple of texts"),
        ({"id": "d1", "probability": "0.5"}, "'0.5' is a str, not a float"),
        ({"id": 7}, "Deal.id: 7 is an int, not a text"),
        ({"id": "d1", "custom": [1]}, "is not a mapping"),
        (
            {"id": "d1", "custom": {"x": {"decimal": "1", "date": "2"}}},
            "expected a value, or one text under one of instant",
        ),
        ({"id": "d1", "custom": {"x": {}}}, "expected a value, or one text under one of instant"),
        ({"id": "d1", "custom": {"x": {"weight": "1"}}}, "under one of instant, date, decimal @ $.fields.custom"),
        ({"id": "d1", "custom": {"x": {"decimal": 1}}}, "expected a text, found int"),
        ({"id": "d1", "custom": {"amount": 1}}, "names no custom field"),
    ],
)
def test_a_document_that_is_no_record_is_refused_with_the_place(fields, message):
    with pytest.raises(InvalidDocument) as caught:
        read(**fields)
    assert message in str(caught.value)
    assert caught.value.document == "crmkit.record"


@pytest.mark.parametrize(
    ("cls", "fields", "message"),
    [
        (User, {"active": "no"}, "User.active: 'no' is a str, not True or False"),
        (User, {"active": 0}, "User.active: 0 is an int, not True or False"),
        (
            StageChange,
            {"deal_id": "d1", "to_stage": 5, "changed_at": "2017-03-31T12:00:00Z"},
            "5 is an int, not a text",
        ),
        (SurveyResponse, {"kind": "nps", "score": "9"}, "'9' is a str, not a whole number"),
        (SurveyResponse, {"kind": "nps", "score": 9.0}, "9.0 is a float, not a whole number"),
        (Deal, {"version": "1"}, "'1' is a str, not a whole number"),
    ],
)
def test_no_value_is_coerced(cls, fields, message):
    body = {"format": "crmkit.record", "version": 1, "record": kind_of(cls), "fields": {"id": "x1"} | fields}
    with pytest.raises(InvalidDocument) as caught:
        from_json(json.dumps(body), cls)
    assert message in str(caught.value)


def test_all_faults_are_named_at_once():
    with pytest.raises(InvalidDocument, match=r"'id' is missing.*\$\.fields\.amount.*\$\.fields\.closed_at"):
        read(amount=1, closed_at=2)


@pytest.mark.parametrize(
    "body",
    [
        {"record": "contact", "fields": {"id": "c1"}},
        {"record": "deal"},
        {"record": "deal", "fields": {"id": "d1"}, "more": 1},
        {"record": "deal", "fields": ["id"]},
        {"record": ["deal"], "fields": {"id": "d1"}},
    ],
)
def test_a_document_of_another_shape_is_refused(body):
    with pytest.raises(InvalidDocument, match=r"not a crmkit\.record document"):
        from_json(json.dumps({"format": "crmkit.record", "version": 1, **body}), Deal)


def test_only_records_are_read():
    with pytest.raises(InvalidRecord, match="dict is not a class of records"):
        from_json(to_json(Deal(id="d1")), dict)


BODY = json.loads(Change.of(add=[Deal(id="d1")], act="import", at=NOW, by="ana").to_json())
EDIT = BODY["edits"][0]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"edits": "d1"}, "expected a list @ $.edits"),
        ({"edits": []}, "changes nothing"),
        (
            {"edits": [3]},
            "expected an object with 'record', 'before' and 'after'; the last two hold fields or null @ $.edits[0]",
        ),
        ({"edits": [EDIT | {"after": 3}]}, "fields or null @ $.edits[0]"),
        (
            {"edits": [EDIT | {"record": "deals"}]},
            "no kind of record is called 'deals'; did you mean 'deal'? @ $.edits[0]",
        ),
        (
            {"edits": [EDIT, EDIT | {"after": {"id": "d2", "stages": "x"}}]},
            "no field 'stages'; did you mean 'stage'? @ $.edits[1].after",
        ),
        ({"edits": [EDIT | {"more": 1}]}, "no field 'more'"),
        ({"edits": [EDIT | {"after": None}]}, "edits nothing"),
        ({"edits": [EDIT, EDIT]}, "'d1' is the id of two deal edits"),
        ({"at": 7}, "expected an instant such as '2017-03-31T12:00:00Z' @ $.at"),
        ({"at": "2017-03-31T12:00:00"}, "does not say its time zone"),
        ({"by": None}, "Change.by: None is a NoneType, not a text"),
        ({"id": ""}, "Change.id: '' is empty"),
        ({"id": 41}, "Change.id: 41 is an int, not a text"),
        ({"because": "x"}, "no field 'because'"),
    ],
)
def test_a_document_that_is_no_change_is_refused_with_the_place(parts, message):
    with pytest.raises(InvalidDocument) as caught:
        Change.from_json(json.dumps(BODY | parts))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"after": 3}, "the last two hold fields or null @ $"),
        ({"record": "deals"}, "no kind of record is called 'deals'; did you mean 'deal'? @ $"),
        ({"after": {"id": "d2", "stages": "x"}}, "no field 'stages'; did you mean 'stage'? @ $.after"),
        ({"after": None}, "edits nothing"),
        ({"format": "crmkit.change"}, "crmkit.edit"),
    ],
)
def test_a_document_that_is_no_edit_is_refused_with_the_place(parts, message):
    body = json.loads(edit_to_json(Edit(None, Deal(id="d1"))))
    with pytest.raises(InvalidDocument) as caught:
        edit_from_json(json.dumps(body | parts))
    assert message in str(caught.value)
    assert caught.value.document == "crmkit.edit"


def test_a_message_masks_what_is_personal():
    text = to_json(Contact(id="c1", email="ada@example.org")).replace('"ada@example.org"', '["ada@example.org"]')
    with pytest.raises(InvalidDocument, match=r"Contact.email: \*\*\* is a list") as caught:
        from_json(text, Contact)
    assert "ada" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_missing_value_is_written_where_the_default_says_otherwise():
    silent = Bell(id="b1", tone=None)
    assert from_json(to_json(silent), Bell) == silent != Bell(id="b1")
