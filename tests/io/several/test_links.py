"""What refers to a record of another file ends as its id, or stays as it was and is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import tables
from crmkit.io._findings import Assumption
from crmkit.io._several._links import linked
from crmkit.records import (
    Company,
    Contact,
    CustomField,
    CustomFields,
    Deal,
    LineItem,
    Order,
    Product,
    Quote,
    Team,
    User,
)
from crmkit.tables import Backend, to_table

USERS = [User(id="u1", name="Ana Ng", email="ana@x.io"), User(id="u2", name="Bo Li"), User(id="u3", name=" bo  LI ")]
COMPANIES = [Company(id="c1", name="Fern GmbH"), Company(id="c2"), Company(id="c3", name="Ana Ng", owner_id="ana ng")]
CONTACTS = [
    Contact(id="p1", first_name="Eva", last_name="Ott", email="eva@y.io"),
    Contact(id="p2", last_name="Fern GmbH"),
]


def link(
    deals: list[Deal], merged: Mapping[str, Mapping[str, str]] | None = None, backend: Backend = "pandas"
) -> tuple[dict[str, Any], list[Assumption]]:
    given_tables = {
        "deal": to_table(deals, Deal, backend=backend),
        "user": to_table(USERS, User, backend=backend),
        "company": to_table(COMPANIES, Company, backend=backend),
    }
    return linked(given_tables, merged or {}, custom=None, backend=backend)


def ids(table: Any, column: str) -> list[str | None]:
    values = nw.from_native(table, eager_only=True).get_column(column).to_list()
    return [None if tables.is_missing(value) else value for value in values]


def said(assumptions: list[Assumption], subject: str) -> dict[str, str]:
    return {each.code: each.text for each in assumptions if each.subject == subject}


@pytest.mark.parametrize("backend", get_args(Backend))
def test_linked_tables_join_in_every_kind_of_dataframe(backend: Backend) -> None:
    deals = [
        Deal(id="d1", owner_id="ANA@x.io ", company_id="fern gmbh"),
        Deal(id="d2", owner_id="u2"),
        Deal(id="d3", owner_id="Ana Ng", company_id="c1"),
    ]
    joined, _ = link(deals, backend=backend)
    assert ids(joined["deal"], "owner_id") == ["u1", "u2", "u1"]
    assert ids(joined["company"], "owner_id") == [None, None, "u1"]
    whole = tables.join(joined["deal"], owner=joined["user"], company=joined["company"])
    assert ids(whole, "owner.name") == ["Ana Ng", "Bo Li", "Ana Ng"]
    assert ids(whole, "company.name") == ["Fern GmbH", None, "Fern GmbH"]


@pytest.mark.parametrize(
    ("value", "found", "count"),
    [
        ("u1", "u1", None),
        ("Ana Ng", "u1", "1 replaced by the id of the only user"),
        ("bo li", "bo li", "1 left as they are, the name of more than one user"),
        ("Carl", "Carl", "1 left as they are, neither id nor name of a user"),
        ("U1", "U1", "1 left as they are, neither"),
        (None, None, None),
    ],
)
def test_a_value_is_an_id_or_one_name_or_stays(value: str | None, found: str | None, count: str | None) -> None:
    joined, assumptions = link([Deal(id="d1", owner_id=value), Deal(id="d2")])
    assert ids(joined["deal"], "owner_id") == [found, None]
    texts = said(assumptions, "deal.owner_id")
    assert (texts.keys() == {"linked"} and count in texts["linked"]) if count else not texts


def test_the_id_of_a_merged_record_becomes_that_of_the_last_one_that_is_left() -> None:
    merged = {"company": {"old": "older", "older": "c1", "c2": "c1", "x": "y", "y": "x", "gone": "elsewhere"}}
    deals = [Deal(id=str(at), company_id=old) for at, old in enumerate(["old", "older", "c2", "x", "gone"])]
    joined, assumptions = link(deals, merged)
    assert ids(joined["deal"], "company_id") == ["c1", "c1", "c2", "x", "elsewhere"]
    text = said(assumptions, "deal.company_id")["merged"]
    assert "of 5 values: 4 replaced by the id of the company that is left" in text


def test_a_customer_is_a_contact_or_a_company() -> None:
    buyers = ["p1", "c1", "eva  ott", "eva@y.io", "Fern GmbH", "ana ng", "old"]
    orders = [Order(id=str(at), customer_id=buyer) for at, buyer in enumerate(buyers)]
    given_tables = {"order": to_table(orders, Order), "contact": to_table(CONTACTS, Contact)}
    joined, _ = linked(given_tables, {}, custom=None, backend="pandas")
    assert ids(joined["order"], "customer_id") == ["p1", "c1", "p1", "p1", "p2", "ana ng", "old"]
    given_tables["company"] = to_table(COMPANIES, Company)
    joined, assumptions = linked(given_tables, {"company": {"old": "c2"}}, custom=None, backend="pandas")
    assert ids(joined["order"], "customer_id") == ["p1", "c1", "p1", "p1", "Fern GmbH", "c3", "c2"]
    assert "contact or company" in said(assumptions, "order.customer_id")["linked"]


def test_a_custom_field_that_refers_to_a_record_is_linked() -> None:
    custom = CustomFields(deal={"partner_id": CustomField("id", record="company")})
    deals = pd.DataFrame({"id": pd.array(["d1"], "str"), "partner_id": pd.array(["Fern GmbH"], "str")})
    given_tables = {"deal": deals, "company": to_table(COMPANIES, Company)}
    joined, _ = linked(given_tables, {}, custom=custom, backend="pandas")
    assert ids(joined["deal"], "partner_id") == ["c1"]


def test_the_name_of_a_team_becomes_its_id() -> None:
    teams = [Team(id="t1", name="North", manager_id="Ana Ng"), Team(id="t2", parent_id="north")]
    users = [User(id="u1", name="Ana Ng", team_id=" north "), User(id="u2", team_id="t2")]
    given_tables = {"team": to_table(teams, Team), "user": to_table(users, User)}
    joined, _ = linked(given_tables, {}, custom=None, backend="pandas")
    assert ids(joined["user"], "team_id") == ["t1", "t2"]
    assert ids(joined["team"], "manager_id") == ["u1", None]
    assert ids(joined["team"], "parent_id") == [None, "t1"]


def test_line_items_name_their_product_by_name_or_code_and_their_quote_by_number() -> None:
    lines = [
        LineItem(id="l1", product_id="Seats", quote_id="A-1"),
        LineItem(id="l2", product_id="s-2", quote_id="fern"),
    ]
    products = [Product(id="p1", name="Seats"), Product(id="p2", name="Setup", code="S-2")]
    given_tables = {
        "line_item": to_table(lines, LineItem),
        "product": to_table(products, Product),
        "quote": to_table([Quote(id="q1", number="A-1", name="Fern")], Quote),
    }
    joined, _ = linked(given_tables, {}, custom=None, backend="pandas")
    assert ids(joined["line_item"], "product_id") == ["p1", "p2"]
    assert ids(joined["line_item"], "quote_id") == ["q1", "q1"]


def test_a_table_with_an_id_and_nothing_else_has_no_names() -> None:
    given_tables = {"user": pd.DataFrame({"id": ["u1"]}), "deal": pd.DataFrame({"id": ["d1"], "owner_id": ["Ana"]})}
    joined, _ = linked(given_tables, {}, custom=None, backend="pandas")
    assert ids(joined["deal"], "owner_id") == ["Ana"]


NAMES = st.sampled_from(["u1", "u2", "u3", "Ana Ng", "bo li", "Carl", "ana@x.io", None])


@settings(max_examples=30)
@given(st.lists(NAMES, max_size=12))
def test_linking_loses_no_row_and_doing_it_again_changes_nothing(owners: list[str | None]) -> None:
    deals = [Deal(id=str(at), owner_id=owner) for at, owner in enumerate(owners)]
    once, _ = link(deals)
    again, _ = linked(once, {}, custom=None, backend="pandas")
    assert ids(once["deal"], "id") == [deal.id for deal in deals]
    assert once["deal"].equals(again["deal"])
    for before, after in zip(owners, ids(once["deal"], "owner_id"), strict=True):
        assert after == before or after in {"u1", "u2", "u3"}
