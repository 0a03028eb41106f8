"""Ids across files: what one table says of a record of another becomes the id by which the two are joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs
import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.io._cells import Cells
from crmkit.io._findings import Assumption
from crmkit.io._table import to_frame
from crmkit.records import RECORDS, CustomFields, FieldSpec, fields_of
from crmkit.tables import Backend

__all__ = ["linked"]

# What people write where an id belongs; fields that make one name together stand in one tuple.
_NAMES: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "user": (("name",), ("email",)),
        "team": (("name",),),
        "company": (("name",),),
        "contact": (("first_name", "last_name"), ("email",)),
        "product": (("name",), ("code",)),
        "price_book": (("name",),),
        "quote": (("number",), ("name",)),
    }
)
_CUSTOMERS = ("contact", "company")
_FATES = ("id", "merged", "name", "names", "nothing")


def linked(
    tables: Mapping[str, Any],
    merged: Mapping[str, Mapping[str, str]],
    *,
    custom: CustomFields | None,
    backend: Backend,
) -> tuple[dict[str, Any], list[Assumption]]:
    """Return the tables with the ids by which they join, and say what was decided.

    An id of the table that a column refers to stays. The id of a record that was merged becomes that of the one that
    is left, and the name of exactly one record becomes its id. All else stays, too, and is counted.

    Args:
        tables: by the kind of their rows.
        merged: for a kind, the id of the record that is left by the id of each that was merged into it.
        custom: the custom fields that there are.
        backend: the kind of the dataframes.
    """
    target_of = cache(lambda target: _Target.of(target, tables[target], merged.get(target, {})))
    joined, assumptions = {}, []
    for kind, table in tables.items():
        frame = nw.from_native(table, eager_only=True)
        for field, spec in fields_of(RECORDS[kind], custom).items():
            there = field in frame.columns
            meant = [target_of(target) for target in _kinds_meant(spec) if there and target in tables]
            if meant:
                column, said = _linked(frame.get_column(field), f"{kind}.{field}", meant, backend)
                frame = frame.with_columns(column)
                assumptions += said
        joined[kind] = frame.to_native()
    return joined, assumptions


@attrs.frozen(eq=False)
class _Target:
    """The records that a column may refer to.

    Args:
        kind: of these records.
        ids: that there are.
        merged: the id of the record that is left, by the id of one that was merged into it.
        names: the ids of the records with a name, by the name's key.
    """

    kind: str
    ids: frozenset[str]
    merged: Mapping[str, str]
    names: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, kind: str, table: Any, merged: Mapping[str, str]) -> _Target:
        frame = nw.from_native(table, eager_only=True)
        ids = frame.get_column("id").to_list()
        names: dict[str, set[str]] = {}
        for fields in _NAMES.get(kind, ()):
            parts = [frame.get_column(field).to_list() for field in fields if field in frame.columns]
            for identifier, said in zip(ids, zip(*parts, strict=True), strict=bool(parts)):
                names.setdefault(_key(" ".join(part for part in said if _is_text(part))), set()).add(identifier)
        names.pop("", None)
        return cls(kind, frozenset(ids), merged, {key: frozenset(of_key) for key, of_key in names.items()})


def _is_text(value: object) -> bool:
    return isinstance(value, str)  # a missing text of pandas is a NaN


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _kinds_meant(spec: FieldSpec) -> Sequence[str]:
    if spec.record is not None:
        return (spec.record,) if spec.name != "id" else ()
    return _CUSTOMERS if spec.name == "customer_id" else ()


def _linked(
    column: nw.Series[Any], where: str, targets: Sequence[_Target], backend: Backend
) -> tuple[nw.Series[Any], list[Assumption]]:
    """Return the column as ids of its targets; each distinct text is looked up once."""
    values = np.array(column.to_list(), dtype=object)
    codes, texts = pd.factorize(values)
    found = [_found(text, targets) for text in texts]
    rows = np.bincount(codes[codes >= 0], minlength=len(texts))
    counts = {fate: sum(int(rows[at]) for at, (_, is_so) in enumerate(found) if is_so == fate) for fate in _FATES}
    ids = Cells(
        [*(identifier for identifier, _ in found), None], np.where(codes < 0, len(found), codes).astype(np.int32)
    )
    if counts["merged"] or counts["name"]:
        column = nw.from_native(to_frame({column.name: (ids, "id")}, len(ids.codes), backend)).get_column(column.name)
    return column, list(_said(counts, where, " or ".join(target.kind for target in targets)))


def _found(text: str, targets: Sequence[_Target]) -> tuple[str, str]:
    """Return the id that a text stands for, or the text itself, and how that came about."""
    if any(text in target.ids for target in targets):
        return text, "id"
    for target in targets:
        if text in target.merged:
            return _left(text, target), "merged"
    key = _key(text)
    named = frozenset[str]().union(*(target.names.get(key, ()) for target in targets))
    if len(named) == 1:
        return next(iter(named)), "name"
    return text, "names" if named else "nothing"


def _left(text: str, target: _Target) -> str:
    seen: set[str] = set()  # two files may merge two records into each other
    while text in target.merged and text not in seen and text not in target.ids:
        seen.add(text)
        text = target.merged[text]
    return text


def _said(counts: Mapping[str, int], where: str, kind: str) -> Iterable[Assumption]:
    total = f"{where}, of {sum(counts.values()):,} values"
    kept = "The tables of the single files keep what they say."
    if counts["merged"]:
        text = f"{total}: {counts['merged']:,} replaced by the id of the {kind} that is left after a merge. {kept}"
        yield Assumption("merged", where, text)
    said = {
        "name": f"replaced by the id of the only {kind} with that name",
        "names": f"left as they are, the name of more than one {kind}",
        "nothing": f"left as they are, neither id nor name of a {kind}",
    }
    listed = "; ".join(f"{counts[fate]:,} {what}" for fate, what in said.items() if counts[fate])
    if listed:
        yield Assumption("linked", where, f"{total}: {listed}. {kept}")
