"""The exports in `exports/`: of which kind each is."""

from __future__ import annotations

import csv
from pathlib import Path

PLACE = Path(__file__).parent / "exports"

KINDS = {
    "hubspot_companies.csv": "hubspot companies",
    "hubspot_contacts.csv": "hubspot contacts",
    "hubspot_deal_stage_history.csv": "hubspot deal stage history",
    "hubspot_deals.csv": "hubspot deals",
    "hubspot_deals_internal.csv": "hubspot deals",
    "hubspot_tickets.csv": "hubspot tickets",
    "pipedrive_deals.csv": "pipedrive deals",
    "pipedrive_organizations.csv": "pipedrive organizations",
    "pipedrive_people.csv": "pipedrive people",
    "salesforce_accounts.csv": "salesforce accounts",
    "salesforce_campaigns.csv": "salesforce campaigns",
    "salesforce_cases.csv": "salesforce cases",
    "salesforce_contacts.csv": "salesforce contacts",
    "salesforce_leads.csv": "salesforce leads",
    "salesforce_opportunities.csv": "salesforce opportunities",
    "salesforce_opportunities_report.csv": "salesforce opportunities",
    "salesforce_opportunity_history.csv": "salesforce opportunity history",
    "salesforce_opportunity_history_report.csv": "salesforce opportunity history report",
    "salesforce_opportunity_products.csv": "salesforce opportunity products",
    "salesforce_price_book_entries.csv": "salesforce price book entries",
    "salesforce_price_books.csv": "salesforce price books",
    "salesforce_products.csv": "salesforce products",
    "salesforce_quote_line_items.csv": "salesforce quote line items",
    "salesforce_quotes.csv": "salesforce quotes",
    "salesforce_users.csv": "salesforce users",
    "shopify_orders.csv": "shopify orders",
    "stripe_payments.csv": "stripe payments",
    "stripe_subscriptions.csv": "stripe subscriptions",
    "zoho_accounts.csv": "zoho accounts",
    "zoho_contacts.csv": "zoho contacts",
    "zoho_deals.csv": "zoho deals",
    "zoho_leads.csv": "zoho leads",
    "zoho_quotes.csv": "zoho quotes",
}


def headers_of(name: str) -> list[str]:
    with (PLACE / name).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))
