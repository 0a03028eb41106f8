"""The tables of several files, together: one for each kind of record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from crmkit.errors import shown
from crmkit.expressions import Kind
from crmkit.io._cells import Cells
from crmkit.io._findings import Assumption
from crmkit.io._result import ImportResult
from crmkit.io._table import to_frame
from crmkit.records import RECORDS, CustomFields, fields_of
from crmkit.tables import Backend

__all__ = ["aligned", "together"]

_LISTED = 5
Frame = nw.DataFrame[Any]


def together(
    results: Mapping[str, ImportResult], *, custom: CustomFields | None, backend: Backend
) -> tuple[dict[str, Any], list[Assumption]]:
    """Return the tables by the kind of their rows, and say what was decided.

    Of an id that stands in several files the row of the first of them is kept. Ids that are only the numbers of lines
    begin with the name of the file where several files would have them.

    Args:
        results: by the name of the file.
        custom: the custom fields that there are.
        backend: the kind of dataframe.
    """
    files = Counter(result.record for result in results.values())
    pieces: dict[str, dict[str, Frame]] = {}
    for file, result in results.items():
        numbered = "id" not in (result.mapping.columns or {}) and files[result.record] > 1
        for kind, table in ((result.record, result.table), *result.related.items()):
            frame = nw.from_native(table, eager_only=True)
            pieces.setdefault(kind, {})[file] = _of_file(frame, file, kind, result.record) if numbered else frame
    tables, assumptions = {}, []
    for kind, frames in pieces.items():
        tables[kind], said = _one_table(frames, kind, custom, backend)
        assumptions += said
    return tables, assumptions


def aligned(frame: Frame, names: Iterable[str], record: str, custom: CustomFields | None, backend: Backend) -> Frame:
    """Return a table with just these columns; those that it does not have are empty.

    Args:
        frame: of one kind of record.
        names: of the columns, in order.
        record: the kind.
        custom: the custom fields that there are.
        backend: the kind of the dataframe.
    """
    specs = fields_of(RECORDS[record], custom)
    kinds: dict[str, Kind] = {name: specs[name].kind if name in specs else "text" for name in names}
    absent = {name: (_nothing(kind, len(frame)), kind) for name, kind in kinds.items() if name not in frame.columns}
    if absent:
        empty = nw.from_native(to_frame(absent, len(frame), backend), eager_only=True)
        frame = frame.with_columns(*(empty.get_column(name) for name in absent))
    return frame.select(*kinds)


def _nothing(kind: Kind, rows: int) -> Cells:
    return Cells([() if kind == "tags" else None], np.zeros(rows, np.int32))


def _of_file(frame: Frame, file: str, kind: str, record: str) -> Frame:
    """Put the name of the file before the ids of its records, here and where rows of another kind refer to them."""
    refer = [name for name, spec in fields_of(RECORDS[kind]).items() if kind != record and spec.record == record]
    ids = [nw.concat_str(nw.lit(f"{file}:"), nw.col(name)).alias(name) for name in ("id", *refer)]
    return frame.with_columns(*ids)


def _one_table(
    frames: Mapping[str, Frame], kind: str, custom: CustomFields | None, backend: Backend
) -> tuple[Any, list[Assumption]]:
    if len(frames) == 1:
        return next(iter(frames.values())).to_native(), []
    names = _names(frames, kind, custom)
    whole = nw.concat([aligned(frame, names, kind, custom, backend) for frame in frames.values()])
    once = nw.maybe_reset_index(whole.filter(nw.col("id").is_first_distinct()))
    partly = [name for name in names if any(name not in frame.columns for frame in frames.values())]
    text = f"The rows of {len(frames)} files are one table of {kind}, in this order: {_listed([*frames])}."
    if partly:
        text += f" Columns that not all of them have are empty in the rows of the others: {_listed(partly)}."
    said = [Assumption("joined", kind, text)]
    if repeated := len(whole) - len(once):
        text = (
            f"Rows of {kind} left out, because an earlier file has their id: {repeated:,}. "
            "To change: name the files in another order"
        )
        said.append(Assumption("repeated", kind, text))
    return once.to_native(), said


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(map(shown, names[:_LISTED])) + more


def _names(frames: Mapping[str, Frame], kind: str, custom: CustomFields | None) -> list[str]:
    """Return the columns of all tables: the fields in the record's order, then the others as they come."""
    there = dict.fromkeys(name for frame in frames.values() for name in frame.columns)
    fields = [name for name in fields_of(RECORDS[kind], custom) if name in there]
    return [*fields, *(name for name in there if name not in fields)]
