from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import CrmError, CurrencyMismatch, InvalidArgument, InvalidRecord
from crmkit.quotes import line_item, unit_price
from crmkit.records import Money, PriceBook, PriceBookEntry, Product, evolve

from .offers import QUOTE, eur

TODAY = date(2024, 5, 3)
SEATS = Product(id="seats", name="Seats", billing="month", tax_rate=0.19)
BOOK = PriceBook(id="eu", currency="EUR", valid_from=date(2024, 1, 1), valid_until=date(2024, 12, 31))


def entry(name, amount="50", **fields):
    given = {"price_book_id": "eu", "product_id": "seats", "currency": "EUR", **fields}
    return PriceBookEntry(id=name, amount=None if amount is None else Decimal(amount), **given)


ENTRIES = [entry("one", "50"), entry("ten", "45", min_quantity=10.0), entry("many", "40", min_quantity=100.0)]


@pytest.mark.parametrize(
    ("quantity", "price"),
    [(0, "50"), (1, "50"), (9.999, "50"), (10, "45"), (10.0, "45"), (99, "45"), (100, "40"), (10**15, "40")],
)
def test_the_highest_step_that_is_reached_gives_the_price(quantity, price):
    assert unit_price(SEATS, BOOK, ENTRIES, quantity=quantity, on=TODAY) == eur(price)


@given(st.permutations(ENTRIES), st.floats(0, 1e15) | st.integers(0, 200))
def test_a_price_never_rises_with_the_quantity_where_no_step_does_and_order_changes_nothing(entries, quantity):
    price = unit_price(SEATS, BOOK, entries, quantity=quantity, on=TODAY)
    assert price == unit_price(SEATS, BOOK, ENTRIES, quantity=quantity, on=TODAY)
    assert unit_price(SEATS, BOOK, entries, quantity=min(quantity * 2, 10**15), on=TODAY) <= price


@pytest.mark.parametrize("day", [BOOK.valid_from, BOOK.valid_until])
def test_a_price_book_is_valid_on_its_first_and_on_its_last_day(day):
    assert unit_price(SEATS, BOOK, ENTRIES, quantity=1, on=day) == eur("50")


def test_a_price_book_without_dates_is_always_valid():
    always = evolve(BOOK, valid_from=None, valid_until=None)
    assert unit_price(SEATS, always, ENTRIES, quantity=1, on=date(1999, 1, 1)) == eur("50")


def test_prices_of_others_and_inactive_ones_do_not_count():
    others = [
        entry("a", "1", product_id="else"),
        entry("b", "2", price_book_id="us"),
        entry("c", "3", active=False),
    ]
    assert unit_price(SEATS, BOOK, [*others, *ENTRIES], quantity=1, on=TODAY) == eur("50")


def test_an_entry_without_a_currency_has_that_of_its_price_book():
    assert unit_price(SEATS, BOOK, [entry("one", currency=None)], quantity=1, on=TODAY) == eur("50")


@pytest.mark.parametrize("amount", ["0", "0.0035"])
def test_what_costs_nothing_or_less_than_a_cent_has_a_price(amount):
    assert unit_price(SEATS, BOOK, [entry("one", amount)], quantity=1, on=TODAY) == eur(amount)


def test_a_price_book_without_a_currency_takes_what_the_entry_says():
    mixed = evolve(BOOK, currency=None)
    assert unit_price(SEATS, mixed, [entry("one", currency="USD")], quantity=1, on=TODAY) == Money("50", "USD")


REFUSED = {
    "inactive_product": (evolve(SEATS, active=False), BOOK, ENTRIES),
    "inactive_price_book": (SEATS, evolve(BOOK, active=False), ENTRIES),
    "price_book_not_valid": (SEATS, evolve(BOOK, valid_from=date(2024, 5, 4)), ENTRIES),
    "no_price": (SEATS, BOOK, [entry("one", active=False)]),
    "quantity_too_small": (SEATS, BOOK, [entry("ten", min_quantity=10.0), entry("six", min_quantity=6.5)]),
    "ambiguous_price": (SEATS, BOOK, [entry("one"), entry("two")]),
    "missing_price": (SEATS, BOOK, [entry("one", None)]),
    "negative_price": (SEATS, BOOK, [entry("one", "-1")]),
    "missing_currency": (SEATS, evolve(BOOK, currency=None), [entry("one", currency=None)]),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_price_that_cannot_be_told_is_refused_by_name(code):
    product, book, entries = REFUSED[code]
    with pytest.raises(InvalidRecord) as caught:
        unit_price(product, book, entries, quantity=5, on=TODAY)
    assert caught.value.code == code


def test_the_last_day_of_a_price_book_is_named():
    with pytest.raises(InvalidRecord, match="lies before 2025-01-01") as caught:
        unit_price(SEATS, BOOK, ENTRIES, quantity=5, on=date(2025, 1, 1))
    assert (caught.value.code, caught.value.field) == ("price_book_not_valid", "valid_until")


def test_too_few_units_are_told_from_how_many_on_there_is_a_price():
    with pytest.raises(InvalidRecord, match=r"from 6\.5 units on in price book 'eu', and 5 are asked for"):
        unit_price(*REFUSED["quantity_too_small"], quantity=5, on=TODAY)


def test_both_prices_for_the_same_quantity_are_named():
    with pytest.raises(InvalidRecord, match=r"min_quantity of 'one'.* that of 'two'"):
        unit_price(*REFUSED["ambiguous_price"], quantity=5, on=TODAY)


def test_an_entry_in_another_currency_than_its_price_book_is_refused():
    with pytest.raises(CurrencyMismatch) as caught:
        unit_price(SEATS, BOOK, [entry("one", currency="USD")], quantity=1, on=TODAY)
    assert caught.value.currencies == ("USD", "EUR")


@pytest.mark.parametrize(
    ("changed", "argument"),
    [
        ({"quantity": -1}, "quantity"),
        ({"quantity": float("nan")}, "quantity"),
        ({"quantity": float("inf")}, "quantity"),
        ({"quantity": 10**15 + 1}, "quantity"),
        ({"quantity": 10**400}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": "5"}, "quantity"),
        ({"on": datetime(2024, 5, 3, tzinfo=UTC)}, "on"),
        ({"on": "2024-05-03"}, "on"),
        ({"product": BOOK}, "product"),
        ({"price_book": SEATS}, "price_book"),
        ({"entries": 5}, "entries"),
        ({"entries": [SEATS]}, "entries"),
    ],
)
def test_arguments_of_another_kind_are_refused(changed, argument):
    arguments = {"product": SEATS, "price_book": BOOK, "entries": ENTRIES, "quantity": 5, "on": TODAY, **changed}
    product, book, entries = (arguments.pop(name) for name in ("product", "price_book", "entries"))
    with pytest.raises(InvalidArgument) as caught:
        unit_price(product, book, entries, **arguments)
    assert caught.value.argument == argument


def test_a_line_takes_over_what_the_product_says_and_the_price_of_its_quantity():
    made = line_item(
        SEATS,
        BOOK,
        ENTRIES,
        quote=QUOTE,
        position=2,
        quantity=20,
        on=TODAY,
        discount_rate=0.1,
        discount_amount=Decimal(5),
    )
    assert (made.id, made.quote_id, made.position, made.quantity) == ("q1:2", "q1", 2, 20.0)
    assert (made.product_id, made.name, made.billing, made.tax_rate) == ("seats", "Seats", "month", 0.19)
    assert (made.money, made.discount_rate, made.discount_amount) == (eur("45"), 0.1, Decimal(5))


def test_a_line_has_the_id_that_it_is_given():
    made = line_item(SEATS, BOOK, ENTRIES, quote=QUOTE, position=2, quantity=1, on=TODAY, id="mine")
    assert made.id == "mine"


@pytest.mark.parametrize(
    ("quote", "code"),
    [
        (evolve(QUOTE, price_book_id="us"), "other_price_book"),
        (evolve(QUOTE, currency="USD"), "currency_mismatch"),
        (SEATS, "invalid_argument"),
    ],
)
def test_a_line_for_a_quote_that_it_does_not_fit_is_refused(quote, code):
    with pytest.raises(CrmError) as caught:
        line_item(SEATS, BOOK, ENTRIES, quote=quote, position=1, quantity=1, on=TODAY)
    assert caught.value.code == code


def test_a_line_without_a_place_is_refused():
    with pytest.raises(InvalidRecord, match=r"LineItem\.position"):
        line_item(SEATS, BOOK, ENTRIES, quote=QUOTE, position=None, quantity=1, on=TODAY)
