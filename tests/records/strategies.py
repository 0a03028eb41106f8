"""Records of every class, drawn from what their FieldSpecs say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from crmkit.records import (
    RECORDS,
    Activity,
    Change,
    FieldSpec,
    SurveyResponse,
    evolve,
    fields_of,
)

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


def values_of(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Draw values that the field holds, None among them where it may be missing."""
    if spec.choices is not None:
        drawn: st.SearchStrategy[Any] = st.sampled_from(spec.choices)
    elif spec.kind == "integer":
        low = -(2**63) if spec.minimum is None else int(spec.minimum)
        drawn = st.integers(low, 2**63 - 1 if spec.maximum is None else int(spec.maximum))
    elif spec.kind == "number":
        drawn = st.floats(spec.minimum, spec.maximum, allow_nan=False, allow_infinity=False)
    else:
        drawn = {
            "text": texts,
            "id": ids,
            "money": amounts,
            "flag": st.booleans(),
            "instant": instants,
            "date": dates,
            "tags": tags,
        }[spec.kind]
    return st.none() | drawn if spec.nullable else drawn


@st.composite
def field_values(draw: st.DrawFn, cls: type) -> dict[str, Any]:
    """Draw the values of all fields of a record class."""
    values = {name: draw(values_of(spec)) for name, spec in fields_of(cls).items()}
    values["version"] = draw(st.integers(0, 1000))
    values["custom"] = draw(custom_values)
    if cls is SurveyResponse:
        values["score"] = draw(st.integers(*SCORES[values["kind"]]))
    if cls is Activity:
        values["links"] = draw(st.lists(ids.map("deal:{}".format), max_size=2))
    return values


def records(cls: type | None = None) -> st.SearchStrategy[Any]:
    """Draw records of a class, or of any."""
    classes = st.sampled_from(sorted(RECORDS.values(), key=lambda each: each.__name__)) if cls is None else st.just(cls)
    return classes.flatmap(lambda each: field_values(each).map(lambda values: each(**values)))


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Draw Changes made one after the other from an empty store on: records that come, differ, go and come again."""
    classes = draw(st.lists(st.sampled_from(list(RECORDS.values())), min_size=1, max_size=3, unique=True))
    slots = {kind: draw(st.lists(records(kind), min_size=2, max_size=3)) for kind in classes}
    versions = dict.fromkeys(classes, 0)
    living: dict[type, Any] = {}
    changes = []
    for _ in range(draw(st.integers(1, 4))):
        add, edit, remove = [], [], []
        for kind in draw(st.lists(st.sampled_from(classes), min_size=1, unique=True)):
            drawn = evolve(draw(st.sampled_from(slots[kind])), id="r1", version=versions[kind])
            versions[kind] += 1
            if kind not in living:
                add.append(drawn)
                living[kind] = evolve(drawn, version=versions[kind])
            elif draw(st.booleans()):
                edit.append((living[kind], drawn))
                living[kind] = evolve(drawn, version=versions[kind])
            else:
                remove.append(living.pop(kind))
        changes.append(Change.of(add=add, edit=edit, remove=remove, act="step", at=NOW, by="ana"))
    return changes


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
