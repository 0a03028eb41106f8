"""The way past a check gives what the check gives, value and refusal alike."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidRecord
from crmkit.records import RECORDS, fields_of
from crmkit.records._checks import checked_by
from crmkit.records._quick_checks import quick
from crmkit.records._spec import FieldSpec

HELD = {
    "text": str,
    "id": str,
    "choice": str,
    "integer": int,
    "number": float,
    "money": Decimal,
    "flag": bool,
    "instant": datetime,
    "date": date,
    "tags": tuple,
}
SPECS = {
    "text": FieldSpec("f", "text"),
    "needed text": FieldSpec("f", "text", nullable=False),
    "personal text": FieldSpec("f", "text", personal=True),
    "id": FieldSpec("f", "id"),
    "needed id": FieldSpec("f", "id", nullable=False),
    "choice": FieldSpec("f", "choice", choices=("open", "größer", "")),
    "needed choice": FieldSpec("f", "choice", choices=("open", "won"), nullable=False),
    "integer": FieldSpec("f", "integer"),
    "count": FieldSpec("f", "integer", minimum=0),
    "needed count": FieldSpec("f", "integer", minimum=0, nullable=False),
    "score": FieldSpec("f", "integer", minimum=0, maximum=10),
    "beyond 64 bits": FieldSpec("f", "integer", minimum=-(2**70), maximum=2**70),
    "at most": FieldSpec("f", "integer", maximum=10),
    "number": FieldSpec("f", "number"),
    "share": FieldSpec("f", "number", minimum=0, maximum=1),
    "from half on": FieldSpec("f", "number", minimum=0.5),
    "any number": FieldSpec("f", "number", minimum=float("-inf"), maximum=float("inf")),
    "money": FieldSpec("f", "money", unit="currency"),
    "flag": FieldSpec("f", "flag", nullable=False),
    "instant": FieldSpec("f", "instant"),
    "needed instant": FieldSpec("f", "instant", nullable=False),
    "date": FieldSpec("f", "date"),
    "tags": FieldSpec("f", "tags", nullable=False),
}


class Text(str):
    __slots__ = ()


class Word(StrEnum):
    OPEN = "open"


class Other(Enum):
    OPEN = "open"


class Index:
    def __index__(self):
        return 7


EDGES = [
    None,
    True,
    False,
    "",
    " ",
    "open",
    "opne",
    "größer",
    "half \ud800",
    Text("open"),
    Word.OPEN,
    Other.OPEN,
    b"open",
    0,
    -1,
    10,
    11,
    2**63 - 1,
    2**63,
    -(2**63),
    -(2**63) - 1,
    2**65,
    10**400,
    Index(),
    0.0,
    -0.0,
    0.5,
    1.0,
    1.5,
    1e300,
    float("nan"),
    float("inf"),
    float("-inf"),
    np.float64(0.5),
    np.int64(5),
    np.str_("open"),
    Decimal("0.5"),
    Decimal("NaN"),
    pd.NaT,
    pd.NA,
    pd.Timestamp("2024-05-02", tz="UTC"),
    datetime(2024, 5, 2, tzinfo=UTC),
    datetime(2024, 5, 2, tzinfo=timezone(timedelta(0))),
    datetime(2024, 5, 2, tzinfo=timezone(timedelta(hours=5))),
    datetime(2024, 5, 2),  # noqa: DTZ001  # the point
    date(2024, 5, 2),
    ("a",),
    ["a"],
    [1],
    {},
    object,
]
values = (
    st.sampled_from(EDGES)
    | st.text(max_size=4)
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-8))]))
)


def outcome(check, value):
    """What a check gives, with its class, or what it refuses with."""
    try:
        given_back = check(value)
    except InvalidRecord as fault:
        return type(fault), str(fault), fault.code, fault.field
    return type(given_back), repr(given_back)


def both(spec, held):
    slow = checked_by(spec, owner="Thing", held=held)
    return quick(spec, slow, held=held), slow


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_values_at_the_edges_are_taken_and_refused_alike(spec):
    quickly, slowly = both(spec, HELD[spec.kind])
    for value in EDGES:
        assert outcome(quickly, value) == outcome(slowly, value)


@given(st.sampled_from(list(SPECS.values())), values)
def test_any_value_is_taken_and_refused_alike(spec, value):
    quickly, slowly = both(spec, HELD[spec.kind])
    assert outcome(quickly, value) == outcome(slowly, value)


@given(
    values, st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5), st.booleans(), st.sampled_from([int, float])
)
def test_any_bounds_are_kept(value, low, high, nullable, held):
    kind = "integer" if held is int else "number"
    spec = FieldSpec("f", kind, minimum=low, maximum=high, nullable=nullable)
    quickly, slowly = both(spec, held)
    assert outcome(quickly, value) == outcome(slowly, value)


@pytest.mark.parametrize("kind", RECORDS)
def test_every_field_of_every_record_takes_and_refuses_as_its_check_does(kind):
    cls = RECORDS[kind]
    converters = {each.name: each.converter for each in attrs.fields(cls)}
    for name, spec in fields_of(cls).items():
        slowly = checked_by(spec, owner=cls.__name__, held=HELD[spec.kind])
        for value in EDGES:
            assert outcome(converters[name], value) == outcome(slowly, value), (name, value)


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("text", "plain"),
        ("id", "d1"),
        ("choice", "open"),
        ("count", 3),
        ("share", 0.5),
        ("instant", datetime(2024, 5, 2, tzinfo=UTC)),
        ("instant", None),
        ("text", None),
    ],
)
def test_what_is_in_its_one_form_never_reaches_the_check(spec, value):
    def check(value):
        raise AssertionError(value)

    assert quick(SPECS[spec], check, held=HELD[SPECS[spec].kind])(value) is value


@pytest.mark.parametrize("spec", ["integer", "at most", "number", "money", "flag", "date", "tags"])
def test_where_there_is_no_way_past_the_check_is_the_way(spec):
    def check(value):
        return value

    assert quick(SPECS[spec], check, held=HELD[SPECS[spec].kind]) is check
