import numpy as np
import pandas as pd
import pytest

from crmkit import tables
from crmkit.datasets import _columns, sales_pipeline, simulate_company
from crmkit.datasets._columns import Picked, identifiers, objects, positions, ranks, table
from crmkit.records import Company, StageChange


def test_identifiers_count_from_one():
    assert identifiers("deal", 3).tolist() == ["deal-1", "deal-2", "deal-3"]


def test_picking_takes_from_the_pool_and_nothing_at_minus_one():
    assert Picked(("a", "b"), np.array([1, -1, 0])).tolist() == ["b", None, "a"]


def test_ranks_start_anew_with_each_group():
    assert ranks(np.array([0, 0, 2, 2, 2, 5])).tolist() == [0, 1, 0, 1, 2, 0]
    assert ranks(np.array([], dtype=int)).tolist() == []


def test_positions_undo_an_order():
    order = np.array([2, 0, 1])
    assert np.array(["a", "b", "c"])[order][positions(order)].tolist() == ["a", "b", "c"]


def test_what_is_not_given_is_missing_or_the_default():
    made = table(
        Company, 2, id=objects(["c1", "c2"]), name="Ålder", employees=np.array([3, 4]), annual_revenue=[1.5, 2]
    )
    expected = tables.to_table(
        [Company(id="c1", name="Ålder", employees=3), Company(id="c2", name="Ålder", employees=4)], Company
    )
    expected["annual_revenue"] = [1.5, 2.0]
    pd.testing.assert_frame_equal(made.drop(columns="tags"), expected.drop(columns="tags"))
    assert made["tags"].map(tuple).tolist() == [(), ()]


def test_a_number_that_may_be_missing_is_so_where_it_is_not_given():
    made = table(StageChange, 2)
    assert made["pipeline_version"].isna().all()
    assert made["version"].tolist() == [0, 0]


def test_where_pandas_keeps_text_as_objects_the_tables_hold_the_same(monkeypatch: pytest.MonkeyPatch):
    company = simulate_company(5, customers=20)
    monkeypatch.setattr(_columns, "_TEXT", np.dtype(object))
    as_objects = simulate_company(5, customers=20)
    for kind, frame in company.tables.items():
        other = as_objects.tables[kind]
        assert other["id"].dtype == object
        for column in frame:
            here, there = frame[column], other[column]
            assert here.isna().tolist() == there.isna().tolist()
            assert here.dropna().tolist() == there.dropna().tolist()
    assert sales_pipeline(as_objects).equals(sales_pipeline(company).astype(object))
