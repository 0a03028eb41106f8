"""Ageing report: what is open in each stage, since when, and what is rotten by the pipeline's own rules."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit import statistics
from crmkit.calendars import instant_of
from crmkit.errors import CurrencyMismatch, InvalidArgument, shown
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._quantities import as_instant, as_number
from crmkit.kpi._query import Query
from crmkit.kpi._stages._deals import deals_at
from crmkit.kpi._stages._report import StageReport
from crmkit.kpi._stages._stays import SECONDS_A_DAY, asked, pieces, sliced
from crmkit.pipeline import Pipeline
from crmkit.statistics import Estimate
from crmkit.tables import collected, is_missing

__all__ = ["StageAge", "ageing_report"]

_NAME = "ageing_report"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@frozen(kw_only=True)
class StageAge:
    """The open deals in one stage.

    Args:
        keys: the values of the columns it was cut by.
        stage: the stage.
        deals: how many are open in it.
        amount: the sum of their amounts.
        currency: of which currency that is; None where unstated.
        median_age: the median of the days of 24 hours that they have been in it; order-statistic interval.
        rotten: how many have been in it for longer than the pipeline lets them.
        since_created: of how many the age counts from their creation, since they do not say when they entered.
        undated: how many say neither; they have no age and are not rotten.
    """

    keys: tuple[Any, ...] = ()
    stage: str
    deals: int
    amount: Measurement
    currency: str | None
    median_age: Measurement
    rotten: int
    since_created: int
    undated: int


@frozen(eq=False)
class _Open:
    """The open deals, one array entry each; `entered` is in microseconds since 1970, 0 where `dated` is false."""

    stage: Whole
    slice: Whole
    keys: tuple[tuple[Any, ...], ...]
    amount: NDArray[np.float64]
    currency: NDArray[np.object_]
    entered: Whole
    dated: Flags
    created: Flags


def ageing_report(
    deals: Any,
    *,
    pipeline: Pipeline,
    as_of: datetime | date,
    by: str | Iterable[str] | None = None,
    timezone: str = "UTC",
    confidence: float = 0.95,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> StageReport[StageAge]:
    """Report what is open in each stage of a pipeline, and since when.

    The age of a deal counts from `stage_entered_at`; where that is missing, from `created_at`, which makes it too old
    by the time it spent in earlier stages, and is counted. What is rotten, `Pipeline.ageing` says.

    Args:
        deals: any dataframe of Deal rows; it needs `stage`, `status`, `amount`, `created_at` and `closed_at`.
        pipeline: the definition; its stages that are open or on hold are the rows, in its order.
        as_of: the instant; a date stands for the end of its day in `timezone`.
        by: one or more columns to cut by.
        timezone: where a date's day hangs.
        confidence: the nominal coverage of the interval.
        columns: the table's own names by canonical name.

    Raises:
        InvalidArgument: an argument that is not what it should be.
        UnknownStage: an open deal is in a stage that the pipeline does not have; names the near miss.
        CurrencyMismatch: amounts of several currencies in one sum.
        MissingColumn, InvalidColumn, UnknownField: a table that does not hold deals.
        NeedsHistory: something is dated later than `as_of`.
    """
    query = asked(StageAge, as_of=as_of, by=by, timezone=timezone, confidence=confidence, columns=columns, needed=True)
    given: object = pipeline
    if not isinstance(given, Pipeline):
        reason = f"pipeline is {shown(given)}; it takes a crmkit.pipeline.Pipeline"
        raise InvalidArgument(reason, argument="pipeline", value=given)
    if pipeline.record != "deal":
        reason = f"pipeline {pipeline.name!r} moves records of kind {pipeline.record!r}; this is a report of deals"
        raise InvalidArgument(reason, argument="pipeline", value=pipeline.name)
    optional = ("currency", "pipeline")
    frame = deals_at(deals, query, needed=("amount",), optional=optional, purpose=_NAME)
    found, excluded = _opened(collected(frame.filter(nw.col("status") == "open")), query, pipeline)
    now = instant_of(as_of, timezone=timezone)
    rotten = _rotten(found, pipeline, now)
    size = len(pipeline.stages)
    places = pieces((found.slice, len(found.keys)), (found.stage, size))
    return StageReport(
        name=_NAME,
        by=query.by,
        kind=StageAge,
        rows=tuple(
            _age(key, stage.name, found, places[number * size + at], rotten, (now - _EPOCH) // _MICROSECOND, confidence)
            for number, key in enumerate(found.keys)
            for at, stage in enumerate(pipeline.stages)
            if not stage.is_final
        ),
        excluded=excluded,
        implementation=frame.implementation,
        lazy=isinstance(frame, nw.LazyFrame),
    )


def _opened(frame: nw.DataFrame[Any], query: Query, pipeline: Pipeline) -> tuple[_Open, dict[str, int]]:
    """Return the open deals that are in an open stage of the pipeline, and count the others."""
    names = [None if is_missing(name) else str(name) for name in frame.get_column("stage").to_list()]
    foreign = np.array([_is_foreign(name, pipeline) for name in _cells(frame, "pipeline")], dtype=bool)
    numbers = {name: at for at, name in enumerate(pipeline.names)}
    for name in sorted({name for name, other in zip(names, foreign, strict=True) if name is not None and not other}):
        pipeline.stage(name)
    stage = np.array([-1 if name is None else numbers.get(name, -1) for name in names], dtype=np.int64)
    closed = np.isin(stage, [at for at, one in enumerate(pipeline.stages) if one.is_final])
    kept = np.flatnonzero(~foreign & (stage >= 0) & ~closed)
    excluded = {
        "of another pipeline": int(foreign.sum()),
        "stage missing": int((~foreign & (stage < 0)).sum()),
        "open in a closed stage": int((~foreign & closed).sum()),
    }
    own = frame[kept.tolist()]
    labels = [tuple(None if is_missing(cell) else cell for cell in row) for row in own.select(*query.by).rows()]
    slices, keys = sliced(labels if query.by else [()] * len(kept), query.by)
    entered, dated = _instants(own, "stage_entered_at")
    created, begun = _instants(own, "created_at")
    return _Open(
        stage=stage[kept],
        slice=slices,
        keys=keys,
        amount=_floats(own, "amount"),
        currency=np.array([None if is_missing(one) else str(one) for one in _cells(own, "currency")], dtype=object),
        entered=np.where(dated, entered, created),
        dated=dated | begun,
        created=begun & ~dated,
    ), excluded


def _is_foreign(name: Any, pipeline: Pipeline) -> bool:
    return not is_missing(name) and name != pipeline.name


def _cells(frame: nw.DataFrame[Any], name: str) -> list[Any]:
    return frame.get_column(name).to_list() if name in frame.columns else [None] * len(frame)


def _floats(frame: nw.DataFrame[Any], name: str) -> NDArray[np.float64]:
    """Return a column of numbers, NaN where missing."""
    column = frame.select(as_number(frame, name).alias(name)).get_column(name)
    return np.array([math.nan if is_missing(cell) else cell for cell in column.to_list()], dtype=np.float64)


def _instants(frame: nw.DataFrame[Any], name: str) -> tuple[Whole, Flags]:
    """Return a column of instants in microseconds since 1970, and which of them are there."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=np.int64), np.zeros(len(frame), dtype=bool)
    column = frame.select(as_instant(frame, name)).get_column(name)
    told = ~column.is_null().to_numpy().astype(bool)
    at = np.zeros(len(frame), dtype=np.int64)
    if told.any():
        at[told] = column.drop_nulls().dt.timestamp("us").to_numpy().astype(np.int64)
    return at, told


def _rotten(found: _Open, pipeline: Pipeline, now: datetime) -> Flags:
    """Tell which deals are rotten.

    In one stage those that entered earlier rot earlier: so the pipeline is asked for a few instants only.
    """
    rotten = np.zeros(len(found.stage), dtype=bool)
    for at, stage in enumerate(pipeline.stages):
        mine = np.flatnonzero((found.stage == at) & found.dated)
        instants = np.unique(found.entered[mine])

        def freshness(entered: int, name: str = stage.name) -> int:
            thing = {"stage": name, "stage_entered_at": _EPOCH + entered * _MICROSECOND}
            return 0 if pipeline.ageing(thing, as_of=now).rotten else 1

        fresh_from = bisect_left(instants.tolist(), 1, key=freshness)
        rotten[mine] = np.searchsorted(instants, found.entered[mine]) < fresh_from
    return rotten


def _age(
    key: tuple[Any, ...], stage: str, found: _Open, rows: Whole, rotten: Flags, now: int, confidence: float
) -> StageAge:
    dated = rows[found.dated[rows]]
    days = (now - found.entered[dated]) / 1e6 / SECONDS_A_DAY
    estimate = statistics.quantile(days, confidence=confidence)
    nothing = "no deal says since when" if len(rows) else "no deal is in it"
    amount, currency = _amount(found, rows, confidence)
    return StageAge(
        keys=key,
        stage=stage,
        deals=len(rows),
        amount=amount,
        currency=currency,
        median_age=Measurement.of("median_age", estimate, unit="days", reason=None if len(dated) else nothing),
        rotten=int(rotten[rows].sum()),
        since_created=int(found.created[rows].sum()),
        undated=len(rows) - len(dated),
    )


def _amount(found: _Open, rows: Whole, confidence: float) -> tuple[Measurement, str | None]:
    """Return the sum of the amounts and its currency; nothing sums to 0, what is all missing to NaN."""
    known = rows[~np.isnan(found.amount[rows])]
    currencies = {*found.currency[known].tolist()}
    if len(currencies) > 1:
        named = tuple(sorted("unstated" if one is None else one for one in currencies))
        reason = f"{_NAME} would add amounts in {', '.join(named)}; cut by='currency', or keep one currency"
        raise CurrencyMismatch(reason, currencies=named)
    currency = next(iter(currencies), None)
    lacking = len(rows) - len(known)
    if lacking and not len(known):
        estimate = Estimate.undefined(n=0, confidence=confidence)
    else:
        total = math.fsum(found.amount[known].tolist())
        estimate = Estimate(value=total, low=math.nan, high=math.nan, n=len(known), confidence=confidence)
    nothing = f"amount missing in {lacking:,} of {lacking:,}" if math.isnan(estimate.value) else None
    excluded = {"amount missing": lacking}
    return Measurement.of("open_amount", estimate, unit=currency, excluded=excluded, reason=nothing), currency
