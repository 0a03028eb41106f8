"""A file larger than memory: read part by part, each part by the plan that the first one gave rise to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import attrs
import narwhals as nw
import numpy as np
import numpy.typing as npt

from crmkit.errors import InvalidArgument, shown
from crmkit.io._files import Progress, Rows, row_chunks, source_of
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._plan import Plan, again, decide
from crmkit.io._presets import Preset
from crmkit.io._read import MappingLike, PresetLike, presets_of, refuse_unknown
from crmkit.io._rejected import without_notes
from crmkit.io._result import ImportResult
from crmkit.io._several import aligned
from crmkit.io._table import OnError, take
from crmkit.records import RECORDS, CustomFields, fields_of
from crmkit.tables import Backend

__all__ = ["read_chunks"]

_OF_THE_FILE = ("row_ids", "no_status", "refs")  # assumptions that no row of a later part changes
_DIGEST = 16  # bytes: two ids of a file do not share one


def read_chunks(
    path: str | os.PathLike[str],
    *,
    rows: int = 100_000,
    mapping: MappingLike | None = None,
    presets: Iterable[PresetLike] = (),
    on_error: OnError = "collect",
    custom: CustomFields | None = None,
    backend: Backend = "pandas",
    progress: Progress = None,
) -> Iterator[ImportResult]:
    """Read a file part by part, so that only some of its rows are in memory at a time.

    What the mapping leaves open is found out from the first part and then stands for all of them; a later row that
    does not fit is rejected. All tables have the same columns. The first result has the assumptions about the file,
    each later one those about its own rows.

    Args:
        path: of the file.
        rows: how many rows a part has.
        mapping: what its columns mean, as for `read`.
        presets: as for `read`.
        on_error: "collect" keeps the good rows and lists the others; "strict" stops at the part with the first bad row.
        custom: the custom fields that the columns may be.
        backend: the kind of dataframe: "pandas", "polars" or "pyarrow".
        progress: called now and then with the number of bytes read and the number in all.

    Raises:
        ImportRejected: as for `read`; also where a record does not lie within one part: the lines of orders, a history
            of stages that only says where each step went (code "needs_whole_file").
        InvalidArgument: an unknown `on_error` or `backend`, a number of rows that is none, or a `path` or `mapping` of
            another type.
        InvalidPeriod: the mapping names an unknown time zone.
        MissingExtra: the library of the backend, or of the file's format, is not installed.
    """
    refuse_unknown(on_error, backend)
    _refuse_other_types(path, rows)
    given = mapping_of(mapping)
    known = presets_of(presets)
    parts = row_chunks(source_of(path), given.file, rows=rows, progress=progress)
    return _results(parts, given, known, on_error=on_error, custom=custom, backend=backend)


def _refuse_other_types(path: object, rows: object) -> None:
    if not isinstance(path, str | os.PathLike):
        raise InvalidArgument(f"{shown(path)} is no path of a file", argument="path", value=path)
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 1:
        reason = f"rows={shown(rows)}: a whole number from 1 was expected"
        raise InvalidArgument(reason, argument="rows", value=rows)


def _results(
    parts: Iterable[Rows],
    given: Mapping,
    presets: Sequence[Preset],
    *,
    on_error: OnError,
    custom: CustomFields | None,
    backend: Backend,
) -> Iterator[ImportResult]:
    seen, names = _EarlierIds(), list[str]()
    plan: Plan | None = None
    for rows in map(without_notes, parts):
        first = plan is None
        if plan is None:
            plan = decide(rows, given, custom, presets)
            _refuse_torn_records(rows, plan)
        else:
            plan = again(plan, rows, given)
        result = take(rows, plan, on_error=on_error, custom=custom, backend=backend, seen=seen.stood)
        frame = nw.from_native(result.table, eager_only=True)
        names = names or _columns(frame.columns, plan, custom)
        table = aligned(frame, names, result.record, custom, backend).to_native()
        new = tuple(said for said in result.assumptions if first or said.code not in _OF_THE_FILE)
        yield attrs.evolve(result, table=table, assumptions=new)


def _refuse_torn_records(rows: Rows, plan: Plan) -> None:
    """Refuse a file whose records may lie in two parts of it."""
    if plan.mapping.fold:
        what = "several of its lines make one record"
    elif plan.tells_steps:
        what = "where a step came from is said by the step before"
    else:
        return
    reason = f"{what}, and the two may lie in different parts; read the whole file with crmkit.io.read"
    raise rows.refusal(reason, code="needs_whole_file")


def _columns(names: Sequence[str], plan: Plan, custom: CustomFields | None) -> list[str]:
    """Return the columns of every part: those of the first, and the one that open deals give rise to."""
    record = str(plan.mapping.record)
    moves = record == "deal" and "closed_at" in names and not plan.mapping.exact
    there = {*names, *(["expected_close_on"] if moves else [])}
    fields = [name for name in fields_of(RECORDS[record], custom) if name in there]
    return [*fields, *(name for name in names if name not in fields)]


class _EarlierIds:
    """The ids of the parts before, each as a digest of 16 bytes, so that they fit into memory.

    They stand in sorted runs, each at least twice as long as the next: so there are few, and few are moved.
    """

    def __init__(self) -> None:
        self._runs: list[npt.NDArray[np.bytes_]] = []

    def stood(self, ids: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Tell which of these ids, each another, stood in a part before, and keep them."""
        digests = np.array([_digest(identifier) for identifier in ids], f"S{_DIGEST}")
        order = np.argsort(digests)
        digests = digests[order]
        there = np.zeros(len(ids), np.bool_)
        for run in self._runs:
            at = np.searchsorted(run, digests)
            within = at < len(run)
            there[within] |= run[at[within]] == digests[within]
        self._runs.append(digests[~there])
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            self._runs[-2:] = [np.sort(np.concatenate(self._runs[-2:]), kind="stable")]
        answer = np.empty_like(there)
        answer[order] = there
        return answer


def _digest(identifier: str) -> bytes:
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
