"""What a metric answers: one number with its interval, or one for each slice."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw
from attrs import field, frozen

from crmkit.calendars import Every, Period
from crmkit.statistics import Estimate

__all__ = ["Breakdown", "Measurement", "Slice", "native_table"]


def _sealed(counts: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType({reason: count for reason, count in counts.items() if count})


@frozen(kw_only=True)
class Measurement:
    """One number about many records; `float(m)` is its value.

    Args:
        name: the metric's name.
        value: the number; NaN where it does not exist, and `reason` says why.
        low: the lower end of the interval; NaN where there is none.
        high: the upper end of the interval; NaN where there is none.
        n: how many records the number rests on.
        unit: "fraction", "points", "days", "records", or a currency; None for money in a currency unstated.
        confidence: the interval's nominal coverage.
        excluded: how many records were left out, by reason.
        reason: why the number cannot be computed; None where it can.
    """

    name: str
    value: float = field(eq=repr)  # by what it looks like: two undefined numbers are equal
    low: float = field(default=math.nan, eq=repr)
    high: float = field(default=math.nan, eq=repr)
    n: int
    unit: str | None
    confidence: float = 0.95
    excluded: Mapping[str, int] = field(factory=dict, converter=_sealed, hash=False)
    reason: str | None = None

    @classmethod
    def of(
        cls,
        name: str,
        estimate: Estimate,
        *,
        unit: str | None,
        scale: float = 1.0,
        excluded: Mapping[str, int] | None = None,
        reason: str | None = None,
    ) -> Measurement:
        """Name an estimate; `scale` turns its fractions into the metric's unit."""
        return cls(
            name=name,
            value=scale * estimate.value,
            low=scale * estimate.low,
            high=scale * estimate.high,
            n=estimate.n,
            unit=unit,
            confidence=estimate.confidence,
            excluded=excluded or {},
            reason=reason,
        )

    @property
    def defined(self) -> bool:
        """Whether the number exists."""
        return not math.isnan(self.value)

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit not in (None, "fraction") else ""
        if not self.defined:
            return f"{self.name}: cannot compute: {self.reason}"
        interval = "" if math.isnan(self.low) else f" ({self.low:,.6g} to {self.high:,.6g})"
        return f"{self.name}: {self.value:,.10g}{unit}{interval}, n {self.n:,}"


@frozen(kw_only=True)
class Slice:
    """One slice's answer: the values of the columns it was cut by, its period, its measurement."""

    keys: tuple[Any, ...]
    period: Period | None
    measurement: Measurement


@frozen(kw_only=True, repr=False)
class Breakdown:
    """A metric cut into slices, in order; iterate over it, or take its `table`.

    Args:
        name: the metric's name.
        label: how the metric is called on a page.
        by: the columns that it was cut by.
        every: the calendar periods that it was cut by; None where it was not.
        slices: one for each combination, ordered by keys and period.
        excluded: records that fall into no slice, by reason.
        implementation: the dataframe library that `table` is made with.
        lazy: whether `table` is lazy, as the input was.
    """

    name: str
    label: str
    by: tuple[str, ...]
    every: Every | None
    slices: tuple[Slice, ...]
    excluded: Mapping[str, int] = field(converter=_sealed, hash=False)
    implementation: nw.Implementation
    lazy: bool

    def __iter__(self) -> Iterator[Slice]:
        return iter(self.slices)

    def __len__(self) -> int:
        return len(self.slices)

    def __repr__(self) -> str:
        return f"Breakdown({self._title}: {len(self):,} slices)"

    def __str__(self) -> str:
        lines = []
        for piece in self.slices:
            labels = [*map(str, piece.keys), *([str(piece.period)] if piece.period else [])]
            lines.append(f"{', '.join(labels)}: {str(piece.measurement).partition(': ')[2]}")
        return "\n".join([self._title, *lines])

    @property
    def _title(self) -> str:
        return f"{self.name} by {' and '.join([*self.by, *([self.every] if self.every else [])])}"

    @property
    def table(self) -> Any:
        """The slices as a table of the kind that was measured, one row a slice.

        Columns: those of `by`; `period`, `period_start`, `period_end` when cut by time; `value`, `low`, `high`, `n`,
        `unit`, `excluded` (records) and `reason`.
        """
        columns: dict[str, list[Any]] = {}
        for position, name in enumerate(self.by):
            columns[name] = [piece.keys[position] for piece in self.slices]
        if self.every is not None:
            periods = [piece.period for piece in self.slices if piece.period is not None]
            columns |= {
                "period": [str(period) for period in periods],
                "period_start": [period.start for period in periods],
                "period_end": [period.end for period in periods],
            }
        answers = [piece.measurement for piece in self.slices]
        columns |= {
            "value": [answer.value for answer in answers],
            "low": [answer.low for answer in answers],
            "high": [answer.high for answer in answers],
            "n": [answer.n for answer in answers],
            "unit": [answer.unit for answer in answers],
            "excluded": [sum(answer.excluded.values()) for answer in answers],
            "reason": [answer.reason for answer in answers],
        }
        schema = {name: _TYPES[name] for name in columns if name in _TYPES}
        return native_table(columns, schema, self.implementation, lazy=self.lazy)


_TYPES: Mapping[str, Any] = {
    "period": nw.String(),
    "period_start": nw.Datetime("us", "UTC"),
    "period_end": nw.Datetime("us", "UTC"),
    "value": nw.Float64(),
    "low": nw.Float64(),
    "high": nw.Float64(),
    "n": nw.Int64(),
    "unit": nw.String(),
    "excluded": nw.Int64(),
    "reason": nw.String(),
}


def native_table(
    columns: dict[str, list[Any]], schema: Mapping[str, Any], implementation: nw.Implementation, *, lazy: bool
) -> Any:
    """Build a native frame; engines without frames of their own in memory get one made through pyarrow."""
    eager = implementation.is_pandas_like() or implementation.is_polars() or implementation.is_pyarrow()
    backend = implementation if eager else nw.Implementation.PYARROW
    series = [
        nw.new_series(name, values, schema.get(name), backend=backend)  # type: ignore[arg-type]  # eager by the line above
        for name, values in columns.items()
    ]
    frame = nw.concat([one.to_frame() for one in series], how="horizontal")
    if not lazy:
        return frame.to_native()
    return frame.lazy(backend=implementation).to_native()  # type: ignore[arg-type]  # any lazy engine
