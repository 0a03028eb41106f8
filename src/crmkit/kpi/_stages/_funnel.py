"""Funnel: how many deals come how far, from a stage history or from deals alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

import narwhals as nw
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit import statistics
from crmkit.errors import InvalidArgument, MissingColumn, did_you_mean, shown
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._query import Query
from crmkit.kpi._stages._deals import deals_at
from crmkit.kpi._stages._report import StageReport
from crmkit.kpi._stages._stays import (
    asked,
    check_letters,
    prove_one_pipeline,
    sliced,
    stage_names,
    stays_of,
    uncuttable,
)
from crmkit.tables import collected, is_missing, open_table

__all__ = ["FunnelStep", "funnel"]

_NAME = "funnel"

Kind = Literal["reached", "logged"]
Whole = NDArray[np.int64]


@frozen(kw_only=True)
class FunnelStep:
    """How many deals came to one stage.

    Args:
        keys: the values of the columns it was cut by.
        stage: the stage.
        deals: how many came to it.
        step: of the deals that came to the stage before, the share that came to this one, too; Wilson interval.
        overall: of the deals that came to the first stage, the share that came to this one, too; Wilson interval.
    """

    keys: tuple[Any, ...] = ()
    stage: str
    deals: int
    step: Measurement
    overall: Measurement


@frozen(eq=False)
class _Ways:
    """Which stages were reached, in each of several ways; `counts` of deals took each of them."""

    been: NDArray[np.bool_]
    counts: Whole
    slice: Whole
    keys: tuple[tuple[Any, ...], ...]
    excluded: Mapping[str, int]
    implementation: nw.Implementation
    lazy: bool


def funnel(
    table: Any,
    *,
    stages: Iterable[str],
    kind: Kind = "reached",
    as_of: datetime | date | None = None,
    by: str | Iterable[str] | None = None,
    timezone: str = "UTC",
    confidence: float = 0.95,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> StageReport[FunnelStep]:
    """Count how many deals come to each stage, and which share goes from one to the next.

    A table with `to_stage` is a stage history. From deals alone the furthest stage known is the present one: a won
    deal has come to all stages, an open one to its own and those before it. A lost one whose stage is one of `stages`
    has come to that; where its stage only says that it is lost, to the first, so that all counts but the first, and
    all overall shares, are the least that can be. A stage history has no such bias.

    Deals that are still on their way count as not having come further. `stage_conversion` leaves them out.

    Args:
        table: any dataframe of StageChange rows, or of Deal rows with `stage` and `status`.
        stages: the stages in order; that of won deals can be the last.
        kind: "reached": a later stage implies those before it; "logged": only stages that the history has count.
        as_of: what is dated at this instant or later has not happened; a date includes its whole day in `timezone`;
            None takes all that the table holds.
        by: one or more columns to cut by; of a history, a deal counts under the values of its first row.
        timezone: where a date's day hangs.
        confidence: the nominal coverage of the intervals.
        columns: the table's own names by canonical name.

    Raises:
        InvalidArgument: an argument that is not what it should be, or a stage that the table writes in other letters.
        MissingColumn, InvalidColumn, UnknownField: a table of neither kind.
        TableError: stages of several pipelines counted together (code "several_pipelines").
        NeedsHistory: deals alone, some of them dated later than `as_of`.
    """
    query = asked(FunnelStep, as_of=as_of, by=by, timezone=timezone, confidence=confidence, columns=columns)
    way = stage_names(stages)
    if kind not in get_args(Kind):
        reason = f"kind is {shown(kind)}; it takes 'reached' or 'logged'{did_you_mean(str(kind), get_args(Kind))}"
        raise InvalidArgument(reason, argument="kind", value=kind)
    known = open_table(table, columns=columns).collect_schema().names()
    if "to_stage" not in known and "stage" not in known:
        raise MissingColumn.of("to_stage", known, purpose="funnel of a stage history (of deals alone: 'stage')")
    if "to_stage" in known:
        ways = _ways_of_history(table, query, way, kind)
    elif kind == "logged":
        reason = "kind='logged' needs a stage history: deals alone do not say which stages they were in"
        raise InvalidArgument(reason, argument="kind", value=kind)
    else:
        ways = _ways_of_deals(table, query, way)
    return StageReport(
        name=_NAME,
        by=query.by,
        kind=FunnelStep,
        rows=tuple(
            step
            for number, key in enumerate(ways.keys)
            for step in _funnel_steps(key, way, ways.been, np.where(ways.slice == number, ways.counts, 0), confidence)
        ),
        excluded=ways.excluded,
        implementation=ways.implementation,
        lazy=ways.lazy,
    )


def _funnel_steps(
    key: tuple[Any, ...], way: tuple[str, ...], been: NDArray[np.bool_], counts: Whole, confidence: float
) -> list[FunnelStep]:
    totals = counts @ been
    steps = []
    for at, stage in enumerate(way):
        both = int(counts @ (been[:, at] & been[:, max(at - 1, 0)]))
        start = int(counts @ (been[:, at] & been[:, 0]))
        before = "the first stage has none before it" if at == 0 else f"no deal came to {way[at - 1]}"
        steps.append(
            FunnelStep(
                keys=key,
                stage=stage,
                deals=int(totals[at]),
                step=_share("step_conversion", both, int(totals[at - 1]) if at else 0, before, confidence),
                overall=_share("overall_conversion", start, int(totals[0]), f"no deal came to {way[0]}", confidence),
            )
        )
    return steps


def _share(name: str, part: int, whole: int, nothing: str, confidence: float) -> Measurement:
    estimate = statistics.proportion(min(part, whole), whole, confidence=confidence)
    return Measurement.of(name, estimate, unit="fraction", reason=None if whole else nothing)


def _ways_of_history(history: Any, query: Query, way: tuple[str, ...], kind: Kind) -> _Ways:
    stays = stays_of(history, query, stages=way, purpose=_NAME)
    own = np.cumsum(stays.first) - 1
    been = np.zeros((int(stays.first.sum()), len(way)), dtype=bool)
    inside = stays.stage < len(way)
    been[own[inside], stays.stage[inside]] = True
    never = int((~been.any(axis=1)).sum())
    distinct, slices, counts = _collapsed(_implied(been) if kind == "reached" else been, stays.slice[stays.first])
    return _Ways(
        been=distinct,
        counts=counts,
        slice=slices,
        keys=stays.keys,
        excluded={**stays.excluded, "deal never in one of the stages": never},
        implementation=stays.steps.implementation,
        lazy=stays.steps.lazy,
    )


def _implied(been: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the stages that were come to when a later one implies those before it."""
    implied: NDArray[np.bool_] = np.maximum.accumulate(been[:, ::-1], axis=1)[:, ::-1]
    return implied


def _collapsed(been: NDArray[np.bool_], slices: Whole) -> tuple[NDArray[np.bool_], Whole, Whole]:
    """Return each distinct way of a slice once, its slice, and how many deals took it."""
    rows, counts = np.unique(np.column_stack((slices, been)), axis=0, return_counts=True)
    return rows[:, 1:].astype(np.bool_), rows[:, 0].astype(np.int64), counts.astype(np.int64)


def _ways_of_deals(deals: Any, query: Query, way: tuple[str, ...]) -> _Ways:
    frame = deals_at(deals, query, needed=(), optional=("pipeline",), purpose=_NAME)
    apart = ("pipeline",) if "pipeline" in frame.collect_schema().names() and "pipeline" not in query.by else ()
    try:
        grouped = collected(frame.group_by("stage", "status", *query.by, *apart).agg(nw.len().alias("__crmkit_count")))
    except TypeError as fault:  # pandas, of a column of lists
        raise uncuttable(query.by, fault) from fault
    rows = [[None if is_missing(cell) else cell for cell in row] for row in grouped.rows()]
    check_letters([*way, *sorted({str(stage) for stage, *_ in rows if stage is not None} - set(way))], len(way))
    reached = [_reached(stage, status, way) for stage, status, *_ in rows]
    known = [number for number, depth in enumerate(reached) if depth >= 0]
    slices, keys = sliced([tuple(rows[number][2 : 2 + len(query.by)]) for number in known], query.by)
    if apart:
        names = sorted({str(rows[number][-2]) for number in known if rows[number][-2] is not None})
        numbers = [names.index(str(rows[at][-2])) if rows[at][-2] is not None else -1 for at in known]
        prove_one_pipeline(slices, np.array(numbers, dtype=np.int64), names, purpose=_NAME)
    return _Ways(
        been=np.arange(len(way)) <= np.array([reached[number] for number in known], dtype=np.int64)[:, None],
        counts=np.array([rows[number][-1] for number in known], dtype=np.int64),
        slice=slices,
        keys=keys,
        excluded={
            reason: sum(int(row[-1] or 0) for row, depth in zip(rows, reached, strict=True) if depth == code)
            for code, reason in _LEFT_OUT.items()
        },
        implementation=frame.implementation,
        lazy=isinstance(frame, nw.LazyFrame),
    )


_LEFT_OUT = {-1: "open deal in none of the stages", -2: "status missing"}


def _reached(stage: Any, status: Any, way: tuple[str, ...]) -> int:
    """Return the position of the furthest stage known; -1 of an open deal elsewhere, -2 without a status."""
    if status == "won":
        return len(way) - 1
    if stage in way:
        return way.index(stage)
    return {"lost": 0, "open": -1}.get(status, -2)
