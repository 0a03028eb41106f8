"""Pages of records in an order, and the cursor that leads from one to the next."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, NoReturn, TypeVar, overload

import attrs

from crmkit.errors import InvalidArgument, UnknownField, shown
from crmkit.expressions import Expression, all_of, any_of, field
from crmkit.records import CustomFields, FieldSpec, fields_of

__all__ = ["Order", "Page", "beyond", "checked_limit", "cursor_of", "orders_of", "position_of"]

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen
class Page(Sequence[R_co], Generic[R_co]):
    """Some records in order.

    Args:
        records: the records.
        next: the cursor that `find(after=...)` takes for the page behind this one; None where this is the last. It says
            what the last record is sorted by, to whoever decodes it.
    """

    records: tuple[R_co, ...] = attrs.field(converter=tuple)
    next: str | None = attrs.field(default=None, repr=False)  # it holds values that may be personal

    @overload
    def __getitem__(self, index: int) -> R_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[R_co, ...]: ...
    def __getitem__(self, index: int | slice) -> R_co | tuple[R_co, ...]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[R_co]:
        return iter(self.records)


@attrs.frozen
class Order:
    """One field to sort by."""

    spec: FieldSpec
    descending: bool

    def __str__(self) -> str:
        return f"-{self.spec.name}" if self.descending else self.spec.name


def orders_of(order_by: str | Sequence[str], cls: type, custom: CustomFields | None = None) -> tuple[Order, ...]:
    """Read what to sort by; the id comes last, so that no two records stand at the same place.

    Raises:
        UnknownField: the records have no such field.
        InvalidArgument: no names; a field of tags or flags, which have no order, or one that stands twice.
    """
    names: Any = [order_by] if isinstance(order_by, str) else order_by
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        _refuse("order_by", order_by, "names no fields; say 'amount', '-amount' or ['stage', '-amount']")
    specs = fields_of(cls, custom)
    orders: list[Order] = []
    for name in [*names, "id"]:
        bare = name.removeprefix("-")
        if bare not in specs:
            raise UnknownField.of(bare, specs, place=f"the order of {cls.__name__}")
        spec = specs[bare]
        if any(order.spec.name == bare for order in orders):
            if bare == "id":
                break
            _refuse("order_by", order_by, f"sorts by {bare!r} twice")
        if spec.kind in ("flag", "tags"):
            _refuse("order_by", order_by, f"sorts by {bare!r}, which holds {spec.kind}s; those have no order")
        orders.append(Order(spec, name.startswith("-")))
    return tuple(orders)


def checked_limit(limit: int | None) -> int | None:
    """Return the limit of a page, if it is one.

    Raises:
        InvalidArgument: not a whole number from one on.
    """
    if limit is not None and (type(limit) is not int or limit < 1):
        _refuse("limit", limit, "is no whole number from 1 on; say None for all")
    return limit


def cursor_of(orders: Sequence[Order], record: Any) -> str:
    """Write the place of a record in an order as an opaque text.

    Args:
        orders: what is sorted by.
        record: the last one of a page.
    """
    place = [_written(value_of(record, order.spec.name), order) for order in orders]
    text = json.dumps([[str(order) for order in orders], place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def position_of(after: str, orders: Sequence[Order]) -> tuple[Any, ...]:
    """Read the place that a cursor names.

    Raises:
        InvalidArgument: no cursor, or one of another order.
    """
    try:
        named, place = json.loads(base64.b64decode(after.encode(), altchars=b"-_", validate=True))
        if named != [str(order) for order in orders]:
            raise ValueError(named)
        return tuple(_read(value, order) for value, order in zip(place, orders, strict=True))
    except (AttributeError, TypeError, ValueError, RecursionError):
        _refuse("after", after, "is no cursor of this order; give the `next` of a page found in the same order")


def beyond(orders: Sequence[Order], place: Sequence[Any]) -> Expression:
    """Build the question whether a record comes behind a place in an order."""
    alternatives, equal = [], []
    for order, value in zip(orders, place, strict=True):
        asked = field(order.spec.name)
        if value is None:  # missing values come last: nothing but ties is behind
            equal.append(asked.missing())
            continue
        further = asked < value if order.descending else asked > value
        may_be_missing = order.spec.nullable
        alternatives.append(all_of(*equal, (further | asked.missing()) if may_be_missing else further))
        equal.append(asked == value)
    return any_of(*alternatives)


def value_of(record: Any, name: str) -> Any:
    """Return what a record holds in a field of its own or in a custom one."""
    return record.custom.get(name) if name not in type(record).__fields__ else getattr(record, name)


def _written(value: Any, order: Order) -> Any:
    if value is not None and order.spec.kind in ("number", "money"):
        return float(value)  # numbers are compared as doubles, so that is where they stand in the order
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date


def _read(value: Any, order: Order) -> Any:
    """Read a value of a cursor, which came from outside."""
    kind = order.spec.kind
    if value is None and order.spec.nullable:
        return None
    readers: Mapping[str, tuple[tuple[type, ...], Any]] = {
        "integer": ((int,), int),
        "number": ((int, float), None),
        "money": ((int, float), None),
        "instant": ((str,), datetime.fromisoformat),
        "date": ((str,), date.fromisoformat),
    }
    held, read = readers.get(kind, ((str,), str))
    if isinstance(value, bool) or not isinstance(value, held):
        raise ValueError(value)
    return value if read is None else read(value)


def _refuse(argument: str, value: Any, reason: str) -> NoReturn:
    raise InvalidArgument(f"{argument} {shown(value)} {reason}", argument=argument, value=value) from None
