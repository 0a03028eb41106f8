"""From a file to a canonical table: the story of reading."""

from __future__ import annotations

import os
from collections import abc
from typing import Any, TypeAlias, get_args

from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.io._files import Progress, Source, read_rows, source_of
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._plan import decide
from crmkit.io._presets import Preset, preset_of
from crmkit.io._presets import presets as shipped
from crmkit.io._rejected import without_notes
from crmkit.io._result import ImportResult
from crmkit.io._table import OnError, take
from crmkit.records import CustomFields
from crmkit.tables import Backend

__all__ = ["MappingLike", "PresetLike", "presets_of", "read", "read_source", "refuse_unknown"]

MappingLike: TypeAlias = Mapping | abc.Mapping[str, Any] | str | os.PathLike[str]
PresetLike: TypeAlias = Preset | str | os.PathLike[str]


def read(
    path: str | os.PathLike[str],
    *,
    mapping: MappingLike | None = None,
    presets: abc.Iterable[PresetLike] = (),
    on_error: OnError = "collect",
    custom: CustomFields | None = None,
    backend: Backend = "pandas",
    progress: Progress = None,
) -> ImportResult:
    """Read an export of any CRM as a canonical table.

    Args:
        path: of the file: CSV in any encoding and dialect that can be told, an Excel workbook, JSON Lines or Parquet,
            packed by gzip or not.
        mapping: what its columns mean, as a Mapping, a dict or the path of a TOML file. What it leaves out is found
            out, and each decision is one of the result's assumptions.
        presets: exports whose headers are known besides those of crmkit, as Presets or paths of TOML files; they come
            before crmkit's own.
        on_error: "collect" keeps the good rows and lists the others with their problems; "strict" takes all or nothing.
        custom: the custom fields that the columns may be.
        backend: the kind of dataframe: "pandas", "polars" or "pyarrow".
        progress: called now and then with the number of bytes read and the number in all.

    Raises:
        ImportRejected: the file cannot be read, what it holds is not recognised, the order of day and month in a date
            or the meaning of the point in an amount is open, or, in strict mode, a row is faulty.
        InvalidArgument: an unknown `on_error` or `backend`, or a `path` or `mapping` of another type.
        InvalidPeriod: the mapping names an unknown time zone.
        MissingExtra: the library of the backend, or of the file's format, is not installed.
    """
    if not isinstance(path, str | os.PathLike):
        kind = type(path).__name__
        reason = f"path is {'an' if kind[0] in 'aeiou' else 'a'} {kind}; it takes the path of a file"
        raise InvalidArgument(reason, argument="path", value=path)
    return read_source(
        source_of(path),
        mapping=mapping,
        presets=presets,
        on_error=on_error,
        custom=custom,
        backend=backend,
        progress=progress,
    )


def read_source(
    source: Source,
    *,
    mapping: MappingLike | None,
    presets: abc.Iterable[PresetLike],
    on_error: OnError,
    custom: CustomFields | None,
    backend: Backend,
    progress: Progress,
) -> ImportResult:
    """Read a file from wherever its bytes are; `read` explains the rest."""
    refuse_unknown(on_error, backend)
    given = mapping_of(mapping)
    known = presets_of(presets)
    rows = without_notes(read_rows(source, given.file, progress=progress))
    return take(rows, decide(rows, given, custom, known), on_error=on_error, custom=custom, backend=backend)


def presets_of(given: abc.Iterable[PresetLike] | PresetLike) -> list[Preset]:
    """Return the presets that a caller hands in, one or several, and behind them those of crmkit."""
    several = [given] if isinstance(given, Preset | str | os.PathLike) else given
    return [*map(preset_of, several), *shipped()]


def refuse_unknown(on_error: str, backend: str) -> None:
    """Refuse a word that is none of those an argument takes.

    Raises:
        InvalidArgument: it is none.
    """
    for argument, value, known in (("on_error", on_error, OnError), ("backend", backend, Backend)):
        if value not in get_args(known):
            hint = did_you_mean(str(value), get_args(known))
            raise InvalidArgument(f"no {argument} {shown(value)}{hint}", argument=argument, value=value)
