"""Records, Changes and questions drawn by Hypothesis from what the FieldSpecs say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from crmkit.expressions import Expression, all_of, any_of, field
from crmkit.records import RECORDS, Activity, Change, FieldChange, FieldSpec, SurveyResponse, evolve, fields_of
from crmkit.testing._kept import START, nth

__all__ = ["changes", "questions", "records"]

_SCORES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
_ZONES = [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_TEXTS = st.text(_CHARACTERS, max_size=10)
_IDS = st.text(_CHARACTERS, min_size=1, max_size=6)
_INTEGERS = st.integers(-(2**63), 2**63 - 1)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_AMOUNTS = st.decimals(Decimal("-1e15"), Decimal("1e15"), allow_nan=False, places=2) | st.decimals(
    Decimal(-1000), Decimal(1000), allow_nan=False, places=7
)
_BY_KIND: Mapping[str, st.SearchStrategy[Any]] = {
    "text": _TEXTS,
    "id": _IDS,
    "money": _AMOUNTS,
    "flag": st.booleans(),
    "instant": st.datetimes(
        datetime(1, 1, 2),  # noqa: DTZ001  # the strategy adds the zone
        datetime(9999, 12, 30),  # noqa: DTZ001  # as above
        timezones=st.sampled_from(_ZONES),
    ),
    "date": st.dates(),
    "tags": st.lists(_TEXTS, max_size=3).map(tuple),
    "custom": st.dictionaries(
        st.sampled_from(["seats", "region", "renews_on", "größe", "x1"]),
        st.one_of(_TEXTS, _INTEGERS, _FLOATS, _AMOUNTS, st.booleans(), st.dates(date(1900, 1, 1))),
        max_size=3,
    ),
}


def records(
    cls: type | None = None,
    *,
    fields: Collection[str] | None = None,
    values: Mapping[str, st.SearchStrategy[Any]] | None = None,
) -> st.SearchStrategy[Any]:
    """Draw records: whatever a record can hold, the NUL character aside, which no store takes.

    Args:
        cls: their class; any, if not given.
        fields: the fields to fill, "custom" among them where it is meant; all, if not given.
        values: other values to draw for a kind of field: {"text": st.text()}; "custom" is a kind here too.
    """
    by_kind = {**_BY_KIND, **(values or {})}
    classes = sorted(RECORDS.values(), key=lambda each: each.__name__) if cls is None else [cls]
    return st.one_of([_drawn_records(each, _by_name(each, fields, by_kind)) for each in classes])


def changes(
    classes: Sequence[type] | None = None,
    *,
    values: Mapping[str, st.SearchStrategy[Any]] | None = None,
    at: datetime = START,
) -> st.SearchStrategy[list[Change]]:
    """Draw Changes made one after the other from an empty store on: records come, differ, go and come again.

    Args:
        classes: of the records; up to three of any, if not given.
        values: other values to draw for a kind of field, as `records` has them.
        at: when each is made.
    """
    known = list(RECORDS.values()) if classes is None else list(classes)
    drawn = {cls: records(cls, values=values) for cls in known}
    several = (
        st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True) if classes is None else st.just(known)
    )
    return _drawn_changes(drawn, several, at)


def questions(cls: type, *, fields: Collection[str] | None = None) -> st.SearchStrategy[Expression]:
    """Draw questions about records of a class, with plain values.

    Args:
        cls: a class of records.
        fields: the fields to ask about; all, if not given.
    """
    specs = [spec for name, spec in fields_of(cls).items() if fields is None or name in fields or name == "id"]
    leaves = st.sampled_from(specs).flatmap(_leaves)
    few: Callable[[st.SearchStrategy[Expression]], Any] = lambda parts: st.lists(parts, min_size=1, max_size=3)  # noqa: E731
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            parts.map(lambda each: ~each),
            few(parts).map(lambda several: all_of(*several)),
            few(parts).map(lambda several: any_of(*several)),
        ),
        max_leaves=6,
    )


def _by_name(
    cls: type, fields: Collection[str] | None, by_kind: Mapping[str, st.SearchStrategy[Any]]
) -> dict[str, st.SearchStrategy[Any]]:
    names = [*fields_of(cls), "custom"] if fields is None else ["id", *fields]
    drawn = {name: _values_of(spec, by_kind) for name, spec in fields_of(cls).items() if name in names}
    drawn["version"] = st.integers(0, 1000)
    if "custom" in names:
        drawn["custom"] = by_kind["custom"]
    refs = by_kind["id"].map("deal:{}".format)
    if cls is Activity and "links" in names:
        drawn["links"] = st.lists(refs, max_size=2).map(tuple)
    if cls is FieldChange:
        drawn["record"] = refs
    return drawn


@st.composite
def _drawn_records(draw: st.DrawFn, cls: type, by_name: Mapping[str, st.SearchStrategy[Any]]) -> Any:
    drawn = {name: draw(values) for name, values in by_name.items()}
    if cls is SurveyResponse:
        drawn["score"] = draw(st.integers(*_SCORES[drawn["kind"]]))
    return cls(**drawn)


@st.composite
def _drawn_changes(
    draw: st.DrawFn,
    drawn_records: Mapping[type, st.SearchStrategy[Any]],
    several: st.SearchStrategy[list[type]],
    at: datetime,
) -> list[Change]:
    classes = draw(several)
    slots = {cls: draw(st.lists(drawn_records[cls], min_size=2, max_size=3)) for cls in classes}
    versions = dict.fromkeys(classes, 0)
    living: dict[type, Any] = {}
    made = []
    for _ in range(draw(st.integers(1, 4))):
        add, edit, remove = [], [], []
        for cls in draw(st.lists(st.sampled_from(classes), min_size=1, unique=True)):
            drawn = evolve(draw(st.sampled_from(slots[cls])), id="r1", version=versions[cls])
            versions[cls] += 1
            if cls not in living:
                add.append(drawn)
                living[cls] = evolve(drawn, version=versions[cls])
            elif draw(st.booleans()):
                edit.append((living[cls], drawn))
                living[cls] = evolve(drawn, version=versions[cls])
            else:
                remove.append(living.pop(cls))
        made.append(Change.of(add=add, edit=edit, remove=remove, act="step", at=at, by="ana"))
    return made


def _values_of(spec: FieldSpec, by_kind: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Draw values that the field holds, None among them where it may be missing."""
    if spec.choices is not None:
        drawn: st.SearchStrategy[Any] = st.sampled_from(spec.choices)
    elif spec.kind == "integer":
        low = -(2**63) if spec.minimum is None else int(spec.minimum)
        drawn = st.integers(low, 2**63 - 1 if spec.maximum is None else int(spec.maximum))
    elif spec.kind == "number":
        drawn = st.floats(spec.minimum, spec.maximum, allow_nan=False, allow_infinity=False)
    else:
        drawn = by_kind[spec.kind]
    return st.none() | drawn if spec.nullable else drawn


def _leaves(spec: FieldSpec) -> st.SearchStrategy[Expression]:
    """Draw questions about one field, with the plain values that `nth` gives."""
    asked = field(spec.name)
    values = st.integers(0, 4).map(lambda number: nth(spec, number))
    present = st.sampled_from([asked.missing(), asked.present()])
    if spec.kind == "tags":
        return present | values.map(lambda tags: asked.has(tags[0])) | values.map(lambda tags: asked.has_all(*tags))
    equal = values.map(lambda value: asked == value) | values.map(lambda value: asked != value)
    if spec.kind == "flag":
        return present | equal
    ordered = values.map(lambda value: asked < value) | values.map(lambda value: asked >= value)
    several = st.lists(values, max_size=3).map(lambda some: asked.isin(*some))
    return st.one_of(present, equal, ordered, several)
