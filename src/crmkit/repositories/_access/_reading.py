"""The records of one class that an actor may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs

from crmkit.errors import InvalidExpression, NotFound
from crmkit.expressions import ALWAYS, Expression, field
from crmkit.records import kind_of
from crmkit.repositories._access._rights import both
from crmkit.repositories._access._sight import Sight
from crmkit.repositories._admission import checked_id
from crmkit.repositories._page import Page, checked_limit, orders_of
from crmkit.repositories._search import checked_question

__all__ = ["GuardedRecords", "can_be_asked"]

R = TypeVar("R")


@attrs.frozen(eq=False, repr=False)
class GuardedRecords(Generic[R]):
    """The records of one class that may be read."""

    _sight: Sight
    _cls: type[Any]

    def get(self, id: str, /) -> R:  # noqa: A002 - the field's own name
        """Return the record of this id; see `Repository.get`. What is hidden is as what is not there."""
        self._sight.rights.limit(self._cls)
        records = self._sight.stored(self._cls, [id]) if can_be_asked(checked_id(id)) else {}
        if not records:
            raise NotFound.of(kind_of(self._cls), id)
        found: R = self._sight.masked(self._cls, [records[id]])[0]
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
        """Return the records of which the question is true; see `Repository.find`.

        Raises:
            AccessDenied: a question or an order by what is not open in every record that may be read.
        """
        orders = orders_of(order_by, self._cls, self._sight.rights.custom)
        checked_limit(limit)
        limited = self._limited(where, [order.spec.name for order in orders])
        found = self._sight.store.repository(self._cls).find(
            limited, order_by=order_by, limit=limit, after=after, as_of=as_of
        )
        return Page(self._sight.masked(self._cls, found.records), found.next)

    def count(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> int:
        """Return of how many records that may be read the question is true."""
        return self._sight.store.repository(self._cls).count(self._limited(where), as_of=as_of)

    def exists(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> bool:
        """Tell whether the question is true of any record that may be read."""
        return self._sight.store.repository(self._cls).exists(self._limited(where), as_of=as_of)

    def _limited(self, where: Expression, order: Sequence[str] = ()) -> Expression:
        """Join the limit, in front, and the question, after it was proved that it may be asked."""
        rights = self._sight.rights
        checked_question(where, self._cls, rights.custom)
        limit = rights.limit(self._cls)
        rights.prove_asked(self._cls, {*where.fields, *order})
        return both(limit, where)

    def __repr__(self) -> str:
        return f"<{kind_of(self._cls)} records of a GuardedStore>"


def can_be_asked(identifier: str) -> bool:
    """Tell whether an id can stand in a question; any other names no record."""
    try:
        field("id").isin(identifier)
    except InvalidExpression:
        return False
    return True
