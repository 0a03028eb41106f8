"""A file larger than memory: read part by part, each part by the plan that the first one gave rise to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

import attrs
import narwhals as nw
import numpy as np
import numpy.typing as npt

from crmkit.errors import InvalidArgument, shown
from crmkit.io._files import Rows, source_of
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._plan import Plan, decide
from crmkit.io._presets import Preset, preset_of
from crmkit.io._presets import presets as shipped
from crmkit.io._read import MappingLike, PresetLike, refuse_unknown
from crmkit.io._result import Assumption, ImportResult
from crmkit.io._take import OnError, take
from crmkit.io._together import aligned
from crmkit.records import RECORDS, CustomFields, fields_of
from crmkit.tables import Backend

__all__ = ["read_chunks"]

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
    progress: Callable[[int, int], None] | None = None,
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
    known = [*map(preset_of, presets), *shipped()]
    from crmkit.io._files import row_chunks

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
    plan: Plan | None = None
    names: list[str] = []
    said: set[Assumption] = set()
    seen = _EarlierIds()
    for rows in parts:
        first = plan is None
        if plan is None:
            plan = decide(rows, given, custom, presets)
            _refuse_torn_records(rows, plan)
        result = take(rows, plan, on_error=on_error, custom=custom, backend=backend, seen=seen.stood)
        frame = nw.from_native(result.table, eager_only=True)
        names = names or _columns(frame.columns, result.record, custom)
        yield attrs.evolve(
            result,
            table=aligned(frame, names, result.record, custom, backend).to_native(),
            assumptions=tuple(each for each in result.assumptions if each not in said),
        )
        if first:
            said.update(result.assumptions)


def _refuse_torn_records(rows: Rows, plan: Plan) -> None:
    """Refuse a file whose records may lie in two parts of it."""
    if plan.mapping.fold:
        what = "several of its lines make one record"
    elif plan.mapping.record == "stage_change" and "from_stage" not in plan.columns:
        what = "where a step came from is said by the step before"
    else:
        return
    reason = f"{what}, and the two may lie in different parts; read the whole file with crmkit.io.read"
    raise rows.refusal(reason, code="needs_whole_file")


def _columns(names: Sequence[str], record: str, custom: CustomFields | None) -> list[str]:
    """Return the columns of every part: those of the first, and the one that open deals give rise to."""
    there = {*names, *(["expected_close_on"] if record == "deal" and "closed_at" in names else [])}
    fields = [name for name in fields_of(RECORDS[record], custom) if name in there]
    return [*fields, *(name for name in names if name not in fields)]


class _EarlierIds:
    """The ids of the parts before, each as a digest of 16 bytes, so that they fit into memory."""

    def __init__(self) -> None:
        self._digests = np.zeros(0, f"S{_DIGEST}")

    def stood(self, ids: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Tell which of these ids stood in a part before, and keep them."""
        digests = np.array([_digest(identifier) for identifier in ids], f"S{_DIGEST}")
        at = np.searchsorted(self._digests, digests)
        there = at < len(self._digests)
        there[there] = self._digests[at[there]] == digests[there]
        fresh = np.sort(digests[~there])
        self._digests = np.insert(self._digests, np.searchsorted(self._digests, fresh), fresh)
        return there


def _digest(identifier: str) -> bytes:
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
