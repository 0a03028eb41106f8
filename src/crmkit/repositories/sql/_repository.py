"""The records of one class in a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

import attrs
import sqlalchemy as sa

from crmkit.errors import NotFound
from crmkit.expressions import ALWAYS, Expression
from crmkit.records import CustomFields, kind_of
from crmkit.repositories._admission import checked_id
from crmkit.repositories._page import Order, Page, checked_limit, cursor_of, orders_of, position_of
from crmkit.repositories._search import Follow, checked_question, matching
from crmkit.repositories.sql._elements import Elements
from crmkit.repositories.sql._questions import Question, answered
from crmkit.repositories.sql._room import Room
from crmkit.repositories.sql._rows import Rows
from crmkit.repositories.sql._types import is_storable

__all__ = ["Records"]

R = TypeVar("R")
T = TypeVar("T")
_ENDLESS = 2**62  # more than any table holds, and than a database counts
_MANY = 500  # rows fetched at once where records have to answer themselves


@attrs.frozen(eq=False, repr=False)
class Records(Generic[R]):
    """The records of one class in a database; see `Repository`."""

    _room: Room
    _tenant: str
    _custom: CustomFields | None
    _cls: type[R]

    def __repr__(self) -> str:
        return f"<{kind_of(self._cls)} records of a SqlStore>"

    def get(self, id: str, /) -> R:  # noqa: A002 - the field's own name
        """Return the record of this id; see `Repository.get`."""
        kind = kind_of(self._cls)
        with self._room.reading() as connection:
            found: R | None = self._followed(connection)(kind, checked_id(id))
        if found is None:
            raise NotFound.of(kind, id)
        return found

    def find(
        self,
        where: Expression = ALWAYS,
        /,
        *,
        order_by: str | Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
        as_of: datetime | None = None,
    ) -> Page[R]:
        """Return the records of which the question is true; see `Repository.find`."""
        orders, limit = orders_of(order_by, self._cls, self._custom), checked_limit(limit)
        place = None if after is None else position_of(after, orders)
        enough = None if limit is None or limit > _ENDLESS else limit + 1

        def ask(question: Question) -> tuple[R, ...]:
            if place is not None:
                question = question.behind(orders, place)
            with self._asked(question, as_of, orders, enough) as found:
                return tuple(islice(found, enough))

        found = self._answered(where, as_of, ask)
        if limit is None or len(found) <= limit:
            return Page(found)
        return Page(found[:limit], cursor_of(orders, found[limit - 1]))

    def count(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> int:
        """Return of how many records the question is true; see `Repository.count`."""

        def ask(question: Question) -> int:
            if not question.whole:
                with self._asked(question, as_of) as found:
                    return sum(1 for _ in found)
            counted = sa.select(sa.func.count()).select_from(self._rows.table).where(question.clause)
            with self._room.reading() as connection:
                return connection.execute(counted).scalar_one()

        return self._answered(where, as_of, ask)

    def exists(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> bool:
        """Tell whether the question is true of any record; see `Repository.exists`."""

        def ask(question: Question) -> bool:
            with self._asked(question, as_of, enough=1) as found:
                return any(True for _ in found)

        return self._answered(where, as_of, ask)

    @property
    def _rows(self) -> Rows:
        return self._room.rows[kind_of(self._cls)]

    def _answered(self, where: Expression, as_of: datetime | None, ask: Callable[[Question], T]) -> T:
        checked_question(where, self._cls, self._custom)
        elements = Elements(self._room.tables, self._tenant, self._custom, self._room.engine.dialect)
        return answered(where, elements, self._cls, as_of, ask)

    @contextmanager
    def _asked(
        self, question: Question, as_of: datetime | None, orders: Sequence[Order] = (), enough: int | None = None
    ) -> Iterator[Iterable[R]]:
        """Give the records that the database finds, and that answer the rest of the question themselves."""
        rows = self._rows
        asked = sa.select(*rows.chosen).where(question.clause).order_by(*question.order(orders))
        if question.whole:
            with self._room.reading() as connection:
                yield [rows.record(row) for row in connection.execute(asked.limit(enough))]
            return
        with (
            self._room.reading(steady=True) as connection,
            connection.execute(asked, execution_options={"yield_per": _MANY}) as result,
        ):
            found = (rows.record(row) for row in result)
            follow = self._followed(connection)
            yield matching(found, self._cls, question.rest, as_of=as_of, custom=self._custom, follow=follow)

    def _followed(self, connection: sa.Connection) -> Follow:
        """Return what finds a record by its kind and id."""

        def follow(kind: str, identifier: str) -> Any:
            if not is_storable(identifier):
                return None
            rows = self._room.rows[kind]
            asked = self._room.statement(("get", kind), lambda _: _by_id(rows))
            row = connection.execute(asked, {"tenant": self._tenant, "id": identifier}).first()
            return None if row is None else rows.record(row)

        return follow


def _by_id(rows: Rows) -> sa.Select[Any]:
    table = rows.table
    held = (table.c.tenant == sa.bindparam("tenant"), table.c.id == sa.bindparam("id"))
    return sa.select(*rows.chosen).where(*held)
