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
from crmkit.tables import StageSteps, stage_steps

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
        "missing_reason": "the stage entered needs a reason, and there is none",
        "unknown_reason": "the reason is none of the choice of the stage entered",
    }
)
"""What each code says of a row, in the order in which several of one row are told."""

_OPTIONAL = ("pipeline", "pipeline_version", "reason", "days_in_stage")

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


def audit(pipeline: Pipeline, history: Any, *, columns: Mapping[str, str] = MappingProxyType({})) -> Audit:
    """Check a stage history against the definition of its pipeline, and name every violation.

    A deal's rows follow one another by their time; at the same time, as they stand. Where the table has no
    `from_stage`, a row comes from the stage of the row before. A fault is told once: after a broken chain or an
    unknown stage the deal goes on from where the row puts it. Rows that name another pipeline, or another version of
    it, are left out and counted; what a row does not name is taken for its own.

    The first row after such ones of its deal is a migration, and so is one with the reason "migration" and no
    `days_in_stage`: only what it leads to is checked. Reasons are where the table has a column for them.

    Args:
        pipeline: the definition.
        history: any dataframe of StageChange rows, eager or lazy; it needs `deal_id`, `to_stage` and `changed_at`.
        columns: the frame's own names by canonical name: {"changed_at": "date_entered"}.

    Raises:
        InvalidArgument: `columns` is no mapping from names to names.
        UnknownField: a name in `columns` that is no field of StageChange.
        MissingColumn: a needed column is absent.
        InvalidColumn: `changed_at` holds no instants.
    """
    known = pipeline.names
    steps = stage_steps(history, stages=known, columns=columns, optional=_OPTIONAL, purpose="audit")
    own, left_out, other_versions = _own_rows(steps, pipeline)
    order, came_from, before, first, taken_over = _chained(steps, own)
    flags = _violations(pipeline, steps, order, came_from, before, first, taken_over)
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
        other_versions=other_versions,
        table=_table(steps, found, came_from),
    )


def _own_rows(steps: StageSteps, pipeline: Pipeline) -> tuple[Flags, dict[str, int], dict[str, int]]:
    """Tell which rows are of this pipeline and version, and count those of other pipelines and of other versions."""
    numbers, names = steps.numbered("pipeline")
    other, by_name = _others(numbers, names, pipeline.name)
    numbers, texts = steps.numbered("pipeline_version")
    versions = tuple(_whole(text) for text in texts)
    older, by_version = _others(np.where(other, -1, numbers), versions, str(pipeline.version))
    return ~other & ~older, by_name, by_version


def _others(numbers: Whole, names: tuple[str, ...], own: str) -> tuple[Flags, dict[str, int]]:
    """Tell which rows name something other than this pipeline does, and count them by what they name."""
    foreign = np.array([*(name != own for name in names), False])[numbers]
    counts = np.bincount(numbers[foreign], minlength=len(names)).tolist()
    found: dict[str, int] = {}
    for name, count in zip(names, counts, strict=True):
        if count:
            found[name] = found.get(name, 0) + count
    return foreign, dict(sorted(found.items()))


def _whole(text: str) -> str:
    """Write a whole number without the decimals that a column with gaps gives it."""
    return text.removesuffix(".0")


def _present(numbers: Whole) -> Whole:
    """Return which numbers occur, -1 apart; `np.unique` would sort millions."""
    return np.flatnonzero(np.bincount(numbers + 1)[1:])


def _chained(steps: StageSteps, own: Flags) -> tuple[Whole, Whole, Whole, Flags, Flags]:
    """Put the own rows one after the other, deal by deal.

    Returns:
        The order of the rows; the stage that each leaves and the one that its deal was in, -1 where unknown; which
        rows are the first of their deals; which ones take a deal over.
    """
    taken_over = _marked(steps) & own
    whole = steps.order
    follows = steps.deal[whole][1:] == steps.deal[whole][:-1]
    taken_over[whole[1:][follows & own[whole[1:]] & ~own[whole[:-1]]]] = True
    order = whole[own[whole]]
    first, before = np.zeros(len(steps.deal), dtype=bool), np.full(len(steps.deal), -1)
    follows = steps.deal[order][1:] == steps.deal[order][:-1]
    first[order[:1]] = True
    first[order[1:]] = ~follows
    before[order[1:]] = np.where(follows, steps.went_to[order[:-1]], -1)
    came_from = np.where(taken_over, -1, before if steps.came_from is None else steps.came_from)
    return order, came_from, before, first, taken_over


def _marked(steps: StageSteps) -> Flags:
    """Tell which rows say that they are migrations."""
    numbers, reasons = steps.numbered("reason")
    marked: Flags = np.array([*(reason == "migration" for reason in reasons), False])[numbers]
    if marked.any():
        marked &= steps.numbered("days_in_stage")[0] < 0
    return marked


def _violations(
    pipeline: Pipeline,
    steps: StageSteps,
    order: Whole,
    came_from: Whole,
    before: Whole,
    first: Flags,
    taken_over: Flags,
) -> dict[str, Flags]:
    """Tell for each code which rows violate it."""
    size, went_to = len(pipeline.stages), steps.went_to
    chained = np.zeros(len(went_to), dtype=bool)
    chained[order] = True
    knows_to = (went_to >= 0) & (went_to < size)
    enters = knows_to & (came_from != went_to) & ~taken_over
    moves = chained & enters & (came_from >= 0) & (came_from < size)
    verdict = np.zeros(len(went_to), dtype=np.int8)
    verdict[moves] = _verdicts(pipeline)[came_from[moves], went_to[moves]]
    starts = np.isin(went_to, [at for at, name in enumerate(pipeline.names) if name in pipeline.starts])
    missing_reason, unknown_reason = _reasons(pipeline, steps, enters)
    flags = {
        "missing_deal": steps.deal < 0,
        "missing_time": ~steps.dated,
        "missing_stage": went_to < 0,
        "unknown_stage": (went_to >= size) | (came_from >= size),
        "wrong_start": first & ~taken_over & ((came_from >= 0) | (knows_to & ~starts)),
        "broken_chain": chained & ~first & ~taken_over & (before >= 0) & (came_from != before),
        "same_stage": chained & (went_to >= 0) & (came_from == went_to),
        "after_close": verdict == _CLOSED,
        "no_such_move": verdict == _NO_MOVE,
        "missing_reason": missing_reason,
        "unknown_reason": unknown_reason,
    }
    return {code: flags[code] for code in CODES}


def _reasons(pipeline: Pipeline, steps: StageSteps, enters: Flags) -> tuple[Flags, Flags]:
    """Tell which rows enter a stage without the reason that it needs, and which with one that it does not know."""
    missing, unknown = np.zeros(len(enters), dtype=bool), np.zeros(len(enters), dtype=bool)
    if "reason" not in steps.frame.columns:
        return missing, unknown
    numbers, words = steps.numbered("reason")
    given = np.array([*(bool(word.strip()) for word in words), False])[numbers]
    for at, stage in enumerate(pipeline.stages):
        if stage.needs_reason or stage.reasons:
            into = enters & (steps.went_to == at)
            missing |= into & ~given
            if stage.reasons:
                listed = np.array([*(word in stage.reasons for word in words), False])[numbers]
                unknown |= into & given & ~listed
    return missing, unknown


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
