"""A file is the export whose key it has and of whose headers it has most; a field has one header."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crmkit.io._presets import Preset, Recognised, presets, recognise
from tests.io.presets.exported import headers_of

SHORT = Preset(name="short", system="S", record="deal", key=["A", "B"], columns={"id": "A", "name": ["B", "C"]})
LONG = Preset(name="long", system="L", record="deal", key=[["B"], ["A", "B", "C"]], columns={"id": "A", "stage": "C"})


def columns_of(headers: list[str]) -> dict[str, str]:
    found = recognise(headers, presets())
    assert found is not None
    return dict(found.columns)


def test_a_file_without_any_key_is_no_export() -> None:
    assert recognise(["A", "C"], [SHORT]) is None
    assert recognise([], [SHORT, LONG]) is None
    assert recognise(["A", "B"], []) is None


def test_the_preset_that_knows_more_headers_is_taken() -> None:
    more = Preset(name="more", system="S", record="deal", key=["A"], columns={"id": "A"}, ignored=["B", "D"])
    found = recognise(["d", "b", "a"], [SHORT, more])
    assert found == Recognised(more, {"id": "a"}, {}, 3)


def test_of_two_that_know_as_many_the_longer_key_decides_and_then_the_order() -> None:
    assert recognise(["A", "B", "C"], [SHORT, LONG]) == Recognised(LONG, {"id": "A", "stage": "C"}, {}, 3)
    twin = Preset(name="twin", system="S", record="lead", key=["A", "B"], columns={"id": "A"})
    for first, second in ((SHORT, twin), (twin, SHORT)):
        found = recognise(["A", "B"], [first, second])
        assert found is not None
        assert found.preset is first


def test_a_field_is_the_first_of_its_headers_that_is_there() -> None:
    assert columns_of(["Record ID", "Deal Stage", "Associated Company", "Associated Company IDs"]) == {
        "id": "Record ID",
        "stage": "Deal Stage",
        "company_id": "Associated Company IDs",
    }


def test_a_header_is_given_back_as_it_stands_in_the_file() -> None:
    assert columns_of(["  record_id", "DEAL STAGE*", "Amount", "amount"]) == {
        "id": "  record_id",
        "stage": "DEAL STAGE*",
        "amount": "Amount",
    }


def test_what_an_extract_puts_in_front_of_headers_is_overlooked() -> None:
    headers = ["properties_dealname", "id", "properties_dealstage", "properties_hs_v2_date_entered_closedwon"]
    found = recognise(headers, presets())
    assert found is not None
    assert dict(found.columns) == {"id": "id", "name": "properties_dealname", "stage": "properties_dealstage"}
    assert dict(found.entered) == {"closedwon": "properties_hs_v2_date_entered_closedwon"}
    assert found.known == 4


EXPECTED = {
    "hubspot_contacts.csv": {
        "id": "Record ID",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "phone": "Phone Number",
        "job_title": "Job Title",
        "company_id": "Associated Company IDs",
        "owner_id": "Contact owner",
        "lifecycle_stage": "Lifecycle Stage",
        "source": "Original Traffic Source",
        "city": "City",
        "country": "Country/Region",
        "created_at": "Create Date",
        "merged_ids": "Merged record IDs",
    },
    "hubspot_deals.csv": {
        "id": "Record ID",
        "name": "Deal Name",
        "company_id": "Associated Company IDs",
        "contact_id": "Associated Contact IDs",
        "owner_id": "Deal owner",
        "pipeline": "Pipeline",
        "stage": "Deal Stage",
        "stage_entered_at": "Date entered current stage",
        "amount": "Amount",
        "currency": "Currency",
        "probability": "Deal probability",
        "created_at": "Create Date",
        "closed_at": "Close Date",
        "lost_reason": "Closed Lost Reason",
    },
    "hubspot_deal_stage_history.csv": {"deal_id": "deal_id", "to_stage": "value", "changed_at": "date_entered"},
    "salesforce_opportunities.csv": {
        "id": "Id",
        "name": "Name",
        "company_id": "AccountId",
        "owner_id": "OwnerId",
        "stage": "StageName",
        "amount": "Amount",
        "currency": "CurrencyIsoCode",
        "probability": "Probability",
        "source": "LeadSource",
        "created_at": "CreatedDate",
        "closed_at": "CloseDate",
        "is_won": "IsWon",
        "is_closed": "IsClosed",
        "is_deleted": "IsDeleted",
    },
    "salesforce_opportunities_report.csv": {
        "name": "Opportunity Name",
        "company_id": "Account Name",
        "owner_id": "Opportunity Owner",
        "stage": "Stage",
        "amount": "Amount",
        "currency": "Amount Currency",
        "probability": "Probability (%)",
        "source": "Lead Source",
        "created_at": "Created Date",
        "closed_at": "Close Date",
    },
    "pipedrive_deals.csv": {
        "id": "Deal - ID",
        "name": "Deal - Title*",
        "company_id": "Deal - Organization",
        "contact_id": "Deal - Contact person",
        "owner_id": "Deal - Owner",
        "pipeline": "Deal - Pipeline",
        "stage": "Deal - Stage",
        "status": "Deal - Status",
        "amount": "Deal - Value",
        "currency": "Deal - Currency of Value",
        "probability": "Deal - Probability",
        "source": "Deal - Source channel",
        "created_at": "Deal - Deal created",
        "closed_at": "Deal - Deal closed on",
        "won_at": "Deal - Won time",
        "lost_at": "Deal - Lost time",
        "expected_close_on": "Deal - Expected close date",
        "lost_reason": "Deal - Lost reason",
        "tags": "Deal - Label",
    },
    "zoho_leads.csv": {
        "id": "Record Id",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "phone": "Phone",
        "job_title": "Title",
        "company_name": "Company",
        "industry": "Industry",
        "employees": "No. of Employees",
        "country": "Country",
        "source": "Lead Source",
        "status": "Lead Status",
        "owner_id": "Lead Owner.id",
        "created_at": "Created Time",
        "converted_at": "Converted Date Time",
        "contact_id": "Converted Contact.id",
        "company_id": "Converted Account.id",
        "deal_id": "Converted Deal.id",
        "tags": "Tag",
    },
    "shopify_orders.csv": {
        "id": "Name",
        "customer_id": "Email",
        "ordered_at": "Created at",
        "amount": "Total",
        "currency": "Currency",
        "status": "Financial Status",
        "channel": "Source",
        "tags": "Tags",
    },
    "stripe_subscriptions.csv": {
        "id": "id",
        "customer_id": "Customer ID",
        "plan": "Plan",
        "amount": "Amount",
        "currency": "Currency",
        "interval": "Interval",
        "quantity": "Quantity",
        "status": "Status",
        "started_at": "Start Date (UTC)",
        "ended_at": "Ended At (UTC)",
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_columns_of_an_export_are_the_fields_they_stand_for(name: str) -> None:
    assert columns_of(headers_of(name)) == EXPECTED[name]


def test_the_times_in_stage_of_an_export_are_found() -> None:
    labels, internal = (recognise(headers_of(f"hubspot_deals{part}.csv"), presets()) for part in ("", "_internal"))
    assert labels is not None
    assert internal is not None
    assert dict(labels.entered) == {
        "Appointment Scheduled": 'Date entered "Appointment Scheduled (Sales Pipeline)"',
        "Contract Sent": 'Date entered "Contract Sent (Sales Pipeline)"',
        "Closed Won": 'Date entered "Closed Won (Sales Pipeline)"',
        "Closed Lost": 'Date entered "Closed Lost (Sales Pipeline)"',
    }
    assert list(internal.entered) == ["appointmentscheduled", "contractsent", "closedwon", "closedlost"]


REAL = {
    "fivetran_hubspot_company_data.csv": "hubspot companies",
    "fivetran_hubspot_contact_data.csv": "hubspot contacts",
    "fivetran_hubspot_contact_list_data.csv": None,
    "fivetran_hubspot_contact_merge_audit_data.csv": None,
    "fivetran_hubspot_deal_data.csv": "hubspot deals",
    "fivetran_hubspot_deal_pipeline_stage_data.csv": None,
    "fivetran_hubspot_deal_stage_data.csv": "hubspot deal stage history",
    "fivetran_hubspot_merged_deal_data.csv": None,
    "fivetran_hubspot_ticket_data.csv": "hubspot tickets",
    "fivetran_sf_account_data.csv": "salesforce accounts",
    "fivetran_sf_contact_data.csv": "salesforce contacts",
    "fivetran_sf_lead_data.csv": "salesforce leads",
    "fivetran_sf_opportunity_data.csv": "salesforce opportunities",
    "fivetran_sf_opportunity_line_item_data.csv": "salesforce opportunity products",
    "hubspot_companies.sample.csv": "hubspot companies",
    "hubspot_contacts.sample.csv": "hubspot contacts",
    "hubspot_deals.sample.csv": "hubspot deals",
    "hubspot_tickets.sample.csv": "hubspot tickets",
    "salesforce_OpportunityHistory.fields.txt": "salesforce opportunity history",
    "shopify_orders.header.csv": "shopify orders",
    "stripe_payments.header.csv": "stripe payments",
}


@pytest.mark.parametrize("name", REAL)
def test_files_that_others_wrote_are_recognised(data: Path, name: str) -> None:
    with (data / "exports" / name).open(encoding="utf-8-sig", newline="") as file:
        found = recognise(next(csv.reader(file)), presets())
    assert (found and found.preset.name) == REAL[name]
