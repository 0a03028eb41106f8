from decimal import Decimal

import pytest

from crmkit.errors import CurrencyMismatch, InvalidArgument, InvalidRecord
from crmkit.quotes import BillingTotal, price
from crmkit.records import Deal, Money, Quote, evolve

from .offers import QUOTE, eur, line


def test_discounts_come_off_the_rate_first_and_then_the_amount():
    totals = price(
        evolve(QUOTE, discount_rate=0.1, discount_amount=Decimal(9)),
        [line(1, "100", discount_rate=0.5, discount_amount=Decimal("10"))],
    )
    assert totals.line_discount == eur("60")
    assert totals.subtotal == eur("40")
    assert totals.quote_discount == eur("13")
    assert totals.net == eur("27")


def test_the_quotes_discount_is_spread_in_proportion_and_the_cent_left_over_goes_to_the_largest_remainder():
    totals = price(evolve(QUOTE, discount_amount=Decimal("10")), [line(1, "100"), line(2, "100"), line(3, "100.01")])
    assert [each.quote_discount for each in totals.lines] == [eur("3.33"), eur("3.33"), eur("3.34")]


def test_a_rate_of_tax_that_is_not_said_is_not_zero():
    totals = price(QUOTE, [line(1, tax_rate=None), line(2, tax_rate=0.0), line(3, tax_rate=0.19)])
    assert [(group.rate, group.tax) for group in totals.by_rate] == [
        (0.0, eur("0")),
        (0.19, eur("19")),
        (None, eur("0")),
    ]


def test_weeks_quarters_and_years_become_months():
    totals = price(
        QUOTE,
        [
            line(1, "12", billing="week"),
            line(2, "30", billing="quarter"),
            line(3, "1200", billing="year"),
            line(4, "999", billing="once"),
        ],
    )
    assert [group.billing for group in totals.by_billing] == ["once", "week", "quarter", "year"]
    assert totals.arr == eur("1944")
    assert totals.mrr == eur("162")
    assert totals.contract_value(months=1) == eur("1161")
    assert totals.contract_value(months=6) == eur("1971")


def test_the_mrr_is_after_the_discounts_of_the_quote():
    totals = price(evolve(QUOTE, discount_rate=0.25), [line(1, "80", billing="month"), line(2, "1000")])
    assert totals.mrr == eur("60")


def test_a_draft_without_lines_comes_to_nothing():
    totals = price(evolve(QUOTE, currency="JPY"), [])
    nothing = Money(0, "JPY")
    assert (totals.net, totals.tax, totals.total, totals.mrr) == (nothing, nothing, nothing, nothing)
    assert totals.one_time == BillingTotal(billing="once", net=nothing, tax=nothing, gross=nothing)
    assert (totals.lines, totals.by_rate, totals.by_billing, totals.recurring) == ((), (), (), ())


def test_a_line_may_cost_nothing():
    totals = price(evolve(QUOTE, discount_rate=0.1), [line(1, "0", tax_rate=0.19), line(2, "10", quantity=0.0)])
    assert (totals.subtotal, totals.quote_discount, totals.total) == (eur("0"), eur("0"), eur("0"))


def test_a_quote_that_says_no_currency_takes_that_of_its_lines():
    assert price(Quote(id="q1"), [line(1, "5")]).net == eur("5")


REFUSED = {
    "line_of_another_quote": (QUOTE, [line(1, quote_id="q2")], "quote_id"),
    "duplicate_line": (QUOTE, [line(1, id="a"), line(2, id="a")], "id"),
    "duplicate_position": (QUOTE, [line(1, id="a"), line(1, id="b")], "position"),
    "missing_price": (QUOTE, [line(1, None)], "amount"),
    "negative_price": (QUOTE, [line(1, "-1")], "amount"),
    "negative_discount": (QUOTE, [line(1, discount_amount=Decimal(-1))], "discount_amount"),
    "fraction_of_minor_unit": (QUOTE, [line(1, discount_amount=Decimal("0.005"))], "discount_amount"),
    "discount_too_large": (QUOTE, [line(1, discount_amount=Decimal("100.01"))], "discount_amount"),
    "missing_currency": (Quote(id="q1"), [line(1, currency=None)], "currency"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_priced_is_named(code):
    quote, lines, field = REFUSED[code]
    with pytest.raises(InvalidRecord) as caught:
        price(quote, lines)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert repr(caught.value.facts["id"]) in str(caught.value)


def test_a_price_without_a_currency_is_missing():
    with pytest.raises(InvalidRecord, match=r"currency of 'q1:1': None is missing") as caught:
        price(QUOTE, [line(1, currency=None)])
    assert caught.value.code == "missing_price"


def test_a_discount_of_the_quote_is_no_greater_than_what_its_lines_come_to():
    with pytest.raises(InvalidRecord, match=r"a discount of EUR 101.00, more than the EUR 100.00") as caught:
        price(evolve(QUOTE, discount_amount=Decimal(101)), [line(1, "100")])
    assert (caught.value.code, caught.value.record) == ("discount_too_large", "Quote")


def test_a_line_in_another_currency_is_refused():
    with pytest.raises(CurrencyMismatch, match="convert the price") as caught:
        price(QUOTE, [line(1), line(2, currency="USD")])
    assert caught.value.currencies == ("USD", "EUR")


@pytest.mark.parametrize(
    ("quote", "lines", "argument"),
    [(Deal(id="d1"), [], "quote"), (QUOTE, None, "lines"), (QUOTE, [QUOTE], "lines"), (QUOTE, line(1), "lines")],
)
def test_what_is_no_quote_and_no_lines_is_refused(quote, lines, argument):
    with pytest.raises(InvalidArgument) as caught:
        price(quote, lines)
    assert caught.value.argument == argument


@pytest.mark.parametrize("months", [0, -1, 1.5, True, "12", None])
def test_a_term_is_whole_months(months):
    with pytest.raises(InvalidArgument, match="months") as caught:
        price(QUOTE, [line(1)]).contract_value(months=months)
    assert caught.value.value == months


def test_more_digits_than_money_holds_are_refused_by_name():
    with pytest.raises(InvalidRecord, match="30 digits"):
        price(QUOTE, [line(1, "1e29", quantity=1e300)])
