"""A question asked of a whole table: what comes back, and what is refused before anything runs."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmkit.errors import InvalidExpression, TableError, UnknownField
from crmkit.expressions import ALWAYS, NEVER, field
from tests.expressions.frames import EAGER, LAZY, ids

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
ROW = dict.fromkeys(
    ("name", "city", "count", "size", "amount", "budget", "price", "active", "at", "closed", "day", "due")
)
ROWS = [{"id": number, **ROW, "tags": ("a",), "size": number, "name": "x"} for number in range(3)]
BIG = field("size") >= 1


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
def test_the_kind_of_frame_that_goes_in_comes_out(kind):
    frame = {**EAGER, **LAZY}[kind](ROWS)
    for asked, kept in ((BIG, [1, 2]), (ALWAYS, [0, 1, 2]), (NEVER, []), (field("name").isin(), [])):
        assert type(asked.filter(frame)) is type(frame)
        assert sorted(ids(asked.filter(frame))) == kept
        assert type(asked.flag(frame, "big")) is type(frame)


@pytest.mark.parametrize("kind", EAGER)
def test_a_mask_is_an_own_array_of_numpy(kind):
    for asked, answers in (
        (BIG, [0, 1, 1]),
        (ALWAYS, [1, 1, 1]),
        (NEVER, [0, 0, 0]),
        (field("tags").has("a"), [1, 1, 1]),
    ):
        mask = asked.mask(EAGER[kind](ROWS))
        assert mask.dtype == np.bool_
        assert mask.tolist() == answers
        mask[:] = False


def test_a_frame_of_narwhals_comes_back_as_one():
    for frame in (nw.from_native(pl.DataFrame({"a": [1, 2]})), nw.from_native(pl.LazyFrame({"a": [1, 2]}))):
        for back in ((field("a") > 1).filter(frame), (field("a") > 1).flag(frame, "b"), NEVER.filter(frame)):
            assert type(back) is type(frame)
        assert ALWAYS.filter(frame) is frame


def test_the_index_of_pandas_survives():
    frame = pd.DataFrame({"a": [1, 2, 3], "tags": [("x",), (), ("x",)]}, index=[7, 7, 9])
    assert (field("a") > 1).filter(frame).index.tolist() == [7, 9]
    kept = field("tags").has("x").filter(frame)
    assert kept.index.tolist() == [7, 9]
    assert kept.columns.tolist() == ["a", "tags"]
    flagged = field("tags").has("x").flag(frame, "hot")
    assert flagged.index.tolist() == [7, 7, 9]
    assert flagged["hot"].tolist() == [True, False, True]


def test_a_flag_is_one_more_column_and_never_null():
    frame = pl.DataFrame({"a": [1, None], "crmkit answer 0": [1, 2], "o": pl.Series([("x",), None], dtype=pl.Object)})
    flagged = ((field("a") > 0) & field("o").has("x")).flag(frame, "hot")
    assert flagged.columns == [*frame.columns, "hot"]
    assert flagged["hot"].to_list() == [True, False]
    with pytest.raises(TableError, match="already") as refused:
        (field("a") > 0).flag(frame, "a")
    assert refused.value.code == "column_exists"


def test_the_caller_s_names_are_used():
    frame = pl.DataFrame({"wert": [1, 5], "company.size": [1, 9]})
    assert (field("amount") > 2).mask(frame, fields={"amount": "wert"}).tolist() == [False, True]
    assert (field("company.size") > 2).mask(frame).tolist() == [False, True]
    with pytest.raises(UnknownField):
        (field("amount") > 2).mask(frame, fields={"amount": "wort"})


def test_an_unknown_column_is_named_with_the_near_miss():
    for frame in (pl.LazyFrame({"amount": [1]}), pd.DataFrame({"amount": [1], 7: [1]}), duckdb.sql("select 1 amount")):
        for asked in (field("ammount") > 1, field("ammount").missing()):
            with pytest.raises(UnknownField, match="did you mean 'amount'"):
                asked.filter(frame)


@pytest.mark.parametrize(
    "frame", [[1], None, pl.Series([1]), pd.DataFrame([[1, 2]], columns=["a", "a"])], ids=lambda it: type(it).__name__
)
def test_what_is_no_table_is_refused(frame):
    with pytest.raises(TableError) as refused:
        (field("a") == 1).filter(frame)
    assert refused.value.code == "not_a_table"


@pytest.mark.parametrize("frame", [pl.LazyFrame({"a": [1]}), duckdb.sql("select 1 a")], ids=["polars", "duckdb"])
def test_a_lazy_frame_has_no_mask(frame):
    with pytest.raises(InvalidExpression, match="collect"):
        (field("a") == 1).mask(frame)


def test_a_relative_question_asks_for_its_moment():
    frame = pl.DataFrame({"a": [NOON], "n": [None]})
    for asked in (field("a").within(days=1), field("n").during("day")):
        with pytest.raises(InvalidExpression, match="as_of"):
            asked.filter(frame)


FRAMES = {
    "pandas": lambda **data: pd.DataFrame(dict(data)),
    "polars": lambda **data: pl.DataFrame(data),
    "polars, lazy": lambda **data: pl.LazyFrame(data),
    "pyarrow": lambda **data: pa.table(data),
    "duckdb": lambda **data: duckdb.from_arrow(pa.table(data)),
}


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (field("text") == 1, "holds text, asked as an integer"),
        (field("number") == "1", "holds a number, asked as text"),
        (field("number").isin("1"), "asked as text"),
        (field("number") == 2**53 + 1, "neighbours"),
        (field("flag") == 1, "holds true or false"),
        (field("number").contains("1"), "asked as text"),
        (field("number").has("1"), "asked as tags"),
        (field("at") > date(2020, 1, 1), "holds an instant, asked as a date"),
        (field("number").within(days=1), "asked as an instant"),
        (field("text").during("day"), "asked as an instant"),
        (field("text") == field("number"), "which field 'number' holds"),
        (field("flag") < field("flag"), "no order"),
        (field("number").lower() == "x", "asked as text"),
        (field("naive").within(days=1), "without a time zone"),
        (field("naive") == field("at"), "without a time zone"),
        (field("span") == 1, "only missing"),
    ],
    ids=str,
)
def test_a_question_that_does_not_suit_its_columns_is_refused(kind, asked, why):
    frame = FRAMES[kind](
        text=["a", None],
        number=[1.0, None],
        flag=[True, False],
        at=[NOON, NOON],
        naive=[NOON.replace(tzinfo=None)] * 2,
        span=[timedelta(1)] * 2,
    )
    with pytest.raises(InvalidExpression, match=why):
        asked.filter(frame, as_of=NOON)
    assert field("naive").present().filter(frame) is not None
    assert field("span").missing().filter(frame) is not None


def test_a_column_without_any_value_suits_every_question():
    questions = [
        field("a") == "x",
        field("a") > 1,
        field("a").within(days=1),
        field("a").has("x"),
        field("a") == field("b"),
    ]
    frames = [
        pd.DataFrame({"a": [np.nan, np.nan], "b": ["x", "y"]}),
        pd.DataFrame({"a": [None, None], "b": ["x", "y"]}),
        pd.DataFrame({"a": pd.array([None, None], dtype=pd.ArrowDtype(pa.null())), "b": ["x", "y"]}),
        pd.DataFrame({"a": pd.to_datetime([None, None]), "b": ["x", "y"]}),
        pl.DataFrame({"a": [None, None], "b": ["x", "y"]}),
        pa.table({"a": pa.nulls(2), "b": ["x", "y"]}),
    ]
    for asked in questions:
        for frame in frames:
            assert asked.mask(frame, as_of=NOON).tolist() == [False, False]
            assert (~asked).mask(frame, as_of=NOON).tolist() == [True, True]
        assert asked.filter(frames[-2].lazy(), as_of=NOON).collect().is_empty()
        assert len((~asked).filter(duckdb.sql("select null as a, 'x' as b"), as_of=NOON).fetchall()) == 1
    assert field("a").missing().mask(frames[0]).all()
    assert field("a").has("x").mask(pl.DataFrame({"a": [[], None]})).tolist() == [False, False]


def test_many_parts_stay_shallow():
    few = [(field("a") == number) & (field("b") != number) for number in range(400)]
    from crmkit.expressions import any_of

    frame = pl.DataFrame({"a": [1, 2, 9000], "b": [1, 1, 1]})
    assert any_of(*few).mask(frame).tolist() == [False, True, False]
    assert field("a").isin(*range(9000)).mask(frame).tolist() == [True, True, False]
