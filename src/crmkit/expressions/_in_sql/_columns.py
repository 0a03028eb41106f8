"""What a SQLAlchemy table or mapped class calls the fields of a question, along its foreign keys and into its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.sql.expression import FromClause

from crmkit.errors import InvalidExpression, UnknownField, shown
from crmkit.expressions._in_sql._types import Holding, holding_of, is_json
from crmkit.expressions._kinds import Family
from crmkit.expressions._limits import checked_path

__all__ = ["Column", "Member", "View", "open_view"]

_CUSTOM = "custom"

Element = sa.ColumnElement[Any]


@frozen(eq=False)
class Column:
    """An expression that stands for a field, and what its type holds."""

    path: str
    element: Element
    holding: Holding


@frozen(eq=False)
class Member:
    """A value by its name in a JSON column: what it holds shows only when it is read."""

    path: str
    json: Element
    name: str


@frozen(eq=False)
class _Source:
    """A table by the names of its fields; `mapped` knows the names that mapped classes have for columns."""

    name: str
    columns: Mapping[str, Element]
    mapped: Iterable[Any] = ()

    @property
    def references(self) -> list[str]:
        """The names that a dotted path may begin with."""
        keys = [name for name, column in self.columns.items() if _referenced(column) is not None]
        return [name.removesuffix("_id") for name in keys if name.endswith("_id")]


@frozen(eq=False)
class _Target:
    """Another table, and which row of it a reference means."""

    source: _Source
    alias: FromClause
    condition: sa.ColumnElement[bool]

    def read(self, column: Element) -> Element:
        """Return a column of that row; NULL where there is no such row."""
        return sa.select(column).where(self.condition).correlate_except(self.alias).scalar_subquery()


@frozen(eq=False)
class View:
    """A table that is being asked, with the caller's names and expressions for fields; maybe for one dialect only."""

    _source: _Source
    _fields: Mapping[str, str | Element]
    dialect: str | None
    _seen: dict[str, Column | Member] = field(factory=dict, init=False)
    _followed: dict[tuple[str, bool], _Target] = field(factory=dict, init=False)

    def column(self, path: str) -> Column | Member:
        """Return what stands for a field.

        Raises:
            UnknownField: nothing does.
        """
        if path not in self._seen:
            given = self._fields.get(path)
            if given is None or isinstance(given, str):
                self._seen[path] = self._find(path, given or path, renamed=given is None)
            else:
                self._seen[path] = _column(path, given)
        return self._seen[path]

    def family(self, path: str) -> Family | None:
        """Return the family of a field; None where only its values tell.

        Raises:
            UnknownField: there is no such column.
            InvalidExpression: naive datetimes, or a type about which no question can be asked.
        """
        column = self.column(path)
        if isinstance(column, Member):
            return None
        if column.holding == "naive":
            raise InvalidExpression(
                f"field {path!r} is a column of datetimes without a time zone; "
                "declare it DateTime(timezone=True), or hand in an expression of that type with fields=",
                code="naive_column",
                field=path,
            )
        if column.holding == "other":
            raise InvalidExpression(
                f"field {path!r} is a column of type {shown(column.element.type)}, about which only missing() and "
                "present() can be asked; hand in an expression of another type with fields=",
                code="unsupported_column",
                field=path,
            )
        return column.holding

    def _find(self, path: str, name: str, *, renamed: bool) -> Column | Member:
        """Look for a name of the table's own; `renamed`: the caller's names count on the way."""
        head, _, last = name.rpartition(".")
        if name in self._source.columns:
            return _column(path, self._source.columns[name])
        target = self._follow(head, renamed=renamed) if head else None
        source = target.source if target else self._source
        if last in source.columns:
            found = source.columns[last]
        elif _CUSTOM in source.columns and is_json(source.columns[_CUSTOM].type):
            found = source.columns[_CUSTOM]
        else:
            raise UnknownField.of(last, source.columns, place=source.name)
        element = target.read(found) if target else found
        return _column(path, element) if last in source.columns else Member(path, element, last)

    def _follow(self, head: str, *, renamed: bool) -> _Target:
        """Find the row that the reference `<head>_id` means."""
        if (head, renamed) not in self._followed:
            given = self._fields.get(f"{head}_id") if renamed else None
            if given is None or isinstance(given, str):
                before, _, name = (given or f"{head}_id").rpartition(".")
                target = self._follow(before, renamed=renamed and given is None) if before else None
                source = target.source if target else self._source
                key = source.columns.get(name)
                if key is None or _referenced(key) is None:
                    raise UnknownField.of(name.removesuffix("_id"), source.references, place=source.name)
                reference = target.read(key) if target else key
            else:
                key = reference = given
            self._followed[head, renamed] = _target(head, key, reference, self._source.mapped)
        return self._followed[head, renamed]


def open_view(table: object, fields: Mapping[str, Any] | None, dialect: str | None) -> View:
    """Look at a table of SQLAlchemy, or a class that is mapped to one.

    Raises:
        InvalidExpression: something else; or `fields` gives neither a name nor a column.
    """
    return View(_source(table), {path: _given(path, value) for path, value in (fields or {}).items()}, dialect)


def _source(table: object) -> _Source:
    if isinstance(table, FromClause):
        return _Source(_name(table), dict(table.c.items()))
    seen: Any = sa.inspect(table, raiseerr=False)
    entity = getattr(seen, "entity", None)
    if entity is not None:
        columns = {attribute.key: getattr(entity, attribute.key).expression for attribute in seen.mapper.column_attrs}
        return _Source(f"a {seen.mapper.class_.__name__}", columns, seen.mapper.registry.mappers)
    raise InvalidExpression(
        "a question becomes SQL for a table, an alias or a subquery of SQLAlchemy, or for a mapped class, "
        f"not for {shown(table)}",
        code="invalid_place",
        value=table,
    )


def _given(path: str, value: Any) -> str | Element:
    if isinstance(value, str):
        return checked_path(value)
    element = value.__clause_element__() if hasattr(value, "__clause_element__") else value
    if isinstance(element, sa.ColumnElement):
        return element
    raise InvalidExpression(
        f"fields= gives {path!r} the name of a column or a SQLAlchemy column expression, not {shown(value)}",
        code="invalid_place",
        field=path,
        value=value,
    )


def _column(path: str, element: Element) -> Column:
    return Column(path, element, holding_of(element.type))


def _target(head: str, key: Element, reference: Element, mapped: Iterable[Any]) -> _Target:
    """Alias the table that a foreign key leads to; its columns go by the names of the mapped class, if any."""
    found = _referenced(key)
    if found is None:
        raise InvalidExpression(
            f"fields= gives {head + '_id'!r} an expression without a foreign key, so no path can follow it",
            code="invalid_place",
            field=f"{head}_id",
        )
    alias = found.table.alias()
    columns: dict[str, Element] = dict(alias.c.items())
    for mapper in mapped:
        if mapper.local_table is found.table and mapper.inherits is None:
            mine = [attribute for attribute in mapper.column_attrs if attribute.columns[0].table is found.table]
            columns = {attribute.key: alias.c[attribute.columns[0].key] for attribute in mine}
    return _Target(_Source(_name(found.table), columns, mapped), alias, alias.c[found.key] == reference)


def _referenced(column: Element) -> sa.Column[Any] | None:
    for key in column.foreign_keys:
        try:
            return key.column
        except sa.exc.InvalidRequestError:  # it names a table that is not declared
            return None
    return None


def _name(table: FromClause) -> str:
    return f"table {table.name!r}" if isinstance(table, sa.Table) else "the table"
