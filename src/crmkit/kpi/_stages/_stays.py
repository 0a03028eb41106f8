"""A stage history as the stays of deals in stages, as far as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.errors import InvalidArgument, TableError, shown
from crmkit.expressions import ALWAYS
from crmkit.kpi._query import Query, query_of
from crmkit.kpi._stages._report import StageRow, taken_names
from crmkit.tables import StageSteps, is_missing, stage_steps

__all__ = [
    "SECONDS_A_DAY",
    "Stays",
    "asked",
    "check_letters",
    "pieces",
    "prove_one_pipeline",
    "sliced",
    "stage_names",
    "stays_of",
    "uncuttable",
]

SECONDS_A_DAY = 86_400.0

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@frozen(eq=False)
class Stays:
    """Every stay of a deal in a stage, deal by deal in the order of time; one array entry a stay.

    Args:
        deal: the number of the deal.
        stage: position in `names`.
        days: from entering it to leaving it, or to `as_of`.
        left: whether it was left.
        first: whether it is the first of its deal.
        slice: position in `keys`.
        names: the stages: first those asked for, then what else the history holds.
        keys: the values of the columns to cut by, in order.
        excluded: rows that are no step, by reason.
        steps: the history.
    """

    deal: Whole
    stage: Whole
    days: NDArray[np.float64]
    left: Flags
    first: Flags
    slice: Whole
    names: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    excluded: Mapping[str, int]
    steps: StageSteps


def asked(
    kind: type[StageRow],
    *,
    as_of: Any,
    by: Any,
    timezone: str,
    confidence: float,
    columns: Mapping[str, str],
    needed: bool = False,
) -> Query:
    """Return what is asked about stages, proven; `needed` says whether `as_of` must be given.

    Raises:
        InvalidArgument: a part that is not what it should be, or a column to cut by that the answer has for itself.
    """
    if needed and as_of is None:
        reason = "as_of is missing: until when? Say a date or an aware datetime: as_of=date(2017, 6, 30)"
        raise InvalidArgument(reason, argument="as_of", value=None)
    query = query_of(
        as_of=as_of,
        by=by,
        where=ALWAYS,
        period=None,
        every=None,
        matured_days=None,
        timezone=timezone,
        fiscal_year_start=1,
        confidence=confidence,
        columns=columns,
    )
    for name in query.by:
        if name in taken_names(kind):
            reason = f"by is {name!r}, a column that the answer has for itself; rename it"
            raise InvalidArgument(reason, argument="by", value=name)
    return query


def stage_names(stages: Iterable[str]) -> tuple[str, ...]:
    """Return the names of stages in their order, each once.

    Raises:
        InvalidArgument: none, one that is no text, or one twice.
    """
    names = () if isinstance(stages, str) or not isinstance(stages, Iterable) else tuple(stages)
    if not names or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        reason = f"stages is {shown(stages)}; it takes the names of stages in their order, each once"
        raise InvalidArgument(reason, argument="stages", value=stages)
    return names


def stays_of(
    history: Any, query: Query, *, stages: tuple[str, ...] = (), purpose: str, whole_deals: bool = True
) -> Stays:
    """Return the stays of deals in stages, as known at `query.as_of`.

    A row that leaves a deal in the stage in which it was is no step. Without `as_of`, a stay that goes on has lasted
    until just after the last row of the history.

    Args:
        history: any dataframe of StageChange rows.
        query: what is asked.
        stages: the stages asked for.
        purpose: who asks, for the messages.
        whole_deals: whether a stay falls into the slice of its deal's first row, and not of that with which it begins.

    Raises:
        InvalidArgument: a stage asked for that the history writes in other letters.
        TableError: stages of one name in several pipelines (code "several_pipelines").
        MissingColumn, InvalidColumn, UnknownField: a table that is no stage history.
    """
    steps = stage_steps(
        history, stages=stages, columns=query.columns, also=query.by, optional=("pipeline",), purpose=purpose
    )
    check_letters(steps.names, len(stages))
    told = steps.at[steps.dated]
    end = (query.as_of - _EPOCH) // _MICROSECOND if query.as_of is not None else int(told.max()) + 1 if len(told) else 0
    seen = ~steps.dated | (steps.at < end)
    order = steps.order[seen[steps.order] & (steps.went_to[steps.order] >= 0)]
    order = order[_changes(steps.deal[order], steps.went_to[order])]
    deal, since = steps.deal[order], steps.at[order]
    left = np.zeros(len(order), dtype=bool)
    left[:-1] = deal[1:] == deal[:-1]
    until = np.where(left, np.roll(since, -1), end)
    first = _changes(deal, np.zeros_like(deal))
    numbers, keys = _slices(steps, query.by, order[first] if whole_deals else order)
    numbers = numbers[np.cumsum(first) - 1] if whole_deals else numbers
    if "pipeline" not in query.by:
        pipelines, names = steps.numbered("pipeline")
        counted = steps.went_to[order] < (len(stages) or len(steps.names))
        places = numbers * len(steps.names) + steps.went_to[order]
        prove_one_pipeline(places[counted], pipelines[order][counted], names, purpose=purpose)
    return Stays(
        deal=deal,
        stage=steps.went_to[order],
        days=(until - since) / 1e6 / SECONDS_A_DAY,
        left=left,
        first=first,
        slice=numbers,
        names=steps.names,
        keys=keys,
        excluded={
            "deal_id missing": int((seen & (steps.deal < 0)).sum()),
            "to_stage missing": int((seen & (steps.went_to < 0)).sum()),
            "changed_at missing": int((~steps.dated).sum()),
        },
        steps=steps,
    )


def prove_one_pipeline(places: Whole, pipelines: Whole, names: Sequence[str], *, purpose: str) -> None:
    """Refuse what is counted together and comes from several pipelines: their stages only share a name.

    Args:
        places: a number for where each row is counted.
        pipelines: positions in `names`; -1 where missing, which is taken for any.
        names: the pipelines.
        purpose: who asks.

    Raises:
        TableError: names the pipelines (code "several_pipelines").
    """
    told = pipelines >= 0
    found = np.unique(places[told] * len(names) + pipelines[told])
    same = np.diff(found // max(len(names), 1)) == 0
    if same.any():
        at = int(np.flatnonzero(same)[0])
        mixed = tuple(sorted(names[number] for number in found[at : at + 2] % len(names)))
        reason = f"{purpose} would count stages of {' and of '.join(map(shown, mixed))} together"
        raise TableError(
            f"{reason}, whose rules are not the same; cut by='pipeline', or keep the rows of one pipeline",
            code="several_pipelines",
            pipelines=mixed,
        )


def _changes(deal: Whole, stage: Whole) -> Flags:
    """Tell which rows put a deal into another stage than the row before."""
    changes = np.ones(len(deal), dtype=bool)
    changes[1:] = (deal[1:] != deal[:-1]) | (stage[1:] != stage[:-1])
    return changes


def check_letters(names: Sequence[str], size: int) -> None:
    """Refuse a stage asked for that the table has in other letters: "won" would be a stage nobody reached."""
    asked_for = {name.casefold(): name for name in names[:size]}
    for name in names[size:]:
        if (other := asked_for.get(name.casefold())) is not None:
            reason = f"stages has {other!r} where the table has {name!r}; write it as the table does"
            raise InvalidArgument(reason, argument="stages", value=other)


def _slices(steps: StageSteps, by: tuple[str, ...], order: Whole) -> tuple[Whole, tuple[tuple[Any, ...], ...]]:
    """Return the number of each row's slice, and the slices' keys in order."""
    if not by:
        return np.zeros(len(order), dtype=np.int64), ((),)
    cells = steps.frame.select(*by)[order.tolist()].rows()
    return sliced([tuple(None if is_missing(cell) else cell for cell in row) for row in cells], by)


def sliced(labels: list[tuple[Any, ...]], by: tuple[str, ...]) -> tuple[Whole, tuple[tuple[Any, ...], ...]]:
    """Return the number of each row's slice, and the slices' keys in order; one slice of all where nothing cuts.

    Args:
        labels: the values of the columns to cut by, row by row.
        by: those columns.
    """
    try:
        keys = sorted(set(labels), key=_rank) if by else [()]
    except TypeError as fault:  # of lists, which have no hash
        raise uncuttable(by, fault) from fault
    numbers = {key: number for number, key in enumerate(keys)}
    return np.array([numbers[label] for label in labels], dtype=np.int64), tuple(keys)


def uncuttable(by: tuple[str, ...], fault: TypeError) -> TableError:
    """Build the error for columns whose values cannot be told apart."""
    return TableError(f"cannot cut by {', '.join(map(shown, by))}: its values cannot be told apart ({fault})")


def _rank(key: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Order keys by their values, the missing last, whatever their types."""
    return [(cell is None, type(cell).__name__, 0 if cell is None else cell) for cell in key]


def pieces(*codes: tuple[Whole, int]) -> list[Whole]:
    """Return the positions at which each combination of codes stands, in the order of the codes.

    Args:
        codes: arrays of one length, each with the number of its codes; a combination with -1 or with what is beyond
            that number stands nowhere.
    """
    combined = np.zeros(len(codes[0][0]), dtype=np.int64)
    inside = np.ones(len(combined), dtype=bool)
    most = 1
    for code, size in codes:
        combined = combined * size + code
        inside &= (code >= 0) & (code < size)
        most *= size
    rows = np.flatnonzero(inside)
    rows = rows[np.argsort(combined[rows], kind="stable")]
    bounds = np.searchsorted(combined[rows], np.arange(most + 1))
    return [rows[start:end] for start, end in pairwise(bounds)]
