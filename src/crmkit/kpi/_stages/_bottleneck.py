"""Bottleneck: the stage in which deals spend most of their time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from crmkit import statistics
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._stages._conversion import conversion_rate, fates
from crmkit.kpi._stages._report import StageReport
from crmkit.kpi._stages._stays import Stays, asked, pieces, stage_names, stays_of
from crmkit.kpi._stages._times import median_stay

__all__ = ["Bottleneck", "bottleneck"]

_NAME = "bottleneck"


@frozen(kw_only=True)
class Bottleneck:
    """What one stage costs in time.

    Args:
        keys: the values of the columns it was cut by.
        rank: 1 for the stage that takes the most deal-days.
        stage: the stage.
        deal_days: the days of 24 hours that deals spent in it until `as_of`, added up.
        share: of the deal-days in all of the stages; NaN where there are none.
        median: how long a stay lasts, as `time_in_stage` has it.
        conversion: of the deals decided, the share that went on, as `stage_conversion` has it.
    """

    keys: tuple[Any, ...] = ()
    rank: int
    stage: str
    deal_days: float
    share: float = field(eq=repr)  # by what it looks like: two undefined shares are equal
    median: Measurement
    conversion: Measurement


def bottleneck(
    history: Any,
    *,
    stages: Iterable[str],
    as_of: datetime | date,
    by: str | Iterable[str] | None = None,
    timezone: str = "UTC",
    confidence: float = 0.95,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> StageReport[Bottleneck]:
    """Rank the stages by the time that deals spend in them, the worst first.

    The rule: more deal-days, completed and going on, rank higher; of equal ones the lower conversion does, then the
    earlier stage. Deal-days weigh how long a stage takes by how many deals it takes that long, so that a slow stage
    that few deals come to does not rank above one in which all of them wait.

    Args:
        history: any dataframe of StageChange rows; it needs `deal_id`, `to_stage` and `changed_at`.
        stages: the way to winning, in order, the stage of won deals last; it is not ranked.
        as_of: what is dated at this instant or later has not happened; a date includes its whole day in `timezone`.
        by: one or more columns to cut by; a deal counts under the values of its first row.
        timezone: where a date's day hangs.
        confidence: the nominal coverage of the intervals.
        columns: the frame's own names by canonical name.

    Raises:
        InvalidArgument: an argument that is not what it should be, or a stage that the history writes in other letters.
        MissingColumn, InvalidColumn, UnknownField: a table that is no stage history.
        TableError: stages of several pipelines counted together (code "several_pipelines").
    """
    query = asked(
        Bottleneck, as_of=as_of, by=by, timezone=timezone, confidence=confidence, columns=columns, needed=True
    )
    way = stage_names(stages)
    stays = stays_of(history, query, stages=way, purpose=_NAME)
    decided = fates(stays, len(way))
    found = pieces((stays.slice, len(stays.keys)), (stays.stage, len(way)))
    return StageReport(
        name=_NAME,
        by=query.by,
        kind=Bottleneck,
        rows=tuple(
            row
            for number, key in enumerate(stays.keys)
            for row in _ranked(
                _cost(key, stays, found[number * len(way) + at], way[at], decided[number, at], confidence)
                for at in range(len(way) - 1)
            )
        ),
        excluded=stays.excluded,
        implementation=stays.steps.implementation,
        lazy=stays.steps.lazy,
    )


def _cost(
    key: tuple[Any, ...], stays: Stays, rows: Any, stage: str, counts: NDArray[np.int64], confidence: float
) -> Bottleneck:
    curve = statistics.kaplan_meier(stays.days[rows], stays.left[rows], confidence=confidence)
    _, advanced, dropped = counts.tolist()
    return Bottleneck(
        keys=key,
        rank=0,
        stage=stage,
        deal_days=math.fsum(stays.days[rows].tolist()),
        share=math.nan,
        median=median_stay(curve),
        conversion=conversion_rate(advanced, advanced + dropped, confidence),
    )


def _ranked(costs: Iterable[Bottleneck]) -> list[Bottleneck]:
    """Return the stages of a slice in the order of the rule, each with its rank and its share."""
    worst = sorted(costs, key=lambda cost: (-cost.deal_days, _value(cost.conversion)))
    total = math.fsum(cost.deal_days for cost in worst)
    return [
        evolve(cost, rank=rank, share=cost.deal_days / total if total else math.nan)
        for rank, cost in enumerate(worst, start=1)
    ]


def _value(measurement: Measurement) -> float:
    return measurement.value if measurement.defined else math.inf
