"""How each kind of field is kept: its column's type, and the way of a value into the database and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import attrs
import sqlalchemy as sa

from crmkit.records import FieldSpec
from crmkit.repositories.sql._custom import instant_text

__all__ = ["INSTANT", "JSON", "NUMBER", "TEXT", "Codec", "codec_of", "column_type", "is_storable"]


TEXT: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # "C" sorts by code point
NUMBER: Final[sa.Double[float]] = sa.Double()
INSTANT: Final = sa.DateTime(timezone=True)  # SQLite keeps a text of fixed width, in UTC, which sorts by time
JSON: Final = sa.JSON()
_DECIMAL: Final = sa.Text().with_variant(sa.Numeric(), "postgresql")

_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "text": TEXT,
    "choice": TEXT,
    "id": TEXT,
    "integer": sa.BigInteger(),
    "number": NUMBER,
    "money": _DECIMAL,
    "flag": sa.Boolean(),
    "instant": INSTANT,
    "date": sa.Date(),
    "tags": JSON,
}


def column_type(spec: FieldSpec) -> sa.types.TypeEngine[Any]:
    """Return the type of the column of a field."""
    return _TYPES[spec.kind]


@attrs.frozen
class Codec:
    """The way of the values of one kind into a database and back; None where they go as they are."""

    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


def codec_of(kind: str, dialect: str) -> Codec:
    """Return how values of a kind travel; `dialect` is "sqlite" or "postgresql"."""
    return (_SQLITE if dialect == "sqlite" else _POSTGRES).get(kind, _AS_IT_IS)


def is_storable(text: str) -> bool:
    """Whether any database can hold a text: without NUL and halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _decimal_text(value: Decimal) -> str:
    """Write a decimal as PostgreSQL does: without exponent, and zero without a sign."""
    return f"{value if value else value.copy_abs():f}"


def _tags_text(tags: tuple[str, ...]) -> str:
    return json.dumps(tags, ensure_ascii=False, separators=(",", ":")) if tags else "[]"


def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _in_utc(value: datetime) -> datetime:
    return value if value.tzinfo is UTC else value.astimezone(UTC)


_AS_IT_IS: Final = Codec()
_POSTGRES: Mapping[str, Codec] = {
    "money": Codec(_decimal_text, Decimal),
    "instant": Codec(None, _in_utc),
    "tags": Codec(_tags_text, _tags),
}
_SQLITE: Mapping[str, Codec] = {
    **_POSTGRES,
    "instant": Codec(instant_text, _instant),
    "date": Codec(date.isoformat, date.fromisoformat),
    "flag": Codec(int, bool),
}
