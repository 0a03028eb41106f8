"""Columns to write."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crmkit.io._writers import WrittenColumn, written_columns
from crmkit.records import Deal, FieldSpec, fields_of

SPECS = {
    **fields_of(Deal),
    "flag": FieldSpec("flag", "flag"),
    "words": FieldSpec("words", "tags"),
    "number": FieldSpec("number", "number"),
    "count": FieldSpec("count", "integer"),
}


def columns(**values: list[Any]) -> list[WrittenColumn]:
    """Columns of these values; those with the name of a field of deals, or of SPECS, are that field."""
    held = [pd.Series(cells, dtype=object if name in SPECS else None) for name, cells in values.items()]
    frame = pd.DataFrame(dict(enumerate(held))).set_axis(pd.Index(list(values), dtype=object), axis=1)
    return written_columns(nw.from_native(frame, eager_only=True), list(values), SPECS)
