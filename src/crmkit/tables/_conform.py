"""Prove a frame once: names, types, UTC, ranges; then every function may rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
import narwhals as nw

from crmkit.calendars import zone
from crmkit.errors import MissingColumn, UnknownField
from crmkit.records import CustomFields, FieldSpec, fields_of
from crmkit.tables._columns import Proof, prove
from crmkit.tables._duckdb import in_duckdb, plain_duckdb
from crmkit.tables._frames import collected, doubled_id, handed_back, open_table
from crmkit.tables._objects import is_missing, prove_objects
from crmkit.tables._refusal import refuse
from crmkit.tables._zones import in_pandas

__all__ = ["conform", "require", "required"]

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

    Text becomes text, numbers float64 (money quantised to its currency's minor unit, half to even), whole numbers
    int64, instants UTC in microseconds; NaN becomes missing; a column without any value takes the type of its field.
    Columns that the record does not declare stay as they are; columns that it declares and the table lacks stay away.
    What is already canonical comes back equal. A lazy frame stays lazy, and is proven all the same.

    Args:
        table: any dataframe that narwhals knows, eager or lazy.
        record: the record class of its rows.
        columns: the frame's own names by canonical name.
        custom: the custom fields of the record, each a column under its bare name.
        timezone: the zone of instants that do not say theirs; without it they are refused. A date is its midnight.

    Raises:
        UnknownField: a name in `columns` that is no field of the record.
        MissingColumn: a field without which there is no record is not a column.
        InvalidColumn: a type or a value that the field does not hold, or an id that stands twice; names column, row
            (from 0, in eager frames) and value, which the message masks where it is personal.
        InvalidPeriod: an unknown time zone.
    """
    place = zone(timezone) if timezone is not None else None
    fields = fields_of(record, custom)
    for name in columns:
        if name not in fields:
            raise UnknownField.of(name, fields, place=record.__name__)
    frame = plain_duckdb(open_table(table, columns=columns))
    names = frame.collect_schema().names()
    require(record, names)
    specs = {name: spec for name, spec in fields.items() if name in names}
    if isinstance(frame, nw.DataFrame):
        frame = prove_objects(frame, specs, place=place)
    schema = frame.collect_schema()
    proofs = [prove(frame, schema, spec, place=place) for spec in specs.values()]
    _refuse_faults(frame, proofs)
    proven = frame.with_columns(*(proof.value.alias(proof.spec.name) for proof in proofs))
    _refuse_doubled(proven, specs["id"])
    return handed_back(_with_instants(proven, specs, timezone or "UTC"), table)


def require(record: type, names: list[str], *, canonical: bool = False) -> None:
    """Refuse a table that lacks a field without which there is no record.

    Args:
        record: the class of the records.
        names: the columns of the table.
        canonical: whether the table should have been conformed already, and can be renamed no more.
    """
    for name in required(record):
        if name not in names:
            kind = record.__name__
            remedy = f"tables.conform(table, {kind}, columns={{{name!r}: 'its name'}}) makes one" if canonical else None
            raise MissingColumn.of(name, names, purpose=f"a table of {kind} records", remedy=remedy)


def required(record: type) -> list[str]:
    """Return the fields without which there is no record."""
    return [field.name for field in attrs.fields(record) if field.default is attrs.NOTHING]


def _with_instants(frame: Any, specs: Mapping[str, FieldSpec], timezone: str) -> Any:
    """Make instants of the local times that are left, which pandas and DuckDB do by their own means only."""
    schema = frame.collect_schema()
    instants = [name for name, spec in specs.items() if spec.kind == "instant"]
    local = [name for name in instants if schema[name] == nw.Datetime and schema[name].time_zone is None]
    if not local:
        return frame
    return in_duckdb(frame, local, timezone) if frame.implementation.is_duckdb() else in_pandas(frame, local, timezone)


def _refuse_faults(frame: Any, proofs: list[Proof]) -> None:
    """Raise the first fault of the first column that has one."""
    faults = [(proof.spec, fault, reason) for proof in proofs for fault, reason in proof.faults]
    found = frame.select(*(fault.any().alias(str(position)) for position, (_, fault, _) in enumerate(faults)))
    for flag, (spec, fault, reason) in zip(collected(found).rows()[0], faults, strict=True):
        if not is_missing(flag) and flag:
            numbered = frame.with_row_index(_ROW) if isinstance(frame, nw.DataFrame) else frame
            row = collected(numbered.filter(fault).head(1)).rows(named=True)[0]
            refuse(spec, row.get(_ROW), row[spec.name], reason)


def _refuse_doubled(frame: Any, spec: FieldSpec) -> None:
    """Refuse an id that stands twice, at its second row."""
    if not isinstance(frame, nw.DataFrame):
        if (doubled := doubled_id(frame)) is not None:
            refuse(spec, None, doubled[0], f"stands {doubled[1]} times; ids stand once")
        return
    again = frame.select("id").with_row_index(_ROW).filter(~nw.col("id").is_first_distinct()).head(1)
    for row, value in again.rows():
        refuse(spec, row, value, "stands in a row before; ids stand once")
