"""What conform makes of the values of each kind of field, on every kind of dataframe."""

from datetime import UTC, date, datetime
from decimal import Decimal
from math import inf, nan

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmkit.errors import InvalidColumn
from crmkit.records import Contact, CustomField, CustomFields, Deal
from crmkit.tables import conform
from tests.tables.frames import EAGER, KINDS, cells, deals

CUSTOM = CustomFields(
    deal={"seats": CustomField("integer", minimum=0), "rate": "number", "renewed": "flag", "tier": "text"}
)
MANY = pa.uint64()


def refused(kind, table, record=Deal, **options):
    with pytest.raises(InvalidColumn) as fault:
        conform(KINDS[kind](table), record, custom=CUSTOM, **options)
    return fault.value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("name", [None, 3], "is not a text"),
        ("name", [None, date(2017, 1, 1)], "is not a text"),
        ("name", [None, ["a"]], "is not a text"),
        ("company_id", [None, 7], "is not a text; make ids text, so that 7 and 007 stay two"),
        ("company_id", [None, ""], "is empty; an id names its record"),
        ("status", ["won", "Won"], "is not a choice; did you mean 'won'?"),
        ("status", ["won", None], "is missing; every record has one"),
        ("status", [3, 4], "is not a text"),
        ("currency", [None, "EUX"], "is not a choice"),
        ("seats", [None, "3"], "is not a whole number of 64 bits; text is read by crmkit.io"),
        ("seats", [None, True], "is not a whole number of 64 bits"),
        ("seats", [None, -1], "is less than 0"),
        ("rate", [None, "0.5"], "is not a finite number that a float64 holds; text is read by crmkit.io"),
        ("rate", [None, True], "is not a finite number"),
        ("rate", [None, date(2017, 1, 1)], "is not a finite number"),
        ("probability", [0.5, 1.5], "is more than 1"),
        ("probability", [0.5, -0.5], "is less than 0"),
        ("amount", [None, "12.50"], "is not a finite number that a float64 holds; text is read by crmkit.io"),
        ("amount", [0.01, 1e13], "has more than 15 significant digits"),
        ("amount", [0.01, -1e13], "has more than 15 significant digits"),
        ("renewed", [None, "yes"], "is not true or false; text is read by crmkit.io"),
        ("renewed", [None, 1], "is not true or false"),
        ("created_at", [None, "2017-01-01"], "is not an instant with a time zone; text is read by crmkit.io"),
        ("created_at", [None, 1483228800], "is not an instant with a time zone; conform(..., timezone="),
        ("created_at", [None, datetime(2017, 1, 1)], "is not an instant with a time zone; conform(..., timezone="),  # noqa: DTZ001  # the fault
        ("created_at", [None, date(2017, 1, 1)], "is not an instant with a time zone; conform(..., timezone="),
        ("expected_close_on", [None, "2017-01-01"], "is not a date; text is read by crmkit.io"),
        ("expected_close_on", [None, datetime(2017, 1, 1, tzinfo=UTC)], "is not a date"),
        ("expected_close_on", [None, datetime(2017, 1, 1, 9)], "is not a date but a time of a day"),  # noqa: DTZ001  # the fault
        ("tags", [None, "a,b"], "is not a list of texts; text is read by crmkit.io"),
        ("tags", [[], ["a", None]], "is not a list of texts: one of them is missing"),
        ("tags", [None, [3]], "is not a list of texts"),
    ],
)
def test_a_value_that_the_field_does_not_hold_is_refused_with_column_row_and_value(kind, column, values, reason):
    fault = refused(kind, deals(**{column: values}))
    row = 0 if column == "status" and values == [3, 4] else 1
    assert reason in str(fault)
    assert fault.column == column
    assert fault.row == (row if kind in EAGER else None)
    place = f"column {column!r}, row {row}: " if kind in EAGER else f"column {column!r}: "
    assert str(fault).startswith(place)
    if not isinstance(values[row], list | date | bool | type(None)):
        assert fault.value == values[row]
        assert repr(values[row]).rstrip("0").rstrip(".") in str(fault)


@pytest.mark.parametrize("kind", KINDS)
def test_infinities_are_refused(kind):
    assert "finite number" in str(refused(kind, deals(rate=[1.0, inf])))
    assert "finite number" in str(refused(kind, deals(amount=[1.0, -inf])))
    assert "whole number" in str(refused(kind, deals(seats=[1.0, inf])))


@pytest.mark.parametrize("kind", KINDS)
def test_nan_becomes_missing(kind):
    table = deals(amount=[nan, 1.5, None], rate=[nan, 0.5, None], seats=[nan, 2.0, None])
    made = conform(KINDS[kind](table), Deal, custom=CUSTOM)
    assert cells(made, "amount") == [None, 1.5, None]
    if kind.startswith("polars"):
        assert (made.lazy().collect() if kind == "polars, lazy" else made)["amount"].null_count() == 2
    assert cells(made, "rate") == [None, 0.5, None]
    assert cells(made, "seats") == [None, 2, None]


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_nan_holds_nothing(kind):
    made = conform(KINDS[kind](deals(name=[nan, nan], created_at=[nan, None])), Deal)
    assert cells(made, "name") == cells(made, "created_at") == [None, None]


@pytest.mark.parametrize("kind", KINDS)
def test_whole_numbers_are_read_from_floats_and_decimals_that_are_whole(kind):
    for values in ([3.0, None], pa.array([Decimal("3.00"), None], pa.decimal128(6, 2))):
        made = conform(KINDS[kind](deals(seats=values)), Deal, custom=CUSTOM)
        assert [(seats, type(seats)) for seats in cells(made, "seats")] == [(3, int), (None, type(None))]
    for values in ([3.5, None], pa.array([Decimal("3.50"), None], pa.decimal128(6, 2))):
        assert "whole number" in str(refused(kind, deals(seats=values)))
    assert "whole number" in str(refused(kind, deals(seats=[2.0**53, None])))


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_number_fits_in_64_bits_or_is_refused(kind):
    made = conform(KINDS[kind](deals(seats=pa.array([2**63 - 1, 0], MANY))), Deal, custom=CUSTOM)
    assert cells(made, "seats") == [2**63 - 1, 0]
    assert "does not fit in 64 bits" in str(refused(kind, deals(seats=pa.array([2**63, 0], MANY))))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [pa.int64(), MANY])
def test_a_whole_number_is_a_float64_or_is_refused(kind, dtype):
    assert cells(conform(KINDS[kind](deals(rate=pa.array([2**53], dtype))), Deal, custom=CUSTOM), "rate") == [2.0**53]
    assert "more digits than a float64" in str(refused(kind, deals(rate=pa.array([2**53 + 1], dtype))))


@pytest.mark.parametrize("kind", KINDS)
def test_a_great_negative_number_is_a_float64_or_is_refused(kind):
    assert "more digits than a float64" in str(refused(kind, deals(rate=[-(2**53) - 1])))
    assert cells(conform(KINDS[kind](deals(rate=pa.array([3], pa.int8()))), Deal, custom=CUSTOM), "rate") == [3.0]


@pytest.mark.parametrize("number", [2**64, -(2**64)])
def test_a_whole_number_of_128_bits_is_proven_too(number):
    relation = duckdb.sql(f"select 'd1' as id, {number}::hugeint as seats, 1::hugeint as rate")
    with pytest.raises(InvalidColumn, match="seats"):
        conform(relation, Deal, custom=CUSTOM)
    with pytest.raises(InvalidColumn, match="rate"):
        conform(duckdb.sql(f"select 'd1' as id, {number}::hugeint as rate"), Deal, custom=CUSTOM)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("precision", [9, 30])
def test_decimals_become_the_nearest_float64(kind, precision):
    amounts = pa.array([Decimal("12.35"), None, Decimal("-0.07")], pa.decimal128(precision, 2))
    made = conform(KINDS[kind](deals(amount=amounts)), Deal)
    assert cells(made, "amount") == [12.35, None, -0.07]


@pytest.mark.parametrize("kind", KINDS)
def test_money_is_rounded_half_to_even_in_the_minor_unit_of_its_currency(kind):
    amounts = [1.005, 0.125, 0.375, -0.125, 2.5, 3.5, -2.5, 0.0625, 29.989999999999998, 0.125, None, 7.0]
    currencies = ["EUR", "EUR", "USD", "EUR", "JPY", "JPY", "JPY", "KWD", "EUR", None, "EUR", "CLF"]
    made = conform(KINDS[kind](deals(amount=amounts, currency=currencies)), Deal)
    assert cells(made, "amount") == [1.0, 0.12, 0.38, -0.12, 2.0, 4.0, -2.0, 0.062, 29.99, 0.125, None, 7.0]


@pytest.mark.parametrize("kind", KINDS)
def test_money_that_has_no_fraction_of_its_minor_unit_stays_to_the_last_bit(kind):
    amounts = [29.99, -0.29, 1e13 - 0.01, 4.35]
    for table in (deals(amount=amounts, currency=["EUR"] * 4), deals(amount=amounts[:1], currency=["EUR"])):
        assert cells(conform(KINDS[kind](table), Deal), "amount") == amounts[: len(table)]


@pytest.mark.parametrize("kind", KINDS)
def test_money_has_15_digits_down_to_its_minor_unit(kind):
    most = {"EUR": 9999999999999.99, "JPY": 999999999999999.0, "KWD": 999999999999.999}
    made = conform(KINDS[kind](deals(amount=list(most.values()), currency=list(most))), Deal)
    assert cells(made, "amount") == list(most.values())
    for currency, amount in most.items():
        assert "15 significant" in str(refused(kind, deals(amount=[amount * 1.001], currency=[currency])))
    assert "15 significant" in str(refused(kind, deals(amount=[9999999999999.996], currency=["EUR"])))


@pytest.mark.parametrize("kind", KINDS)
def test_money_stays_as_it_is_where_no_currency_is_known(kind):
    for table in (deals(amount=[0.125]), deals(amount=[0.125], currency=pa.nulls(1))):
        assert cells(conform(KINDS[kind](table), Deal), "amount") == [0.125]


@pytest.mark.parametrize("kind", KINDS)
def test_categories_are_text(kind):
    names = pa.array(["won", "open", "won"]).dictionary_encode()
    made = conform(KINDS[kind](deals(status=names)), Deal)
    assert cells(made, "status") == ["won", "open", "won"]


def test_enums_and_fixed_lists_of_polars_are_read():
    table = pl.DataFrame(
        {"id": ["d1"], "status": ["won"], "tags": [["a", "b"]]},
        schema={"id": pl.String, "status": pl.Enum(["won", "lost"]), "tags": pl.Array(pl.String, 2)},
    )
    made = conform(table, Deal)
    assert made.schema == {"id": pl.String, "status": pl.String, "tags": pl.List(pl.String)}
    assert made.rows() == [("d1", "won", ["a", "b"])]


@pytest.mark.parametrize("kind", KINDS)
def test_lists_without_any_text_are_lists_of_text(kind):
    assert cells(conform(KINDS[kind](deals(tags=[[], []])), Deal), "tags") == [(), ()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_personal_value_is_masked_in_the_message_and_held_as_a_fact(kind):
    fault = refused(kind, pa.table({"id": ["c1"], "phone": [4930123456]}), Contact)
    assert "'phone'" in str(fault)
    assert "***" in str(fault)
    assert "4930123456" not in str(fault)
    assert fault.value == 4930123456


def test_objects_of_polars_are_proven_value_by_value():
    table = pl.DataFrame({"id": ["d1", "d2"], "amount": pl.Series([Decimal("1.5"), None], dtype=pl.Object)})
    assert conform(table, Deal)["amount"].to_list() == [1.5, None]
    bad = pl.DataFrame({"id": ["d1"], "amount": pl.Series(["x"], dtype=pl.Object)})
    with pytest.raises(InvalidColumn, match="row 0: 'x'"):
        conform(bad, Deal)


def test_categories_of_pandas_that_are_no_text_are_refused():
    with pytest.raises(InvalidColumn, match="row 0: 3 is not a text"):
        conform(pd.DataFrame({"id": ["d1"], "name": pd.Categorical([3])}), Deal)


@pytest.mark.parametrize("kind", KINDS)
def test_ids_that_are_categories_stand_once_too(kind):
    ids = pa.array(["a", "b", "a"]).dictionary_encode()
    assert "'a' stands" in str(refused(kind, pa.table({"id": ids})))
    assert cells(conform(KINDS[kind](pa.table({"id": ids.take([0, 1])})), Deal), "id") == ["a", "b"]
