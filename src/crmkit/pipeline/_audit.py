"""A stage history checked, as a whole table, against the definition of its pipeline. Loads numpy and narwhals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from crmkit.errors import nearest
from crmkit.pipeline._audit_result import Audit
from crmkit.tables import StageSteps, is_missing, stage_steps

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["CODES", "Audit", "audit"]

CODES: Mapping[str, str] = MappingProxyType(
    {
        "missing_deal": "the row does not say which deal",
        "missing_time": "the row does not say when",
        "missing_stage": "the row does not say to which stage",
        "unknown_stage": "a stage that the pipeline does not have",
        "wrong_start": "the first row of a deal comes from a stage, or leads to one in which nothing starts",
        "broken_chain": "the stage left is not the one in which the row before put the deal",
        "same_stage": "the stage entered is the one left",
        "after_close": "a closed deal moves although the pipeline does not reopen it",
        "no_such_move": "a move that the pipeline does not have",
    }
)
"""What each code says of a row, in the order in which several of one row are told."""

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


def audit(pipeline: Pipeline, history: Any, *, columns: Mapping[str, str] = MappingProxyType({})) -> Audit:
    """Check a stage history against the definition of its pipeline, and name every violation.

    A deal's rows follow one another by their time; at the same time, as they stand. Where the table has no
    `from_stage`, a row comes from the stage of the row before. A fault is told once: after a broken chain or an
    unknown stage the deal goes on from where the row puts it. Rows that name another pipeline are left out and
    counted; rows that name none are taken for its own.

    Args:
        pipeline: the definition.
        history: any dataframe of StageChange rows, eager or lazy; it needs `deal_id`, `to_stage` and `changed_at`.
        columns: the frame's own names by canonical name: {"changed_at": "date_entered"}.

    Raises:
        UnknownField: a name in `columns` that is no field of StageChange.
        MissingColumn: a needed column is absent.
        InvalidColumn: `changed_at` holds no instants.
    """
    known = pipeline.names
    steps = stage_steps(history, stages=known, columns=columns, purpose="audit")
    own, left_out = _own_rows(steps.frame, pipeline.name)
    order = steps.order[own[steps.order]]
    came_from, before, first = _chained(steps, order)
    flags = _violations(pipeline, steps, order, came_from, before, first)
    found = {code: np.flatnonzero(flag & own) for code, flag in flags.items()}
    named = _present(np.concatenate((steps.went_to[own], came_from[own])))
    unknown = [steps.names[at] for at in named.tolist() if at >= len(known)]
    return Audit(
        pipeline=pipeline.name,
        version=pipeline.version,
        rows=int(own.sum()),
        deals=len(_present(steps.deal[own])),
        counts={code: len(rows) for code, rows in found.items() if len(rows)},
        unknown_stages={name: nearest(name, known) for name in unknown},
        left_out=left_out,
        table=_table(steps, found, came_from),
    )


def _own_rows(frame: nw.DataFrame[Any], name: str) -> tuple[Flags, dict[str, int]]:
    """Tell which rows are of the pipeline of this name, and count the others."""
    own = np.ones(len(frame), dtype=bool)
    if "pipeline" not in frame.columns:
        return own, {}
    others = {}
    column = frame.get_column("pipeline")
    if column.dtype != nw.String:  # pyarrow compares no categories with a text
        column = column.cast(nw.String)
    for other in column.unique().to_list():
        if not is_missing(other) and other != name:
            theirs = (column == other).fill_null(False).to_numpy().astype(bool)  # noqa: FBT003  # narwhals' own
            others[str(other)] = int(theirs.sum())
            own &= ~theirs
    return own, dict(sorted(others.items()))


def _present(numbers: Whole) -> Whole:
    """Return which numbers occur, -1 apart; `np.unique` would sort millions."""
    return np.flatnonzero(np.bincount(numbers + 1)[1:])


def _chained(steps: StageSteps, order: Whole) -> tuple[Whole, Whole, Flags]:
    """Return the stage that each row leaves, the one that its deal was in (-1 unknown), and which rows are first."""
    first, before = np.zeros(len(steps.deal), dtype=bool), np.full(len(steps.deal), -1)
    follows = steps.deal[order][1:] == steps.deal[order][:-1]
    first[order[:1]] = True
    first[order[1:]] = ~follows
    before[order[1:]] = np.where(follows, steps.went_to[order[:-1]], -1)
    return (before if steps.came_from is None else steps.came_from), before, first


def _violations(
    pipeline: Pipeline, steps: StageSteps, order: Whole, came_from: Whole, before: Whole, first: Flags
) -> dict[str, Flags]:
    """Tell for each code which rows violate it."""
    size, went_to = len(pipeline.stages), steps.went_to
    chained = np.zeros(len(went_to), dtype=bool)
    chained[order] = True
    knows_to = (went_to >= 0) & (went_to < size)
    moves = chained & knows_to & (came_from >= 0) & (came_from < size) & (came_from != went_to)
    verdict = np.zeros(len(went_to), dtype=np.int8)
    verdict[moves] = _verdicts(pipeline)[came_from[moves], went_to[moves]]
    starts = np.isin(went_to, [at for at, name in enumerate(pipeline.names) if name in pipeline.starts])
    flags = {
        "missing_deal": steps.deal < 0,
        "missing_time": ~steps.dated,
        "missing_stage": went_to < 0,
        "unknown_stage": (went_to >= size) | (came_from >= size),
        "wrong_start": first & ((came_from >= 0) | (knows_to & ~starts)),
        "broken_chain": chained & ~first & (before >= 0) & (came_from != before),
        "same_stage": chained & (went_to >= 0) & (came_from == went_to),
        "after_close": verdict == _CLOSED,
        "no_such_move": verdict == _NO_MOVE,
    }
    return {code: flags[code] for code in CODES}


_NO_MOVE, _CLOSED = 1, 2


def _verdicts(pipeline: Pipeline) -> NDArray[np.int8]:
    """Return what is said of the move from each stage of the pipeline to each; 0 where there is one."""
    said = np.full((len(pipeline.stages), len(pipeline.stages)), _NO_MOVE, dtype=np.int8)
    said[[stage.is_final for stage in pipeline.stages]] = _CLOSED
    numbers = {name: at for at, name in enumerate(pipeline.names)}
    for move in pipeline.moves:
        said[numbers[move.from_stage], numbers[move.to_stage]] = 0
    return said


def _table(steps: StageSteps, found: Mapping[str, Whole], came_from: Whole) -> Any:
    """Return one row a violation, as the kind of dataframe that the history is."""
    rows = np.concatenate(list(found.values()))
    codes = np.repeat(np.arange(len(found)), [len(one) for one in found.values()])
    sort = np.lexsort((codes, rows))
    rows, codes = rows[sort], codes[sort]
    told = list(found)
    frame = steps.frame[rows.tolist()]
    backend: Any = frame.implementation
    made = {"row": (rows.tolist(), nw.Int64()), "code": ([told[code] for code in codes.tolist()], nw.String())}
    if steps.came_from is None:
        texts = [steps.names[at] if at >= 0 else None for at in came_from[rows].tolist()]
        made["from_stage"] = (texts, nw.String())
    series = [nw.new_series(name, values, dtype, backend=backend) for name, (values, dtype) in made.items()]
    if frame.implementation.is_pandas_like():
        frame = nw.from_native(frame.to_native().reset_index(drop=True))
    table = frame.with_columns(*series).select("row", "deal_id", "changed_at", "from_stage", "to_stage", "code")
    return table.lazy(backend=steps.implementation).to_native() if steps.lazy else table.to_native()
