"""What comes of a lead: which records, under which ids, with which values."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crmkit.errors import InvalidArgument, MoveRefused, UnknownStage
from crmkit.expressions import field
from crmkit.pipeline import Pipeline, Stage, convert_lead, deal_lifecycle
from crmkit.records import Activity, Company, Contact, Deal, FieldChange, Lead, StageChange

NOW = datetime(2024, 5, 3, 9, tzinfo=UTC)
LEAD = Lead(
    id="l1",
    first_name="Mai",
    last_name="Ito",
    email="mai@fern.example",
    phone="123",
    company_name="Fern",
    source="fair",
    status="qualified",
    status_changed_at=datetime(2024, 5, 1, 9, tzinfo=UTC),
    owner_id="ana",
    tags=("hot",),
    custom={"budget": Decimal("900"), "region": "Kanto", "note": "calls back", "second_phone": None},
    version=3,
)
PERSON = Lead(id="l2", last_name="Ito")


def converted(lead=LEAD, into=None, /, **said):
    """Convert, and return the records of the Change by class; None for each that is not there."""
    change = convert_lead(lead, into, **{"at": NOW, "by": "ana", **said})
    records = {type(edit.after): edit.after for edit in change.edits}
    return lambda cls: records.get(cls)


def test_a_lead_becomes_a_company_a_contact_and_a_deal():
    became = converted()
    assert became(Company) == Company(id="l1:4", name="Fern", owner_id="ana", created_at=NOW, tags=("hot",), version=1)
    assert became(Contact) == Contact(
        id="l1:4",
        first_name="Mai",
        last_name="Ito",
        email="mai@fern.example",
        phone="123",
        source="fair",
        owner_id="ana",
        company_id="l1:4",
        created_at=NOW,
        tags=("hot",),
        version=1,
    )
    assert became(Deal) == Deal(
        id="l1:4",
        name="Fern",
        company_id="l1:4",
        contact_id="l1:4",
        source="fair",
        owner_id="ana",
        created_at=NOW,
        tags=("hot",),
        version=1,
    )
    assert (became(Lead).contact_id, became(Lead).company_id, became(Lead).deal_id) == ("l1:4",) * 3
    assert became(StageChange) is None


def test_the_lead_moves_under_its_lifecycle():
    row = converted()(FieldChange)
    assert (row.record, row.field, row.from_value, row.to_value) == ("lead:l1", "status", "qualified", "converted")
    assert (row.changed_at, row.changed_by, row.days_held) == (NOW, "ana", 2.0)
    careful = Pipeline(
        "careful",
        record="lead",
        stages=[Stage("qualified"), Stage("converted", kind="won", when=field("job_title").present())],
    )
    with pytest.raises(MoveRefused, match="job_title") as refusal:
        converted(lifecycle=careful)
    assert refusal.value.code == "guard"


def test_a_person_without_a_company_becomes_no_company_and_a_deal_without_a_name():
    became = converted(PERSON)
    assert became(Company) is None
    assert (became(Contact).company_id, became(Deal).company_id, became(Lead).company_id) == (None, None, None)
    assert became(Deal).name is None
    assert converted(Lead(id="l3", company_name=""))(Deal).name is None


def test_no_deal_is_made_where_none_is_wanted():
    became = converted(deal=False, pipeline=deal_lifecycle)
    assert (became(Deal), became(Lead).deal_id) == (None, None)


def test_a_new_deal_starts_in_the_first_stage_of_its_pipeline():
    became = converted(pipeline=deal_lifecycle)
    deal, step = became(Deal), became(StageChange)
    assert (deal.pipeline, deal.stage, deal.stage_entered_at, deal.probability) == ("sales", "qualification", NOW, 0.1)
    assert (step.deal_id, step.from_stage, step.to_stage, step.changed_at) == ("l1:4", None, "qualification", NOW)


def test_a_new_deal_starts_in_the_stage_that_is_said():
    two = Pipeline("two", stages=[Stage("cold"), Stage("warm"), Stage("won", kind="won")], starts=["cold", "warm"])
    assert converted(pipeline=two, stage="warm")(Deal).stage == "warm"
    with pytest.raises(UnknownStage, match="did you mean 'warm'"):
        converted(pipeline=two, stage="warn")


def test_ids_are_the_lead_s_and_its_new_version_or_given():
    assert converted(PERSON)(Contact).id == "l2:1"
    became = converted(ids={"contact": "c7", "company": "f7"})
    assert (became(Contact).id, became(Company).id, became(Deal).id) == ("c7", "f7", "l1:4")
    assert (became(Deal).contact_id, became(Lead).company_id) == ("c7", "f7")


def test_into_a_company_that_is_there_only_what_is_missing_is_filled():
    became = converted(LEAD, Company(id="f1", name="Fern KK", country="JP", tags=("old", "hot"), version=5))
    company = became(Company)
    assert (company.name, company.country, company.owner_id, company.tags) == ("Fern KK", "JP", "ana", ("old", "hot"))
    assert (company.version, company.created_at) == (6, None)
    assert (became(Contact).company_id, became(Deal).company_id, became(Deal).name) == ("f1", "f1", "Fern KK")


def test_into_a_contact_who_is_at_a_company_no_other_company_is_made():
    became = converted(LEAD, Contact(id="c1", company_id="f9", phone="555"))
    assert became(Company) is None
    assert (became(Contact).company_id, became(Deal).company_id, became(Lead).company_id) == ("f9", "f9", "f9")
    assert (became(Contact).phone, became(Contact).email) == ("555", "mai@fern.example")


def test_a_lead_that_is_at_a_company_by_its_id_takes_contact_and_deal_there():
    lead = Lead(id="l1", last_name="Ito", company_name="Fern", company_id="f2")
    became = converted(lead, Contact(id="c1", company_id="f9"))
    assert (became(Company), became(Lead).company_id, became(Deal).company_id) == (None, "f2", "f2")
    assert became(Contact).company_id == "f9"
    assert converted(lead)(Contact).company_id == "f2"
    with pytest.raises(InvalidArgument, match="names company 'f2' and would become 'f1'"):
        converted(lead, Company(id="f1"))


def test_a_contact_at_another_company_than_the_one_given_stays_there():
    became = converted(LEAD, [Contact(id="c1", company_id="f9"), Company(id="f1")])
    assert (became(Contact).company_id, became(Lead).company_id, became(Deal).company_id) == ("f9", "f1", "f1")
    moved = converted(LEAD, [Contact(id="c1", company_id="f9"), Company(id="f1")], overwrite="contact.company_id")
    assert moved(Contact).company_id == "f1"


def test_into_a_deal_that_is_there_its_name_and_stage_stay():
    deal = Deal(id="d1", name="Old hopes", stage="proposal", source="web", company_id="f9")
    became = converted(LEAD, deal, pipeline=deal_lifecycle, overwrite=True)
    assert (became(Deal).name, became(Deal).stage, became(Deal).source) == ("Old hopes", "proposal", "fair")
    assert (became(Deal).contact_id, became(Deal).company_id, became(Contact).company_id) == ("l1:4", "f9", "f9")
    assert became(StageChange) is None


@pytest.mark.parametrize(
    ("overwrite", "phone", "source", "deal_source"),
    [
        ((), "555", "web", "web"),
        (False, "555", "web", "web"),
        (["phone"], "123", "web", "web"),
        ("contact.source", "555", "fair", "web"),
        (["source"], "555", "fair", "fair"),
        (True, "123", "fair", "fair"),
    ],
)
def test_values_that_are_there_give_way_only_where_they_are_named(overwrite, phone, source, deal_source):
    into = [Contact(id="c1", phone="555", source="web", job_title="CTO"), Deal(id="d1", source="web")]
    became = converted(LEAD, into, overwrite=overwrite)
    assert (became(Contact).phone, became(Contact).source) == (phone, source)
    assert became(Contact).job_title == "CTO"
    assert (became(Deal) or into[1]).source == deal_source


def test_custom_fields_go_where_they_are_mapped_and_the_rest_stays_with_the_lead():
    mapping = {
        "budget": "deal.amount",
        "region": "company.area",
        "second_phone": "contact.phone",
        "job_title": "deal.role",
    }
    company = Company(id="f1", custom={"size": "L"})
    became = converted(LEAD, company, custom=mapping)
    assert became(Deal).amount == Decimal("900")
    assert dict(became(Company).custom) == {"area": "Kanto", "size": "L"}
    assert became(Contact).phone == "123"
    assert dict(became(Deal).custom) == {}
    assert became(Lead).custom == LEAD.custom


def test_a_custom_field_that_is_there_gives_way_only_where_it_is_named():
    company = Company(id="f1", custom={"area": "Kansai"})
    for overwrite, area in ((), "Kansai"), ("area", "Kanto"), (True, "Kanto"):
        became = converted(LEAD, company, custom={"region": "company.area"}, overwrite=overwrite)
        assert dict(became(Company).custom) == {"area": area}


def test_values_of_the_caller_s_own_are_filled_in_before_the_pipeline_s_guards_are_asked():
    strict = Pipeline("strict", stages=[Stage("in", requires=("amount",)), Stage("won", kind="won")])
    with pytest.raises(MoveRefused, match="amount is missing"):
        converted(pipeline=strict)
    became = converted(pipeline=strict, values={"deal.amount": Decimal("7"), "deal.name": "Ferns"})
    assert (became(Deal).amount, became(Deal).name, became(Deal).stage) == (Decimal("7"), "Ferns", "in")


def test_activities_go_over_to_what_came_of_the_lead():
    call = Activity(id="a1", kind="call", links=("campaign:x", "lead:l1", "ticket:t", "contact:c1", "lead:l1"))
    contact = Contact(id="c1")
    for said in ({"activities": call}, {"activities": iter([call])}):
        became = converted(LEAD, contact, **said)
        assert became(Activity).links == ("campaign:x", "contact:c1", "company:l1:4", "deal:l1:4", "ticket:t")
    assert converted(PERSON, deal=False, activities=[Activity(id="a1", kind="note", links=("lead:l2",))])(
        Activity
    ).links == ("contact:l2:1",)


def test_nothing_but_the_lead_changes_where_all_is_there():
    into = Contact(id="c1", last_name="Ito")
    change = convert_lead(PERSON, into, at=NOW, by="ana", reason="met", deal=False)
    assert [edit.record for edit in change.edits] == ["lead", "field_change"]
    assert (change.act, change.reason, change.idempotency_key) == ("convert", "met", "convert:lead:l2:1")
