"""Custom values as a JSON text, and back; what JSON has no kind for stands under a mark, as in a record's document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crmkit.records import NO_CUSTOM, CustomValue

__all__ = ["custom_number", "custom_text", "custom_values", "instant_text"]


def instant_text(value: datetime) -> str:
    """Write an instant in UTC with a fixed width, so that the order of the texts is that of the instants."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds")


def custom_text(values: Mapping[str, CustomValue]) -> str:
    """Write custom values."""
    if not values:
        return "{}"
    marked = {name: _marked(value) for name, value in values.items()}
    return json.dumps(marked, ensure_ascii=False, separators=(",", ":"))


def custom_values(text: str) -> Mapping[str, CustomValue]:
    """Read custom values."""
    if text == "{}":
        return NO_CUSTOM
    return {name: _unmarked(value) for name, value in json.loads(text).items()}


def custom_number(text: str, name: str) -> float | None:
    """Return the double nearest to one custom number; SQLite itself reads decimal fractions only nearly so."""
    value = _unmarked(json.loads(text).get(name))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value)


def _marked(value: CustomValue) -> Any:
    match value:
        case datetime():
            return {"instant": instant_text(value)}
        case date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case _:
            return value


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if not isinstance(value, dict):
        return value
    ((mark, text),) = value.items()
    return _MARKS[mark](text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


_MARKS: Mapping[str, Callable[[str], Any]] = {"instant": _instant, "date": date.fromisoformat, "decimal": Decimal}
