"""The exports of six systems are read without a mapping, with their quirks: what is expected was written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import attrs
import pandas as pd
import pytest

from crmkit import io
from crmkit.io._presets import presets
from tests.io.presets.exported import KINDS, PLACE
from tests.io.written import Write

RECORDS = {preset.name: preset.record for preset in presets()}
ACCEPTED = {  # of five rows, unless said otherwise
    "salesforce_accounts.csv": 3,  # one is merged, one deleted
    "salesforce_cases.csv": 4,
    "salesforce_contacts.csv": 4,
    "salesforce_leads.csv": 4,
    "salesforce_opportunities.csv": 4,
    "salesforce_price_books.csv": 4,
    "salesforce_quote_line_items.csv": 4,
    "salesforce_quotes.csv": 4,
    "salesforce_opportunity_history.csv": 5,  # of six, one of which changes the amount
    "shopify_orders.csv": 5,  # of seven, two of which are further line items
}


@cache
def read(name: str) -> io.ImportResult:
    return io.read(PLACE / name)


def column(name: str, field: str) -> list[Any]:
    """The cells of a field; None where one is missing."""
    table = read(name).table
    values = table[field].tolist()
    return [None if pd.api.types.is_scalar(value) and pd.isna(value) else value for value in values]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("name", KINDS)
def test_an_export_is_read_without_a_mapping(name: str) -> None:
    result = read(name)
    assert (result.preset, result.record) == (KINDS[name], RECORDS[KINDS[name]])
    assert (result.accepted, result.rejected) == (ACCEPTED.get(name, 5), ())
    codes = {assumption.code for assumption in result.assumptions}
    assert "preset" in codes
    assert not codes & {"column", "column_open", "column_unlike", "stage_not_found"}


@pytest.mark.parametrize("name", KINDS)
def test_an_export_is_read_again_with_its_mapping(name: str) -> None:
    first = read(name)
    again = io.read(PLACE / name, mapping=io.Mapping.from_toml(first.mapping.to_toml()))
    assert again.table.equals(first.table)
    assert again.set_aside == first.set_aside


def test_a_report_is_read_down_to_its_footer() -> None:
    name = "salesforce_opportunities_report.csv"
    assert (read(name).accepted, dict(read(name).set_aside)) == (5, {"footer": 6})
    assert column(name, "status") == ["won", "open", "won", "lost", "open"]
    assert column(name, "company_id")[0] == "Stark Glassworks"
    assert column(name, "probability") == [1.0, 0.9, 1.0, 0.0, 0.1]
    assert column(name, "created_at")[0] == at(2023, 11, 6)


def test_hubspot_merges_several_ids_and_leaves_the_lead_status_a_text() -> None:
    result = read("hubspot_contacts.csv")
    assert result.merged == {"76340251": "101", "46897301": "101"}
    assert column("hubspot_contacts.csv", "company_id") == ["9001", "9002", None, "9003", None]
    assert column("hubspot_contacts.csv", "last_name") == ["Aubert", "Volkov", "Tanaka", "Byrne", None]
    assert column("hubspot_contacts.csv", "lead_status")[:3] == ["NEW", None, "OPEN"]
    assert column("hubspot_contacts.csv", "lifecycle_stage")[0] == "Customer"


def test_hubspot_times_without_a_zone_are_those_of_the_portal() -> None:
    path = PLACE / "hubspot_contacts.csv"
    assert column(path.name, "created_at")[0] == at(2024, 1, 12, 9, 14)
    said = io.read(path, mapping={"timezone": "Europe/Paris"})
    assert said.table["created_at"][0] == at(2024, 1, 12, 8, 14)
    assert said.preset == "hubspot contacts"


@pytest.mark.parametrize("name", ["hubspot_deals.csv", "hubspot_deals_internal.csv"])
def test_hubspot_deals_are_won_by_stage_or_flags_and_probability_is_a_fraction(name: str) -> None:
    assert column(name, "status") == ["won", "lost", "open", "open", "won"]
    assert column(name, "probability") == [1.0, 0.0, 0.9, 0.2, 1.0]
    assert column(name, "amount") == [12000.0, 4500.5, 30000.0, None, 8000.0]
    assert column(name, "expected_close_on") == [None, None, date(2024, 9, 30), None, None]
    assert column(name, "closed_at")[1:3] == [at(2024, 3, 19, 12), None]


def test_hubspot_times_in_stage_are_changes_of_stage() -> None:
    changes = read("hubspot_deals.csv").related["stage_change"]
    assert len(changes) == 11
    first = changes[changes["deal_id"] == "501"]
    assert first["to_stage"].tolist() == ["Appointment Scheduled", "Contract Sent", "Closed Won"]
    assert first["changed_at"].tolist() == [at(2024, 1, 15, 9), at(2024, 2, 5, 10), at(2024, 2, 28, 16, 30)]
    assert column("hubspot_deals.csv", "stage_entered_at")[0] == at(2024, 2, 28, 16, 30)
    internal = read("hubspot_deals_internal.csv").related["stage_change"]
    assert internal["to_stage"].tolist()[:3] == ["appointmentscheduled", "contractsent", "closedwon"]
    assert read("hubspot_deals_internal.csv").merged == {"9077310858": "501", "9077311778": "501"}


def test_hubspot_tickets_have_the_statuses_of_crmkit() -> None:
    name = "hubspot_tickets.csv"
    assert column(name, "id")[0] == "10000000007"
    assert column(name, "status") == ["pending", "closed", "new", "open", "closed"]
    assert column(name, "priority") == ["high", "normal", "normal", "urgent", "low"]
    assert column(name, "contact_id") == ["101", "102", "103", "104", "101"]
    assert column(name, "first_replied_at")[0] == at(2024, 3, 1, 10, 15)
    assert column(name, "solved_at")[:2] == [None, at(2024, 3, 5, 9, 20)]


def test_a_hubspot_stage_history_knows_the_stage_before() -> None:
    name = "hubspot_deal_stage_history.csv"
    assert column(name, "deal_id") == ["501", "501", "501", "502", "502"]
    assert column(name, "from_stage") == [None, "appointmentscheduled", "contractsent", None, "appointmentscheduled"]
    assert column(name, "to_stage")[-1] == "closedlost"


def test_salesforce_ids_have_18_characters_and_na_is_nothing() -> None:
    assert column("salesforce_opportunities.csv", "company_id")[1] == "0015g00000Bb2cEAAR"
    assert column("salesforce_opportunities.csv", "source") == ["Web", "Referral", "Trade Show", None]
    assert column("salesforce_users.csv", "id")[2] == "0055g00000Aa1bEAAR"
    assert column("salesforce_users.csv", "active") == [True, True, False, True, True]
    assert column("salesforce_contacts.csv", "phone")[2:] == [None, None]
    assert column("salesforce_contacts.csv", "last_name")[-1] == "Null"


def test_salesforce_rows_deleted_and_merged_are_set_aside() -> None:
    assert read("salesforce_accounts.csv").set_aside == {"merged": 1, "deleted": 1}
    assert read("salesforce_accounts.csv").merged == {"0015g00000Bb2cGAAR": "0015g00000Bb2cFAAR"}
    assert read("salesforce_contacts.csv").merged == {"0035g00000Cc3dHAAR": "0035g00000Cc3dGAAR"}
    assert read("salesforce_opportunities.csv").set_aside == {"deleted": 1}


def test_salesforce_says_in_two_flags_what_is_won_and_probability_in_percent() -> None:
    name = "salesforce_opportunities.csv"
    assert column(name, "status") == ["won", "open", "won", "lost"]
    assert column(name, "stage")[2] == "Contract signed"
    assert column(name, "probability") == [1.0, 0.9, 1.0, 0.0]
    assert column(name, "expected_close_on") == [None, date(2024, 9, 30), None, None]
    assert column(name, "currency") == ["GBP", "EUR", "GBP", "GBP"]


def test_salesforce_leads_and_cases_have_the_statuses_of_crmkit() -> None:
    assert column("salesforce_leads.csv", "status") == ["new", "converted", "working", "unqualified"]
    assert column("salesforce_leads.csv", "contact_id")[1] == "0035g00000Cc3dGAAR"
    assert column("salesforce_leads.csv", "converted_at")[1] == at(2023, 6, 19)
    assert column("salesforce_cases.csv", "status") == ["closed", "pending", "open", "new"]
    assert column("salesforce_cases.csv", "priority") == ["high", "low", "normal", "normal"]


def test_a_salesforce_history_leaves_out_what_changes_no_stage() -> None:
    name = "salesforce_opportunity_history.csv"
    assert read(name).set_aside == {"unchanged": 1}
    assert column(name, "to_stage") == [
        "Prospecting",
        "Negotiation/Review",
        "Closed Won",
        "Qualification",
        "Negotiation/Review",
    ]
    assert column(name, "from_stage") == [None, "Prospecting", "Negotiation/Review", None, "Qualification"]
    assert column(name, "deal_id")[3:] == ["0065g00000Dd4eGAAR"] * 2
    assert column(name, "changed_at")[2] == at(2024, 3, 28, 16, 5, 10)
    assert column(name, "probability") == [0.1, 0.9, 1.0, 0.1, 0.9]


def test_pipedrive_closes_a_deal_when_it_was_won_or_lost() -> None:
    name = "pipedrive_deals.csv"
    assert column(name, "status") == ["won", "open", "lost", "open", "won"]
    assert column(name, "closed_at") == [
        at(2024, 3, 18, 14, 22, 10),
        None,
        at(2024, 4, 25, 9, 10, 44),
        None,
        at(2024, 6, 27, 16, 1, 59),
    ]
    assert column(name, "probability") == [1.0, 0.6, 0.2, 0.4, None]
    assert column(name, "tags") == [("Hot", "Key account"), ("Hot",), (), (), ("Key account",)]
    assert column(name, "company_id")[0] == "Kielwerk"
    assert column("pipedrive_people.csv", "email")[1] == "lars.ek@example.com"
    assert column("pipedrive_organizations.csv", "employees") == [350, 120, 60, None, 210]


def test_zoho_ids_keep_their_prefix_and_none_is_nothing() -> None:
    assert column("zoho_deals.csv", "company_id")[0] == "zcrm_4150868000000226001"
    assert column("zoho_deals.csv", "status") == ["won", "open", "lost", "open", "lost"]
    assert column("zoho_deals.csv", "lost_reason") == [None, None, "Price", None, "No budget"]
    assert column("zoho_leads.csv", "status") == ["working", "working", "unqualified", "qualified", "new"]
    assert column("zoho_leads.csv", "tags") == [("hot",), ("hot", "south"), (), (), ()]
    assert column("zoho_leads.csv", "deal_id")[1] == "zcrm_4150868000000228001"
    assert column("zoho_accounts.csv", "parent_id")[3] == "zcrm_4150868000000226002"
    assert column("zoho_contacts.csv", "job_title")[-1] is None


def test_shopify_folds_line_items_and_counts_totals_once() -> None:
    name = "shopify_orders.csv"
    assert read(name).set_aside == {"folded": 2}
    assert column(name, "id") == ["#1001", "#1002", "#1003", "#1004", "#1005"]
    assert sum(column(name, "amount")) == pytest.approx(94.40 + 46.34 + 129.60 + 28.41 + 69.12)
    assert column(name, "status") == ["paid", "paid", "refunded", "placed", "cancelled"]
    assert column(name, "tags") == [("vip", "gift"), (), (), ("gift",), ()]
    assert column(name, "ordered_at")[:3] == [
        at(2024, 1, 31, 15, 22, 33),
        at(2024, 2, 13, 0, 5, 10),
        at(2024, 3, 25, 12),
    ]
    assert column(name, "customer_id")[-1] is None


def test_stripe_currencies_are_those_of_iso_4217() -> None:
    assert column("stripe_payments.csv", "currency") == ["EUR", "EUR", "JPY", "USD", "EUR"]
    assert column("stripe_payments.csv", "status") == ["paid", "refunded", "cancelled", "paid", "placed"]
    name = "stripe_subscriptions.csv"
    assert column(name, "status") == ["active", "cancelled", "past_due", "cancelled", "trialing"]
    assert column(name, "interval") == ["month", "month", "year", "month", "year"]
    assert column(name, "ended_at")[:2] == [None, at(2024, 4, 22, 17, 40)]
    assert column(name, "quantity") == [5, 1, 12, 1, 1]


def test_a_column_of_words_for_values_and_of_nulls_is_the_field(write: Write) -> None:
    path = write("Record Id,Lead Owner,Company,Lead Status,No. of Employees\n1,A,B,Junk Lead,-None-\n2,A,C,-None-,12\n")
    result = io.read(path, on_error="strict")
    assert result.table["status"].tolist() == ["unqualified", "new"]
    assert result.table["employees"].tolist() == [pd.NA, 12]
    assert "column_unlike" not in {assumption.code for assumption in result.assumptions}


def test_a_column_that_does_not_hold_the_field_stays_a_text(write: Write) -> None:
    path = write("Record Id,Lead Owner,Company,No. of Employees\n1,A,B,-None-\n2,A,C,many\n3,A,D,few\n")
    result = io.read(path)
    assert result.preset == "zoho leads"
    assert result.table["no_of_employees"].tolist()[1:] == ["many", "few"]
    assert "column_unlike" in {assumption.code for assumption in result.assumptions}


def test_stages_close_a_deal_by_their_names_besides_those_of_the_preset(write: Write) -> None:
    path = write("Record ID,Deal Stage\n1,Closed Lost (Sales Pipeline)\n2,Won\n3,Demo\n")
    result = io.read(path)
    assert result.table["status"].tolist() == ["lost", "won", "open"]
    said = io.read(path, mapping={"stages": {"won": ["Demo"]}})
    assert said.table["status"].tolist() == ["open", "open", "won"]


def test_a_preset_of_ones_own_comes_first_where_it_knows_as_much() -> None:
    (shipped,) = (preset for preset in presets() if preset.name == "pipedrive deals")
    own = attrs.evolve(shipped, name="own deals", system="Own")
    assert io.read(PLACE / "pipedrive_deals.csv", presets=[own]).preset == "own deals"
