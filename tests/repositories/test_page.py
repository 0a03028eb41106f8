"""Orders, cursors, and what lies behind a place in an order."""

import base64
import contextlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import CrmError, InvalidArgument, UnknownField
from crmkit.records import Contact, CustomField, CustomFields, Deal, evolve
from crmkit.repositories import Page, search
from crmkit.repositories._page import beyond, checked_limit, cursor_of, orders_of, position_of
from crmkit.testing import records

CUSTOM = CustomFields(deal={"seats": "integer", "score": "number", "tier": CustomField("choice", choices=("a", "b"))})


def names(order_by, cls=Deal, custom=None):
    return [str(order) for order in orders_of(order_by, cls, custom)]


def forged(*document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


def test_a_page_is_a_sequence_of_its_records():
    page = Page(iter("abc"), "cursor")
    assert (page.records, len(page), page[0], page[1:], list(page)) == (("a", "b", "c"), 3, "a", ("b", "c"), [*"abc"])
    assert "b" in page
    assert page.index("c") == 2


def test_every_order_ends_with_the_id_once():
    assert names(()) == ["id"]
    assert names("-amount") == ["-amount", "id"]
    assert names(("stage", "-id")) == ["stage", "-id"]
    assert names(["-id", "stage"]) == ["-id", "stage"]


def test_custom_fields_are_sorted_by_where_they_are_declared():
    assert names("-seats", custom=CUSTOM) == ["-seats", "id"]
    with pytest.raises(UnknownField):
        orders_of("seats", Deal)


def test_an_unknown_field_names_the_near_miss():
    with pytest.raises(UnknownField, match="did you mean 'amount'") as refused:
        orders_of("-amuont", Deal)
    assert refused.value.suggestion == "amount"


@pytest.mark.parametrize("order_by", [["stage", "stage"], ["stage", "-stage"], "tags", 7, None, [7], {"id"}])
def test_what_is_no_order_is_refused(order_by):
    with pytest.raises(InvalidArgument) as refused:
        orders_of(order_by, Deal)
    assert (refused.value.argument, refused.value.value) == ("order_by", order_by)


@pytest.mark.parametrize("limit", [0, -1, True, 1.0, "1"])
def test_what_is_no_limit_is_refused(limit):
    with pytest.raises(InvalidArgument, match="whole number from 1 on"):
        checked_limit(limit)


def test_a_limit_from_one_on_or_none_is_one():
    assert [checked_limit(limit) for limit in (None, 1, 10**30)] == [None, 1, 10**30]


def test_a_cursor_holds_the_place_of_a_record():
    custom = {"seats": 2**53 + 1, "score": 2**53 + 1, "tier": "a"}
    created, closes = datetime(2017, 3, 31, 1, 2, 3, 4, tzinfo=UTC), date(2017, 4, 1)
    deal = Deal(
        id="d😀",
        amount=Decimal("0.30"),
        stage="",
        probability=0.1,
        created_at=created,
        expected_close_on=closes,
        custom=custom,
    )
    orders = orders_of(
        ["amount", "stage", "-probability", "created_at", "expected_close_on", "seats", "score", "tier", "name"],
        Deal,
        CUSTOM,
    )
    cursor = cursor_of(orders, deal)
    assert cursor.isascii()
    place = position_of(cursor, orders)
    assert place == (0.3, "", 0.1, created, closes, 2**53 + 1, 2.0**53, "a", None, "d😀")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "é",
        "x",
        7,
        None,
        b"x",
        "\ud800",
        forged(["-amount", "id"], [1, "x"]),
        forged(["amount", "id"], [1]),
        forged(["amount", "id"], [1, "x", "y"]),
        forged(["amount", "id"], ["1", "x"]),
        forged(["amount", "id"], [True, "x"]),
        forged(["amount", "id"], [1, None]),
        forged(["amount", "id"], [1, 7]),
        forged(["amount", "id"], None),
        forged(["amount", "id"]),
        forged({}),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b'[["amount","id"],[' + b"1" * 5000 + b',"x"]]').decode(),
    ],
)
def test_what_is_no_cursor_of_the_order_is_refused(cursor):
    with pytest.raises(InvalidArgument) as refused:
        position_of(cursor, orders_of("amount", Deal))
    assert refused.value.argument == "after"
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created_at", "yesterday"),
        ("created_at", "2017-01-01"),
        ("expected_close_on", "2017-13-01"),
        ("amount", float("nan")),
        ("amount", float("inf")),
        ("version", 1.5),
        ("status", None),
    ],
)
def test_a_forged_place_is_a_crm_error_or_a_place(name, value):
    deals = [Deal(id="a", amount=1, created_at=datetime(2017, 1, 1, tzinfo=UTC))]
    with contextlib.suppress(CrmError):
        search(deals, Deal, order_by=name, after=forged([name, "id"], [value, "x"]))


@given(st.data())
def test_beyond_a_record_lies_what_comes_after_it(data):
    custom = CUSTOM
    few = records(Deal, fields={"name", "amount", "probability", "created_at", "expected_close_on", "status"})
    deals = [
        evolve(deal, id=f"{number}", custom={"seats": number % 2} if number % 3 else {})
        for number, deal in enumerate(data.draw(st.lists(few, min_size=1, max_size=6)))
    ]
    fields = ["name", "amount", "probability", "created_at", "expected_close_on", "status", "seats"]
    drawn = st.lists(st.sampled_from(fields), max_size=3, unique=True)
    order_by = [data.draw(st.sampled_from(["", "-"])) + name for name in data.draw(drawn)]
    orders = orders_of(order_by, Deal, custom)
    whole = search(deals, Deal, order_by=order_by, custom=custom)
    for place, deal in enumerate(whole):
        behind = beyond(orders, position_of(cursor_of(orders, deal), orders))
        assert {each.id for each in whole if behind.test(each)} == {each.id for each in whole[place + 1 :]}


def test_names_that_are_personal_are_not_shown_by_a_page():
    assert "Ada" not in repr(Page([Contact(id="c1", first_name="Ada")]))
