"""What conform makes of a whole table."""

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidColumn, MissingColumn, UnknownField
from crmkit.records import RECORDS, CustomFields, Deal, StageChange, evolve, fields_of
from crmkit.tables import DTYPES, conform, from_table, to_table
from tests.records.strategies import records
from tests.tables.frames import EAGER, KINDS, cells, deals, rows, types
from tests.tables.test_records import fits

ALL = CustomFields(deal={"seats": "integer", "rate": "number", "renewed": "flag"})
ODD_INDEXES = [[7, 7, 7], ["c", None, "a"], pd.date_range("2017-01-01", periods=3)]


def of_a_float(deal):
    """pyarrow hands whole numbers beside missing ones to pandas as floats: keep to those that a float holds."""
    return evolve(deal, pipeline_version=deal.pipeline_version and deal.pipeline_version % 2**53)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None)
@given(drawn=st.lists(records(Deal).filter(fits).map(of_a_float), max_size=4, unique_by=lambda deal: deal.id))
def test_what_is_canonical_comes_back_equal(kind, drawn):
    once = conform(KINDS[kind](to_table(drawn, Deal, backend="pyarrow")), Deal)
    twice = conform(once, Deal)
    assert sorted(map(str, rows(twice))) == sorted(map(str, rows(once)))
    assert types(twice) == types(once)


@pytest.mark.parametrize("kind", RECORDS)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_a_table_of_records_is_conformed_already_but_for_fractions_of_the_minor_unit(kind, data):
    cls = RECORDS[kind]
    money = [name for name, spec in fields_of(cls).items() if spec.kind == "money"]
    whole = records(cls).map(lambda one: evolve(one, custom={}, **dict.fromkeys(money)))
    drawn = data.draw(st.lists(whole, max_size=6, unique_by=lambda one: one.id))
    assert from_table(conform(to_table(drawn, cls), cls), cls) == drawn


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_comes_back_as_the_kind_that_it_was(kind):
    table = KINDS[kind](deals(name=["a"]))
    assert type(conform(table, Deal)) is type(table)
    wrapped = conform(nw.from_native(table), Deal)
    assert isinstance(wrapped, nw.DataFrame | nw.LazyFrame)
    assert cells(wrapped, "name") == ["a"]


@pytest.mark.parametrize("kind", KINDS)
def test_columns_without_any_value_take_the_type_of_their_field(kind):
    table = deals(name=pa.nulls(2)).append_column("colour", pa.nulls(2))
    specs = fields_of(Deal, ALL)
    for name, spec in specs.items():
        if spec.nullable and name != "name":
            table = table.append_column(name, pa.nulls(2, pa.int64() if spec.kind != "integer" else pa.string()))
    made = conform(KINDS[kind](table), Deal, custom=ALL)
    for name, dtype in types(made).items():
        assert name in ("id", "colour") or set(cells(made, name)) == {None}
        if name in specs and not (kind.startswith("pandas") and specs[name].kind in ("date", "tags")):
            assert type(dtype) is type(DTYPES[specs[name].kind]), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_is_conformed(kind):
    made = conform(KINDS[kind](to_table([], Deal, backend="pyarrow")), Deal)
    assert rows(made) == []
    assert list(types(made)) == list(fields_of(Deal))


@pytest.mark.parametrize("kind", KINDS)
def test_columns_that_the_record_does_not_declare_stay_as_they_are(kind):
    table = KINDS[kind](deals(colour=[3, 4], shade=["x", None], note=[[1], []]))
    made = conform(table, Deal)
    assert rows(made) == rows(table)
    assert {name: types(made)[name] for name in ("colour", "shade", "note")} == {
        name: types(table)[name] for name in ("colour", "shade", "note")
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("columns", "held"),
    [
        ({"stage": "phase"}, {"id": "d0", "name": "n", "stage": "p"}),
        ({"stage": "name", "name": "phase"}, {"id": "d0", "stage": "n", "name": "p"}),
        ({"name": "phase"}, {"id": "d0", "name": "p"}),
        ({"stage": "phase", "product": "phase"}, {"id": "d0", "name": "n", "stage": "p", "product": "p"}),
        ({"name": "name"}, {"id": "d0", "name": "n", "phase": "p"}),
        ({"stage": "name"}, {"id": "d0", "stage": "n", "phase": "p"}),
    ],
)
def test_columns_lets_a_frame_keep_its_own_names(kind, columns, held):
    made = conform(KINDS[kind](deals(name=["n"], phase=["p"])), Deal, columns=columns)
    assert rows(made) == [held]


def test_columns_names_columns_and_fields_that_there_are():
    with pytest.raises(MissingColumn, match="did you mean 'phase'"):
        conform(pd.DataFrame({"id": ["d1"], "phase": ["x"]}), Deal, columns={"stage": "phases"})
    with pytest.raises(UnknownField, match="no field 'stag' in Deal; did you mean 'stage'"):
        conform(pd.DataFrame({"id": ["d1"], "phase": ["x"]}), Deal, columns={"stag": "phase"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_a_field_that_records_need_is_refused(kind):
    with pytest.raises(MissingColumn, match="a table of Deal records needs column 'id'"):
        conform(KINDS[kind](pa.table({"name": ["x"]})), Deal)
    with pytest.raises(MissingColumn, match="'to_stage'"):
        conform(KINDS[kind](pa.table({"id": ["x"], "deal_id": ["d"], "to_stag": ["y"]})), StageChange)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_without_an_id_is_refused(kind):
    with pytest.raises(InvalidColumn, match="is missing; every record has one") as fault:
        conform(KINDS[kind](pa.table({"id": ["a", None]})), Deal)
    assert fault.value.facts == {"column": "id", "row": 1 if kind in EAGER else None, "value": fault.value.value}


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_stands_twice_is_refused_at_its_second_row(kind):
    reason = "row 3: 'b' stands in a row before; ids stand once" if kind in EAGER else "'b' stands 3 times"
    with pytest.raises(InvalidColumn, match=reason) as fault:
        conform(KINDS[kind](pa.table({"id": ["a", "b", "c", "b", "b", "z", "z"]})), Deal)
    assert fault.value.facts == {"column": "id", "row": 3 if kind in EAGER else None, "value": "b"}


@pytest.mark.parametrize("kind", ["polars, lazy", "duckdb"])
def test_a_lazy_frame_is_proven_at_once_and_stays_lazy(kind):
    made = conform(KINDS[kind](deals(amount=[1.0])), Deal)
    assert isinstance(nw.from_native(made), nw.LazyFrame)
    with pytest.raises(InvalidColumn, match=r"column 'amount': inf is not a finite number"):
        conform(KINDS[kind](deals(amount=[float("inf")])), Deal)


@pytest.mark.parametrize("index", ODD_INDEXES, ids=["doubled", "mixed", "dates"])
def test_pandas_keeps_its_index_and_rows_are_numbered_from_0(index):
    table = pd.DataFrame({"id": ["a", "b", "c"], "amount": [1.0, 2.0, 3.0], "tags": [["x"], None, []]}, index=index)
    before = table.copy()
    for given_table in (table, nw.from_native(table)):
        made = nw.to_native(conform(given_table, Deal), pass_through=True)
        assert made.index.equals(table.index)
        assert cells(made, "tags") == [("x",), None, ()]
    pd.testing.assert_frame_equal(table, before)
    table["amount"] = [1.0, float("inf"), 3.0]
    with pytest.raises(InvalidColumn, match="row 1: inf"):
        conform(table, Deal)


def test_the_first_fault_of_the_first_field_is_told():
    table = pl.DataFrame({"tags": [["a", None], None], "amount": [1e14, 1e15], "id": ["a", "b"]})
    with pytest.raises(InvalidColumn, match=r"column 'amount', row 0: 100000000000000\.0 has more"):
        conform(table, Deal)
