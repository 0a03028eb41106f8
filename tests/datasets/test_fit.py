"""The tables of a simulated company fit together and hold what their records may hold."""

import numpy as np
import pandas as pd
import pytest

from crmkit import tables
from crmkit.datasets import SimulatedCompany
from crmkit.records import RECORDS, fields_of

# Who comes before whom within a row; what is missing is not compared.
ORDERS = [
    ("lead", "created_at", "converted_at"),
    ("deal", "created_at", "closed_at"),
    ("activity", "created_at", "occurred_at"),
    ("activity", "created_at", "done_at"),
    ("activity", "done_at", "due_at"),
    ("subscription", "started_at", "ended_at"),
    ("ticket", "created_at", "first_replied_at"),
    ("ticket", "first_replied_at", "solved_at"),
]
# The users of the company are one team, and each contact has one company; nothing is quoted.
ABSENT = (
    *("team", "affiliation", "field_change", "campaign"),
    *("product", "price_book", "price_book_entry", "quote", "line_item"),
)
# Who is there before what refers to them: table, when, reference, table referred to, since when.
BEFORE = [
    ("contact", "created_at", "company_id", "company", "created_at"),
    ("deal", "created_at", "company_id", "company", "created_at"),
    ("deal", "created_at", "contact_id", "contact", "created_at"),
    ("stage_change", "changed_at", "deal_id", "deal", "created_at"),
    ("order", "ordered_at", "customer_id", "company", "created_at"),
    ("subscription", "started_at", "customer_id", "company", "created_at"),
    ("ticket", "created_at", "contact_id", "contact", "created_at"),
    ("survey_response", "responded_at", "ticket_id", "ticket", "solved_at"),
    ("survey_response", "responded_at", "contact_id", "contact", "created_at"),
]
kinds = pytest.mark.parametrize("kind", [kind for kind in RECORDS if kind not in ABSENT])


def as_tuples(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    columns = [name for name, spec in fields_of(RECORDS[kind]).items() if spec.kind == "tags"]
    return frame.assign(**{name: frame[name].map(tuple) for name in columns})


@kinds
def test_a_table_is_canonical_already(kind: str, small: SimulatedCompany):
    frame = small.tables[kind]
    assert list(frame) == list(fields_of(RECORDS[kind]))
    pd.testing.assert_frame_equal(as_tuples(tables.conform(frame, RECORDS[kind]), kind), as_tuples(frame, kind))


@kinds
def test_each_row_is_a_record_and_comes_back_from_it(kind: str, small: SimulatedCompany):
    frame, record = small.tables[kind], RECORDS[kind]
    back = tables.to_table(tables.from_table(frame, record), record)
    pd.testing.assert_frame_equal(as_tuples(back, kind), as_tuples(frame, kind))


@kinds
def test_ids_stand_once(kind: str, small: SimulatedCompany):
    assert small.tables[kind]["id"].is_unique


def test_every_reference_names_a_record_that_is_there(small: SimulatedCompany):
    checked = 0
    for kind, frame in small.tables.items():
        for name, spec in fields_of(RECORDS[kind]).items():
            if spec.record is not None:
                references = frame[name].dropna()
                there = small.tables[spec.record]["id"] if spec.record not in ABSENT else []
                assert references.isin(there).all(), f"{kind}.{name}"
                checked += len(references) > 0
    assert checked >= 25
    for frame in (small.orders, small.subscriptions):
        assert frame["customer_id"].isin(small.companies["id"]).all()


def test_activities_link_records_that_are_there(small: SimulatedCompany):
    links = small.activities["links"].explode()
    assert small.activities["links"].map(len).min() >= 1
    assert set(links.str.partition(":")[0]) == {"deal", "contact", "lead"}
    for kind, references in links.groupby(links.str.partition(":")[0]):
        assert references.str.partition(":")[2].isin(small.tables[kind]["id"]).all()


@pytest.mark.parametrize(("kind", "first", "then"), ORDERS)
def test_what_comes_first_is_earlier(kind: str, first: str, then: str, small: SimulatedCompany):
    rows = small.tables[kind].dropna(subset=[first, then])
    assert len(rows) > 0
    assert (rows[first] <= rows[then]).all()


@pytest.mark.parametrize(("kind", "at", "reference", "target", "since"), BEFORE)
def test_what_is_referred_to_was_there_before(
    kind: str, at: str, reference: str, target: str, since: str, small: SimulatedCompany
):
    rows = small.tables[kind].dropna(subset=[reference])
    there = rows[reference].map(small.tables[target].set_index("id")[since])
    assert len(rows) > 0
    assert (there <= rows[at]).all()


@kinds
def test_nothing_happens_before_the_start_or_from_as_of_on(kind: str, small: SimulatedCompany):
    frame = small.tables[kind]
    instants = [name for name, spec in fields_of(RECORDS[kind]).items() if spec.kind == "instant" and name != "due_at"]
    for name in instants:
        assert not (frame[name] >= small.as_of).any()
        assert not (frame[name] < pd.Timestamp("2023-01-01", tz="UTC")).any()
    assert instants or frame["spent_on"].between(pd.Timestamp("2023-01-01").date(), small.as_of.date()).all()


def test_stage_changes_replay_to_the_deals(small: SimulatedCompany):
    deals = small.deals.set_index("id")
    changes = small.stage_changes.sort_values("changed_at", kind="stable").groupby("deal_id", sort=False)
    first, last = changes.nth(0).set_index("deal_id"), changes.tail(1).set_index("deal_id")
    assert last["to_stage"].reindex(deals.index).equals(deals["stage"].rename("to_stage"))
    assert first["from_stage"].isna().all()
    assert (first["changed_at"].reindex(deals.index) == deals["created_at"]).all()
    closed = deals[deals["status"] != "open"]
    assert (last["changed_at"].reindex(closed.index) == closed["closed_at"]).all()
    assert (last["changed_at"].reindex(deals.index) == deals["stage_entered_at"]).all()
    assert (last["probability"].reindex(deals.index) == deals["probability"]).all()
    rows = small.stage_changes
    follows = rows["deal_id"] == rows["deal_id"].shift()
    assert (rows["from_stage"][follows] == rows["to_stage"].shift()[follows]).all()
    assert (rows["changed_at"][follows] > rows["changed_at"].shift()[follows]).all()
    assert (rows["from_stage"].isna() == ~follows).all()
    passed = (rows["changed_at"] - rows["changed_at"].shift()).where(follows).dt.total_seconds() / 86_400
    pd.testing.assert_series_equal(rows["days_in_stage"], passed, check_names=False, rtol=1e-12)
    assert set(rows["pipeline"]) == set(small.deals["pipeline"])


def test_status_stage_probability_and_close_say_the_same(small: SimulatedCompany):
    deals = small.deals
    assert (deals["closed_at"].isna() == (deals["status"] == "open")).all()
    assert (deals["lost_reason"].notna() == (deals["status"] == "lost")).all()
    for status in ("won", "lost"):
        assert ((deals["status"] == status) == (deals["stage"] == status.title())).all()
    assert deals.groupby("status")["probability"].agg(["min", "max"]).loc[["won", "lost"]].to_numpy().tolist() == [
        [1.0, 1.0],
        [0.0, 0.0],
    ]


def test_a_converted_lead_became_its_contact_and_deal(small: SimulatedCompany):
    leads = small.leads
    converted = leads[leads["status"] == "converted"]
    assert len(converted) > 0
    for name in ("contact_id", "company_id", "deal_id", "converted_at"):
        assert (leads[name].notna() == (leads["status"] == "converted")).all()
    deals = small.deals.set_index("id").loc[converted["deal_id"]]
    contacts = small.contacts.set_index("id").loc[converted["contact_id"]]
    for name in ("contact_id", "company_id", "source"):
        assert deals[name].tolist() == converted[name].tolist()
    for name in ("email", "first_name", "last_name", "company_id", "source"):
        assert contacts[name].tolist() == converted[name].tolist()
    assert deals["created_at"].tolist() == contacts["created_at"].tolist() == converted["converted_at"].tolist()
    assert converted["deal_id"].is_unique


def test_there_is_one_currency(small: SimulatedCompany):
    for frame in small.tables.values():
        if "currency" in frame:
            assert (frame["currency"] == "USD").all()
            assert (frame.get("amount", frame.get("annual_revenue")) > 0).all()


def test_addresses_are_unique_and_belong_to_nobody(small: SimulatedCompany):
    emails = pd.concat([small.users["email"], small.contacts["email"], small.leads["email"]])
    assert emails.str.fullmatch(r"[a-z0-9.-]+@([a-z0-9-]+\.example\.com|example\.test)").all()
    unconverted = small.leads[small.leads["contact_id"].isna()]
    assert pd.concat([small.contacts["email"], unconverted["email"]]).is_unique
    assert small.companies["website"].str.fullmatch(r"https://[a-z0-9-]+\.example\.com").all()


def test_names_are_diverse_and_those_of_companies_and_users_unique(small: SimulatedCompany):
    assert small.companies["name"].is_unique
    assert small.users["name"].is_unique
    assert small.contacts["first_name"].nunique() > 60
    assert not all(name.isascii() for name in small.contacts["last_name"])


def test_surveys_about_tickets_are_answered_by_who_asked(small: SimulatedCompany):
    answers = small.survey_responses
    assert (answers["ticket_id"].isna() == (answers["kind"] == "nps")).all()
    about = answers.dropna(subset=["ticket_id"])
    asked = small.tickets.set_index("id").loc[about["ticket_id"]]
    assert asked["contact_id"].tolist() == about["contact_id"].tolist()
    assert np.array_equal(asked["company_id"], about["company_id"])
