"""A page of records that are at hand: what find means, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs

from crmkit.errors import InvalidArgument, shown
from crmkit.expressions import ALWAYS, Expression
from crmkit.records import CustomFields, fields_of
from crmkit.repositories._page import Order, Page, beyond, checked_limit, cursor_of, orders_of, position_of, value_of

__all__ = ["NOTHING", "Follow", "checked_question", "matching", "search"]

R = TypeVar("R")

Follow = Callable[[str, str], Any]


def search(
    records: Iterable[R],
    cls: type[R],
    where: Expression = ALWAYS,
    *,
    order_by: str | Sequence[str] = (),
    limit: int | None = None,
    after: str | None = None,
    as_of: datetime | None = None,
    custom: CustomFields | None = None,
    follow: Follow | None = None,
) -> Page[R]:
    """Find among records at hand, as a repository does: for stores that cannot, or need not, ask their database.

    Args:
        records: records of one class.
        cls: their class.
        where: the question.
        order_by: fields, "-amount" from the greatest down.
        limit: the most records on the page.
        after: the cursor of the page before.
        as_of: the moment that relative questions count from.
        custom: the custom fields that the records have.
        follow: returns the record of a kind and an id, or None, for questions such as "company.country".

    Raises:
        UnknownField, InvalidExpression, InvalidArgument: as `Repository.find` says.
    """
    orders, limit = orders_of(order_by, cls, custom), checked_limit(limit)
    found = [*matching(records, cls, where, as_of=as_of, custom=custom, follow=follow)]
    if after is not None:
        behind = beyond(orders, position_of(after, orders))
        found = [record for record in found if behind.test(record)]
    found = _sorted(found, orders)
    page = found if limit is None else found[:limit]
    return Page(tuple(page), cursor_of(orders, page[-1]) if len(page) < len(found) else None)


def matching(
    records: Iterable[R],
    cls: type[R],
    where: Expression,
    *,
    as_of: datetime | None = None,
    custom: CustomFields | None = None,
    follow: Follow | None = None,
) -> Iterable[R]:
    """Return the records of which the question is true; the arguments are those of `search`."""
    checked_question(where, cls, custom)
    for leaf in where.leaves:
        if leaf.relative:
            leaf.test(NOTHING, as_of=as_of)  # refuses a missing moment, even where there is no record to ask
    test = where.test
    if follow is None or not any("." in path for path in where.fields):
        return (record for record in records if test(record, as_of=as_of))
    return (record for record in records if test(_Linked(record, follow, custom), as_of=as_of))


def checked_question(where: Expression, cls: type, custom: CustomFields | None) -> None:
    """Refuse what is no question, or none about these records."""
    if not isinstance(where, Expression):
        reason = "is no expression; say field('amount') > 1000, or nothing for all"
        raise InvalidArgument(f"where {shown(where)} {reason}", argument="where", value=where)
    where.check(cls, custom=custom)


class _Nothing:
    """A record of which nothing is known."""

    def __getattr__(self, name: str) -> None:
        return None


NOTHING = _Nothing()


@attrs.frozen
class _Linked:
    """A record whose references are attributes: `deal.company` is the company that `company_id` names."""

    _record: Any  # underscored, since no question can name such a field
    _follow: Follow
    _custom: CustomFields | None

    def __getattr__(self, name: str) -> Any:
        referred = fields_of(type(self._record), self._custom).get(f"{name}_id")
        if referred is None or referred.record is None:
            return getattr(self._record, name)
        identifier = value_of(self._record, referred.name)
        target = None if identifier is None else self._follow(referred.record, identifier)
        return None if target is None else _Linked(target, self._follow, self._custom)


def _sorted(records: list[R], orders: Sequence[Order]) -> list[R]:
    """Sort by the last field first, since a stable sort keeps the ties; what is missing comes last."""
    for order in reversed(orders):
        name = order.spec.name
        number = order.spec.kind in ("number", "money")
        there = [record for record in records if value_of(record, name) is not None]
        missing = [record for record in records if value_of(record, name) is None]
        there.sort(key=_as_number(name) if number else _as_it_is(name), reverse=order.descending)
        records = there + missing
    return records


def _as_number(name: str) -> Callable[[Any], float]:
    return lambda record: float(value_of(record, name))


def _as_it_is(name: str) -> Callable[[Any], Any]:
    return lambda record: value_of(record, name)
