"""One way from a table to a measurement, for every metric and every kind of dataframe."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import narwhals as nw

from crmkit.calendars import Period
from crmkit.errors import InvalidArgument, TableError, UndefinedMetricWarning
from crmkit.expressions import ALWAYS
from crmkit.kpi._as_of import instant_literal, rewind, timeline_columns
from crmkit.kpi._checks import check_choices, check_columns, check_question, check_renaming, check_values
from crmkit.kpi._collapse import PERIOD, Group, collapse
from crmkit.kpi._measurement import Breakdown, Measurement, Slice
from crmkit.kpi._measures import Measure
from crmkit.kpi._quantities import as_instant
from crmkit.kpi._query import Query
from crmkit.kpi._slices import add_period
from crmkit.statistics import Estimate
from crmkit.tables import count_rows, open_table

if TYPE_CHECKING:
    from crmkit.kpi._metric import Metric

__all__ = ["evaluate", "warn_undefined"]


def evaluate(metric: Metric[Any], measure: Measure, table: Any, query: Query) -> Measurement | Breakdown:
    """Measure a table as `query` says."""
    frame = open_table(table, columns=query.columns)
    implementation, lazy = frame.implementation, isinstance(frame, nw.LazyFrame)
    asked = needed_columns(metric, measure)
    check_renaming(metric, query)
    dated_by = frozenset({metric.at} if metric.at is not None and query.dated else ())
    schema = frame.collect_schema()
    check_columns(schema.names(), metric, asked | dated_by | set(query.by))
    check_question(schema.names(), query.where)
    check_choices(frame, schema, metric, asked, query.columns)
    seen = asked | query.where.fields | set(query.by)
    frame = _only(frame, schema.names(), seen | dated_by | timeline_columns(metric.record) | {"currency"})
    if query.as_of is not None:
        frame = rewind(frame, metric.record, query.as_of, asked=seen, purpose=metric.name)
    if query.where != ALWAYS:
        frame = query.where.filter(frame, as_of=query.looking_from)
    outside = _unasked(frame, measure)
    frame = measure.among.filter(frame, as_of=query.looking_from)
    check_values(frame, metric)
    frame, undated, periods = _in_time(frame, metric, query)
    outside |= undated
    groups = collapse(frame, measure, by=query.by, period=query.every is not None, currency=metric.is_money)
    nothing = Group.empty(len(measure.quantities))
    if not query.sliced:
        whole = _measurement(metric, measure, groups.get(((), 0), nothing), outside, query.confidence)
        warn_undefined(whole)
        return whole
    keys = list(dict.fromkeys(key for key, _ in groups)) if query.by else [()]
    slices = [
        Slice(
            keys=key,
            period=period,
            measurement=_measurement(metric, measure, groups.get((key, index), nothing), {}, query.confidence),
        )
        for key in keys
        for index, period in (enumerate(periods) if query.every is not None else [(0, None)])
    ]
    return Breakdown(
        name=metric.name,
        label=metric.label,
        by=query.by,
        every=query.every,
        slices=tuple(slices),
        excluded=outside,
        implementation=implementation,
        lazy=lazy,
    )


def _only(frame: Any, names: list[str], columns: frozenset[str]) -> Any:
    """Let go of the columns that nobody looks at: each filter would copy them."""
    return frame.select(*(name for name in names if name in columns))


def needed_columns(metric: Metric[Any], measure: Measure) -> frozenset[str]:
    """Return every column that the metric itself looks at."""
    questions = [measure.among, *([metric.valid] if metric.valid is not None else [])]
    questions += [question for quantity in measure.quantities for question in quantity.expressions]
    columns = {name for quantity in measure.quantities for name in quantity.columns}
    return frozenset(columns.union(*(question.fields for question in questions)))


def warn_undefined(measurement: Measurement) -> None:
    """Warn that a number does not exist, in the caller's name."""
    if not measurement.defined:
        warnings.warn(str(measurement), UndefinedMetricWarning, stacklevel=4)


def _unasked(frame: Any, measure: Measure) -> dict[str, int]:
    """Count the rows of which nobody can tell whether they are among those that count."""
    return {f"{name} missing": _nulls(frame, name) for name in sorted(measure.among.fields)}


def _nulls(frame: Any, name: str) -> int:
    """Count the rows that lack a value."""
    if isinstance(frame, nw.DataFrame):
        return int(frame.get_column(name).null_count())
    return count_rows(frame.filter(nw.col(name).is_null()))


def _in_time(frame: Any, metric: Metric[Any], query: Query) -> tuple[Any, dict[str, int], tuple[Period, ...]]:
    """Keep the rows that the query's instants admit; count the ones that do not say when, or are too young."""
    if metric.at is None and (query.every is not None or query.period is not None or query.matured_days is not None):
        raise TableError(
            f"{metric.name} is a state at an instant, not a flow over time: "
            f"ask for it at several as_of= instead of every=, period= or matured_days="
        )
    if query.matured_days is not None and query.as_of is None:
        raise InvalidArgument("matured_days= needs as_of=: old enough when?", argument="matured_days", value=None)
    if metric.at is None or not query.dated:
        return frame, {}, ()
    at = as_instant(frame, metric.at)
    undated = _nulls(frame, metric.at)
    outside = {f"{metric.at} missing": undated}
    if undated:
        frame = frame.filter(~nw.col(metric.at).is_null())
    dtype = frame.collect_schema()[metric.at]
    if query.period is not None:
        begun = at >= instant_literal(dtype, query.period.start)
        frame = frame.filter(begun & (at < instant_literal(dtype, query.period.end)))
    if query.matured_days is not None and query.as_of is not None:
        ripe = at < instant_literal(dtype, query.as_of - timedelta(days=query.matured_days))
        outside[f"younger than {query.matured_days:g} days"] = count_rows(frame.filter(~ripe))
        frame = frame.filter(ripe)
    if query.every is None:
        return frame, outside, ()
    frame, periods = add_period(
        frame,
        metric.at,
        PERIOD,
        every=query.every,
        span=query.period,
        timezone=query.timezone,
        fiscal_year_start=query.fiscal_year_start,
    )
    return frame, outside, periods


def _measurement(
    metric: Metric[Any], measure: Measure, group: Group, outside: Mapping[str, int], confidence: float
) -> Measurement:
    """Finish one slice."""
    estimate = measure.estimate(group.values, group.counts, confidence=confidence)
    excluded = {what: count for what, count in {**outside, **group.excluded}.items() if count}
    left_out = sum(excluded.values())
    reason = metric.nothing if estimate.n == 0 else metric.degenerate
    if estimate.n == 0 and left_out:
        estimate = Estimate.undefined(n=0, confidence=confidence)
        reason = ", ".join(f"{what} in {count:,} of {left_out:,}" for what, count in excluded.items())
    return Measurement.of(
        metric.name,
        estimate,
        unit=metric.unit_of(group.currencies),
        scale=metric.scale,
        excluded=excluded,
        reason=reason if math.isnan(estimate.value) else None,
    )
