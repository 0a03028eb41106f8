"""Whose a change of a field is, written as `ref` writes it."""

from __future__ import annotations

from crmkit.io._cells import Cells
from crmkit.io._findings import Assumption
from crmkit.io._names import readings, record_words
from crmkit.records import RECORDS

__all__ = ["as_refs"]


def as_refs(ids: Cells, header: str) -> tuple[Cells, Assumption | None]:
    """Return ids as references to records, where the header of the column names one kind: "OpportunityId".

    A reference stays as it is, and so does an id where the header names no kind or several.

    Args:
        ids: of records, or references to them.
        header: of the column.
    """
    kinds = {kind for way in readings(header) if way.key == "id" for word in way.words for kind in record_words()[word]}
    if len(kinds) != 1:
        return ids, None
    (kind,) = kinds
    refs = Cells([value if value is None or _is_ref(value) else f"{kind}:{value}" for value in ids.values], ids.codes)
    text = f'Each record is a {kind}, as the header {header!r} says, and is written "{kind}:" with its id.'
    return refs, Assumption("refs", "record", text)


def _is_ref(value: str) -> bool:
    kind, _, identifier = value.partition(":")
    return kind in RECORDS and identifier != ""
