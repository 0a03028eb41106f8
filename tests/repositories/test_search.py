"""Finding among records at hand."""

from datetime import UTC, datetime, timedelta

import pytest

from crmkit.errors import InvalidArgument, InvalidExpression, UnknownField
from crmkit.expressions import field
from crmkit.records import Company, CustomField, CustomFields, Deal, Order, Team, User
from crmkit.repositories import search

NOW = datetime(2017, 3, 31, tzinfo=UTC)
DEALS = [
    Deal(id="d2", stage="Demo", amount=5, company_id="c1"),
    Deal(id="d1", stage="Offer", amount=7, company_id="c2", created_at=NOW - timedelta(days=3)),
    Deal(id="d3", company_id="gone"),
    Deal(id="d4"),
]
COMPANIES = {"c1": Company(id="c1", name="Fern", owner_id="u1"), "c2": Company(id="c2", owner_id="u2")}
USERS = {"u1": User(id="u1", team_id="t1"), "u2": User(id="u2")}
TEAMS = {"t1": Team(id="t1", name="North")}


def follow(kind, name):
    return {"company": COMPANIES, "user": USERS, "team": TEAMS}[kind].get(name)


def found(where, **options):
    return [deal.id for deal in search(DEALS, Deal, where, **options)]


def test_records_are_found_in_the_order_of_their_ids():
    assert [deal.id for deal in search(iter(DEALS), Deal)] == ["d1", "d2", "d3", "d4"]


def test_a_question_is_asked_of_each():
    assert found(field("amount") > 5) == ["d1"]
    assert found(~(field("amount") > 5)) == ["d2", "d3", "d4"]


def test_pages_and_orders():
    page = search(DEALS, Deal, order_by="-amount", limit=3)
    assert [deal.id for deal in page] == ["d1", "d2", "d3"]
    assert [deal.id for deal in search(DEALS, Deal, order_by="-amount", limit=3, after=page.next)] == ["d4"]


def test_relative_questions_count_from_as_of():
    question = field("created_at").within(days=5)
    assert found(question, as_of=NOW) == ["d1"]
    with pytest.raises(InvalidExpression):
        found(question)


def test_references_are_followed_to_any_depth():
    assert found(field("company.name") == "Fern", follow=follow) == ["d2"]
    assert found(field("company.name").missing(), follow=follow) == ["d1", "d3", "d4"]
    assert found(field("company.owner.team.name") == "North", follow=follow) == ["d2"]
    assert found((field("company.name") == "Fern") & (field("amount") == 7), follow=follow) == []


def test_custom_fields_are_asked_on_both_sides_of_a_reference():
    custom = CustomFields(
        deal={"seats": "integer", "partner_id": CustomField("id", record="company")}, company={"tier": "text"}
    )
    deals = [Deal(id="d1", company_id="c1", custom={"seats": 3, "partner_id": "c1"}), Deal(id="d2", company_id="c1")]

    def gold(kind, name):
        return Company(id=name, custom={"tier": "gold"})

    for question, expected in (
        ((field("company.tier") == "gold") & (field("seats") == 3), ["d1"]),
        (field("partner.tier") == "gold", ["d1"]),
        (field("partner.tier").missing(), ["d2"]),
    ):
        assert [deal.id for deal in search(deals, Deal, question, custom=custom, follow=gold)] == expected


def test_a_question_without_paths_asks_nobody_to_follow():
    def never(kind, name):
        raise AssertionError((kind, name))

    assert found(field("stage") == "Demo", follow=never) == ["d2"]


def test_questions_are_proven_before_anything_is_read():
    for wrong in (field("stagee") == "x", field("company.nam") == "x"):
        with pytest.raises(UnknownField):
            search([], Deal, wrong, follow=follow)
    with pytest.raises(InvalidExpression):
        search([], Deal, field("amount") == "x")
    with pytest.raises(UnknownField):
        search([], Order, field("customer.name") == "x")  # a contact or a company, so none can be followed


@pytest.mark.parametrize("where", [None, "stage", True, {"stage": "x"}])
def test_what_is_no_question_is_refused(where):
    with pytest.raises(InvalidArgument, match="no expression"):
        search([], Deal, where)


def test_a_relative_question_needs_its_moment_even_where_there_is_nothing_to_ask():
    question = (field("stage") == "Demo") & field("created_at").within(days=7)
    with pytest.raises(InvalidExpression, match="relative to a moment"):
        search([], Deal, question)
