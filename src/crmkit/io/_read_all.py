"""Several files at once: a directory, a zip archive or a list, as tables that join by id."""

from __future__ import annotations

import os
from collections import abc
from functools import partial
from typing import Any

import attrs

from crmkit.errors import ImportRejected, InvalidArgument, did_you_mean, shown
from crmkit.io._files import Progress, Source
from crmkit.io._findings import Assumption
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._presets import Preset
from crmkit.io._read import MappingLike, PresetLike, read_source, refuse_unknown
from crmkit.io._result import ImportResult
from crmkit.io._several import Found, Limits, Paths, files_in, linked, together
from crmkit.io._table import OnError
from crmkit.records import CustomFields
from crmkit.tables import Backend

__all__ = ["Imports", "read_all"]

_PARTS = frozenset(attribute.name for attribute in attrs.fields(Mapping))


@attrs.frozen(eq=False, repr=False)
class Imports:
    """Several files, each as it was read, and their tables together.

    Args:
        results: what reading each file gave, by its name.
        refused: the files that could not be read, and why.
        skipped: the files that were left out, and why.
        tables: for each kind of record the rows of all files, with the ids by which they join.
        assumptions: what was decided to put the files together; those about single files are in `results`.
    """

    results: abc.Mapping[str, ImportResult]
    refused: abc.Mapping[str, ImportRejected]
    skipped: abc.Mapping[str, str]
    tables: abc.Mapping[str, Any]
    assumptions: tuple[Assumption, ...]

    def __repr__(self) -> str:
        files = f"{len(self.results):,} files, {len(self.refused):,} refused, {len(self.skipped):,} skipped"
        return f"Imports({files}: {self.accepted:,} rows accepted, {self.rejected:,} rejected)"

    @property
    def accepted(self) -> int:
        """The number of rows accepted in all files."""
        return sum(result.accepted for result in self.results.values())

    @property
    def rejected(self) -> int:
        """The number of rows rejected in all files."""
        return sum(len(result.rejected) for result in self.results.values())

    @property
    def records(self) -> int:
        """The number of records in all files: the accepted and the rejected."""
        return self.accepted + self.rejected


def read_all(
    source: Paths,
    *,
    mapping: MappingLike | abc.Mapping[str, MappingLike] | None = None,
    presets: abc.Iterable[PresetLike] = (),
    on_error: OnError = "collect",
    custom: CustomFields | None = None,
    backend: Backend = "pandas",
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    progress: Progress = None,
) -> Imports:
    """Read the exports in a directory, in a zip archive or in a list of paths, and join them by id.

    Of a directory and of an archive the files with a suffix of data are read, by name in sorted order; of a list every
    file, in the order of the list. Nothing is unpacked to the disk; one file of an archive at a time is in memory.

    Args:
        source: the path of a directory or of a zip archive, or the paths of some files.
        mapping: what the columns mean, as for `read`: one for all files, or a dict with one for each file name.
        presets: as for `read`.
        on_error: "collect" keeps the good rows of the files that can be read, and lists the others; "strict" takes all
            or nothing.
        custom: the custom fields that columns may be.
        backend: the kind of dataframe: "pandas", "polars" or "pyarrow".
        limits: how many files and bytes there may be.
        progress: called now and then with the number of bytes read and the number in all.

    Raises:
        ImportRejected: `source` is none of these, or is beyond the limits (code "too_large"); in strict mode, also a
            file that cannot be read or has a faulty row.
        InvalidArgument: an unknown `on_error` or `backend`, a path that is none or is named twice, or a mapping for a
            file that is not there.
        InvalidPeriod: a mapping names an unknown time zone.
        MissingExtra: the library of the backend, or of a file's format, is not installed.
    """
    refuse_unknown(on_error, backend)
    given = [presets] if isinstance(presets, Preset | str | os.PathLike) else tuple(presets)
    read_one = partial(read_source, presets=given, on_error=on_error, custom=custom, backend=backend)
    results: dict[str, ImportResult] = {}
    with files_in(source, limits) as found:
        refused = dict(found.refused)
        mappings = _by_file(mapping, found)
        _raise_first(refused, on_error)
        done = 0
        for name, opened in found.files.items():
            told = partial(_tell, progress or _nobody, done, found.size)
            outcome, size = _outcome(opened(), partial(read_one, mapping=mappings[name], progress=told))
            if isinstance(outcome, ImportRejected):
                refused[name] = outcome
            else:
                results[name] = outcome
            _raise_first(refused, on_error)
            told(size, size)
            done += size
    tables, joined = together(results, custom=custom, backend=backend)
    tables, assumed = linked(tables, _merged(results), custom=custom, backend=backend)
    return Imports(results, refused, found.skipped, tables, (*joined, *assumed))


def _by_file(
    mapping: MappingLike | abc.Mapping[str, MappingLike] | None, found: Found
) -> abc.Mapping[str, Mapping | None]:
    """Return the mapping of each file: a dict whose names are no parts of a mapping has one for each."""
    if not isinstance(mapping, abc.Mapping) or _PARTS & mapping.keys():
        return dict.fromkeys(found.files, mapping_of(mapping))
    names = [*found.files, *found.refused, *found.skipped]
    for name in mapping:
        if name not in names:
            reason = f"mapping: {shown(name)} is neither a file nor a part of a mapping"
            hint = did_you_mean(str(name), [*names, *_PARTS])
            raise InvalidArgument(f"{reason}{hint}", argument="mapping", value=name)
    return {name: mapping_of(mapping.get(name)) for name in found.files}


def _outcome(
    file: Source | ImportRejected, read_one: abc.Callable[[Source], ImportResult]
) -> tuple[ImportResult | ImportRejected, int]:
    """Read a file; return also how many bytes it has."""
    if isinstance(file, ImportRejected):
        return file, 0
    try:
        return read_one(file), file.size
    except ImportRejected as fault:
        return fault, file.size


def _raise_first(refused: abc.Mapping[str, ImportRejected], on_error: OnError) -> None:
    if on_error == "strict" and refused:
        raise next(iter(refused.values()))


def _tell(progress: abc.Callable[[int, int], None], done: int, whole: int, read: int, _: int) -> None:
    """Tell the progress of one file as a part of that of all."""
    progress(min(done + read, whole), whole)


def _nobody(_: int, __: int) -> None:
    """Be told of the progress where nobody wants to know."""


def _merged(results: abc.Mapping[str, ImportResult]) -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for result in results.values():
        merged.setdefault(result.record, {}).update(result.merged)
    return merged
