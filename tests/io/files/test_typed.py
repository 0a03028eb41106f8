"""A value has one text, from which it can be read back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.io._files._typed import instant_text, nested_text, number_text, tags_text, text_of

EAST = timezone(timedelta(hours=5, minutes=30))
plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (" a ", " a "),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-(2**70), "-1180591620717411303424"),
        (5.0, "5"),
        (-10.0, "-10"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (np.float64(2.5), "2.5"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (-float("inf"), "-inf"),
        (Decimal("1.10"), "1.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00"), "0"),
        (Decimal("NaN"), ""),
        (date(2024, 1, 31), "2024-01-31"),
        (time(3, 4, 5, 6), "03:04:05.000006"),
        (datetime(2024, 1, 31, 10, 22, 33), "2024-01-31T10:22:33"),  # noqa: DTZ001  # a clock of no zone
        (datetime(2024, 1, 31, 10, 22, 33, 1, UTC), "2024-01-31T10:22:33.000001+00:00"),
        (datetime(2024, 1, 31, 10, 22, tzinfo=EAST), "2024-01-31T04:52:00+00:00"),
        (datetime(1, 1, 1, tzinfo=EAST), "0001-01-01T00:00:00+05:30"),
        (timedelta(days=1, hours=2, seconds=3), "26:00:03"),
        (timedelta(seconds=-90, microseconds=-5), "-0:01:30.000005"),
        (["a", "b c"], "a;b c"),
        (("a", 1), '["a",1]'),
        ([["a"]], '[["a"]]'),
        ({"a": [None, 1.5, float("nan"), float("inf")]}, '{"a":[null,1.5,null,"inf"]}'),
        ({1: date(2024, 1, 31), "b": b"\xff"}, '{"1":"2024-01-31","b":"ff"}'),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_a_value_has_one_text(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ([], "[]"),
        ([""], '[""]'),
        (["a"], "a"),
        (["a", "b"], "a;b"),
        (["a;b"], '["a;b"]'),
        ([" a"], '[" a"]'),
        (["[a]", "b"], '["[a]", "b"]'),
        (["a", "[b]"], "a;[b]"),
        (["é", ""], '["é", ""]'),
    ],
)
def test_tags_stand_with_a_mark_between_or_as_a_list_where_that_reads_otherwise(tags: list[str], text: str) -> None:
    assert tags_text(tags) == text


@settings(max_examples=100)
@given(st.lists(plain | st.sampled_from([";", " ", "[", "a;", "[]"]), max_size=4))
def test_tags_are_read_back_from_their_text(tags: list[str]) -> None:
    text = tags_text(tags)
    assert (json.loads(text) if text.startswith("[") else text.split(";")) == tags


@settings(max_examples=100)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_from_plain_digits(number: float) -> None:
    text = number_text(number)
    assert set(text) <= set("-.0123456789")
    assert float(text) == number


@settings(max_examples=50)
@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_is_read_back_from_its_text(at: datetime) -> None:
    assert datetime.fromisoformat(instant_text(at)) == at


@settings(max_examples=50)
@given(st.recursive(st.none() | plain | st.integers(), lambda part: st.lists(part) | st.dictionaries(plain, part)))
def test_lists_and_dicts_are_read_back_from_their_text(value: Any) -> None:
    assert json.loads(nested_text(value)) == value
