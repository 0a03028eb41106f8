"""What holds for every class of records."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from crmkit import records as public
from crmkit.errors import InvalidRecord
from crmkit.records import (
    RECORDS,
    Activity,
    Contact,
    Deal,
    FieldChange,
    LineItem,
    Money,
    Order,
    PriceBookEntry,
    Quote,
    Spend,
    Subscription,
    SurveyResponse,
    fields_of,
    kind_of,
    ref,
)

from .strategies import SCORES, records

PERSONAL = {
    "user": {"name", "email"},
    "company": {"phone"},
    "contact": {"first_name", "last_name", "email", "phone"},
    "lead": {"first_name", "last_name", "email", "phone"},
    "activity": {"subject", "body", "location"},
    "ticket": {"subject"},
    "survey_response": {"comment"},
}


@pytest.mark.parametrize("kind", RECORDS)
def test_every_record_has_an_id_custom_fields_and_a_version(kind):
    cls = RECORDS[kind]
    specs = fields_of(cls)
    assert kind_of(cls) == kind
    assert specs["id"].record == kind
    assert specs["id"].target is cls
    assert not specs["id"].nullable
    assert specs["version"].kind == "integer"
    assert "custom" not in specs
    assert getattr(public, cls.__name__) is cls
    assert hasattr(public, f"{cls.__name__}Id")


@pytest.mark.parametrize("kind", RECORDS)
def test_every_reference_leads_to_a_record(kind):
    for spec in fields_of(RECORDS[kind]).values():
        if spec.record is not None:
            assert spec.target is RECORDS[spec.record]


@pytest.mark.parametrize("kind", RECORDS)
def test_what_is_personal_is_declared(kind):
    assert {name for name, spec in fields_of(RECORDS[kind]).items() if spec.personal} == PERSONAL.get(kind, set())


@pytest.mark.parametrize("kind", RECORDS)
def test_an_amount_stands_beside_its_currency(kind):
    specs = fields_of(RECORDS[kind])
    assert "currency" in specs or not any(spec.kind == "money" for spec in specs.values())


@pytest.mark.parametrize("cls", [Deal, Quote, LineItem, Order, Subscription, Spend])
def test_amount_and_currency_make_money(cls):
    assert cls(id="x1", amount=12, currency="EUR").money == Money(12, "EUR")
    assert cls(id="x1", amount=12).money is None
    assert cls(id="x1", currency="EUR").money is None


def test_the_price_of_a_product_is_money():
    entry = PriceBookEntry(id="e1", price_book_id="b1", product_id="p1", amount=12, currency="EUR")
    assert (entry.money, entry.min_quantity) == (Money(12, "EUR"), 0)


@settings(max_examples=50)
@given(records())
def test_records_of_every_class_are_drawn_and_hashed(drawn):
    assert hash(drawn) == hash(drawn)
    assert drawn.version >= 0


@pytest.mark.parametrize("kind", SCORES)
def test_a_score_lies_on_the_scale_of_its_survey(kind):
    low, high = SCORES[kind]
    for score in (low, high):
        assert SurveyResponse(id="s1", kind=kind, score=score).score == score
    for score in (low - 1, high + 1):
        with pytest.raises(InvalidRecord, match=f"{score} is not"):
            SurveyResponse(id="s1", kind=kind, score=score)


def test_a_field_change_names_its_record():
    at = datetime(2017, 3, 31, tzinfo=UTC)
    change = FieldChange(id="f1", record=ref(Deal(id="d1")), field="amount", to_value="12", changed_at=at)
    assert (change.record, change.from_value) == ("deal:d1", None)
    with pytest.raises(InvalidRecord, match=r"record.*names no record; say ref\(record\)"):
        FieldChange(id="f1", record="d1", field="amount", changed_at=at)


def test_an_activity_belongs_to_records_of_any_kind():
    links = (ref(Deal(id="d1")), ref(Contact(id="c:1")))
    call = Activity(id="a1", kind="call", links=links, occurred_at=datetime(2017, 3, 31, tzinfo=UTC))
    assert call.links == ("deal:d1", "contact:c:1")
    for wrong in ("d1", "deal:", ":d1", "no kind:d1"):
        with pytest.raises(InvalidRecord, match=r"names no record; say ref\(record\)"):
            Activity(id="a1", kind="call", links=[wrong])
