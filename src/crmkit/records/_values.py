"""From a given value to the one that a record holds: checked and in its one form, or refused with the way out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NoReturn

from crmkit.errors import InvalidRecord, shown
from crmkit.records._custom_values import CustomValue

__all__ = [
    "BY_KIND",
    "CONVERTERS",
    "DECIMAL_PLACES",
    "Check",
    "Refused",
    "refuse",
    "to_custom",
    "to_decimal",
    "to_instant",
    "to_text",
]

Check = Callable[[Any], Any]

# What the integer columns of tables and databases hold.
_INTEGERS = range(-(2**63), 2**63)
# No amount of money needs more, and everything within is added exactly.
DECIMAL_PLACES = 30


class Refused(Exception):
    """A value that is not what it should be; whoever knows its field turns this into an InvalidRecord."""


def refuse(record: str, field: str, value: object, reason: str, *, personal: bool = False) -> NoReturn:
    """Raise the InvalidRecord that names record and field, and the value unless it is personal.

    Args:
        record: name of the record's class.
        field: name of the field.
        value: the value refused; the error holds it as a fact, and shows it in its message unless it is personal.
        reason: what is wrong and what to do.
        personal: whether the message masks the value.
    """
    found = "***" if personal else shown(value)
    raise InvalidRecord(f"{record}.{field}: {found} {reason}", record=record, field=field, value=value) from None


def to_text(value: object) -> str:
    """Return a text, plain and writable as UTF-8."""
    if not isinstance(value, str):
        raise Refused(f"is {_article(value)}, not a text{_text_hint(value)}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Refused(
                "holds half of a surrogate pair, which no file can hold; decode the source as it is"
            ) from None
    return value if type(value) is str else str.__str__(value)


def _text_hint(value: object) -> str:
    return "; say str(...)" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _to_integer(value: object) -> int:
    number = _index(value)
    if number is None:
        raise Refused(f"is {_article(value)}, not a whole number")
    if number not in _INTEGERS:
        raise Refused("does not fit in 64 bits; an identifier of that length is a text")
    return number


def _index(value: Any) -> int | None:
    """Return the whole number that a value is, or None: a class or an array has `__index__` too and is none."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _to_float(value: object) -> float:
    if isinstance(value, float):
        if not isfinite(value):
            raise Refused("is not a number; what is missing is None")
        return value if type(value) is float else float(value)
    try:
        number = _to_integer(value)
    except Refused:
        hint = "; say float(...)" if isinstance(value, Decimal) else ""
        raise Refused(f"is {_article(value)}, not a float{hint}") from None
    if int(float(number)) != number:
        raise Refused("has more digits than a float holds")
    return float(number)


def to_decimal(value: object) -> Decimal:
    """Return an amount: a Decimal, or a whole number as one."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Refused("is not a number; what is missing is None")
        if abs(value.adjusted()) > DECIMAL_PLACES or -int(value.as_tuple().exponent) > DECIMAL_PLACES:
            raise Refused(f"has more than {DECIMAL_PLACES} digits before or after the point")
        return value if type(value) is Decimal else Decimal(value)
    if isinstance(value, float):
        raise Refused(f"is a float, which holds cents only nearly; say Decimal({shown(str(value))})")
    if _index(value) is None:
        raise Refused(f"is {_article(value)}, not a Decimal; say Decimal('12.50')")
    return Decimal(_to_integer(value))


def _to_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused(f"is {_article(value)}, not True or False")
    return value


def to_instant(value: object) -> datetime:
    """Return an instant in UTC."""
    if not isinstance(value, datetime):
        hint = "; say at which time, datetime(..., tzinfo=UTC)" if isinstance(value, date) else ""
        raise Refused(f"is {_article(value)}, not a datetime{hint}")
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    if value != value:  # pandas' NaT is a datetime that equals nothing
        raise Refused("is not a time; what is missing is None")
    if value.utcoffset() is None:
        raise Refused("does not say its time zone; say datetime(..., tzinfo=UTC) or .replace(tzinfo=ZoneInfo(...))")
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        raise Refused("lies outside the years 1 to 9999 in UTC") from None
    if type(utc) is datetime:
        return utc
    return datetime(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, UTC)


def _to_date(value: object) -> date:
    if isinstance(value, datetime):
        raise Refused("is a datetime, not a date; say .date(), in the time zone that counts")
    if not isinstance(value, date):
        raise Refused(f"is {_article(value)}, not a date; say date(2017, 3, 31)")
    return value if type(value) is date else date(value.year, value.month, value.day)


def _to_tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, tuple | list):
        raise Refused(f"is {_article(value)}, not a tuple of texts; say ('a', 'b')")
    try:
        return tuple([to_text(tag) for tag in value])
    except Refused as refused:
        raise Refused(f"holds something that {refused}") from None


def _to_any_number(value: object) -> int | float | Decimal:
    if isinstance(value, Decimal):
        return to_decimal(value)
    return _to_float(value) if isinstance(value, float) else _to_integer(value)


CONVERTERS: Mapping[type, Check] = {
    str: to_text,
    int: _to_integer,
    float: _to_float,
    Decimal: to_decimal,
    bool: _to_flag,
    datetime: to_instant,
    date: _to_date,
    tuple: _to_tags,
}

BY_KIND: Mapping[str, Check] = {
    "text": to_text,
    "choice": to_text,
    "id": to_text,
    "integer": _to_integer,
    "number": _to_any_number,
    "money": to_decimal,
    "flag": _to_flag,
    "instant": to_instant,
    "date": _to_date,
    "tags": _to_tags,
}


# A bool is an int, and a datetime is a date: the narrower class stands first.
_CUSTOM: tuple[tuple[type | tuple[type, ...], Check], ...] = (
    (str, to_text),
    (bool, _to_flag),
    (Decimal, to_decimal),
    (float, _to_float),
    (datetime, to_instant),
    (date, _to_date),
    ((tuple, list), _to_tags),
)


def to_custom(value: object) -> CustomValue:
    """Return the value of a custom field whose declaration is not known here."""
    if value is None:
        return None
    convert = next((convert for held, convert in _CUSTOM if isinstance(value, held)), None)
    if convert is None and _index(value) is None:
        raise Refused(f"is {_article(value)}; custom values are texts, numbers, True or False, times, dates and tuples")
    converted: CustomValue = _to_integer(value) if convert is None else convert(value)
    return converted


def _article(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
