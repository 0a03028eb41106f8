"""Amounts written in another way than 1234.56 are refused, and what is declared is read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.io.faults.told import Fault, both_modes, refuses, rejects, takes
from tests.io.written import Write, deals

GERMAN = {"decimal": ",", "thousands": "."}
FOREIGN = [
    ("1.234,56", 'decimal = "," and thousands = "."'),
    ("1,234.56", 'thousands = ","'),
    ("(1,234.56)", "write the minus sign in front of it"),
    ("(50)", "write the minus sign in front of it"),
    ("50.00-", "write the minus sign in front of it"),
    ("١٢٣", "write it in the digits 0 to 9"),
    ("١٢٣٫٤٥", "write it in the digits 0 to 9"),
    ("１２", "write it in the digits 0 to 9"),
    ("$5", 'say currency = "..."'),
    ("5 EUR", 'say currency = "EUR"'),
    ("1E3", "take it out of the file"),
    ("nan", "declare 'decimal' and 'thousands'"),
    ("-", "declare 'decimal' and 'thousands'"),
]


@both_modes
@pytest.mark.parametrize(("text", "words"), FOREIGN)
def test_an_amount_in_another_way_of_writing_rejects_its_row(write: Write, text: str, words: str, mode: Any) -> None:
    path = write(deals("d1,Won,10,,", f'd2,Won,"{text}",,', "d3,Won,5,,"))
    rejects(path, mode, Fault("not_a_number", 3, "Amount", text, words), rows=3)


@both_modes
@pytest.mark.parametrize(("text", "amount"), [("1.234,56", 1234.56), ("-1.234", -1234.0), ("0,5", 0.5)])
def test_the_way_of_writing_that_is_declared_is_read(write: Write, text: str, amount: float, mode: Any) -> None:
    result = takes(write(deals(f'd1,Won,"{text}",,')), mode, rows=1, mapping=GERMAN)
    assert list(result.table["amount"]) == [amount]


@both_modes
def test_what_is_declared_is_the_only_way_of_writing(write: Write, mode: Any) -> None:
    path = write(deals('d1,Won,"1.234,56",,', 'd2,Won,"1,234.56",,'))
    fault = Fault("not_a_number", 3, "Amount", "1,234.56", 'decimal = "." and thousands = ","')
    rejects(path, mode, fault, rows=2, mapping=GERMAN)


@both_modes
def test_a_point_that_may_stand_between_thousands_refuses_the_file(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,900,,", "d2,Won,12.500,,"))
    refuses(path, mode, Fault("ambiguous_amounts", 3, "Amount", "12.500", 'decimal = "."'))
    assert list(takes(path, mode, rows=2, mapping=GERMAN).table["amount"]) == [900.0, 12500.0]
    assert list(takes(path, mode, rows=2, mapping={"decimal": "."}).table["amount"]) == [900.0, 12.5]


@both_modes
def test_more_digits_than_a_table_holds_reject_the_row(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,10,,", "d2,Won,9007199254740993,,"))
    rejects(path, mode, Fault("too_many_digits", 3, "Amount", "9007199254740993", "round it"), rows=2)
