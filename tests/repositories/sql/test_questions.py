"""What the database answers, and what is left for the records: the answers are those of the records either way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event

from crmkit.errors import InvalidExpression
from crmkit.expressions import field
from crmkit.records import Change, Company, CustomFields, Deal
from tests.records.strategies import NOW

CUSTOM = CustomFields(
    deal={
        "score": "number",
        "budget": "money",
        "seats": "integer",
        "region": "text",
        "live": "flag",
        "due": "date",
        "seen_at": "instant",
        "areas": "tags",
    },
    company={"grade": "text"},
)
FULL = {
    "score": 2**53 + 1,
    "budget": Decimal("19.99"),
    "seats": 2**53 + 1,
    "region": "é",
    "live": True,
    "due": date(2017, 4, 1),
    "seen_at": datetime(2017, 3, 1, tzinfo=UTC),
    "areas": ("a", "b"),
}
# Of another kind than declared each: kept before the fields were declared.
STRAY = {
    "score": "x",
    "budget": True,
    "seats": 1.5,
    "region": ("a",),
    "live": "true",
    "due": "2017-04-01",
    "seen_at": 3,
    "areas": "a",
}


@pytest.fixture
def asked(open_store, database):
    store = open_store()
    deals = [
        Deal(id="empty"),
        Deal(id="full", name="Straße", amount=Decimal("0.1"), company_id="c2", custom=FULL),
        Deal(id="nulls", company_id="gone", custom=dict.fromkeys(FULL)),
        Deal(id="stray", name="STRASSE", amount=Decimal("0.3"), company_id="c1", custom=STRAY),
    ]
    companies = [Company(id="c1", parent_id="c2", tags=("big",)), Company(id="c2", custom={"grade": "A"})]
    store.apply(Change.of(add=[*deals, *companies], act="add", at=NOW, by="ana"))
    return database.tenant(store._tenant, custom=CUSTOM).repository(Deal)


@pytest.mark.parametrize(
    "question",
    [
        field("budget") == 19.99,
        field("seats") == 2**53 + 1,
        field("region") >= "z",
        field("live") == True,  # noqa: E712  # an expression
        field("due") > date(2017, 3, 31),
        field("seen_at").within(days=60),
        field("areas").has_all("a", "b"),
        field("company.grade") == "A",
        field("amount") == 0.1,
        field("name").lower() == "straße",
    ],
)
def test_a_question_about_any_kind_of_field_is_answered(asked, question):
    assert [deal.id for deal in asked.find(question, as_of=NOW)] == ["full"]
    assert asked.count(question, as_of=NOW) == 1
    assert asked.exists(question, as_of=NOW)
    assert [deal.id for deal in asked.find(~question, as_of=NOW)] == ["empty", "nulls", "stray"]
    assert asked.count(~question, as_of=NOW) == 3


def test_a_reference_of_a_reference_is_followed_and_one_to_nothing_is_missing(asked):
    assert [deal.id for deal in asked.find(field("company.parent.grade") == "A")] == ["stray"]
    assert [deal.id for deal in asked.find(field("company.tags").has("big"))] == ["stray"]
    dangling = field("company.country").missing() & field("company_id").present()
    assert [deal.id for deal in asked.find(dangling)] == ["full", "nulls", "stray"]


def test_integers_among_fractions_are_compared_exactly_by_the_records(asked):
    narrowed = field("id") == "full"
    assert asked.count(narrowed & (field("score") == 2**53)) == 0
    assert asked.count(narrowed & (field("score") == float(2**53))) == 1
    assert asked.exists(narrowed & (field("score") > 2**53))
    assert not asked.exists(narrowed & (field("score") < 0))


@pytest.mark.parametrize("name", ["score", "budget", "seats", "region", "due", "seen_at"])
def test_pages_in_the_order_of_a_custom_field_end_with_what_is_missing(asked, name):
    for order in (name, f"-{name}"):
        pages, after = [], None
        while not pages or after is not None:
            page = asked.find(order_by=order, limit=1, after=after)
            pages.append(page[0].id)
            after = page.next
        assert pages == ["full", "empty", "nulls", "stray"]


def test_what_the_database_answers_is_not_read(asked, database):
    read = []

    def listen(connection, cursor, statement, parameters, *_):
        read.append(statement)

    event.listen(database._room.engine, "before_cursor_execute", listen)
    asked.find((field("id") == "full") & (field("name").lower() == "straße"), limit=1)
    asked.count(field("amount") > 0.2)
    event.remove(database._room.engine, "before_cursor_execute", listen)
    rest, counted = [statement for statement in read if "SELECT" in statement]
    assert "crmkit_deal.id" in rest.partition("WHERE")[2]
    assert "lower" not in rest
    assert counted.startswith("SELECT count(*)")


def test_pages_of_what_the_records_answer_neither_lose_nor_repeat(asked):
    question = field("name").lower().startswith("stra") | field("name").missing()
    found, after = [], None
    while after is not None or not found:
        page = asked.find(question, order_by="-id", limit=1, after=after)
        found += [deal.id for deal in page]
        after = page.next
    assert found == ["stray", "nulls", "full", "empty"]


def test_a_relative_question_needs_its_moment(asked):
    for call in (asked.find, asked.count, asked.exists):
        with pytest.raises(InvalidExpression, match="as_of"):
            call(field("created_at").within(days=3))
        with pytest.raises(InvalidExpression, match="as_of"):
            call(field("created_at").within(days=3) & (field("name").lower() == "x"))


def test_an_endless_limit_is_none(asked):
    assert len(asked.find(limit=10**30)) == 4
