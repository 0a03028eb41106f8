import copy
import pickle
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import CurrencyMismatch, InvalidRecord
from crmkit.records import CURRENCIES, MINOR_UNITS, Money

from .strategies import amounts

currencies = st.sampled_from(CURRENCIES)
moneys = st.builds(Money, amounts, st.just("EUR"))
cents = st.builds(Money.quantized, st.builds(Money, amounts, currencies))


@given(cents, st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_allocated_parts_sum_exactly_to_the_whole(whole, weights):
    parts = whole.allocate(weights)
    assert sum(parts) == whole
    assert len(parts) == len(weights)
    assert all(part == part.quantized() for part in parts)


@given(cents, st.lists(st.fractions(0, 10), min_size=1, max_size=8).filter(any))
def test_no_part_is_a_minor_unit_or_more_off_its_exact_share(whole, weights):
    unit = Fraction(1, 10**whole.minor_units)
    for part, weight in zip(whole.allocate(weights), weights, strict=True):
        assert abs(Fraction(part.amount) - Fraction(whole.amount) * weight / sum(weights)) < unit


@given(cents, st.lists(st.integers(0, 100), min_size=1, max_size=8).filter(any))
def test_a_debt_is_divided_like_the_amount(whole, weights):
    assert [-part for part in (-whole).allocate(weights)] == list(whole.allocate(weights))


@given(cents, st.integers(1, 12))
def test_equal_parts_differ_by_one_minor_unit_at_most(whole, count):
    parts = [part.amount for part in whole.split(count)]
    assert sum(parts) == whole.amount
    assert max(parts) - min(parts) <= Decimal(1).scaleb(-whole.minor_units)


def test_what_is_left_over_goes_to_the_largest_remainders_and_among_equals_to_the_first():
    assert [str(part) for part in Money("100", "EUR").split(3)] == ["EUR 33.34", "EUR 33.33", "EUR 33.33"]
    assert [str(part) for part in Money("0.05", "EUR").allocate([70, 30])] == ["EUR 0.04", "EUR 0.01"]
    assert [str(part) for part in Money("0.10", "EUR").allocate([1, 5, 3])] == ["EUR 0.01", "EUR 0.06", "EUR 0.03"]
    assert [str(part) for part in Money("5", "JPY").allocate([Decimal("0.5"), 0.25, Fraction(1, 4)])] == [
        "JPY 3",
        "JPY 1",
        "JPY 1",
    ]


@given(moneys, moneys, moneys)
def test_addition_is_exact_in_any_order_whatever_the_decimal_context_says(one, two, three):
    before = getcontext().prec
    getcontext().prec = 3
    try:
        assert (one + two) + three == one + (two + three) == sum([three, two, one])
        assert one - two == -(two - one)
        assert one + two - two == one
        assert abs(-one) == abs(one) >= one
    finally:
        getcontext().prec = before


@given(moneys, st.integers(1, 10**6))
def test_a_quotient_times_its_divisor_is_the_amount_but_for_the_last_place_kept(money, divisor):
    assert money * 1 == 1 * money == money / 1 == money
    assert abs((money / divisor * divisor - money).amount) <= divisor * Decimal("1e-30")
    assert money / divisor == money * Fraction(1, divisor)


def test_products_are_exact():
    assert Money("19.99", "EUR") * Decimal("0.19") == Money("3.7981", "EUR")
    assert Money("12.50", "EUR") / Decimal("2.5") == Money(5, "EUR")


@given(moneys, moneys)
def test_amounts_of_one_currency_are_in_order(one, two):
    assert (one < two) == (two > one) == (one.amount < two.amount)
    assert (one <= two) == (two >= one) == (one.amount <= two.amount)


@pytest.mark.parametrize(
    "join",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: sum([a, b]),
    ],
)
def test_two_currencies_never_add_or_compare(join):
    with pytest.raises(CurrencyMismatch, match="EUR and USD neither add nor compare") as caught:
        join(Money(1, "EUR"), Money(1, "USD"))
    assert caught.value.currencies == ("EUR", "USD")


def test_equality_asks_no_rate():
    assert Money(1, "EUR") != Money(1, "USD")
    assert Money("1.50", "EUR") == Money("1.5", "EUR")
    assert len({Money("1.50", "EUR"), Money("1.5", "EUR")}) == 1


def test_nothing_but_money_adds_to_money():
    for join in (lambda m: m + 3, lambda m: 3 + m, lambda m: m - 3, lambda m: m < 3):
        with pytest.raises(InvalidRecord, match=r"3 is not Money; say Money\(..., 'EUR'\)"):
            join(Money(1, "EUR"))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Money(12.5, "EUR"), r"Money.amount: 12.5 is a float.*say Decimal\('12.5'\)"),
        (lambda: Money("12,50", "EUR"), r"'12,50' is not a number; say Money\('12.50', 'EUR'\)"),
        (lambda: Money(amount=True, currency="EUR"), "True is a bool, not a Decimal"),
        (lambda: Money("NaN", "EUR"), "is not a number; what is missing is None"),
        (lambda: Money("-Infinity", "EUR"), "is not a number"),
        (lambda: Money("1e40", "EUR"), "more than 30 digits"),
        (lambda: Money("1e-40", "EUR"), "more than 30 digits"),
        (lambda: Money("1." + "3" * 31, "EUR"), "more than 30 digits"),
        (lambda: Money(1, "eur"), "'eur' is not a currency of ISO 4217; did you mean 'EUR'"),
        (lambda: Money(1, None), "None is a NoneType, not a text"),
        (lambda: Money(1, "EUR") * 1.5, r"1.5 is no exact number; say Decimal\('1.5'\)"),
        (lambda: Money(1, "EUR") * True, "True is no exact number"),
        (lambda: Money(1, "EUR") * Money(1, "EUR"), "is no exact number"),
        (lambda: Money(1, "EUR") * Decimal("NaN"), "is no finite number"),
        (lambda: Money(1, "EUR") / 0, "0 divides nothing"),
        (lambda: Money("1e30", "EUR") * 10, "more than 30 digits"),
        (lambda: Money(1, "EUR").allocate([]), "give no proportion"),
        (lambda: Money(1, "EUR").allocate([0, 0]), "give no proportion"),
        (lambda: Money(1, "EUR").allocate([1, -1]), "-1 is negative"),
        (lambda: Money(1, "EUR").allocate([float("nan")]), "is no finite number"),
        (lambda: Money(1, "EUR").allocate([Decimal("Infinity")]), "is no finite number"),
        (lambda: Money(1, "EUR").allocate(["1"]), "'1' is no number"),
        (lambda: Money(1, "EUR").allocate([True]), "True is no number"),
        (lambda: Money("1.005", "EUR").split(2), r"not whole in the minor unit of EUR; say .quantized\(\) first"),
        (lambda: Money(1, "EUR").split(0), "0 is not a whole number of 1 or more"),
        (lambda: Money(1, "EUR").split(parts=True), "True is not a whole number"),
        (lambda: Money(1, "EUR").split(2.0), "2.0 is not a whole number"),
    ],
)
def test_what_is_no_money_is_refused_with_the_way_out(build, message):
    with pytest.raises(InvalidRecord, match=message) as caught:
        build()
    assert caught.value.record == "Money"


def test_rounding_is_half_to_even_at_the_minor_unit():
    assert [Money(text, "EUR").quantized() for text in ("0.005", "0.015", "-0.025", "0.0251")] == [
        Money(text, "EUR") for text in ("0.00", "0.02", "-0.02", "0.03")
    ]
    assert str(Money("1234.5", "JPY").quantized()) == "JPY 1234"
    assert str(Money("1.2345", "KWD").quantized()) == "KWD 1.234"


def test_a_text_shows_minor_units_and_whatever_lies_below_them():
    assert str(Money("12.5", "EUR")) == "EUR 12.50"
    assert str(Money("12.505", "EUR")) == "EUR 12.505"
    assert str(Money("1e3", "JPY")) == "JPY 1000"
    assert repr(Money("12.50", "EUR")) == "Money('12.50', 'EUR')"


def test_minor_units_are_those_of_iso_4217():
    assert [MINOR_UNITS[code] for code in ("EUR", "USD", "JPY", "KRW", "KWD", "TND", "CLF")] == [2, 2, 0, 0, 3, 3, 4]
    assert len(CURRENCIES) == len(set(CURRENCIES)) == len(MINOR_UNITS)
    assert all(code.isascii() and code.isupper() and len(code) == 3 for code in CURRENCIES)
    with pytest.raises(TypeError):
        MINOR_UNITS["EUR"] = 3


@settings(max_examples=30)
@given(moneys)
def test_money_copies_pickles_and_never_changes(money):
    assert eval(repr(money)) == money  # noqa: S307  # our own repr
    assert pickle.loads(pickle.dumps(money)) == copy.deepcopy(money) == money  # noqa: S301  # made here
    with pytest.raises(AttributeError):
        money.amount = Decimal(0)
    assert bool(money) == bool(money.amount)
