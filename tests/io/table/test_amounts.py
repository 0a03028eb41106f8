"""Amounts whose point can be read two ways refuse the file, as dates do, until something decides it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import io
from crmkit.errors import ImportRejected
from crmkit.io._notation._marks import undecided_amount
from tests.io.written import Write, deals


def rows_of(*amounts: str) -> str:
    return deals(*(f'd{at},Won,"{amount}",,' for at, amount in enumerate(amounts)))


@pytest.mark.parametrize("mode", ["collect", "strict"])
@pytest.mark.parametrize(
    "amounts",
    [
        ("", "900", "12.500", "4.200"),
        ("12.500",),
        ("soon", " -12.500 "),
        ("1.234.567", "12.500"),
        ("1.234,56", "12.500"),
        ("900,00", "12.500", "$4.200"),
        ("approx. 5", "12.500"),
    ],
)
def test_amounts_that_can_be_thousands_or_thousandths_refuse_the_file(
    write: Write, amounts: tuple[str, ...], mode: Any
) -> None:
    with pytest.raises(ImportRejected, match=r'decimal = "\." or decimal = "," with thousands = "\."') as refused:
        io.read(write(rows_of(*amounts)), on_error=mode)
    fault = refused.value
    at = next(at for at, amount in enumerate(amounts) if amount.strip(" -") == "12.500")
    assert (fault.code, fault.line, fault.column, fault.value) == ("ambiguous_amounts", at + 2, "Amount", amounts[at])


@pytest.mark.parametrize("proof", ["0.5", "12.50", "1.0000", "1234.500", "0.500", "1,234.567", "$12.50"])
def test_one_amount_that_is_no_group_of_thousands_proves_the_point(write: Write, proof: str) -> None:
    result = io.read(write(rows_of("12.500", proof)))
    assert result.table["amount"][0] == 12.5
    assert result.mapping.decimal == "."


def test_groups_of_thousands_alone_are_rejected_with_the_lines_to_add(write: Write) -> None:
    result = io.read(write(rows_of("1.234.567", "900")))
    assert [row.problems[0].code for row in result.rejected] == ["not_a_number"]
    assert 'decimal = "," and thousands = "."' in result.rejected[0].problems[0].reason


@pytest.mark.parametrize(
    ("mapping", "amount", "decimal"),
    [
        ({"decimal": "."}, 12.5, "."),
        ({"decimal": ",", "thousands": "."}, 12500, ","),
        ({"thousands": "."}, 12500, ","),
        ({"thousands": ","}, 12.5, "."),
        ({"currency": "KWD"}, 12.5, "."),
    ],
)
def test_the_mapping_decides_it_and_the_result_says_so(
    write: Write, mapping: dict[str, Any], amount: float, decimal: str
) -> None:
    result = io.read(write(rows_of("12.500")), mapping=mapping)
    assert list(result.table["amount"]) == [amount]
    assert result.mapping.decimal == decimal
    assert f'decimal = "{decimal}"' in result.mapping.to_toml()


def test_a_column_of_currencies_with_three_decimals_decides_it(write: Write) -> None:
    text = "Deal ID,Stage,Amount,Currency\na,Won,12.500,KWD\nb,Won,4.200,bhd\nc,Won,,\n"
    assert io.read(write(text)).accepted == 3
    with pytest.raises(ImportRejected, match="stand between thousands"):
        io.read(write(text + "d,Won,5,USD\n", "mixed.csv"))


def test_numbers_that_are_no_money_are_never_in_doubt(write: Write) -> None:
    result = io.read(write("Deal ID,Stage,Amount,Probability\na,Won,5,12.500\n"))
    assert list(result.table["probability"]) == [0.125]


@given(st.lists(st.integers(1_000, 999_999).map(lambda number: f"{number:,}".replace(",", ".")), min_size=1))
def test_a_column_of_one_group_is_in_doubt_whatever_its_order(texts: list[str]) -> None:
    assert undecided_amount(texts) == texts[0]
    assert undecided_amount([*texts, "0.5"]) is undecided_amount(["0.5", *texts]) is None


@pytest.mark.parametrize(
    ("header", "currency"),
    [("Amount (EUR)", "EUR"), ("Amount [USD]", "USD"), ("Amount (NET)", None), ("Amount (eur)", None)],
)
def test_a_header_may_say_the_currency(write: Write, header: str, currency: str | None) -> None:
    columns = {"id": "Deal ID", "stage": "Deal Stage", "amount": header}
    mapping = {"record": "deal", "columns": columns}
    result = io.read(write(f"Deal ID,Deal Stage,{header}\na,Won,5\n"), mapping=mapping)
    assert result.mapping.currency == currency
    codes = {assumption.code for assumption in result.assumptions}
    assert ("currency_of_header" in codes, "currency_unstated" in codes) == (currency is not None, currency is None)
    said = io.read(write(f"Deal ID,Deal Stage,{header}\na,Won,5\n"), mapping={**mapping, "currency": "SEK"})
    assert list(said.table["currency"]) == ["SEK"]
