from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from crmkit.errors import CrmError, InvalidPeriod
from crmkit.quotes import price, subscriptions_of
from crmkit.records import Contact, Money, evolve

from .offers import QUOTE, eur, line, offers

NOW = datetime(2024, 5, 31, 20, tzinfo=UTC)
LINES = [line(1, "100", quantity=3.0, billing="month", name="Seats"), line(2, "50", tax_rate=0.19)]


def accepted(quote=QUOTE, lines=LINES, **fields):
    """Return a quote that was accepted with these lines."""
    totals = price(quote, lines)
    agreed = {"amount": totals.net.amount, "currency": totals.currency, "company_id": "c1", **fields}
    return evolve(quote, **{"status": "accepted", "status_changed_at": NOW, "accepted_at": NOW, **agreed})


def test_each_recurring_line_of_an_accepted_quote_is_a_subscription():
    lines = [*LINES, line(3, "1200", quantity=0.5, billing="year", tax_rate=0.19)]
    quote = accepted(evolve(QUOTE, discount_rate=0.1), lines)
    monthly, yearly = subscriptions_of(quote, lines, at=NOW)
    assert (monthly.id, monthly.customer_id, monthly.plan) == ("q1:1", "c1", "Seats")
    assert (monthly.money, monthly.interval, monthly.quantity) == (eur("270"), "month", 3)
    assert (monthly.status, monthly.started_at, monthly.status_changed_at) == ("active", NOW, NOW)
    assert (yearly.money, yearly.interval, yearly.quantity) == (eur("540"), "year", 1)


@given(offers())
@settings(max_examples=30)
def test_the_subscriptions_of_a_quote_recur_as_the_quote_does(offer):
    quote, lines = offer
    totals = price(quote, lines)
    times = {"week": 52, "month": 12, "quarter": 4, "year": 1}
    made = subscriptions_of(accepted(quote, lines), lines, at=NOW)
    assert sum((each.money * times[each.interval] for each in made), Money(0, totals.currency)) == totals.arr


def test_the_customer_is_the_contact_where_there_is_no_company():
    (only,) = subscriptions_of(accepted(company_id=None, contact_id="p1"), LINES, at=NOW)
    assert only.customer_id == Contact(id="p1").id


@pytest.mark.parametrize(
    ("quote", "lines", "at", "code"),
    [
        (accepted(status="sent"), LINES, NOW, "not_accepted"),
        (accepted(), [evolve(LINES[0], amount=Decimal(500)), LINES[1]], NOW, "changed_since_sent"),
        (accepted(), LINES[:1], NOW, "changed_since_sent"),
        (accepted(amount=None), LINES, NOW, "changed_since_sent"),
        (accepted(), LINES, NOW - timedelta(seconds=1), "too_early"),
        (accepted(status_changed_at=None), LINES, NOW - timedelta(seconds=1), "too_early"),
    ],
)
def test_what_was_not_accepted_so_or_not_yet_makes_no_subscription(quote, lines, at, code):
    with pytest.raises(CrmError) as caught:
        subscriptions_of(quote, lines, at=at)
    assert caught.value.code == code


def test_subscriptions_begin_at_an_instant():
    with pytest.raises(InvalidPeriod):
        subscriptions_of(accepted(), LINES, at=date(2024, 7, 1))
