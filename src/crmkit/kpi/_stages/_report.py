"""What a question about stages answers: one row a stage, for each slice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

import attrs
import narwhals as nw
from attrs import field, frozen

from crmkit.kpi._measurement import Measurement, native_table

__all__ = ["StageReport", "StageRow"]


class StageRow(Protocol):
    """One stage of one slice; an attrs class, whose further fields are texts, counts, numbers and measurements."""

    @property
    def keys(self) -> tuple[Any, ...]:
        """The values of the columns it was cut by."""
        ...

    @property
    def stage(self) -> str:
        """The stage."""
        ...


Row = TypeVar("Row", bound=StageRow)


def _sealed(counts: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType({reason: count for reason, count in counts.items() if count})


@frozen(kw_only=True, repr=False)
class StageReport(Generic[Row]):
    """One row a stage, slice after slice; iterate over it, or take its `table`.

    Args:
        name: what was asked.
        by: the columns that it was cut by.
        kind: the class of the rows.
        rows: the rows.
        excluded: records that are in no row, by reason.
        implementation: the dataframe library that `table` is made with.
        lazy: whether `table` is lazy, as the input was.
    """

    name: str
    by: tuple[str, ...]
    kind: type[Row]
    rows: tuple[Row, ...]
    excluded: Mapping[str, int] = field(converter=_sealed, hash=False)
    implementation: nw.Implementation
    lazy: bool

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"StageReport({self.name}: {len(self):,} rows)"

    def __str__(self) -> str:
        lines = [self.name + (f" by {' and '.join(self.by)}" if self.by else "")]
        for row in self.rows:
            said = [f"{name} {_said(getattr(row, name))}" for name, _ in columns_of(self.kind) if name != "stage"]
            lines.append(f"{', '.join([*map(str, row.keys), row.stage])}: {'; '.join(said)}")
        return "\n".join(lines + [f"left out: {reason} in {count:,}" for reason, count in self.excluded.items()])

    @property
    def table(self) -> Any:
        """The rows as a table of the kind that was asked.

        Columns: those of `by`; those of the row's class, a measurement with its interval as `x`, `x_low` and `x_high`;
        `reason`, why the first of them that is undefined is so.
        """
        columns: dict[str, list[Any]] = {name: [row.keys[at] for row in self.rows] for at, name in enumerate(self.by)}
        schema: dict[str, Any] = {}
        measured = []
        for name, kind in columns_of(self.kind):
            values = [getattr(row, name) for row in self.rows]
            if kind is Measurement:
                measured.append(values)
                parts = {name: "value", f"{name}_low": "low", f"{name}_high": "high"}
                columns |= {column: [getattr(one, part) for one in values] for column, part in parts.items()}
                schema |= dict.fromkeys(parts, nw.Float64())
            else:
                columns[name], schema[name] = values, _TYPES[kind]
        reasons = [[one.reason for one in each if one.reason] for each in zip(*measured, strict=True)]
        columns["reason"] = [next(iter(each), None) for each in reasons]
        schema["reason"] = nw.String()
        return native_table(columns, schema, self.implementation, lazy=self.lazy)


_TYPES: Mapping[Any, Any] = {str: nw.String(), str | None: nw.String(), int: nw.Int64(), float: nw.Float64()}


def columns_of(kind: type[StageRow]) -> list[tuple[str, Any]]:
    """Return the names and types of a row's fields, its keys apart."""
    fields: Any = attrs.fields(attrs.resolve_types(kind))  # type: ignore[arg-type, type-var]  # an attrs class, as StageRow says
    return [(one.name, one.type) for one in fields if one.name != "keys"]


def taken_names(kind: type[StageRow]) -> frozenset[str]:
    """Return the names of the columns that a table of such rows has for itself."""
    measured = [name for name, its in columns_of(kind) if its is Measurement]
    bounds = [f"{name}_{bound}" for name in measured for bound in ("low", "high")]
    return frozenset({*(name for name, _ in columns_of(kind)), *bounds, "reason"})


def _said(value: Any) -> str:
    if isinstance(value, Measurement):
        return str(value).partition(": ")[2]
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
