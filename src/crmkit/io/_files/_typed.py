"""Values that a file holds as what they are, as the texts that stand for them in rows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

__all__ = ["TAG_MARK", "instant_text", "nested_text", "number_text", "tags_text", "text_of"]

TAG_MARK = ";"

_PLAIN = re.compile(r"-?[0-9]+\.[0-9]+(?<!-0\.0)")


def text_of(value: Any) -> str:
    """Return a value as the one text that stands for it; "" for a missing one.

    Args:
        value: None, a text, flag, number, date, time or duration, or lists and dicts of these.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, list | tuple) and all(isinstance(tag, str) for tag in value):
        return tags_text(value)
    if isinstance(value, list | tuple | dict):
        return nested_text(value)
    if isinstance(value, timedelta):
        return _duration_text(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def number_text(number: int | float | Decimal) -> str:
    """Write a number in plain digits, the fewest that read back the same; "" for what is not a number."""
    if isinstance(number, int):
        return str(number)
    shortest = repr(float(number)) if isinstance(number, float) else ""
    if _PLAIN.fullmatch(shortest):
        return shortest.removesuffix(".0")
    exact = Decimal(shortest or number)
    if not exact.is_finite():
        return "" if exact.is_nan() else "-inf" if exact < 0 else "inf"
    if not exact:
        return "0"
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant_text(at: datetime) -> str:
    """Write a time in ISO 8601: in UTC with the offset +00:00 if it has a zone, as it stands if not."""
    with suppress(OverflowError):  # a zone's time in the year 1 or 9999 that UTC has no room for
        at = at if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat()


def tags_text(tags: Sequence[str]) -> str:
    """Write tags in one cell: with ";" between, or as a JSON list where that would not read back the same."""
    joined = TAG_MARK.join(tags)
    plain = all(tag and tag == tag.strip() and TAG_MARK not in tag for tag in tags)
    return joined if tags and plain and joined[0] != "[" else json.dumps(list(tags), ensure_ascii=False)


def nested_text(value: Any) -> str:
    """Write lists and dicts as JSON without blanks; what JSON has no word for stands there as its text."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _duration_text(duration: timedelta) -> str:
    """Write a duration in hours, minutes and seconds, as spreadsheets show it: 26:30:00."""
    sign, whole = ("-", -duration) if duration < timedelta() else ("", duration)
    minutes, seconds = divmod(whole.days * 86_400 + whole.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{whole.microseconds:06}" if whole.microseconds else ""
    return f"{sign}{hours}:{minutes:02}:{seconds:02}{fraction}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return value if isfinite(value) else None if isnan(value) else str(value)
    if value is None or isinstance(value, str | int):
        return value
    return value.hex() if isinstance(value, bytes) else text_of(value)
