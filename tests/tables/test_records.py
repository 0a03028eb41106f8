"""Records to a table and back."""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidArgument, InvalidRecord, MissingColumn, MissingExtra, UnknownField
from crmkit.records import MINOR_UNITS, RECORDS, Company, Contact, CustomFields, Deal, StageChange, evolve, fields_of
from crmkit.tables import DTYPES, Backend, conform, from_table, to_table
from tests.records.strategies import records
from tests.tables.frames import LAZY, cells

BACKENDS = get_args(Backend)
SEATS = CustomFields(
    deal={
        "seats": "integer",
        "region": "text",
        "rate": "number",
        "fee": "money",
        "renewed": "flag",
        "seen_at": "instant",
        "ends_on": "date",
        "labels": "tags",
    }
)
EXTRA = {
    "seats": 2**63 - 1,
    "region": "Nord",
    "rate": 0.1,
    "fee": Decimal("9.99"),
    "renewed": False,
    "seen_at": datetime(2017, 3, 31, 12, 30, 15, 123456, UTC),
    "ends_on": date(2017, 3, 31),
    "labels": ("a", "b"),
}


def fits(record):
    """Whether a table keeps the amounts: 15 digits, down to the minor unit."""
    for name, spec in fields_of(type(record)).items():
        amount = getattr(record, name)
        if spec.kind == "money" and amount is not None:
            places = MINOR_UNITS.get(record.currency, 2)
            smallest = Decimal(1).scaleb(-max(places, -amount.as_tuple().exponent))
            if len(str(int(abs(amount) / smallest))) > 15:
                return False
    return True


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", RECORDS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_records_come_back_from_a_table_as_they_were(kind, backend, data):
    cls = RECORDS[kind]
    drawn = data.draw(st.lists(records(cls).map(lambda one: evolve(one, custom={})).filter(fits), max_size=6))
    assert from_table(to_table(drawn, cls, backend=backend), cls) == drawn


@settings(max_examples=60, deadline=None)
@given(st.lists(records(Deal).filter(lambda deal: deal.amount is not None), min_size=1, max_size=1))
def test_an_amount_comes_back_exact_or_is_refused(drawn):
    (deal,) = drawn
    if fits(deal):
        assert from_table(to_table(drawn, Deal), Deal)[0].amount == deal.amount
    else:
        with pytest.raises(InvalidRecord, match="more digits than a table keeps"):
            to_table(drawn, Deal)


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("9999999999999.99", "EUR", True),
        ("10000000000000", "EUR", False),
        ("999999999999999", "JPY", True),
        ("1000000000000000", "JPY", False),
        ("999999999999.999", "KWD", True),
        ("1000000000000", "KWD", False),
        ("9999999999999.99", None, True),
        ("10000000000000.00", None, False),
        ("0.123456789012345", "EUR", True),
        ("0.1234567890123456", "EUR", False),
        ("-9999999999999.99", "USD", True),
        ("0", "EUR", True),
        ("1E+12", "EUR", True),
    ],
)
def test_an_amount_has_15_digits_down_to_the_minor_unit(amount, currency, kept):
    deal = Deal(id="d1", amount=Decimal(amount), currency=currency)
    if kept:
        assert from_table(to_table([deal], Deal), Deal) == [deal]
    else:
        with pytest.raises(InvalidRecord) as refused:
            to_table([deal], Deal)
        assert refused.value.facts == {"record": "Deal", "field": "amount", "value": Decimal(amount)}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_table_of_records_is_canonical(backend):
    table = to_table(
        [Deal(id="d1", amount=Decimal("1.5"), currency="EUR", tags=("a",), custom=EXTRA), Deal(id="d2")],
        Deal,
        custom=SEATS,
        backend=backend,
    )
    types = nw.from_native(table).schema
    for name, spec in fields_of(Deal, SEATS).items():
        if backend != "pandas" or spec.kind not in ("date", "tags"):
            assert types[name] == DTYPES[spec.kind], name
    assert cells(conform(table, Deal, custom=SEATS), "tags") == [("a",), ()]


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_records_make_a_table_with_all_columns(backend):
    table = to_table([], Contact, backend=backend)
    assert list(nw.from_native(table).columns) == list(fields_of(Contact))
    assert from_table(table, Contact) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_custom_fields_are_columns_under_their_bare_names(backend):
    deals = [Deal(id="d1", custom=EXTRA), Deal(id="d2")]
    table = to_table(deals, Deal, custom=SEATS, backend=backend)
    assert cells(table, "seats") == [2**63 - 1, None]
    assert from_table(table, Deal, custom=SEATS) == deals
    assert from_table(table, Deal) == [evolve(deal, custom={}) for deal in deals]


def test_a_custom_value_that_no_field_holds_is_refused():
    with pytest.raises(InvalidRecord, match="seats"):
        to_table([Deal(id="d1", custom={"seats": "many"})], Deal, custom=SEATS)
    with pytest.raises(UnknownField, match="did you mean 'seats'"):
        to_table([Deal(id="d1", custom={"seat": 3})], Deal, custom=SEATS)


def test_a_custom_cell_that_no_field_holds_is_refused():
    with pytest.raises(InvalidRecord, match="seats"):
        from_table(pd.DataFrame({"id": ["d1"], "seats": ["many"]}), Deal, custom=SEATS)


@pytest.mark.parametrize("value", [2**53 + 1, Decimal("0.1234567890123456789")])
def test_a_number_that_no_float64_keeps_is_refused(value):
    with pytest.raises(InvalidRecord, match=r"Deal\.rate"):
        to_table([Deal(id="d1", custom={"rate": value})], Deal, custom=SEATS)


def test_custom_values_stay_behind_where_nothing_declares_them():
    assert list(to_table([Deal(id="d1", custom={"seats": 3})], Deal).columns) == list(fields_of(Deal))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("year", [1, 1600, 9999])
def test_instants_and_dates_of_every_year_come_back(year, backend):
    deal = Deal(id="d1", created_at=datetime(year, 6, 1, tzinfo=UTC), expected_close_on=date(year, 6, 1))
    assert from_table(to_table([deal], Deal, backend=backend), Deal) == [deal]


def test_a_record_of_another_class_is_refused():
    with pytest.raises(InvalidRecord, match="expected Deal, got Contact") as refused:
        to_table([Deal(id="d1"), Contact(id="c1")], Deal)
    assert refused.value.facts == {"record": "Deal", "field": "", "value": "Contact"}


@pytest.mark.parametrize(("backend", "extra"), [("polars", "polars"), ("pyarrow", "duckdb")])
def test_a_backend_that_is_not_installed_is_named_with_its_extra(monkeypatch, backend, extra):
    monkeypatch.setitem(sys.modules, backend, None)
    with pytest.raises(
        MissingExtra, match=rf"backend='{backend}' needs more libraries: pip install 'crmkit\[{extra}\]'"
    ):
        to_table([], Deal, backend=backend)


def test_an_unknown_backend_is_refused():
    with pytest.raises(InvalidArgument, match="no backend 'polar'; did you mean 'polars'"):
        to_table([], Deal, backend="polar")


@pytest.mark.parametrize("kind", LAZY)
def test_lazy_tables_become_records(kind):
    deals = [Deal(id="d1", amount=Decimal("12.50"), currency="EUR", tags=("a",)), Deal(id="d2")]
    found = from_table(LAZY[kind](to_table(deals, Deal, backend="pyarrow")), Deal)
    assert sorted(found, key=lambda deal: deal.id) == deals


def test_columns_that_nothing_declares_are_left_out():
    assert from_table(pl.DataFrame({"id": ["d1"], "colour": ["red"]}), Deal) == [Deal(id="d1")]


def test_what_is_missing_takes_the_default_of_the_record():
    assert from_table(pl.DataFrame({"id": ["d1"], "status": [None], "tags": [None]}), Deal) == [Deal(id="d1")]


def test_a_table_without_a_field_that_records_need_is_refused():
    with pytest.raises(MissingColumn, match="a table of StageChange records needs column 'deal_id'"):
        from_table(pl.DataFrame({"id": ["s1"]}), StageChange)


def test_a_row_without_a_value_that_records_need_is_refused():
    with pytest.raises(InvalidRecord, match=r"Company\.id"):
        from_table(pl.DataFrame({"id": ["c1", None]}), Company)


@pytest.mark.parametrize("amount", ["12", True, float("inf")])
def test_a_cell_that_is_no_amount_is_refused(amount):
    with pytest.raises(InvalidRecord, match=r"Deal\.amount"):
        from_table(pl.DataFrame({"id": ["d1"], "amount": [amount]}), Deal)


def test_amounts_are_read_from_whole_numbers_and_decimals():
    table = pd.DataFrame({"id": ["d1", "d2"], "amount": pd.Series([12, Decimal("0.10")], dtype=object)})
    assert [deal.amount for deal in from_table(table, Deal)] == [Decimal(12), Decimal("0.10")]


def test_nanoseconds_are_cut_off():
    table = pd.DataFrame({"id": ["d1"], "created_at": pd.to_datetime(["2017-01-01T00:00:00.000000001Z"])})
    assert from_table(table, Deal)[0].created_at == datetime(2017, 1, 1, tzinfo=UTC)
