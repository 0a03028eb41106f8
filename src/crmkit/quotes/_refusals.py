"""What a quote, its lines and its price book refuse, each with its code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from crmkit.errors import CurrencyMismatch, InvalidArgument, InvalidRecord, shown
from crmkit.records import Record

__all__ = ["all_given", "given", "mismatch", "refused", "wrong"]

R = TypeVar("R")


def given(value: Any, cls: type[R], *, argument: str) -> R:
    """Return a record that a call was given, or refuse what is no record of that class."""
    if not isinstance(value, cls):
        raise wrong(argument, value, f"is no {cls.__name__}")
    return value


def all_given(values: Any, cls: type[R], *, argument: str) -> tuple[R, ...]:
    """Return the records that a call was given, or refuse what is no collection of that class."""
    if not isinstance(values, Iterable):
        raise wrong(argument, values, f"is no list of {cls.__name__} records")
    return tuple(given(value, cls, argument=argument) for value in values)


def wrong(argument: str, value: object, reason: str, *, code: str | None = None) -> InvalidArgument:
    """Build the error about an argument."""
    return InvalidArgument(f"{argument}: {shown(value)} {reason}", code=code, argument=argument, value=value)


def refused(record: Record, field: str, reason: str, *, code: str) -> InvalidRecord:
    """Build the error about a field of a record, which it names by its id."""
    kind, value = type(record).__name__, getattr(record, field)
    message = f"{kind}.{field} of {shown(record.id)}: {shown(value)} {reason}"
    return InvalidRecord(message, code=code, record=kind, field=field, value=value, id=record.id)


def mismatch(record: Record, currency: str | None, other: str, *, whose: str) -> CurrencyMismatch:
    """Build the error about a record in another currency than the one it belongs to."""
    kind = type(record).__name__
    message = (
        f"{kind}.currency of {shown(record.id)}: {shown(currency)} is not the currency of {whose}, {other!r}; "
        "convert the price at a stated rate first"
    )
    return CurrencyMismatch(
        message, record=kind, field="currency", value=currency, currencies=(currency, other), id=record.id
    )
