"""Everything that a report of one table says, computed once; terminal, page and JSON only show it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import narwhals as nw
from attrs import frozen

from crmkit import kpi
from crmkit.calendars import Every, instant_of
from crmkit.errors import (
    CrmError,
    CurrencyMismatch,
    InvalidPeriod,
    MissingColumn,
    NeedsHistory,
    TableError,
    UndefinedMetricWarning,
)
from crmkit.expressions import ALWAYS, Expression
from crmkit.io import Assumption, ImportResult, RejectedRow
from crmkit.kpi import Breakdown, Measurement, Metric, Total, YesNo
from crmkit.records import RECORDS, fields_of
from crmkit.reporting._figures import key_text
from crmkit.reporting._source import cautions_of, gaps_of
from crmkit.tables import DTYPES, count_rows, open_table

__all__ = ["Card", "Report", "report"]


@frozen(kw_only=True)
class Card:
    """One KPI of a report: its metric and its measurement, or why there is none."""

    metric: Metric[Any]
    measurement: Measurement | None
    reason: str | None = None


@frozen(kw_only=True)
class Report:
    """What a report says of one table.

    Args:
        title: what stands on top.
        record: the kind of the rows, such as "deal".
        rows: how many rows the table has; `where` and `as_of` may leave out some of them.
        gaps: how many cells are missing, by column; without those that only some records ever fill.
        as_of: what happened at this instant or later was left out; None for nothing left out.
        where: only the records for which this holds were measured.
        timezone: where the calendar hangs.
        confidence: the nominal coverage of the intervals.
        cards: the KPIs.
        over_time: the kind's leading metric by calendar period.
        by_group: a metric by the values of one column.
        parts: how many records stand in each state.
        assumptions: what the import assumed.
        accepted: how many rows of the file became records; None where no file was read.
        rejected: the rows of the file that did not.
        omitted: the slices that there are not, and why.
        cautions: why the numbers may not be those of the file; they are shown first.
    """

    title: str
    record: str
    rows: int
    gaps: Mapping[str, int]
    as_of: datetime | None
    where: Expression
    timezone: str
    confidence: float
    cards: tuple[Card, ...]
    over_time: Breakdown | None
    by_group: Breakdown | None
    parts: Breakdown | None
    assumptions: tuple[Assumption, ...]
    accepted: int | None
    rejected: tuple[RejectedRow, ...]
    omitted: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """The slices that there are."""
        return tuple(one for one in (self.over_time, self.parts, self.by_group) if one is not None)


@frozen
class _Plan:
    """Which metrics a kind of record is cut by, and which fields only some of them ever fill."""

    over_time: Metric[Any]
    by_group: Metric[Any]
    parts: str
    later: frozenset[str] = frozenset()


_PLANS: Mapping[str, _Plan] = MappingProxyType(
    {
        "deal": _Plan(
            kpi.won_revenue, kpi.win_rate, "stage", frozenset({"closed_at", "expected_close_on", "lost_reason", "tags"})
        ),
        "lead": _Plan(
            kpi.lead_conversion_rate,
            kpi.lead_conversion_rate,
            "status",
            frozenset({"converted_at", "contact_id", "company_id", "deal_id", "tags"}),
        ),
        "survey_response": _Plan(kpi.nps, kpi.nps, "kind"),
    }
)


def report(
    source: ImportResult | Any,
    *,
    record: str = "deal",
    title: str | None = None,
    as_of: datetime | date | None = None,
    by: str | None = None,
    every: Every = "quarter",
    where: Expression = ALWAYS,
    timezone: str = "UTC",
    fiscal_year_start: int = 1,
    confidence: float = 0.95,
    assumed: Sequence[Assumption] = (),
) -> Report:
    """Measure a table with every KPI of its kind.

    Args:
        source: what `io.read` returned, or a canonical table.
        record: the kind of the table's rows; an ImportResult says its own.
        title: what stands on top.
        as_of: as for every KPI; None takes all that the table holds.
        by: the column to compare groups by; None takes the owner, where there is one.
        every: the calendar periods of the leading metric.
        where: only the records for which this holds.
        timezone: where the calendar hangs.
        fiscal_year_start: the first month of the fiscal year.
        confidence: the nominal coverage of the intervals.
        assumed: what the caller assumed, besides what the import did.

    Raises:
        MissingColumn: the table has no column `by`.
        NeedsHistory: the table does not hold what the column `by` was at `as_of`.
        TableError: no KPI is measured on this kind of record.
    """
    imported = source if isinstance(source, ImportResult) else None
    table, kind = (_with_created_at(imported), imported.record) if imported else (source, record)
    plan = _plan(kind)
    asked: dict[str, Any] = {
        "as_of": as_of,
        "where": where,
        "timezone": timezone,
        "fiscal_year_start": fiscal_year_start,
        "confidence": confidence,
    }
    names = open_table(table).collect_schema().names()
    if by is not None and by not in names:
        raise MissingColumn.of(by, names, purpose="by=", remedy="by takes the name of a column of the table")
    group = by if by is not None else "owner_id" if "owner_id" in names else None
    omitted: list[str] = []
    over_time = _cut(plan.over_time, table, asked, omitted, every=every)
    parts = _cut(_counted(kind), table, asked, omitted, by=plan.parts) if plan.parts in names else None
    by_group = _cut(plan.by_group, table, asked, omitted, demanded=by is not None, by=group) if group else None
    return Report(
        title=key_text(title or f"{_LABELS[kind]} report", limit=_LONGEST_TITLE),
        record=kind,
        rows=count_rows(open_table(table)),
        gaps=gaps_of(table, [name for name in fields_of(RECORDS[kind]) if name in names and name not in plan.later]),
        as_of=None if as_of is None else instant_of(as_of, timezone=timezone),
        where=where,
        timezone=timezone,
        confidence=confidence,
        cards=tuple(_card(metric, table, asked) for metric in kpi.CATALOGUE.values() if metric.record == kind),
        over_time=over_time,
        by_group=by_group,
        parts=parts,
        omitted=tuple(omitted),
        assumptions=(*(imported.assumptions if imported else ()), *assumed),
        accepted=imported.accepted if imported else None,
        rejected=imported.rejected if imported else (),
        cautions=cautions_of(imported) if imported else (),
    )


def _with_created_at(imported: ImportResult) -> Any:
    """Return the table; where the file does not say when its records were made, that is missing and not unknown.

    A KPI asks for the column, to leave out what was made after `as_of`; a record without a time is never later.
    """
    frame = open_table(imported.table)
    if "created_at" in frame.collect_schema().names() or "created_at" not in fields_of(RECORDS[imported.record]):
        return imported.table
    return frame.with_columns(nw.lit(None, dtype=DTYPES["instant"]).alias("created_at")).to_native()


_LONGEST_TITLE = 120
_LABELS: Mapping[str, str] = MappingProxyType({"deal": "Sales", "lead": "Lead", "survey_response": "Survey"})


def _plan(kind: str) -> _Plan:
    if kind not in _PLANS:
        raise TableError(
            f"no KPI is measured on {kind} records yet; there are KPIs of: {', '.join(_PLANS)}", code="no_metric"
        )
    return _PLANS[kind]


def _card(metric: Metric[Any], table: Any, asked: Mapping[str, Any]) -> Card:
    try:
        return Card(metric=metric, measurement=_quietly(metric, table, **asked))
    except (CurrencyMismatch, MissingColumn, NeedsHistory) as fault:
        return Card(metric=metric, measurement=None, reason=_why(fault))


def _cut(
    metric: Metric[Any],
    table: Any,
    asked: Mapping[str, Any],
    omitted: list[str],
    *,
    demanded: bool = False,
    **cut: Any,
) -> Breakdown | None:
    """Slice a metric; None, and the reason in `omitted`, where the table cannot be sliced in this way."""
    try:
        pieces: Breakdown = _quietly(metric, table, **asked, **cut)
    except (CurrencyMismatch, InvalidPeriod, MissingColumn, NeedsHistory) as fault:
        refused = isinstance(fault, InvalidPeriod) and fault.code != "too_many_periods"
        if refused or (demanded and isinstance(fault, NeedsHistory)):
            raise
        omitted.append(f"{metric.label} by {' and '.join(map(str, cut.values()))}: {_why(fault)}")
        return None
    return pieces if len(pieces) else None


def _why(fault: CrmError) -> str:
    """Say in few words why a number or a chart is missing."""
    return f"needs the column {fault.column!r}" if isinstance(fault, MissingColumn) else str(fault)


def _counted(kind: str) -> Metric[Any]:
    """Return the metric that counts records."""
    return Metric(
        name=f"{kind}s",
        label=f"Number of {kind.replace('_', ' ')}s",
        definition="how many there are",
        source="a count of everything there is: no sampling interval",
        unit="records",
        better=None,
        record=kind,
        measure=Total(YesNo(ALWAYS)),
    )


def _quietly(metric: Callable[..., Any], table: Any, **asked: Any) -> Any:
    """Measure without warnings: the report itself says what is undefined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return metric(table, **asked)
