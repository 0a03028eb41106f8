"""Stage conversion: of the deals that a stage has let go, the share that went on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit import statistics
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._stages._report import StageReport
from crmkit.kpi._stages._stays import Stays, asked, stage_names, stays_of

__all__ = ["StageConversion", "fates", "stage_conversion"]

_NAME = "stage_conversion"
_NOTHING = "no deal is decided"
_OPEN, _ADVANCED, _DROPPED = 0, 1, 2


@frozen(kw_only=True)
class StageConversion:
    """What became of the deals that were in one stage.

    Args:
        keys: the values of the columns it was cut by.
        stage: the stage.
        deals: how many deals were in it.
        advanced: how many of them came to a later stage after it.
        dropped: how many did not, and are in a stage that is not on the way.
        undecided: how many did not, and are still on the way.
        rate: advanced / (advanced + dropped); Wilson interval.
    """

    keys: tuple[Any, ...] = ()
    stage: str
    deals: int
    advanced: int
    dropped: int
    undecided: int
    rate: Measurement


def stage_conversion(
    history: Any,
    *,
    stages: Iterable[str],
    as_of: datetime | date | None = None,
    by: str | Iterable[str] | None = None,
    timezone: str = "UTC",
    confidence: float = 0.95,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> StageReport[StageConversion]:
    """Measure for each stage which share of its deals goes on to a later one.

    Unlike the steps of a `funnel`, deals that are still on the way are left out of the rate: a stage that many deals
    have just entered does not look leaky for it. The interval is Wilson's (1927).

    Args:
        history: any dataframe of StageChange rows; it needs `deal_id`, `to_stage` and `changed_at`.
        stages: the way to winning, in order, the stage of won deals last; a deal in any other stage has dropped out.
        as_of: what is dated at this instant or later has not happened; a date includes its whole day in `timezone`;
            None takes all that the table holds.
        by: one or more columns to cut by; a deal counts under the values of its first row.
        timezone: where a date's day hangs.
        confidence: the nominal coverage of the intervals.
        columns: the frame's own names by canonical name.

    Raises:
        InvalidArgument: an argument that is not what it should be, or a stage that the history writes in other letters.
        MissingColumn, InvalidColumn, UnknownField: a table that is no stage history.
        TableError: stages of several pipelines counted together (code "several_pipelines").
    """
    query = asked(StageConversion, as_of=as_of, by=by, timezone=timezone, confidence=confidence, columns=columns)
    way = stage_names(stages)
    stays = stays_of(history, query, stages=way, purpose=_NAME)
    return StageReport(
        name=_NAME,
        by=query.by,
        kind=StageConversion,
        rows=tuple(
            _conversion(key, way[at], counts[at], confidence)
            for key, counts in zip(stays.keys, fates(stays, len(way)), strict=True)
            for at in range(len(way) - 1)
        ),
        excluded=stays.excluded,
        implementation=stays.steps.implementation,
        lazy=stays.steps.lazy,
    )


def _conversion(key: tuple[Any, ...], stage: str, counts: NDArray[np.int64], confidence: float) -> StageConversion:
    undecided, advanced, dropped = counts.tolist()
    return StageConversion(
        keys=key,
        stage=stage,
        deals=undecided + advanced + dropped,
        advanced=advanced,
        dropped=dropped,
        undecided=undecided,
        rate=conversion_rate(advanced, advanced + dropped, confidence),
    )


def conversion_rate(advanced: int, decided: int, confidence: float) -> Measurement:
    """Return the share of the decided deals that advanced."""
    estimate = statistics.proportion(advanced, decided, confidence=confidence)
    return Measurement.of(_NAME, estimate, unit="fraction", reason=None if decided else _NOTHING)


def fates(stays: Stays, size: int) -> NDArray[np.int64]:
    """Return how many deals of each slice that were in each stage are undecided, advanced and dropped.

    Args:
        stays: the stays of the deals.
        size: how many of the stages, the first ones of `stays.names`, are on the way.
    """
    starts = np.flatnonzero(stays.first)
    lengths = np.diff([*starts, len(stays.deal)])
    counts = np.zeros((len(stays.keys), size, 3), dtype=np.int64)
    if not len(starts):
        return counts
    last = np.repeat(stays.stage[starts + lengths - 1], lengths)
    own = np.repeat(np.arange(len(starts)), lengths)
    furthest = _furthest_after(np.where(stays.stage < size, stays.stage, -1), own)
    fate = np.where(furthest > stays.stage, _ADVANCED, np.where(last >= size, _DROPPED, _OPEN))
    # a deal that comes back to a stage counts once, from when it was there first
    places = own * len(stays.names) + stays.stage
    _, first = np.unique(places, return_index=True)
    first = first[stays.stage[first] < size]
    np.add.at(counts, (stays.slice[first], stays.stage[first], fate[first]), 1)
    return counts


def _furthest_after(stage: NDArray[np.int64], own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each stay the latest stage that its deal comes to from then on.

    A deal's number, counted from the end, outweighs every stage: so one running maximum from the end serves all.
    """
    width = int(stage.max()) + 2
    weighed = (own.max() - own) * width + stage + 1
    furthest: NDArray[np.int64] = np.maximum.accumulate(weighed[::-1])[::-1] % width - 1
    return furthest
