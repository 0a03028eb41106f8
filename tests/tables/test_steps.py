"""A stage history as arrays: the same of every kind of frame, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmkit import datasets
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, UnknownField
from crmkit.tables import stage_steps
from tests.histories import day, history
from tests.kinds import KINDS

HISTORY = history(
    ("b", None, "Talk", 3),
    ("a", "Talk", "Offer", 2),
    ("a", None, "Talk", 1),
    ("b", "Talk", "Won", None),
    ("b", "Talk", "Offer", 3),
    ("a", "Offer", "Won", 9),
)


def test_steps_are_ordered_by_deal_and_time_and_then_as_they_stand():
    steps = stage_steps(HISTORY, columns={}, purpose="a test")
    assert steps.order.tolist() == [0, 4, 2, 1, 5]
    assert steps.deal.tolist() == [0, 1, 1, 0, 0, 1]
    assert steps.dated.tolist() == [True, True, True, False, True, True]


def test_the_stages_that_are_named_come_first():
    steps = stage_steps(HISTORY, stages=("Lost", "Won"), columns={}, purpose="a test")
    assert steps.names == ("Lost", "Won", "Talk", "Offer")
    assert steps.went_to.tolist() == [2, 3, 2, 1, 3, 1]
    assert steps.came_from.tolist() == [-1, 2, -1, 2, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_the_same_steps(kind):
    company = datasets.simulate_company(seed=3, customers=20).stage_changes
    expected = stage_steps(company, columns={}, purpose="a test")
    steps = stage_steps(KINDS[kind](company), columns={}, purpose="a test")
    assert steps.names == expected.names
    for name in ("deal", "at", "dated", "came_from", "went_to", "order"):
        np.testing.assert_array_equal(getattr(steps, name), getattr(expected, name))
    assert steps.lazy == ("lazy" in kind or "duckdb" in kind)


def test_a_history_without_from_stage_says_so():
    assert stage_steps(HISTORY.drop(columns="from_stage"), columns={}, purpose="a test").came_from is None


def test_own_names_of_columns_are_understood():
    mine = HISTORY.rename(columns={"deal_id": "opportunity", "to_stage": "value"})
    steps = stage_steps(mine, columns={"deal_id": "opportunity", "to_stage": "value"}, purpose="a test")
    assert steps.order.tolist() == [0, 4, 2, 1, 5]


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_is_taken_along_is_numbered_and_one_that_is_absent_is_missing_everywhere(kind):
    table = KINDS[kind](HISTORY.assign(version=[2.0, None, 3.0, 2.0, None, 2.0]))
    steps = stage_steps(table, columns={}, optional=("version", "reason"), purpose="a test")
    numbers, texts = steps.numbered("version")
    told = [float(texts[at]) if at >= 0 else None for at in numbers]
    assert told == [2.0, None, 3.0, 2.0, None, 2.0]
    assert (steps.numbered("reason")[0].tolist(), steps.numbered("reason")[1]) == ([-1] * 6, ())


@pytest.mark.parametrize("columns", [5, "deal_id", {"deal_id": 1}, {1: "deal_id"}])
def test_columns_that_rename_nothing_are_refused(columns):
    with pytest.raises(InvalidArgument, match="takes names by canonical name") as refusal:
        stage_steps(HISTORY, columns=columns, purpose="a test")
    assert refusal.value.argument == "columns"


def test_a_table_without_rows_has_no_steps():
    steps = stage_steps(HISTORY.iloc[:0], columns={}, purpose="a test")
    assert (steps.names, len(steps.order)) == ((), 0)


@pytest.mark.parametrize("column", ["deal_id", "to_stage", "changed_at"])
def test_a_missing_column_is_named_with_who_asks(column):
    with pytest.raises(MissingColumn, match=f"a test needs column '{column}'"):
        stage_steps(HISTORY.drop(columns=column), columns={}, purpose="a test")


def test_a_column_also_asked_for_must_be_there():
    with pytest.raises(MissingColumn, match="'owner'"):
        stage_steps(HISTORY, columns={}, also=["owner"], purpose="a test")


def test_a_renaming_of_what_no_stage_change_has_is_refused():
    with pytest.raises(UnknownField, match="did you mean 'to_stage'"):
        stage_steps(HISTORY, columns={"to_stag": "to_stage"}, purpose="a test")
    renamed = stage_steps(HISTORY, columns={"who": "deal_id", "deal_id": "deal_id"}, also=["who"], purpose="a test")
    assert "who" in renamed.frame.columns


@pytest.mark.parametrize("make", [lambda at: at.dt.tz_localize(None), lambda at: at.astype("str")])
def test_times_that_are_no_instants_are_refused(make):
    with pytest.raises(InvalidColumn, match="not instants with a time zone"):
        stage_steps(HISTORY.assign(changed_at=make(HISTORY["changed_at"])), columns={}, purpose="a test")


def test_times_that_are_all_missing_may_be_of_any_type():
    steps = stage_steps(HISTORY.assign(changed_at=None), columns={}, purpose="a test")
    assert not steps.dated.any()
    assert len(steps.order) == 0


LARGE = [2**60, 2**60 + 1, None]
TIMES = [day(1), day(2), day(3)]


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"deal_id": LARGE, "to_stage": [1, 2, None], "changed_at": TIMES}),
        pa.table({"deal_id": LARGE, "to_stage": [1, 2, None], "changed_at": TIMES}),
        pd.DataFrame({"changed_at": TIMES}).assign(
            deal_id=pd.array(LARGE, dtype="Int64"), to_stage=pd.array([1, 2, None], dtype="Int64")
        ),
    ],
)
def test_ids_that_are_numbers_are_told_apart_beside_missing_ones(table):
    steps = stage_steps(table, columns={}, purpose="a test")
    assert (steps.deal.tolist(), steps.went_to.tolist()) == ([0, 1, -1], [0, 1, -1])
    assert steps.names == ("1", "2")


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"deal_id": ["a", "b", None], "to_stage": ["x", "y", None], "changed_at": TIMES}).with_columns(
            pl.col("deal_id", "to_stage").cast(pl.Categorical)
        ),
        pa.table(
            {
                "deal_id": pa.array(["a", "b", None]).dictionary_encode(),
                "to_stage": pa.array(["x", "y", None]).dictionary_encode(),
                "changed_at": TIMES,
            }
        ),
        pd.DataFrame({"deal_id": ["a", "b", None], "to_stage": ["x", "y", None], "changed_at": TIMES}).astype(
            {"deal_id": "category", "to_stage": "category"}
        ),
    ],
)
def test_categories_are_texts(table):
    steps = stage_steps(table, columns={}, purpose="a test")
    assert (steps.deal.tolist(), steps.went_to.tolist(), steps.names) == ([0, 1, -1], [0, 1, -1], ("x", "y"))


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_ids_that_cannot_be_told_apart_are_refused(make):
    with pytest.raises(InvalidColumn, match=r"'deal_id' .* cannot be told apart"):
        stage_steps(
            make({"deal_id": [["a"]], "to_stage": ["x"], "changed_at": TIMES[:1]}), columns={}, purpose="a test"
        )
