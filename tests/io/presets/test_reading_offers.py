"""Exports of quotes, lines, prices and campaigns are read with their quirks: what is expected was written by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from crmkit import io
from tests.io.presets.exported import PLACE


def read(name: str) -> io.ImportResult:
    return io.read(PLACE / name)


def column(result: io.ImportResult, field: str) -> list[Any]:
    """The cells of a field; None where one is missing."""
    values = result.table[field].tolist()
    return [None if pd.isna(value) else value for value in values]


def test_salesforce_quotes_come_to_their_price_before_tax_and_deduct_no_discount_again() -> None:
    quotes = read("salesforce_quotes.csv")
    assert quotes.set_aside == {"deleted": 1}
    assert column(quotes, "number") == ["00000101", "00000102", "00000103", "00000104"]
    assert column(quotes, "status") == ["accepted", "sent", "declined", "draft"]
    assert column(quotes, "amount") == [84000.0, 31500.5, 4300.0, None]
    assert column(quotes, "valid_until")[:2] == [date(2024, 3, 31), date(2024, 5, 31)]
    assert "discount_rate" not in quotes.table.columns
    assert "discount_amount" not in quotes.table.columns


def test_salesforce_lines_have_unit_prices_to_the_last_digit_and_discounts_in_percent() -> None:
    lines = read("salesforce_quote_line_items.csv")
    assert column(lines, "quote_id") == ["0Q05g000000AaB1CAK"] * 2 + ["0Q05g000000AaB2CAK", "0Q05g000000AaB3CAK"]
    assert column(lines, "amount") == [41666.665, 10000.0, 31500.5, 0.0043]
    assert column(lines, "quantity") == [2.0, 1.0, 1.0, 1_000_000.0]
    assert column(lines, "discount_rate") == [0.1, 0.1, None, 0.0]
    assert column(lines, "position") == [1, 2, 0, 1]
    products = read("salesforce_opportunity_products.csv")
    assert column(products, "deal_id")[0] == "0065g00000Dd4eFAAR"
    assert column(products, "discount_rate") == [0.1, 0.1, None, 0.0, 1.0]


def test_salesforce_prices_stand_in_books_for_products() -> None:
    entries = read("salesforce_price_book_entries.csv")
    assert column(entries, "amount") == [45000.0, 10000.0, 31500.5, 0.0043, 500.0]
    assert column(entries, "product_id")[4] == "01t5g00000Tt4dEAAR"  # of 15 characters in the file
    assert column(entries, "active") == [True, True, True, True, False]
    books = read("salesforce_price_books.csv")
    assert column(books, "valid_until") == [None, date(2024, 12, 31), None, date(2022, 12, 31)]
    products = read("salesforce_products.csv")
    assert column(products, "category") == ["Hardware", "Services", "Services", "Hardware", None]


def test_salesforce_campaigns_have_the_statuses_of_crmkit() -> None:
    campaigns = read("salesforce_campaigns.csv")
    assert column(campaigns, "status") == ["completed", "active", "planned", "cancelled", "active"]
    assert column(campaigns, "budget") == [1200.0, 25000.0, None, 800.0, None]
    assert column(campaigns, "channel")[1] == "Trade Show"


def test_zoho_quotes_are_no_deals_and_have_no_amount() -> None:
    quotes = read("zoho_quotes.csv")
    assert (quotes.preset, quotes.record) == ("zoho quotes", "quote")
    assert column(quotes, "status") == ["accepted", "sent", "declined", "draft", "draft"]
    assert column(quotes, "deal_id")[0] == "zcrm_4150868000000228001"
    assert "amount" not in quotes.table.columns
    assert column(quotes, "sub_total")[0] == "850000"
