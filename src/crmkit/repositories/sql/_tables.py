"""The tables of a store, derived from what the record classes declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from crmkit.errors import InvalidArgument, UnknownField, shown
from crmkit.records import RECORDS, FieldSpec, fields_of, kind_of
from crmkit.repositories.sql._types import JSON, NUMBER, TEXT, column_type

__all__ = ["Tables", "number_column", "tables_of"]


@attrs.frozen(eq=False)
class Tables:
    """The tables of a store.

    Args:
        metadata: all of them.
        records: one for each kind of record.
        changes: the log, an entry a row.
        edits: what an entry did to one record, a row each.
        heads: the newest entry of each tenant; who writes holds its row.
        unique: which record has a value that only one may have.
        removed: the last version of what was removed.
    """

    metadata: sa.MetaData
    records: Mapping[str, sa.Table]
    changes: sa.Table
    edits: sa.Table
    heads: sa.Table
    unique: sa.Table
    removed: sa.Table


def number_column(name: str) -> str:
    """Name the column that holds the double nearest to an amount: what questions, order and indexes go by."""
    return f"{name}_number"


def tables_of(prefix: Any, indexes: Mapping[type, Iterable[str]]) -> Tables:
    """Derive the tables.

    Args:
        prefix: what their names begin with.
        indexes: the fields of each record class that get an index, besides those that refer to other records.

    Raises:
        UnknownField: an index on a field that the class does not have.
        InvalidArgument: an index on tags, or on what is no record class.
    """
    if not isinstance(prefix, str) or not prefix.isidentifier():
        reason = "begins no table's name; letters, digits and _ do"
        raise InvalidArgument(f"prefix {shown(prefix)} {reason}", argument="prefix", value=prefix)
    metadata = sa.MetaData()
    wanted = {kind_of(cls): _indexed(cls, names) for cls, names in indexes.items()}

    def table(name: str, *parts: sa.Column[Any] | sa.Index, key: tuple[str, ...]) -> sa.Table:
        return sa.Table(f"{prefix}{name}", metadata, _tenant(), *parts, sa.PrimaryKeyConstraint("tenant", *key))

    return Tables(
        metadata,
        {
            kind: table(kind, *_record_parts(cls, wanted.get(kind, ()), prefix), key=("id",))
            for kind, cls in RECORDS.items()
        },
        table(
            "change",
            _number("position"),
            sa.Column("idempotency_key", TEXT),
            sa.Column("content", sa.Text),
            sa.Column("nonce", sa.LargeBinary),
            _text("content_digest"),
            _text("previous"),
            _text("digest"),
            sa.Index(f"{prefix}change_idempotency_key", "tenant", "idempotency_key", unique=True),
            key=("position",),
        ),
        table(
            "edit",
            _number("position"),
            _number("place"),
            _text("record"),
            _text("id"),
            _number("version"),
            sa.Column("content", sa.Text),
            sa.Column("nonce", sa.LargeBinary),
            _text("content_digest"),
            sa.Index(f"{prefix}edit_record", "tenant", "record", "id", "position"),
            key=("position", "place"),
        ),
        table("head", _number("position"), _text("digest"), key=()),
        table("unique", _text("record"), _text("field"), _text("value"), _text("id"), key=("record", "field", "value")),
        table("removed", _text("record"), _text("id"), _number("version"), key=("record", "id")),
    )


def _indexed(cls: type, names: Iterable[str]) -> tuple[str, ...]:
    specs = fields_of(cls)
    for name in names:
        if name not in specs:
            raise UnknownField.of(name, specs, place=f"the indexes of {cls.__name__}")
        if specs[name].kind == "tags":
            raise InvalidArgument(
                f"indexes: {cls.__name__}.{name} holds tags, which no index sorts; leave it out",
                argument="indexes",
                value=name,
            )
    return tuple(names)


def _record_parts(cls: type, indexed: tuple[str, ...], prefix: str) -> list[sa.Column[Any] | sa.Index]:
    """List the columns and indexes of a record class."""
    parts: list[sa.Column[Any] | sa.Index] = []
    by_index: dict[str, str] = {}
    for name, spec in fields_of(cls).items():
        parts.append(sa.Column(name, column_type(spec), nullable=spec.nullable, server_default=_default(cls, spec)))
        if spec.kind == "money":
            parts.append(sa.Column(number_column(name), NUMBER))
        if (spec.record is not None and name != "id") or name in indexed:
            by_index[name] = number_column(name) if spec.kind == "money" else name
    parts.append(sa.Column("custom", JSON, nullable=False, server_default="{}"))
    table = f"{prefix}{kind_of(cls)}"
    columns = {name: ("tenant", column, *(() if name == "id" else ("id",))) for name, column in by_index.items()}
    return [*parts, *(sa.Index(f"{table}_{name}", *named) for name, named in columns.items())]


def _default(cls: type, spec: FieldSpec) -> Any:
    """Return what a row holds that is older than the column: what a record holds that does not say."""
    attribute = next(each for each in attrs.fields(cls) if each.name == spec.name)
    if spec.nullable or attribute.default is attrs.NOTHING:
        return None
    if isinstance(attribute.default, bool):
        return sa.true() if attribute.default else sa.false()
    return "[]" if attribute.default == () else str(attribute.default)


def _tenant() -> sa.Column[Any]:
    return _text("tenant")


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, TEXT, nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)
