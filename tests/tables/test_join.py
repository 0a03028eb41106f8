"""A related table's columns beside a table's own."""

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidColumn, MissingColumn, TableError
from crmkit.expressions import field
from crmkit.tables import join
from tests.tables.frames import EAGER, KINDS, rows

ids = st.sampled_from(["c1", "c2", "c3", "", "Ç"])
keys = st.lists(st.none() | ids | st.just("nowhere"), max_size=12)
related = st.lists(st.none() | ids, unique=True, max_size=6)


def tables(keys, ids):
    deals = pa.table({"id": [f"d{row:02}" for row in range(len(keys))], "company_id": pa.array(keys, pa.string())})
    size = pa.array([float(row) for row in range(len(ids))], pa.float64())
    tags = pa.array([[str(row)] for row in range(len(ids))], pa.list_(pa.string()))
    return deals, pa.table({"id": pa.array(ids, pa.string()), "employees": size, "tags": tags})


def two(kind, keys=("c1", None), ids=("c1",)):
    return tuple(KINDS[kind](table) for table in tables(list(keys), list(ids)))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(keys=keys, ids=related)
def test_rows_are_neither_lost_nor_doubled_nor_moved_and_missing_keys_match_nothing(kind, keys, ids):
    deals, companies = two(kind, keys, ids)
    found = rows(join(deals, company=companies))
    if kind == "duckdb":
        found = sorted(found, key=lambda row: row["id"])
    size = {key: float(row) for row, key in enumerate(ids) if key is not None}
    assert found == [
        {
            "id": f"d{row:02}",
            "company_id": key,
            "company.employees": size.get(key),
            "company.tags": (f"{size[key]:.0f}",) if key in size else None,
        }
        for row, key in enumerate(keys)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_keep_their_order(kind):
    keys = [f"c{row * 7919 % 1000}" for row in range(5000)]
    deals, companies = two(kind, keys, [f"c{row}" for row in range(1000)])
    found = rows(join(deals, company=companies))
    found = sorted(found, key=lambda row: int(row["id"][1:])) if kind == "duckdb" else found
    assert [row["company_id"] for row in found] == keys
    assert [f"c{row['company.employees']:.0f}" for row in found] == keys


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_comes_back_as_the_kind_that_it_was(kind):
    deals, companies = two(kind)
    assert type(join(deals, company=companies)) is type(deals)
    wrapped = join(nw.from_native(deals), company=nw.from_native(companies))
    assert isinstance(wrapped, nw.DataFrame | nw.LazyFrame)


@pytest.mark.parametrize("kind", KINDS)
def test_expressions_ask_the_joined_columns_by_their_dotted_names(kind):
    deals, companies = two(kind, ["c1", "c2", None], ["c1", "c2"])
    kept = (field("company.employees") >= 1).filter(join(deals, company=companies))
    assert [row["id"] for row in rows(kept)] == ["d01"]


@pytest.mark.parametrize("kind", KINDS)
def test_several_tables_are_joined_at_once(kind):
    deals = KINDS[kind](pa.table({"id": ["d1"], "company_id": ["c1"], "owner_id": ["u1"]}))
    companies = KINDS[kind](pa.table({"id": ["c1"], "name": ["Ada"]}))
    owners = KINDS[kind](pa.table({"id": ["u1"], "name": ["Bo"]}))
    (row,) = rows(join(deals, company=companies, owner=owners))
    assert (row["company.name"], row["owner.name"]) == ("Ada", "Bo")


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_stands_twice_is_refused(kind):
    deals, companies = two(kind, ids=["c2", "c1", None, None, "c1"])
    with pytest.raises(InvalidColumn, match="the table company has the id 'c1' 2 times; ids stand once") as fault:
        join(deals, company=companies)
    assert fault.value.facts == {"column": "id", "row": None, "value": "c1"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_key_is_named(kind):
    deals, companies = two(kind)
    with pytest.raises(MissingColumn, match=r"join\(owner=\.\.\.\) needs column 'owner_id'"):
        join(deals, owner=companies)
    with pytest.raises(MissingColumn, match="the table company needs column 'id'"):
        join(deals, company=KINDS[kind](pa.table({"name": ["x"]})))


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_is_taken_is_refused(kind):
    deals, companies = two(kind)
    with pytest.raises(
        TableError, match=r"has a column 'company\.id' already|has a column 'company\.employees' already"
    ):
        join(join(deals, company=companies), company=companies)


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_another_type_are_refused(kind):
    deals, _ = two(kind)
    with pytest.raises(InvalidColumn, match=r"column 'company_id' holds String, the id of company Int64; conform\(\)"):
        join(deals, company=KINDS[kind](pa.table({"id": [1]})))


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_one_type_that_is_no_text_are_matched(kind):
    deals = KINDS[kind](pa.table({"id": ["d1", "d2"], "company_id": [2, 1]}))
    found = rows(join(deals, company=KINDS[kind](pa.table({"id": [1, 3], "name": ["x", "y"]}))))
    assert {row["id"]: row["company.name"] for row in found} == {"d1": None, "d2": "x"}


@pytest.mark.parametrize("kind", KINDS)
def test_categories_are_matched_as_text(kind):
    deals = KINDS[kind](pa.table({"id": ["d1"], "company_id": pa.array(["c1"]).dictionary_encode()}))
    companies = KINDS[kind](pa.table({"id": pa.array(["c1", "c2"]).dictionary_encode(), "name": ["x", "y"]}))
    assert [row["company.name"] for row in rows(join(deals, company=companies))] == ["x"]


@pytest.mark.parametrize("kind", ["polars", "polars, lazy", "pyarrow", "duckdb"])
def test_a_column_of_nothing_matches_nothing(kind):
    deals = KINDS[kind](pa.table({"id": ["d1"], "company_id": pa.nulls(1)}))
    companies = KINDS[kind](pa.table({"id": ["c1", None], "name": ["x", "y"]}))
    assert [row["company.name"] for row in rows(join(deals, company=companies))] == [None]


def test_tables_of_two_kinds_are_refused():
    deals, companies = tables(["c1"], ["c1"])
    for one, other in (
        (deals.to_pandas(), pl.from_arrow(companies)),
        (pl.from_arrow(deals), pl.from_arrow(companies).lazy()),
        (pl.from_arrow(deals).lazy(), duckdb.from_arrow(companies)),
    ):
        with pytest.raises(TableError, match="must be of one kind of dataframe"):
            join(one, company=other)


def test_pandas_keeps_its_index():
    deals, companies = two("pandas", ["c1", None], ["c1"])
    deals.index = pd.Index([7, 7])
    assert list(join(deals, company=companies).index) == [7, 7]


@pytest.mark.parametrize("kind", EAGER)
def test_nothing_related_changes_nothing(kind):
    deals, _ = two(kind)
    assert rows(join(deals)) == rows(deals)
