"""Prove a frame once: names, types, UTC, ranges; then every function may rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw

from crmkit.errors import InvalidColumn, MissingColumn, shown
from crmkit.records import CustomFields, fields_of
from crmkit.tables._columns import Proof, prove
from crmkit.tables._frames import collected, open_table
from crmkit.tables._objects import prove_objects

__all__ = ["conform"]

_ROW = "__crmkit_row"


def conform(
    table: Any,
    record: type,
    *,
    columns: Mapping[str, str] = MappingProxyType({}),
    custom: CustomFields | None = None,
    timezone: str | None = None,
) -> Any:
    """Return the table in canonical form, of the kind that it was given, or refuse it.

    Text becomes text, numbers float64 (money quantised to its currency's minor unit), whole numbers int64, instants
    UTC in microseconds; NaN becomes missing. Columns that the record does not declare stay as they are; columns that
    it declares and the table lacks stay away. What is already canonical comes back equal.

    Args:
        table: any dataframe that narwhals knows, eager or lazy.
        record: the record class of its rows.
        columns: the frame's own names by canonical name.
        custom: the custom fields of the record, each a column under its bare name.
        timezone: the zone of instants that do not say theirs; without it they are refused.

    Raises:
        MissingColumn: a field without which there is no record is not a column.
        InvalidColumn: a type or a value that the field does not hold; names column, row (from 0, in eager frames) and
            value.
    """
    frame = open_table(table, columns=columns)
    specs = {name: spec for name, spec in fields_of(record, custom).items() if name in frame.collect_schema().names()}
    if "id" not in specs:
        raise MissingColumn.of("id", frame.collect_schema().names(), purpose=f"a table of {record.__name__} records")
    if isinstance(frame, nw.DataFrame):
        frame = prove_objects(frame, specs)
    proofs = [prove(frame, spec, timezone=timezone) for spec in specs.values()]
    _refuse_faults(frame, proofs)
    return frame.with_columns(*(proof.value.alias(proof.column) for proof in proofs)).to_native()


def _refuse_faults(frame: Any, proofs: list[Proof]) -> None:
    """Raise the first fault of the first column that has one."""
    faults = [(proof.column, fault, reason) for proof in proofs for fault, reason in proof.faults]
    if not faults:
        return
    found = frame.select(*(fault.any().alias(str(position)) for position, (_, fault, _) in enumerate(faults)))
    flags = collected(found).rows()[0]
    for flag, (column, fault, reason) in zip(flags, faults, strict=True):
        if flag:
            numbered = frame.with_row_index(_ROW) if isinstance(frame, nw.DataFrame) else frame
            first = numbered.filter(fault).head(1)
            row = collected(first).rows(named=True)[0]
            raise _refused(column, row.get(_ROW), row[column], reason)


def _refused(column: str, row: int | None, value: object, reason: str) -> InvalidColumn:
    """Build the error of one value."""
    place = f"column {column!r}" + (f", row {row}" if row is not None else "")
    return InvalidColumn(f"{place}: {shown(value)} {reason}", column=column, row=row, value=value)
