"""Columns of objects in pandas, which are proven value by value."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import InvalidColumn
from crmkit.records import CustomFields, Deal
from crmkit.tables import conform
from tests.tables.frames import cells

CUSTOM = CustomFields(deal={"seats": "integer", "rate": "number", "renewed": "flag"})
NAIVE = datetime(2017, 3, 31, 12)  # noqa: DTZ001  # times without a zone are what is tested
MISSING = [None, nan, pd.NA, pd.NaT, Decimal("sNaN")]


def frame(column, values):
    held = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        held[row] = value
    return pd.DataFrame({"id": [f"d{row}" for row in range(len(values))], column: pd.Series(held, dtype=object)})


@pytest.mark.parametrize(
    ("column", "value", "held"),
    [
        ("name", "Ünal", "Ünal"),
        ("seats", 3, 3),
        ("seats", np.int64(3), 3),
        ("seats", 3.0, 3),
        ("seats", Decimal("3.00"), 3),
        ("seats", -(2**63), -(2**63)),
        ("rate", 3, 3.0),
        ("rate", np.float64(0.5), 0.5),
        ("rate", Fraction(1, 4), 0.25),
        ("amount", Decimal("12.50"), 12.5),
        ("renewed", True, True),
        ("renewed", np.bool_(False), False),  # noqa: FBT003  # a value
        (
            "created_at",
            datetime(2017, 3, 31, 12, tzinfo=timezone(timedelta(hours=2))),
            datetime(2017, 3, 31, 10, tzinfo=UTC),
        ),
        ("created_at", pd.Timestamp("2017-03-31T12:00:00Z"), datetime(2017, 3, 31, 12, tzinfo=UTC)),
        ("created_at", datetime(9999, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
        ("expected_close_on", date(2017, 3, 31), date(2017, 3, 31)),
        ("expected_close_on", pd.Timestamp("2017-03-31"), date(2017, 3, 31)),
        ("tags", ["a"], ("a",)),
        ("tags", ("a", "b"), ("a", "b")),
        ("tags", np.array(["a"], dtype=object), ("a",)),
        ("tags", (), ()),
    ],
)
@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_objects_become_the_values_of_their_field(column, value, held, missing):
    made = conform(frame(column, [value, missing]), Deal, custom=CUSTOM)
    assert cells(made, column) == [held, None]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", 3, "is not a text"),
        ("name", b"x", "is not a text"),
        ("name", "\ud800", "is not a text"),
        ("seats", 2**63, "is not a whole number of 64 bits"),
        ("seats", 3.5, "is not a whole number"),
        ("seats", 2.0**53, "is not a whole number"),
        ("seats", inf, "is not a whole number"),
        ("seats", "3", "is not a whole number of 64 bits; text is read"),
        ("seats", True, "is not a whole number"),
        ("seats", 3 + 0j, "is not a whole number"),
        ("rate", 2**53 + 1, "is not a finite number that a float64 holds"),
        ("rate", 10**400, "is not a finite number"),
        ("rate", Decimal("Infinity"), "is not a finite number"),
        ("rate", -inf, "is not a finite number"),
        ("rate", False, "is not a finite number"),
        ("rate", b"3", "is not a finite number"),
        ("amount", Decimal("10000000000000.01"), "has more than 15 significant digits"),
        ("renewed", 1, "is not true or false"),
        ("renewed", "true", "is not true or false; text is read"),
        ("created_at", NAIVE, "is not an instant with a time zone; conform(..., timezone="),
        ("created_at", "2017-03-31", "is not an instant with a time zone; text is read"),
        ("created_at", 3, "is not an instant"),
        ("created_at", date(2017, 3, 31), "is not an instant"),
        ("created_at", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "is not an instant"),
        ("expected_close_on", NAIVE, "is not a date but a time of a day"),
        ("expected_close_on", datetime(2017, 3, 31, tzinfo=UTC), "is not a date"),
        ("expected_close_on", 3, "is not a date"),
        ("tags", "a,b", "is not a list of texts; text is read"),
        ("tags", {"a": 1}, "is not a list of texts"),
        ("tags", ["a", None], "one of them is missing"),
        ("tags", ["a", 3], "is not a list of texts"),
    ],
)
def test_an_object_that_the_field_does_not_hold_is_refused_in_its_row(column, value, reason):
    with pytest.raises(InvalidColumn) as fault:
        conform(frame(column, [None, value]), Deal, custom=CUSTOM)
    assert reason in str(fault.value)
    assert (fault.value.column, fault.value.row) == (column, 1)
    assert type(fault.value.value) is type(value) or column == "amount"


def test_a_stray_object_behind_many_texts_is_found():
    names = pd.Series(["x"] * 500 + [3], dtype=object)
    with pytest.raises(InvalidColumn, match="row 500: 3 is not a text"):
        conform(pd.DataFrame({"id": [f"d{row}" for row in range(501)], "name": names}), Deal)


def test_objects_without_a_zone_take_the_one_that_is_said():
    made = conform(frame("created_at", [NAIVE, date(2017, 3, 31), None]), Deal, timezone="Europe/Berlin")
    assert cells(made, "created_at") == [
        datetime(2017, 3, 31, 10, tzinfo=UTC),
        datetime(2017, 3, 30, 22, tzinfo=UTC),
        None,
    ]


@pytest.mark.parametrize("dtype", ["float64", "object", "datetime64[ns]", "bool", "category", "Int64", "str"])
def test_a_pandas_column_without_values_takes_the_type_of_its_field(dtype):
    rows = [] if dtype in ("bool",) else [None, None]
    ids = [f"d{row}" for row in range(len(rows))]
    table = pd.DataFrame({"id": pd.Series(ids, dtype=object)})
    for column in ("name", "amount", "created_at", "expected_close_on", "tags", "seats", "renewed"):
        table[column] = (
            pd.Series(rows, dtype=dtype) if dtype != "str" else pd.Series(rows, dtype=object).astype("string")
        )
    made = conform(table, Deal, custom=CUSTOM)
    assert made.dtypes[["amount", "created_at", "seats", "renewed"]].astype(str).to_list() == [
        "float64",
        "datetime64[us, UTC]",
        "Int64",
        "boolean",
    ]
    assert made.drop(columns="id").isna().all().all()
