"""EN 16931: the totals of the examples of CEN/TC 434, line by line."""

from crmkit.quotes import price
from crmkit.records import evolve
from tests.quotes.offers import QUOTE, eur, line

# ubl-tc434-example1.xml: quantity, price, line net amount; all but line 20, which takes goods back.
AT_6 = [
    (2, "9.95", "19.90"),
    (1, "9.85", "9.85"),
    (1, "8.29", "8.29"),
    (2, "7.23", "14.46"),
    (1, "35.00", "35.00"),
    (1, "35.00", "35.00"),
    (1, "10.65", "10.65"),
    (1, "1.55", "1.55"),
    (3, "4.79", "14.37"),
    (1, "8.29", "8.29"),
    (2, "8.29", "16.58"),
    (1, "9.95", "9.95"),
    (2, "1.65", "3.30"),
    (1, "3.90", "3.90"),
    (6, "17.02", "102.12"),
]
AT_21 = [(1, "10.80", "10.80"), (2, "3.80", "7.60"), (2, "4.67", "9.34"), (1, "18.63", "18.63")]


def _lines(rows, **fields):
    return [line(place, amount, quantity=quantity, **fields) for place, (quantity, amount, _) in enumerate(rows)]


def test_en_16931_example_1_at_6_percent_with_the_goods_taken_back_as_a_discount():
    totals = price(evolve(QUOTE, discount_amount=eur("109.98").amount), _lines(AT_6, tax_rate=0.06))
    assert [each.list_amount for each in totals.lines] == [eur(net) for *_, net in AT_6]
    assert (totals.net, totals.tax) == (eur("183.23"), eur("10.99"))


def test_en_16931_example_1_at_21_percent():
    totals = price(QUOTE, _lines(AT_21, tax_rate=0.21))
    assert [each.list_amount for each in totals.lines] == [eur(net) for *_, net in AT_21]
    assert (totals.net, totals.tax) == (eur("46.37"), eur("9.74"))


def test_en_16931_example_2_rounds_the_half_of_365_125_up():
    totals = price(QUOTE, [line(1, "1460.50", tax_rate=0.25), line(2, "1.00", tax_rate=0.15)])
    assert [group.tax for group in totals.by_rate] == [eur("0.15"), eur("365.13")]
    assert totals.tax == eur("365.28")


def test_en_16931_example_3_with_a_rate_for_each_of_two_lines_and_freight():
    totals = price(QUOTE, [line(1, "800", tax_rate=0.25), line(2, "800", tax_rate=0.1), line(3, "100", tax_rate=0.25)])
    assert [(group.rate, group.net, group.tax) for group in totals.by_rate] == [
        (0.1, eur("800.00"), eur("80.00")),
        (0.25, eur("900.00"), eur("225.00")),
    ]
    assert (totals.net, totals.total) == (eur("1700.00"), eur("2005.00"))


def test_en_16931_sample_discount_price_of_less_than_a_cent():
    totals = price(QUOTE, [line(1, "0.1212", quantity=100.0, tax_rate=0.25)])
    assert (totals.net, totals.tax, totals.total) == (eur("12.12"), eur("3.03"), eur("15.15"))
