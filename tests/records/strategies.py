"""Records of every class, drawn from what their FieldSpecs say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from crmkit import testing
from crmkit.records import Change, evolve, fields_of

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)
SCORES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
amounts = st.decimals(Decimal("-1e15"), Decimal("1e15"), allow_nan=False, places=2) | st.decimals(
    Decimal(-1000), Decimal(1000), allow_nan=False, places=7
)
instants = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001  # the strategy adds the zone
    datetime(2262, 1, 1),  # noqa: DTZ001  # as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]),
)
dates = st.dates(date(1900, 1, 1), date(2262, 1, 1))
tags = st.lists(texts, max_size=3).map(tuple)
custom_values = st.dictionaries(
    st.sampled_from(["seats", "region", "renews_on", "größe", "x1"]),
    st.none() | texts | integers | floats | amounts | st.booleans() | instants | dates | tags,
    max_size=3,
)


VALUES = {
    "text": texts,
    "id": ids,
    "money": amounts,
    "instant": instants,
    "date": dates,
    "tags": tags,
    "custom": custom_values,
}


@cache
def records(cls: type | None = None) -> st.SearchStrategy[Any]:
    """Draw records of a class, or of any: what tables of any dataframe can hold, the NUL character among it."""
    return testing.records(cls, values=VALUES)


def field_values(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    """Draw the values of all fields of a record class."""
    names = [*fields_of(cls), "custom"]
    return records(cls).map(lambda record: {name: getattr(record, name) for name in names})


@cache
def histories() -> st.SearchStrategy[list[Change]]:
    """Draw Changes made one after the other from an empty store on."""
    return testing.changes(values=VALUES, at=NOW)


def applied(changes: list[Change], to: dict[Any, Any] | None = None) -> dict[Any, Any]:
    """Return the records there are after the Changes, as the simplest store would hold them."""
    store = dict(to or {})
    for change in changes:
        for edit in change.edits:
            assert store.get((edit.record, edit.id)) == edit.before
            if edit.after is None:
                del store[edit.record, edit.id]
            else:
                store[edit.record, edit.id] = edit.after
    return store


def contents(store: dict[Any, Any]) -> dict[Any, Any]:
    """Return a store's records without their versions."""
    return {key: evolve(record, version=0) for key, record in store.items()}
