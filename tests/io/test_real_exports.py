"""Files that others wrote are read, or refused with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from crmkit import io, tables
from crmkit.errors import ImportRejected
from crmkit.records import RECORDS

# Record, preset, rows accepted, rejected and set aside.
READ: dict[str, tuple[str, str | None, int, int, dict[str, int]]] = {
    "exports/fivetran_hubspot_company_data.csv": ("company", "hubspot companies", 24, 0, {}),
    "exports/fivetran_hubspot_contact_data.csv": ("contact", "hubspot contacts", 22, 0, {}),
    "exports/fivetran_hubspot_deal_data.csv": ("deal", "hubspot deals", 44, 0, {}),
    "exports/fivetran_hubspot_deal_stage_data.csv": ("stage_change", "hubspot deal stage history", 14, 0, {}),
    "exports/fivetran_hubspot_ticket_data.csv": ("ticket", "hubspot tickets", 25, 0, {}),
    "exports/fivetran_sf_account_data.csv": ("company", "salesforce accounts", 1, 0, {"merged": 1, "deleted": 8}),
    "exports/fivetran_sf_contact_data.csv": ("contact", "salesforce contacts", 4, 0, {}),
    "exports/fivetran_sf_lead_data.csv": ("lead", "salesforce leads", 1, 0, {}),
    "exports/fivetran_sf_opportunity_data.csv": ("deal", "salesforce opportunities", 0, 0, {"deleted": 10}),
    "exports/fivetran_sf_opportunity_history_data.csv": ("deal", "salesforce opportunities", 0, 0, {"deleted": 10}),
    "exports/fivetran_sf_opportunity_line_item_data.csv": ("line_item", "salesforce opportunity products", 10, 0, {}),
    "exports/hubspot_companies.sample.csv": ("company", "hubspot companies", 1, 0, {}),
    "exports/hubspot_contacts.sample.csv": ("contact", "hubspot contacts", 1, 0, {}),
    "exports/hubspot_deals.sample.csv": ("deal", "hubspot deals", 1, 0, {}),
    "exports/hubspot_tickets.sample.csv": ("ticket", "hubspot tickets", 1, 0, {}),
    "exports/salesforce_OpportunityHistory.fields.txt": ("stage_change", "salesforce opportunity history", 0, 0, {}),
    "exports/shopify_orders.header.csv": ("order", "shopify orders", 0, 0, {}),
    "exports/stripe_payments.header.csv": ("order", "stripe payments", 0, 0, {}),
    "maven_crm/accounts.csv": ("company", None, 85, 0, {}),
    "maven_crm/products.csv": ("product", None, 7, 0, {}),
    "maven_crm/sales_pipeline.csv": ("deal", None, 8800, 0, {}),
    "maven_crm/sales_teams.csv": ("user", None, 35, 0, {}),
    "telco/Telco-Customer-Churn.csv": ("subscription", None, 7043, 0, {}),
}

# Lists and settings: no kind of record.
REFUSED = {
    "exports/fivetran_hubspot_contact_list_data.csv",
    "exports/fivetran_hubspot_contact_merge_audit_data.csv",
    "exports/fivetran_hubspot_deal_pipeline_stage_data.csv",
    "exports/fivetran_hubspot_merged_deal_data.csv",
    "maven_crm/data_dictionary.csv",
}


def test_the_maven_pipeline_is_read_without_a_mapping(data: Path) -> None:
    result = io.read(data / "maven_crm" / "sales_pipeline.csv")
    assert (result.record, result.accepted, result.rejected) == ("deal", 8800, ())
    assert result.mapping.columns == {
        "id": "opportunity_id",
        "company_id": "account",
        "owner_id": "sales_agent",
        "stage": "deal_stage",
        "amount": "close_value",
        "product": "product",
        "created_at": "engage_date",
        "closed_at": "close_date",
    }
    table = result.table
    assert table["status"].value_counts().to_dict() == {"won": 4238, "lost": 2473, "open": 2089}
    assert (table["company_id"].isna().sum(), table["created_at"].isna().sum()) == (1425, 500)
    assert table.loc[table["status"] == "won", "amount"].sum() == 10_005_534
    assert not {"expected_close", "row_ids", "no_status"} & {assumption.code for assumption in result.assumptions}


def test_the_maven_pipeline_is_read_again_with_its_mapping(data: Path, tmp_path: Path) -> None:
    path = data / "maven_crm" / "sales_pipeline.csv"
    first = io.read(path, on_error="strict")
    kept = tmp_path / "mapping.toml"
    kept.write_text(first.mapping.to_toml(), encoding="utf-8")
    again = io.read(path, mapping=kept)
    assert again.table.equals(first.table)
    assert {assumption.code for assumption in again.assumptions} == {"currency_unstated"}


@pytest.mark.parametrize("name", READ)
def test_an_export_is_recognised(data: Path, name: str) -> None:
    result = io.read(data / name)
    counts = (result.accepted, len(result.rejected), dict(result.set_aside))
    assert (result.record, result.preset, *counts) == READ[name]
    assert_frame_equal(tables.conform(result.table, RECORDS[result.record]), result.table)
    again = io.read(data / name, mapping=io.Mapping.from_toml(result.mapping.to_toml()))
    assert_frame_equal(again.table, result.table)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_holds_no_records_is_refused_with_the_way_out(data: Path, name: str) -> None:
    with pytest.raises(ImportRejected, match='record = "deal"') as refused:
        io.read(data / name)
    assert refused.value.code == "unknown_record"


def test_no_file_is_left_out(data: Path) -> None:
    files = [path for folder in ("exports", "maven_crm", "telco") for path in (data / folder).glob("*.*")]
    assert {f"{path.parent.name}/{path.name}" for path in files} == {*READ, *REFUSED}


def test_customers_who_churned_are_cancelled_subscriptions(data: Path) -> None:
    result = io.read(data / "telco" / "Telco-Customer-Churn.csv")
    assert result.mapping.columns == {
        "customer_id": "customerID",
        "plan": "Contract",
        "amount": "MonthlyCharges",
        "status": "Churn",
    }
    assert result.table["status"].value_counts().to_dict() == {"active": 5174, "cancelled": 1869}
    assert result.table["customer_id"].is_unique


def test_deals_of_a_directory_join_their_companies(data: Path) -> None:
    read = io.read_all(data / "maven_crm")
    assert set(read.results) == {"accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv"}
    assert {name: refused.code for name, refused in read.refused.items()} == {"data_dictionary.csv": "unknown_record"}
    joined = tables.join(read.tables["deal"], company=read.tables["company"], owner=read.tables["user"])
    won = joined[joined["status"] == "won"]
    assert len(joined) == 8800
    assert won.groupby("company.industry")["amount"].sum().idxmax() == "retail"
    assert joined["company.name"].notna().sum() == 8800 - 1425
