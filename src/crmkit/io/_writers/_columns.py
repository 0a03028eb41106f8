"""The columns of a table as they are written: distinct values, none of which reading would not take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import attrs
import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.errors import InvalidColumn, TableError, shown
from crmkit.expressions import Kind
from crmkit.io._cells import Cells, is_blank, text_faults
from crmkit.io._files import header_key
from crmkit.io._files._header import MOST_COLUMNS
from crmkit.io._files._typed import text_of
from crmkit.io._notation import ISO, Unreadable, moment_of, number_reader
from crmkit.records import FieldSpec
from crmkit.tables import is_missing

__all__ = ["WrittenColumn", "refuse_cell", "refuse_name", "written_columns"]

_SURE_DIGITS = 15  # an amount of as many characters is one that reading takes
_SURE_PLACES = 300  # and so is any other number of as many


@attrs.frozen(eq=False)
class WrittenColumn:
    """One column to be written.

    Args:
        header: its name.
        kind: what its values are; what is neither a field nor a number nor a flag is a text.
        spec: the field that it is; None where it is none.
        cells: its values, None for missing.
        blanks: how many of them were blank texts, which are missing too.
    """

    header: str
    kind: Kind
    spec: FieldSpec | None
    cells: Cells
    blanks: int = 0

    @property
    def is_text(self) -> bool:
        """Whether its values are texts: names, ids, one of a few words."""
        return self.kind in ("text", "id", "choice")


def written_columns(
    frame: nw.DataFrame[Any], names: Sequence[str], specs: Mapping[str, FieldSpec]
) -> list[WrittenColumn]:
    """Take a table apart.

    Args:
        frame: canonical.
        names: its columns, in the order in which they are written.
        specs: the fields that they may be.

    Raises:
        TableError: two names are one in a file, one is blank or holds what no file can, or they are too many.
        InvalidColumn: a value that reading would not take (code "not_writable"); names column and row.
    """
    _refuse_names(names)
    return [_column(frame.get_column(name), specs.get(name)) for name in names]


def refuse_cell(column: WrittenColumn, at: int, reason: str) -> NoReturn:
    """Refuse one of the distinct values of a column, in the first row that holds it.

    Args:
        column: to be written.
        at: the position of the value.
        reason: what is wrong with it and what to do. It does not quote the value, which may be personal.
    """
    row = int(np.argmax(column.cells.codes == at))
    message = f"column {column.header!r}, row {row}: {reason}"
    raise InvalidColumn(message, column=column.header, row=row, value=column.cells.values[at], code="not_writable")


def refuse_name(name: str, reason: str) -> NoReturn:
    """Refuse the name of a column."""
    raise TableError(f"the name of column {shown(name)} {reason}", code="not_writable", column=name)


def _refuse_names(names: Sequence[str]) -> None:
    if len(names) > MOST_COLUMNS:
        reason = f"the table has {len(names):,} columns; a file that is read again has at most {MOST_COLUMNS:,}"
        raise TableError(reason, code="too_many_columns")
    seen: dict[str, str] = {}
    for name in names:
        key = header_key(name)
        if is_blank(name.strip("\ufeff")):
            refuse_name(name, "is blank; give it another")
        if (fault := _text_fault(name)) is not None:
            refuse_name(name, f"cannot be written: {fault}")
        if key in seen:
            reason = f"columns {shown(seen[key])} and {shown(name)} have one name in a file; rename one"
            raise TableError(reason, code="duplicate_header", column=name)
        seen[key] = name


def _column(series: nw.Series[Any], spec: FieldSpec | None) -> WrittenColumn:
    kind = _kind(series) if spec is None else spec.kind
    numbers: dict[Any, int] = {}
    values = (_plain(value, kind, spec) for value in series.to_list())
    codes = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)
    column = WrittenColumn(series.name, kind, spec, Cells(list(numbers), codes))
    if column.is_text:
        column = _without_blanks(column)
    _refuse_values(column)
    return column


def _kind(series: nw.Series[Any]) -> Kind:
    """Return what the values of a column are that is no field."""
    dtype = series.dtype
    if dtype == nw.Boolean:
        return "flag"
    if dtype.is_integer() and dtype not in (nw.UInt64, nw.UInt128, nw.Int128):
        return "integer"
    return "number" if dtype.is_float() and not (series.abs() == float("inf")).any() else "text"


def _plain(value: Any, kind: Kind, spec: FieldSpec | None) -> Any:
    """Return a cell's value as Python's own."""
    if is_missing(value):
        return None
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if kind == "text" and spec is None:
        return text_of(value)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, datetime):
        value = value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
        return value.astimezone(UTC)
    return value


def _without_blanks(column: WrittenColumn) -> WrittenColumn:
    values, codes = column.cells.values, column.cells.codes
    blank = [at for at, value in enumerate(values) if value is not None and is_blank(value)]
    if blank and column.spec is not None and not column.spec.nullable:
        reason = f"is blank, and a file holds no blank {column.spec.name}: in it, blank is missing"
        refuse_cell(column, blank[0], reason)
    kept = [None if at in blank else value for at, value in enumerate(values)] if blank else values
    return attrs.evolve(column, cells=Cells(kept, codes), blanks=int(np.isin(codes, blank).sum()))


def _refuse_values(column: WrittenColumn) -> None:
    filled = {at: value for at, value in enumerate(column.cells.values) if value is not None}
    if column.is_text or column.kind == "tags":
        for at, fault in _unfit(filled).items():
            refuse_cell(column, at, fault)
    elif column.kind in ("instant", "date") and filled:
        for at in (min(filled, key=filled.__getitem__), max(filled, key=filled.__getitem__)):
            _refuse_unreadable(column, at, lambda text: moment_of(text, ISO))
    elif column.kind in ("number", "money") and column.spec is not None:
        read = number_reader(".", "", exact=column.kind == "money")
        sure = _SURE_DIGITS if column.kind == "money" else _SURE_PLACES
        for at, value in filled.items():
            if len(repr(value)) > sure or "e" in repr(value):
                _refuse_unreadable(column, at, read)


def _refuse_unreadable(column: WrittenColumn, at: int, read: Callable[[str], object]) -> None:
    try:
        read(text_of(column.cells.values[at]))
    except Unreadable as fault:
        refuse_cell(column, at, f"it would not be read again: {fault}")


def _unfit(filled: dict[int, Any]) -> dict[int, str]:
    """Return why some texts, or lists of texts, cannot be written, by position."""
    texts = {at: value if isinstance(value, str) else "".join(value) for at, value in filled.items()}
    whole = "".join(texts.values())
    if "\0" not in whole and _is_text(whole) and not text_faults(list(texts.values())):
        return {}
    faults = {at: _text_fault(text) for at, text in texts.items()}
    return {at: fault for at, fault in faults.items() if fault is not None}


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text_fault(text: str) -> str | None:
    if not _is_text(text):
        return "it holds half of a surrogate pair, which no file can hold; decode its source as it is"
    for fault in text_faults([text]).values():
        return str(fault)
    return None
