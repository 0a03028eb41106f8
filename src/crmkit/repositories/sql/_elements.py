"""What stands for a field in a query: a column, an extraction of JSON, a subquery along a reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from crmkit.records import CustomFields, FieldSpec, fields_of, kind_of
from crmkit.repositories.sql._tables import Tables, number_column
from crmkit.repositories.sql._types import INSTANT, JSON, NUMBER, TEXT

__all__ = ["Elements", "spec_at"]

Element = sa.ColumnElement[Any]

# What JSON calls the values of a kind; all others are text.
_IN_SQLITE: Mapping[str, tuple[str, sa.types.TypeEngine[Any]]] = {
    "integer": ("integer", sa.BigInteger()),
    "tags": ("array", JSON),
}


@attrs.frozen(eq=False)
class Elements:
    """Fields of records as elements of a query.

    Args:
        tables: where the records are.
        tenant: whose.
        custom: the custom fields they have.
        dialect: the database.
    """

    tables: Tables
    tenant: str
    custom: CustomFields | None
    dialect: sa.Dialect

    def of(self, cls: type, paths: Iterable[str]) -> dict[str, Element]:
        """Return the element of each path that begins at a class."""
        table = self.tables.records[kind_of(cls)]
        return {path: self._element(cls, table, path) for path in paths}

    def _element(self, cls: type, table: sa.FromClause, path: str) -> Element:
        own = fields_of(cls)
        if path in own:
            name = number_column(path) if own[path].kind == "money" else path
            return table.c[name]
        declared = fields_of(cls, self.custom)
        if path in declared:
            extract = _from_sqlite if self.dialect.name == "sqlite" else _from_postgres
            return extract(table.c.custom, declared[path])
        head, _, rest = path.partition(".")
        reference = declared[f"{head}_id"]
        assert reference.record is not None  # the question was checked  # noqa: S101
        target = self.tables.records[reference.record].alias()
        return (
            sa.select(self._element(_class_of(reference), target, rest))
            .where(target.c.tenant == self.tenant, target.c.id == self._element(cls, table, reference.name))
            .correlate_except(target)
            .scalar_subquery()
        )


def spec_at(cls: type, path: str, custom: CustomFields | None) -> tuple[FieldSpec, bool]:
    """Return what is declared of a path that a question was checked for, and whether that is a custom field."""
    declared = fields_of(cls, custom)
    if path in declared:
        return declared[path], path not in fields_of(cls)
    head, _, rest = path.partition(".")
    return spec_at(_class_of(declared[f"{head}_id"]), rest, custom)


def _class_of(reference: FieldSpec) -> type:
    assert reference.target is not None  # as above  # noqa: S101
    return reference.target


def _from_sqlite(custom: Element, spec: FieldSpec) -> Element:
    """Take a custom value out; what is of another kind than declared is missing."""
    place = f'$."{spec.name}"'
    if spec.kind in ("number", "money"):
        return sa.func.crmkit_number(custom, spec.name, type_=NUMBER)
    if spec.kind in ("instant", "date"):
        text: Element = sa.func.json_extract(custom, f"{place}.{spec.kind}")
        return sa.type_coerce(text, INSTANT if spec.kind == "instant" else sa.Date())
    kind = sa.func.json_type(custom, place)
    if spec.kind == "flag":
        return sa.type_coerce(sa.case((kind == "true", 1), (kind == "false", 0)), sa.Boolean())
    name, type_ = _IN_SQLITE.get(spec.kind, ("text", TEXT))
    return sa.type_coerce(sa.case((kind == name, sa.func.json_extract(custom, place))), type_)


def _from_postgres(custom: Element, spec: FieldSpec) -> Element:
    """As `_from_sqlite`; a value is looked at before it is cast, since a cast that fails ends the query."""
    value = _step(custom, spec.name)
    kind = sa.func.json_typeof(value)
    text = _text(custom, spec.name)
    match spec.kind:
        case "instant":
            return sa.cast(_text(value, "instant").concat("+00"), INSTANT)
        case "date":
            return sa.cast(_text(value, "date"), sa.Date())
        case "number" | "money":
            return sa.cast(sa.case((kind == "number", text), else_=_text(value, "decimal")), NUMBER)
        case "flag":
            return sa.cast(sa.case((kind == "boolean", text)), sa.Boolean())
        case "integer":
            whole = sa.and_(kind == "number", text.regexp_match("^-?[0-9]+$"))
            return sa.cast(sa.case((whole, text)), sa.BigInteger())
        case "tags":
            return sa.case((kind == "array", value))
        case _:
            return sa.type_coerce(sa.case((kind == "string", text)).collate("C"), TEXT)


def _step(json: Element, name: str) -> Element:
    return json.op("->", return_type=JSON)(sa.literal(name, sa.Text()))


def _text(json: Element, name: str) -> Element:
    return json.op("->>", return_type=sa.Text())(sa.literal(name, sa.Text()))
