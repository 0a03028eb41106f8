"""Records as rows and back: plain tuples of what the driver takes and gives, in the order of the table's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.sql.sqltypes import NullType

from crmkit.errors import CrmError, RepositoryError, shown
from crmkit.records import RECORDS, fields_of
from crmkit.repositories.sql._custom import custom_text, custom_values
from crmkit.repositories.sql._tables import Tables, number_column
from crmkit.repositories.sql._types import codec_of

__all__ = ["Rows", "rows_of"]

Row = tuple[Any, ...]


@attrs.frozen(eq=False)
class Rows:
    """How the records of one class become rows.

    Args:
        cls: the class.
        table: where its rows are.
        names: the columns of a row, the tenant aside.
        chosen: those columns as a SELECT asks for them, so that the driver's own values come back.
        write: makes the row of a record.
        values: makes the record's values of a row.
    """

    cls: type
    table: sa.Table
    names: tuple[str, ...]
    chosen: tuple[sa.ColumnElement[Any], ...]
    write: Callable[[Any], Row]
    values: Callable[[Sequence[Any]], dict[str, Any]]

    def record(self, row: Sequence[Any]) -> Any:
        """Make the record of a row.

        Raises:
            RepositoryError: a row that something else wrote, and that no record can come from (code "unreadable").
        """
        try:
            return self.cls(**self.values(row))
        except (CrmError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
            name = self.cls.__name__
            raise RepositoryError(
                f"the row of {name} {shown(row[0])} holds what no {name} holds; verify() tells which rows differ "
                "from the log",
                code="unreadable",
                record=name,
                id=row[0],
            ) from None


def rows_of(tables: Tables, dialect: str) -> dict[str, Rows]:
    """Prepare the way of each kind of record into its table and back; `dialect` names the database."""
    return {kind: _rows(cls, tables.records[kind], dialect) for kind, cls in RECORDS.items()}


def _rows(cls: type, table: sa.Table, dialect: str) -> Rows:
    specs = fields_of(cls)
    names = list(specs)
    amounts = [index for index, name in enumerate(names) if specs[name].kind == "money"]
    codecs = [codec_of(specs[name].kind, dialect) for name in names]
    writing = [(index, codec.write) for index, codec in enumerate(codecs) if codec.write is not None]
    reading = [(index, codec.read) for index, codec in enumerate(codecs) if codec.read is not None]
    fields = attrgetter(*names, "custom")
    custom = len(names)

    def write(record: Any) -> Row:
        found = list(fields(record))
        numbers = [None if found[index] is None else float(found[index]) for index in amounts]
        for index, codec in writing:
            if found[index] is not None:
                found[index] = codec(found[index])
        found[custom] = custom_text(found[custom])
        return (*found, *numbers)

    def values(row: Sequence[Any]) -> dict[str, Any]:
        found = dict(zip(names, row, strict=False))
        for index, codec in reading:
            if row[index] is not None:
                found[names[index]] = codec(row[index])
        found["custom"] = custom_values(row[custom])
        return found

    kinds = {name: specs[name].kind for name in names} | {"custom": "custom"}
    kinds |= {number_column(names[index]): "number" for index in amounts}
    chosen = tuple(_chosen(table.c[name], kind, dialect) for name, kind in kinds.items())
    return Rows(cls, table, tuple(kinds), chosen, write, values)


def _chosen(column: sa.Column[Any], kind: str, dialect: str) -> sa.ColumnElement[Any]:
    """Ask for what the driver gives, as it is; decimals and JSON as the text that they are."""
    if dialect != "sqlite" and kind in ("money", "tags", "custom"):
        return sa.cast(column, sa.Text()).label(column.name)
    return sa.type_coerce(column, NullType()).label(column.name)
