"""The calendar period of each row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import narwhals as nw
import numpy as np

from crmkit.calendars import Every, Period, periods_between
from crmkit.errors import InvalidPeriod
from crmkit.kpi._as_of import instant_literal
from crmkit.tables import extent

__all__ = ["MOST_PERIODS", "add_period"]

MOST_PERIODS = 10_000
"""A table may be cut into so many periods at the most: more is a wrong date, not a question."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def add_period(
    frame: Any, at: str, name: str, *, every: Every, span: Period | None, timezone: str, fiscal_year_start: int
) -> tuple[Any, tuple[Period, ...]]:
    """Add the position of each row's period as the column `name`, and return those periods, gapless.

    Args:
        frame: a narwhals frame in which `at` is never missing and lies in `span`, if one is given.
        at: a column of instants.
        name: the column to add.
        every: the kind of period.
        span: the periods run over this; None for first to last row.
        timezone: where the calendar hangs.
        fiscal_year_start: the first month of the year.
    """
    ends = (span.start, span.end - _MICROSECOND) if span else extent(frame, at)
    if ends is None:
        return frame.with_columns(nw.lit(0).alias(name)), ()
    start, end = ends[0], ends[1] + _MICROSECOND
    periods = periods_between(start, end, every, timezone=timezone, fiscal_year_start=fiscal_year_start)
    if len(periods) > MOST_PERIODS:
        raise InvalidPeriod(
            f"{at!r} runs from {start:%Y-%m-%d} to {end:%Y-%m-%d}: {len(periods):,} periods of one {every} each are "
            f"more than {MOST_PERIODS:,}; give period= or a longer every=",
            code="too_many_periods",
            value=every,
        )
    if isinstance(frame, nw.LazyFrame):
        dtype = frame.collect_schema()[at]
        begun = [(nw.col(at) >= instant_literal(dtype, period.start)).cast(nw.Int32) for period in periods[1:]]
        position = sum(begun, start=nw.lit(0)) if begun else nw.lit(0)
        return frame.with_columns(position.alias(name)), periods
    edges = np.array([(period.start - _EPOCH) // _MICROSECOND for period in periods], dtype=np.int64)
    instants = frame.select(nw.col(at).dt.timestamp("us").alias(name)).get_column(name).to_numpy().astype(np.int64)
    positions = np.searchsorted(edges, instants, side="right") - 1
    return frame.with_columns(nw.Series.from_numpy(name, positions, backend=frame.implementation)), periods
