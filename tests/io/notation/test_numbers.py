"""Plain numbers are read; any other way of writing them is refused until it is declared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import io
from crmkit.io._notation._dates import Unreadable
from crmkit.io._notation._numbers import fraction_digits, is_number_shaped, number_reader, share_unit, whole_reader
from tests.io.written import Write

MONEY = number_reader(".", "", exact=True)
GERMAN = number_reader(",", ".", exact=True)


@pytest.mark.parametrize(
    "text",
    [
        *("+5", ".5", "5.", "--5", "- 5"),
        *("NA", "null", "nan", "inf", "1_000"),
    ],
)
def test_a_number_that_is_not_plain_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(Unreadable, match="declare 'decimal' and 'thousands'"):
        MONEY(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.234,56", 'decimal = "," and thousands = "."'),
        ("1.234.567", 'decimal = "," and thousands = "."'),
        ("1,234.56", 'thousands = ","'),
        ("1,234", 'thousands = "," or decimal = ","'),
        ("1,5", 'decimal = ","'),
        ("1 000", 'thousands = " "'),
        ("1\u202f000", 'thousands = "\\u202f"'),
    ],
)
def test_a_number_with_other_marks_is_refused_with_the_lines_that_declare_them(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        MONEY(text)
    assert str(refused.value).endswith(f"say in the mapping how the file writes numbers: {words}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *[(text, "the minus sign in front of it") for text in ("(1,234.56)", "(5)", "50.00-")],
        *[(text, "the digits 0 to 9") for text in ("١٢٣", "１２")],
    ],
)
def test_a_number_that_no_mark_makes_plain_is_to_be_written_otherwise(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        MONEY(text)


def test_the_lines_that_declare_marks_change_what_is_declared() -> None:
    with pytest.raises(Unreadable, match=r': decimal = "\." and thousands = ","$'):
        GERMAN("1,234.56")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$5", "'$' is no part of a number: take it out of the file, and say currency = \"...\" in the mapping"),
        ("$1,234.56", 'and say currency = "..." and thousands = "," in the mapping'),
        ("1.234,56 €", 'and say currency = "EUR" and decimal = "," and thousands = "." in the mapping'),
        ("5 EUR", "'EUR' is no part of a number: take it out of the file, and say currency = \"EUR\" in the mapping"),
        ("about 600", "'about' is no part of a number: take it out of the file, so that the digits say all of it"),
        ("1E3", "'E' is no part of a number: take it out of the file, so that the digits say all of it"),
    ],
)
def test_a_number_with_words_or_a_currency_is_refused_with_the_part_to_take_out(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        MONEY(text)
    assert str(refused.value).endswith(words)


@pytest.mark.parametrize(("text", "number"), [("1234.56", "1234.56"), (" -5 ", "-5"), ("007", "7"), ("-0", "0")])
def test_plain_numbers_are_read(text: str, number: str) -> None:
    assert str(MONEY(text)) == number


@pytest.mark.parametrize(
    ("text", "number"), [("1.234.567,89", "1234567.89"), ("1234,5", "1234.5"), ("-12.345", "-12345")]
)
def test_declared_marks_are_read(text: str, number: str) -> None:
    assert str(GERMAN(text)) == number


@pytest.mark.parametrize("text", ["1.23,4", "12.3456", "1,234.5", ".123", "1.234.56"])
def test_declared_marks_stand_where_they_belong(text: str) -> None:
    with pytest.raises(Unreadable):
        GERMAN(text)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_grouped_numbers_are_read_back(number: Decimal) -> None:
    text = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    assert GERMAN(text) == number


@pytest.mark.parametrize("text", ["1234567890.123456", "1" * 16, "0.1" + "0" * 14 + "1", "1" + "0" * 22])
def test_an_amount_that_a_table_cannot_hold_exactly_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        MONEY(text)
    assert refused.value.code == "too_many_digits"


@given(st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True))
def test_an_amount_taken_is_the_same_as_a_float(text: str) -> None:
    try:
        number = MONEY(text)
    except Unreadable:
        assert len(text.replace("-", "").replace(".", "").strip("0")) > 15
    else:
        assert Decimal(repr(float(number))) == number


def test_a_number_larger_than_any_float_is_refused() -> None:
    with pytest.raises(Unreadable, match="larger"):
        number_reader(".", "", exact=False)("9" * 400)


@pytest.mark.parametrize(("text", "code"), [("1.5", "not_whole"), ("9" * 19, "too_many_digits"), ("x", "not_a_number")])
def test_what_is_no_whole_number_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        whole_reader(".", "")(text)
    assert refused.value.code == code


def test_whole_numbers_may_have_empty_decimals_and_64_bits() -> None:
    read = whole_reader(".", "")
    assert [read("12.0"), read(str(2**53 + 1)), read(str(-(2**63)))] == [12, 2**53 + 1, -(2**63)]


@pytest.mark.parametrize(("text", "digits"), [("1.50", 1), ("1", 0), ("100", 0), ("0.005", 3)])
def test_trailing_zeros_are_no_decimals(text: str, digits: int) -> None:
    assert fraction_digits(Decimal(text)) == digits


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        *[(text, True) for text in ("1.234,56 €", "USD 5", "(5)", "2017")],
        *[(text, False) for text in ("n/a", "37a6259cc0c1", "about 5 or 6 pieces")],
    ],
)
def test_a_number_is_recognised_however_it_is_written(text: str, looks: bool) -> None:
    assert is_number_shaped(text) is looks


@pytest.mark.parametrize(
    ("counted", "unit"),
    [([("50", 3), ("0.5", 2)], "percent"), ([("0.5", 3), ("1.5", 1)], "fraction"), ([("1", 1), ("x", 9)], "fraction")],
)
def test_a_column_of_shares_is_in_percent_when_most_are_above_one(counted: list[tuple[str, int]], unit: str) -> None:
    assert share_unit(counted, ".", "")[0] == unit


@pytest.mark.parametrize("cells", [("60%", "5 %", "100%"), ("60", "5", "100%")])
def test_a_sign_of_percent_says_what_a_share_is(write: Write, cells: tuple[str, ...]) -> None:
    rows = "".join(f"{at},Offer,{cell}\n" for at, cell in enumerate(cells))
    result = io.read(write(f"Deal ID,Deal Stage,Probability\n{rows}"))
    assert list(result.table["probability"]) == [0.6, 0.05, 1.0]
    assert result.mapping.units == {"probability": "percent"}
    mended = write("Deal ID,Deal Stage,Probability\n1,Offer,100\n2,Offer,50 %\n")
    assert list(io.read(mended, mapping=result.mapping).table["probability"]) == [1.0, 0.5]
