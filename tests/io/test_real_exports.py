"""Files that others wrote are read, or refused with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from crmkit import io, tables
from crmkit.errors import ImportRejected
from crmkit.records import RECORDS

READ = {
    "fivetran_hubspot_company_data.csv": ("company", 24, 0),
    "fivetran_hubspot_contact_data.csv": ("contact", 22, 0),
    "fivetran_hubspot_deal_data.csv": ("deal", 44, 0),
    "fivetran_hubspot_ticket_data.csv": ("ticket", 25, 0),
    "fivetran_sf_contact_data.csv": ("contact", 4, 0),
    "fivetran_sf_lead_data.csv": ("lead", 1, 0),
    "fivetran_sf_opportunity_data.csv": ("deal", 0, 0),  # its ten rows are deleted ones
    "hubspot_companies.sample.csv": ("company", 1, 0),
    "hubspot_contacts.sample.csv": ("contact", 1, 0),
    "hubspot_deals.sample.csv": ("deal", 1, 0),
    "hubspot_tickets.sample.csv": ("ticket", 1, 0),
    "shopify_orders.header.csv": ("order", 0, 0),
    "stripe_payments.header.csv": ("order", 0, 0),
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
    result = io.read(data / "exports" / name)
    assert (result.record, result.accepted, len(result.rejected)) == READ[name]


def test_every_file_is_read_as_a_canonical_table_or_refused_with_the_way_out(data: Path) -> None:
    files = [path for folder in ("exports", "maven_crm", "telco") for path in (data / folder).glob("*.*")]
    assert len(files) > 20
    unknown = {}
    for path in files:
        try:
            result = io.read(path)
        except ImportRejected as refused:
            unknown[path.name] = refused
            continue
        assert_frame_equal(tables.conform(result.table, RECORDS[result.record]), result.table)
        again = io.read(path, mapping=io.Mapping.from_toml(result.mapping.to_toml()))
        assert again.table.equals(result.table), path.name
    assert {refused.code for refused in unknown.values()} == {"unknown_record"}
    assert all('record = "deal"' in str(refused) for refused in unknown.values())
    assert "Telco-Customer-Churn.csv" in unknown
