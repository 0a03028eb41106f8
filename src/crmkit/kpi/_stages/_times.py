"""Time in stage: how long deals stay in each stage, those that are still there among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import frozen

from crmkit import statistics
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._stages._report import StageReport
from crmkit.kpi._stages._stays import Stays, asked, pieces, stage_names, stays_of

__all__ = ["StageTime", "median_stay", "time_in_stage"]

_NAME = "time_in_stage"


@frozen(kw_only=True)
class StageTime:
    """How long deals stay in one stage, in days of 24 hours.

    Args:
        keys: the values of the columns it was cut by.
        stage: the stage.
        stays: how often a deal entered it; a deal that comes back counts again.
        completed: how many of these stays are over.
        still_there: how many go on.
        median: the time after which half of the stays are over: Kaplan-Meier, so that those that go on count for what
            they have lasted; NaN where that is not known yet.
        mean: the mean of the completed stays; too short wherever long stays still go on.
    """

    keys: tuple[Any, ...] = ()
    stage: str
    stays: int
    completed: int
    still_there: int
    median: Measurement
    mean: Measurement


def time_in_stage(
    history: Any,
    *,
    as_of: datetime | date,
    stages: Iterable[str] | None = None,
    by: str | Iterable[str] | None = None,
    timezone: str = "UTC",
    confidence: float = 0.95,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> StageReport[StageTime]:
    """Measure how long deals stay in each stage.

    The median is Kaplan and Meier's (1958) with the interval of Brookmeyer and Crowley (1982), see
    `statistics.kaplan_meier`; the mean has Student's t interval.

    Args:
        history: any dataframe of StageChange rows; it needs `deal_id`, `to_stage` and `changed_at`.
        as_of: what is dated at this instant or later has not happened; a date includes its whole day in `timezone`.
        stages: the stages, in the order of the answer; if not given, all that the history holds, in the order in which
            deals come to them, those that no deal ever left last.
        by: one or more columns to cut by; a stay counts under the values of the row with which it begins.
        timezone: where a date's day hangs.
        confidence: the nominal coverage of the intervals.
        columns: the frame's own names by canonical name: {"changed_at": "date_entered"}.

    Raises:
        InvalidArgument: an argument that is not what it should be, or a stage that the history writes in other letters.
        MissingColumn, InvalidColumn, UnknownField: a table that is no stage history.
        TableError: stages of several pipelines counted together (code "several_pipelines").
    """
    query = asked(StageTime, as_of=as_of, by=by, timezone=timezone, confidence=confidence, columns=columns, needed=True)
    named = () if stages is None else stage_names(stages)
    stays = stays_of(history, query, stages=named, purpose=_NAME, whole_deals=False)
    order = range(len(named)) if stages is not None else _usual_order(stays)
    found = pieces((stays.slice, len(stays.keys)), (stays.stage, len(stays.names)))
    return StageReport(
        name=_NAME,
        by=query.by,
        kind=StageTime,
        rows=tuple(
            _time(key, stays, found[number * len(stays.names) + stage], stays.names[stage], confidence)
            for number, key in enumerate(stays.keys)
            for stage in order
        ),
        excluded=stays.excluded,
        implementation=stays.steps.implementation,
        lazy=stays.steps.lazy,
    )


def _time(key: tuple[Any, ...], stays: Stays, rows: Any, stage: str, confidence: float) -> StageTime:
    days, left = stays.days[rows], stays.left[rows]
    curve = statistics.kaplan_meier(days, left, confidence=confidence)
    return StageTime(
        keys=key,
        stage=stage,
        stays=len(rows),
        completed=int(left.sum()),
        still_there=int((~left).sum()),
        median=median_stay(curve),
        mean=_in_days(
            "mean_time_in_stage", statistics.mean(days[left], confidence=confidence), nothing="no stay is over"
        ),
    )


def median_stay(curve: statistics.SurvivalCurve) -> Measurement:
    """Return the median of a curve of stays, or why there is none."""
    reason = "fewer than half of the stays are over" if curve.n else "no deal was in it"
    return _in_days("median_time_in_stage", curve.median, nothing=reason)


def _in_days(name: str, estimate: statistics.Estimate, *, nothing: str) -> Measurement:
    reason = nothing if math.isnan(estimate.value) else None
    return Measurement.of(name, estimate, unit="days", reason=reason)


def _usual_order(stays: Stays) -> list[int]:
    """Order the stages by how far into their deals they come, those that no deal ever left last."""
    size = len(stays.names)
    starts = np.flatnonzero(stays.first)
    place = np.arange(len(stays.deal)) - np.repeat(starts, np.diff([*starts, len(stays.deal)]))
    counts = np.bincount(stays.stage, minlength=size)
    mean = np.bincount(stays.stage, weights=place, minlength=size) / np.maximum(counts, 1)
    left = np.bincount(stays.stage, weights=stays.left, minlength=size) > 0
    met = np.flatnonzero(counts).tolist()
    return sorted(met, key=lambda at: (not left[at], mean[at], stays.names[at]))
