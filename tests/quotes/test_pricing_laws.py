from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from crmkit.quotes import price
from crmkit.records import Money, evolve

from .offers import QUOTE, line, offers, unit


def _sum(amounts, currency):
    return sum(amounts, Money(0, currency))


@given(offers())
def test_everything_adds_up_to_the_last_unit(offer):
    totals = price(*offer)
    currency = totals.currency
    for of_line, of_all in [
        ("list_amount", totals.list_amount),
        ("discount", totals.line_discount),
        ("quote_discount", totals.quote_discount),
        ("net", totals.net),
        ("tax", totals.tax),
        ("gross", totals.total),
    ]:
        assert _sum([getattr(each, of_line) for each in totals.lines], currency) == of_all
    assert totals.net + totals.tax == totals.total
    assert totals.list_amount - totals.line_discount == totals.subtotal
    assert totals.subtotal - totals.quote_discount == (totals.total if offer[0].tax_included else totals.net)


@given(offers())
def test_the_totals_by_rate_and_by_billing_are_the_whole(offer):
    totals = price(*offer)
    for groups in (totals.by_rate, totals.by_billing):
        for part, whole in [("net", totals.net), ("tax", totals.tax), ("gross", totals.total)]:
            assert _sum([getattr(group, part) for group in groups], totals.currency) == whole
    assert [group.billing for group in (totals.one_time, *totals.recurring) if group in totals.by_billing] == [
        group.billing for group in totals.by_billing
    ]


@given(offers())
def test_every_amount_is_whole_in_its_minor_unit_and_none_is_below_zero(offer):
    totals = price(*offer)
    for each in totals.lines:
        for amount in (each.list_amount, each.discount, each.quote_discount, each.net, each.tax, each.gross):
            assert amount == amount.quantized()
            assert amount.amount >= 0


@given(offers())
def test_each_line_adds_up(offer):
    quote, lines = offer
    for each in price(quote, lines).lines:
        assert each.net + each.tax == each.gross
        left = each.list_amount - each.discount - each.quote_discount
        assert left == (each.gross if quote.tax_included else each.net)


@given(offers())
def test_tax_is_exact_to_half_a_unit_for_each_rate(offer):
    totals = price(*offer)
    for group in totals.by_rate:
        rate = Fraction(repr(group.rate)) if group.rate else Fraction(0)
        base, share = (group.gross, rate / (1 + rate)) if offer[0].tax_included else (group.net, rate)
        off = Fraction(group.tax.amount) - Fraction(base.amount) * share
        assert abs(off) <= Fraction(unit(totals.currency)) / 2


@given(offers())
def test_what_a_line_bears_of_tax_and_of_the_quotes_discount_is_exact_to_a_unit(offer):
    totals = price(*offer)
    smallest = Fraction(unit(totals.currency))
    by_rate = {group.rate: group for group in totals.by_rate}
    for each in totals.lines:
        left = Fraction((each.list_amount - each.discount).amount)
        if totals.subtotal:
            share = left / Fraction(totals.subtotal.amount)
            assert abs(Fraction(each.quote_discount.amount) - share * Fraction(totals.quote_discount.amount)) < smallest
        group = by_rate[each.line.tax_rate]
        if group.net:
            # By the base of its rate, which is net or, where prices include tax, gross.
            mine, whole = (each.gross, group.gross) if offer[0].tax_included else (each.net, group.net)
            share = Fraction(mine.amount) / Fraction(whole.amount)
            assert abs(Fraction(each.tax.amount) - share * Fraction(group.tax.amount)) < smallest


@given(offers(), st.randoms())
def test_the_order_in_which_lines_are_given_changes_nothing(offer, random):
    quote, lines = offer
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert price(quote, shuffled) == price(quote, lines)


@given(offers())
def test_what_recurs_is_the_year_in_twelve_parts_rounded_once(offer):
    totals = price(*offer)
    times = {"once": 0, "week": 52, "month": 12, "quarter": 4, "year": 1}
    year = sum(Fraction(each.net.amount) * times[each.line.billing] for each in totals.lines)
    assert Fraction(totals.arr.amount) == year
    assert abs(Fraction(totals.mrr.amount) - year / 12) <= Fraction(unit(totals.currency)) / 2


@given(offers(), st.integers(1, 20))
def test_a_contract_over_years_is_worth_what_is_paid_once_and_each_year(offer, years):
    totals = price(*offer)
    assert totals.contract_value(months=12 * years) == totals.one_time.net + totals.arr * years


@given(offers())
def test_mrr_bears_no_tax(offer):
    quote, lines = offer
    assume(not quote.tax_included)
    untaxed = [evolve(each, tax_rate=None) for each in lines]
    assert price(quote, lines).mrr == price(quote, untaxed).mrr


@given(offers())
def test_the_whole_discount_leaves_nothing_to_pay(offer):
    quote, lines = offer
    free = price(evolve(quote, discount_rate=1.0), lines)
    assert not free.total
    assert not free.mrr
    assert all(not each.gross for each in free.lines)


@given(offers(), st.integers(0, 100))
def test_a_discount_by_amount_comes_off_to_the_unit(offer, percent):
    quote, lines = offer
    quote = evolve(quote, discount_rate=None)
    subtotal = price(quote, lines).subtotal
    off = (subtotal * percent / 100).quantized()
    assume(off <= subtotal)
    totals = price(evolve(quote, discount_amount=off.amount), lines)
    assert totals.subtotal - off == (totals.total if quote.tax_included else totals.net)
    assert _sum([each.quote_discount for each in totals.lines], totals.currency) == off


def test_a_tenth_that_no_float_holds_is_a_tenth():
    totals = price(QUOTE, [line(1, "0.10", quantity=0.1), line(2, "33.35", quantity=3.0, tax_rate=0.1)])
    assert [each.list_amount.amount for each in totals.lines] == [Decimal("0.01"), Decimal("100.05")]
    assert totals.tax.amount == Decimal("10.01")  # of 10.005, the half goes up
