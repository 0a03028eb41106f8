"""What a conversion refuses: a lead that was converted, records that cannot be meant, fields that are not there."""

from datetime import datetime

import pytest

from crmkit.errors import CrmError, InvalidArgument, InvalidPeriod, InvalidRecord, MoveRefused, UnknownField
from crmkit.pipeline import deal_lifecycle, ticket_lifecycle
from crmkit.records import Activity, Contact, Deal, Lead
from tests.pipeline.test_conversion import LEAD, NOW, converted


@pytest.mark.parametrize(
    "lead",
    [
        Lead(id="l1", status="converted", contact_id="c1", deal_id="d1"),
        Lead(id="l1", status="working", converted_at=NOW, contact_id="c1", deal_id="d1"),
    ],
)
def test_a_lead_is_converted_once(lead):
    with pytest.raises(MoveRefused, match=r"converted already, into contact 'c1', deal 'd1'") as refusal:
        converted(lead)
    assert refusal.value.code == "already_converted"
    assert [unmet.code for unmet in refusal.value.unmet] == ["already_converted"]
    assert (refusal.value.contact_id, refusal.value.company_id, refusal.value.deal_id) == ("c1", None, "d1")
    with pytest.raises(MoveRefused, match="into nothing that it names"):
        converted(Lead(id="l1", status="converted"))


def test_a_lead_that_was_not_qualified_is_taken_up_again_before_it_converts():
    with pytest.raises(MoveRefused) as refusal:
        converted(Lead(id="l1", status="unqualified"))
    assert refusal.value.code == "no_such_move"


class OwnLead(Lead):
    """A lead of a caller's own class."""


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"into": "c1"}, "into: 'c' is no Company"),
        ({"into": 5}, "into: 5 is no Company"),
        ({"into": LEAD}, "is no Company, Contact or Deal"),
        ({"into": [Deal(id="d1"), Deal(id="d2")]}, "is a second deal"),
        ({"into": Deal(id="d1"), "deal": False}, "deal: False makes no deal, and one is given"),
        ({"stage": "qualification"}, "is where a new deal starts"),
        ({"stage": "qualification", "pipeline": deal_lifecycle, "deal": False}, "is where a new deal starts"),
        ({"stage": "won", "pipeline": deal_lifecycle, "into": Deal(id="d1")}, "a deal that is there can be moved"),
        ({"pipeline": "sales"}, "pipeline: 'sales' is no Pipeline"),
        ({"pipeline": ticket_lifecycle}, "moves records of kind 'ticket'"),
        ({"lifecycle": None}, "lifecycle: None is no Pipeline"),
        ({"lifecycle": deal_lifecycle}, "moves records of kind 'deal'"),
        ({"ids": 5}, "ids: 5 is no mapping"),
        ({"ids": {"contract": "c1"}}, "ids: 'contract' is nothing that comes of a lead; did you mean 'contact'"),
        ({"activities": 5}, "activities: 5 is no Activity"),
        ({"activities": [Activity(id="a1", kind="call", links=("lead:l9",))]}, "'a1' has no link to 'lead:l1'"),
        ({"overwrite": 5}, "overwrite: 5 is no list"),
        ({"values": ["deal.amount"]}, r"values: \['deal.amount'\] is no mapping"),
        ({"values": {"amount": 1}}, "values: 'amount' is no place"),
        ({"values": {"deel.amount": 1}}, "did you mean 'deal'"),
        ({"values": {"deal.": 1}}, "'deal.' is no place"),
        ({"values": {"deal.stage": "won"}}, "'deal.stage' is written by the conversion itself or by moves"),
        ({"values": {"contact.id": "c1"}}, "is written by the conversion itself"),
        ({"values": {"deal.amount": 1}, "deal": False}, "values: 'deal.amount' has no deal to go to"),
        ({"custom": {"budget": "deal.amount", "region": "deal.amount"}}, "is where two fields of the lead go"),
    ],
)
def test_what_cannot_be_meant_is_refused(said, message):
    with pytest.raises(InvalidArgument, match=message):
        converted(LEAD, said.pop("into", None), **said)


@pytest.mark.parametrize("lead", [OwnLead(id="l1"), Contact(id="c1"), {"id": "l1"}, None])
def test_only_a_lead_of_crmkit_s_own_class_is_converted(lead):
    with pytest.raises(InvalidArgument, match=r"is no Lead of crmkit\.records; make one"):
        converted(lead)


@pytest.mark.parametrize("into", [None, Contact(id="c2")])
def test_a_lead_that_names_a_record_converts_into_that_and_no_other(into):
    lead = Lead(id="l1", contact_id="c1")
    with pytest.raises(InvalidArgument, match="names contact 'c1'") as refusal:
        converted(lead, into)
    assert refusal.value.code == "names_another"
    assert converted(lead, Contact(id="c1", last_name="Ito"), deal=False)(Lead).contact_id == "c1"


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"overwrite": ["phon"]}, UnknownField, "did you mean 'phone'"),
        ({"overwrite": ["contact.emial"]}, UnknownField, "did you mean 'contact.email'"),
        ({"values": {"deal.amuont": 1}}, UnknownField, "did you mean 'amount'"),
        ({"values": {"deal.amount": 1.5}}, InvalidRecord, r"Deal\.amount: 1\.5 is a float"),
        ({"at": datetime(2024, 5, 3)}, InvalidPeriod, "time zone"),  # noqa: DTZ001  # naive on purpose
        ({"ids": {"contact": 5}}, InvalidRecord, r"Contact\.id: 5 is an int"),
        ({"custom": {"note": "deal.amount"}}, InvalidRecord, r"Deal\.amount does not hold what the lead has in 'note'"),
        ({"custom": {"note": "deal.amount"}, "values": {"deal.amount": "x"}}, InvalidRecord, "'x' is a str"),
        ({"by": ""}, InvalidRecord, "by"),
    ],
)
def test_bad_input_is_a_named_error(said, error, message):
    with pytest.raises(error, match=message):
        converted(LEAD, **said)


def test_no_error_shows_who_the_lead_is():
    shy = Lead(id="l1", first_name="Xanthippe", email="xanthippe@fern.example", contact_id="c1")
    for said in ({}, {"values": {"contact.email": 5}}, {"activities": [shy]}, {"into": shy}):
        with pytest.raises(CrmError) as refusal:
            converted(shy, said.pop("into", None), **said)
        assert "xanthippe" not in str(refusal.value).casefold()
