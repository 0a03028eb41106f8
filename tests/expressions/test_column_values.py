"""Columns of every type answer as their values would, one by one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmkit.errors import InvalidExpression
from crmkit.expressions import field

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
MILLI = datetime(2020, 1, 1, 12, 0, 0, 1000, tzinfo=UTC)
MICRO = datetime(2020, 1, 1, 12, 0, 0, 1, tzinfo=UTC)


def selected(asked, frame):
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return [row[0] for row in asked.filter(frame).select("a").fetchall()]
    if isinstance(frame, pl.LazyFrame):
        return asked.filter(frame).collect()["a"].to_list()
    return asked.mask(frame).tolist()


UNSIGNED = [2**64 - 1, 2]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": UNSIGNED}, schema={"a": pl.UInt64}),
        pd.DataFrame({"a": np.array(UNSIGNED, dtype="uint64")}),
        pd.DataFrame({"a": pd.array(UNSIGNED, dtype="UInt64")}),
        pd.DataFrame({"a": pd.array(UNSIGNED, dtype="uint64[pyarrow]")}),
        pa.table({"a": pa.array(UNSIGNED, pa.uint64())}),
    ],
    ids=["polars", "pandas", "masked", "pandas, pyarrow", "pyarrow"],
)
def test_unsigned_integers_compare_exactly(frame):
    assert selected(field("a") == 2**64 - 1, frame) == [True, False]
    assert selected(field("a") == 2**64 - 2, frame) == [False, False]
    assert selected(field("a") > -1, frame) == [True, True]
    assert selected(field("a") < 2**64, frame) == [True, True]
    assert selected(field("a").isin(2, -5, 2**64 - 1), frame) == [True, True]
    assert selected(field("a") >= 2.0**64, frame) == [True, False]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": [2**63], "b": [2**63 - 1]}, schema={"a": pl.UInt64, "b": pl.Int64}),
        pl.DataFrame({"a": [2**63], "b": [2**63 - 1]}, schema={"a": pl.UInt64, "b": pl.Int64}).lazy(),
        pd.DataFrame({"a": np.array([2**63], dtype="uint64"), "b": [2**63 - 1]}),
        duckdb.sql("select 9223372036854775808::ubigint a, 9223372036854775807::bigint b"),
    ],
    ids=["polars", "polars, lazy", "pandas", "duckdb"],
)
def test_an_unsigned_and_a_signed_column_compare_exactly(frame):
    assert selected(field("a") > field("b"), frame)
    assert selected(field("a") == field("b"), frame) in ([], [False])


def test_integers_of_128_bits_compare_exactly():
    big = 10**37
    assert selected(field("a") == big, pl.DataFrame({"a": [big, big - 1]}, schema={"a": pl.Int128})) == [True, False]
    huge = duckdb.sql(f"select unnest([{big}::hugeint, {big - 1}::hugeint]) a")
    assert selected(field("a") == big, huge) == [big]
    assert selected(field("a") == 1e37, huge) == [number for number in (big, big - 1) if float(number) == 1e37]


@pytest.mark.parametrize("number", [0.1, 16777217.0])
def test_a_narrow_float_compares_as_the_double_it_is(number):
    narrow = np.float32(number)
    frames = [pl.DataFrame({"a": [number]}, schema={"a": pl.Float32}), pd.DataFrame({"a": [narrow]})]
    for frame in frames:
        assert selected(field("a") == number, frame) == [(field("a") == number).test({"a": narrow})]
        assert selected(field("a") == float(narrow), frame) == [True]


LONG = [Decimal("12345678901234567.89"), Decimal("0.10"), None]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": LONG}),
        pl.DataFrame({"a": LONG}).to_arrow(),
        pl.DataFrame({"a": LONG}).to_arrow().to_pandas(types_mapper=pd.ArrowDtype),
        pd.DataFrame({"a": LONG}),
        pl.DataFrame({"a": LONG}, schema={"a": pl.Decimal(38, 2)}),
    ],
    ids=["polars", "pyarrow", "pandas, pyarrow", "pandas", "wide"],
)
def test_a_decimal_is_its_nearest_double(frame):
    for value in LONG[:2]:
        asked = field("a") == value
        assert selected(asked, frame) == [asked.test({"a": each}) for each in LONG]
    short = pl.DataFrame({"a": [Decimal("19.99")]}, schema={"a": pl.Decimal(10, 2)})
    assert selected(field("a") == 19.99, short) == [True]
    assert selected(field("a") == 19.99, duckdb.sql("select 19.99::decimal(38, 2) a")) == [Decimal("19.99")]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("bound", [NOON, MICRO, MILLI, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)])
def test_an_instant_keeps_its_digits_in_every_unit(unit, bound):
    held = [NOON, MILLI, None]
    frames = [
        pl.DataFrame({"a": held}, schema={"a": pl.Datetime(unit, "UTC")}),
        pl.DataFrame({"a": held}, schema={"a": pl.Datetime(unit, "UTC")}).to_arrow(),
        pd.DataFrame({"a": pd.Series(held, dtype=f"datetime64[{unit}, UTC]").dt.tz_convert("America/New_York")}),
    ]
    asked = [field("a") == bound, field("a") < bound, field("a") <= bound, field("a") > bound, field("a") >= bound]
    for question in [*asked, field("a").isin(bound, NOON)]:
        for frame in frames:
            assert selected(question, frame) == [question.test({"a": each}) for each in held]


def test_nanoseconds_are_not_cut_off():
    nanos = pd.to_datetime([1577880000000000001], utc=True)
    for frame in (pd.DataFrame({"a": nanos}), pl.DataFrame({"a": pl.Series(nanos).dt.replace_time_zone("UTC")})):
        assert selected(field("a") > NOON, frame) == [True]
        assert selected(field("a") == NOON, frame) == [False]


def test_instants_of_two_units_and_zones_compare():
    held = {"a": [MICRO, NOON], "b": [NOON, NOON]}
    frame = pl.DataFrame(held, schema={"a": pl.Datetime("us", "UTC"), "b": pl.Datetime("ms", "UTC")})
    mixed = frame.with_columns(pl.col("b").dt.convert_time_zone("Asia/Tokyo"))
    for each in (frame, mixed, mixed.to_arrow()):
        assert selected(field("a") > field("b"), each) == [True, False]
    assert selected(field("a") > field("b"), mixed.lazy()) == [MICRO]
    ages = {
        "a": [datetime(1000, 1, 1, tzinfo=UTC).replace(tzinfo=None), NOON.replace(tzinfo=None)],
        "b": [NOON.replace(tzinfo=None)] * 2,
    }
    far = pl.LazyFrame(ages, schema={"a": pl.Datetime("us"), "b": pl.Datetime("ns")})
    far = far.with_columns(pl.all().dt.replace_time_zone("UTC"))
    assert selected(field("a") < field("b"), far) == [datetime(1000, 1, 1, tzinfo=UTC)]


def test_the_zone_of_a_duckdb_connection_does_not_matter():
    connection = duckdb.connect()
    connection.execute("set timezone = 'America/New_York'")
    table = connection.sql("select '2020-01-01T12:00:00Z'::timestamptz a")
    assert selected(field("a") == NOON, table) == [NOON]


CATEGORIES = [
    pd.DataFrame({"a": pd.Categorical(["x", "B", None])}),
    pl.DataFrame({"a": ["x", "B", None]}, schema={"a": pl.Categorical}),
    pl.DataFrame({"a": ["x", "B", None]}, schema={"a": pl.Enum(["x", "B"])}),
]


@pytest.mark.parametrize("frame", CATEGORIES, ids=["pandas", "polars", "enum"])
def test_categories_are_text(frame):
    assert selected(field("a") > "B", frame) == [True, False, False]
    assert selected(field("a").isin("B"), frame) == [False, True, False]
    assert selected(field("a").lower().startswith("b"), frame) == [False, True, False]
    assert selected(field("a") == field("a"), frame) == [True, True, False]


def test_categories_that_are_numbers_are_numbers():
    frame = pd.DataFrame({"a": pd.Categorical([1, 2, None])})
    assert selected(field("a") > 1, frame) == [False, True, False]
    with pytest.raises(InvalidExpression, match="an integer, asked as text"):
        selected(field("a") == "1", frame)


def test_objects_of_pandas_are_asked_one_by_one():
    frame = pd.DataFrame(
        {"a": [date(2020, 1, 1), None], "t": [["x"], np.array(["y"])], "m": [1, "a"], "b": [True, None]}
    )
    assert selected(field("a") < date(2020, 1, 2), frame) == [True, False]
    assert selected(field("a") == field("a"), frame) == [True, False]
    assert selected(field("t").has_any("x", "z"), frame) == [True, False]
    assert selected(field("b") == True, frame) == [True, False]  # noqa: E712
    with pytest.raises(InvalidExpression, match="field 'm' is 'a': text"):
        selected(field("m") == 1, frame)


def test_text_kept_as_objects_is_text_however_late_the_exception_comes():
    late = pd.DataFrame({"a": pd.Series(["x"] * 1000 + [5], dtype=object)})
    with pytest.raises(InvalidExpression, match="field 'a' is 5"):
        selected(field("a") == "x", late)
    early = pd.DataFrame(
        {"a": pd.Series(["x", None, "Y"], dtype=object), "b": pd.Series(["x", "x", None], dtype=object)}
    )
    assert selected(field("a") > "A", early) == [True, False, True]
    assert selected(field("a") >= field("b"), early) == [True, False, False]


def test_lowercase_is_python_s_or_refused():
    words = ["ΑΣ", "İ", "STRASSE", None]
    asked = field("a").lower().isin("ας", "i̇")
    for frame in (pl.DataFrame({"a": words}), pa.table({"a": words}), pd.DataFrame({"a": words})):
        assert selected(asked, frame) == [True, True, False, False]
    assert selected(asked, pl.LazyFrame({"a": words})) == words[:2]
    assert selected(field("a").lower() == field("a"), pl.LazyFrame({"a": ["a", "A"]})) == ["a", "A"]
    with pytest.raises(InvalidExpression, match="duckdb"):
        selected(asked, duckdb.sql("select 'x' a"))


def test_a_lazy_frame_cannot_look_into_objects():
    frame = pl.DataFrame({"a": pl.Series([("x",)], dtype=pl.Object)})
    assert selected(field("a").has("x"), frame) == [True]
    with pytest.raises(InvalidExpression, match="Python objects"):
        selected(field("a").has("x"), frame.lazy())
