"""From a canonical table to a file that reads back equal: the story of writing."""

from __future__ import annotations

import codecs
import os
import warnings
from collections.abc import Mapping as Names
from gzip import GzipFile
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Literal, TypeAlias, get_args

import attrs

from crmkit.errors import DataQualityWarning, InvalidArgument, did_you_mean, shown
from crmkit.io._files import FileFormat
from crmkit.io._mapping import Mapping
from crmkit.io._notation import is_share
from crmkit.io._signs import PROTECTED
from crmkit.io._writers import (
    Form,
    WrittenColumn,
    csv_file,
    json_lines_file,
    parquet_file,
    replacing,
    workbook_file,
    written_columns,
)
from crmkit.records import RECORDS, CustomFields, fields_of
from crmkit.tables import collected, conform, open_table

__all__ = ["Format", "write"]

Format: TypeAlias = Literal["csv", "jsonl", "parquet", "xlsx"]

_SUFFIXES: Names[str, Format] = MappingProxyType(
    {
        ".csv": "csv",
        ".tsv": "csv",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
        ".xlsx": "xlsx",
    }
)
_PACKED = ".gz"
_SEPARATORS = (",", ";", "\t", "|")


def write(
    table: Any,
    path: str | os.PathLike[str],
    *,
    record: str | type,
    form: Form = "spreadsheet",
    format: Format | None = None,  # noqa: A002 - the word that everybody uses
    encoding: str = "utf-8",
    separator: str | None = None,
    custom: CustomFields | None = None,
) -> Mapping:
    """Write a table to a file, and return the mapping with which `read` gives an equal table back.

    The columns that are fields come first, in the record's order; the others follow as texts. The columns `version`
    and, of users, `roles` stay behind: no file may set them. Equal tables give equal bytes, and the file appears whole
    or not at all.

    Args:
        table: any dataframe that `tables.conform` takes.
        path: of the file; one that is there is replaced.
        record: the kind of its rows, as "deal" or Deal.
        form: "spreadsheet" keeps texts such as "=1+1" from being calculated where the file is opened in a spreadsheet;
            "transfer" writes every text as it is. Other formats than CSV and Excel are the same in both.
        format: "csv", "jsonl", "parquet" or "xlsx"; None for what the name says: .csv, .tsv, .jsonl, .ndjson, .parquet
            or .xlsx. A CSV or JSON Lines file whose name ends in .gz is packed.
        encoding: of CSV, any that Python knows; the other formats have one of their own.
        separator: between the cells of CSV, "," or ";" or a tab or "|"; None for a comma, and for a tab in .tsv.
        custom: the custom fields of the record that the table has as columns.

    Raises:
        InvalidArgument: an unknown record, form, format, encoding or separator.
        TableError: no such table, as `tables.conform` explains; a column whose name no file can hold, or two whose
            names are one there; more rows or columns than the format holds.
        InvalidColumn: a value that reading would not take (code "not_writable"); names column and row.
        CrmError: the file cannot be written (code "cannot_write").
        MissingExtra: the library of the format is not installed.
    """
    cls = _record(record)
    file = Path(path)
    target = _Target.of(file, form, format, encoding, separator)
    columns = _columns(conform(table, cls, custom=custom), cls, custom)
    _warn_of_blanks(columns)
    kind = next(name for name, known in RECORDS.items() if known is cls)
    with replacing(file) as stream:
        target.write(stream, columns, kind)
    return _mapping(kind, columns, target)


@attrs.frozen
class _Target:
    """The file to be: its format, and what has to be said of it."""

    form: Form
    format: Format
    encoding: str
    separator: str
    packed: bool

    @classmethod
    def of(cls, file: Path, form: str, format: str | None, encoding: str, separator: str | None) -> _Target:  # noqa: A002
        name = file.name.lower()
        packed = name.endswith(_PACKED)
        suffix = Path(name.removesuffix(_PACKED) if packed else name).suffix
        if format is None and suffix not in _SUFFIXES:
            reason = f"the name {shown(file.name)} does not say the format{did_you_mean(suffix, _SUFFIXES)}"
            raise InvalidArgument(f"{reason}; or say format=...", argument="path", value=str(file))
        chosen = format or _SUFFIXES[suffix]
        if packed and chosen in ("parquet", "xlsx"):
            reason = f"a {chosen} file is packed in itself; take {_PACKED} off its name"
            raise InvalidArgument(reason, argument="path", value=str(file))
        separator = separator or ("\t" if suffix == ".tsv" else ",")
        for argument, value, known in (
            ("form", form, get_args(Form)),
            ("format", chosen, get_args(Format)),
            ("separator", separator, _SEPARATORS),
        ):
            if value not in known:
                hint = did_you_mean(str(value), known)
                raise InvalidArgument(f"no {argument} {shown(value)}{hint}", argument=argument, value=value)
        return cls(form, chosen, _encoding(encoding), separator, packed)  # type: ignore[arg-type]  # both are known

    def write(self, stream: BinaryIO, columns: list[WrittenColumn], kind: str) -> None:
        if self.packed:
            with GzipFile("", "wb", fileobj=stream, mtime=0) as unpacked:
                attrs.evolve(self, packed=False).write(unpacked, columns, kind)  # type: ignore[arg-type]  # it is one
        elif self.format == "csv":
            csv_file(stream, columns, form=self.form, encoding=self.encoding, separator=self.separator)
        elif self.format == "jsonl":
            json_lines_file(stream, columns)
        elif self.format == "parquet":
            parquet_file(stream, columns)
        else:
            workbook_file(stream, columns, form=self.form, sheet=kind)

    def said(self, kind: str) -> FileFormat:
        """Return what reading has to be told."""
        if self.format == "csv":
            return FileFormat(encoding=self.encoding, separator=self.separator, quote='"')
        return FileFormat(sheet=kind) if self.format == "xlsx" else FileFormat()


def _record(record: str | type) -> type:
    if isinstance(record, str) and record in RECORDS:
        return RECORDS[record]
    if isinstance(record, type) and record in RECORDS.values():
        return record
    name = record.__name__ if isinstance(record, type) else str(record)
    reason = f"no record {shown(name)}{did_you_mean(name, RECORDS)}"
    raise InvalidArgument(reason, argument="record", value=record)


def _encoding(name: str) -> str:
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, TypeError, ValueError):
        hint = did_you_mean(str(name), ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"))
        raise InvalidArgument(f"no encoding {shown(name)}{hint}", argument="encoding", value=name) from None


def _columns(table: Any, cls: type, custom: CustomFields | None) -> list[WrittenColumn]:
    frame = collected(open_table(table))
    fields = fields_of(cls, custom)
    kept_back = PROTECTED & fields_of(cls).keys()
    specs = {name: spec for name, spec in fields.items() if name not in kept_back}
    others = [name for name in frame.columns if name not in fields]
    return written_columns(frame, [*(name for name in specs if name in frame.columns), *others], specs)


def _warn_of_blanks(columns: list[WrittenColumn]) -> None:
    blank = [f"{column.blanks:,} of {column.header}" for column in columns if column.blanks]
    if blank:
        text = f"blank texts are missing in a file, and are read so: {', '.join(blank)}"
        warnings.warn(text, DataQualityWarning, stacklevel=3)


def _mapping(kind: str, columns: list[WrittenColumn], target: _Target) -> Mapping:
    fields = {column.spec.name: column.spec for column in columns if column.spec is not None}
    strips = target.format == "csv" and target.form == "spreadsheet"
    return Mapping(
        record=kind,
        columns={name: name for name in fields},
        formats={name: "ISO" for name, spec in fields.items() if spec.kind in ("instant", "date")},
        units={name: "fraction" for name, spec in fields.items() if is_share(spec)},
        timezone="UTC",
        decimal=".",
        exact=True,
        apostrophes="strip" if strips else "keep",
        file=target.said(kind),
    )
