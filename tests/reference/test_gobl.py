"""GOBL: totals of its examples, as that library works them out."""

from crmkit.quotes import price
from crmkit.records import evolve
from tests.quotes.offers import QUOTE, eur, line


def test_gobl_de_rounding_halves_of_a_cent_in_lines_go_up():
    rows = [(5.5, "443.91", "2441.51"), (2.5, "697.57", "1743.93"), (1.5, "760.98", "1141.47")]
    totals = price(QUOTE, [line(place, amount, quantity=quantity) for place, (quantity, amount, _) in enumerate(rows)])
    assert [each.net for each in totals.lines] == [eur(net) for *_, net in rows]


def test_gobl_es_freelance_with_a_discount_of_a_tenth():
    totals = price(QUOTE, [line(1, "90.00", quantity=20.0, discount_rate=0.1, tax_rate=0.21)])
    assert (totals.list_amount, totals.line_discount) == (eur("1800.00"), eur("180.00"))
    assert (totals.net, totals.tax) == (eur("1620.00"), eur("340.20"))


def test_gobl_es_prices_include_tax_of_twelve_lines_in_one_sum():
    twelve = [line(place, "125.00", tax_rate=0.21) for place in range(12)]
    totals = price(evolve(QUOTE, tax_included=True), twelve)
    assert (totals.net, totals.tax, totals.total) == (eur("1239.67"), eur("260.33"), eur("1500.00"))
