"""The hours of a week as texts: {"Mon-Fri": "09:00-12:00, 13:00-17:00", "Sat": "10:00-14:00"}."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crmkit.errors import InvalidArgument, did_you_mean, shown

__all__ = ["DAY", "Spans", "hours_of_week", "spans_of"]

# From and to in minutes after midnight, in order and apart from each other.
Spans = tuple[tuple[int, int], ...]

DAY = 24 * 60
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SPAN = re.compile(r"([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})")


def hours_of_week(given: Mapping[str, str] | tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the hours of each day that has any, Monday first, in the one form in which they are written.

    Raises:
        InvalidArgument: an unknown day, a day named twice, hours that are none, a week without any.
    """
    found: dict[str, str] = {}
    for days, text in _pairs(given):
        hours = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans_of(text))
        for day in _days(days):
            if day in found:
                raise _invalid(days, f"names {day} for the second time; give all hours of a day at once")
            found[day] = hours
    if not found:
        raise _invalid(given, "never open; name at least one day")
    return tuple((day, found[day]) for day in _WEEK if day in found)


def _pairs(given: object) -> tuple[tuple[str, str], ...]:
    pairs = tuple(given.items()) if isinstance(given, Mapping) else given
    if isinstance(pairs, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        return pairs
    raise _invalid(given, 'are given by day, as in {"Mon-Fri": "09:00-17:00"}')


def spans_of(text: str) -> Spans:
    """Return the spans that a text such as "09:00-12:00, 13:00-17:00" names; those that touch become one.

    Raises:
        InvalidArgument: a text that names none, a time that no day has, an end before the start, spans that overlap.
    """
    spans: list[tuple[int, int]] = []
    for opens, closes in sorted(_span(part.strip(), text) for part in str(text).split(",")):
        if spans and opens < spans[-1][1]:
            raise _invalid(text, "overlap each other")
        if spans and opens == spans[-1][1]:
            opens = spans.pop()[0]
        spans.append((opens, closes))
    return tuple(spans)


def _span(part: str, text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise _invalid(text, 'are not written as "09:00-17:00"; leave out a day that is closed')
    opens, closes = _minutes(match[1], match[2], text), _minutes(match[3], match[4], text)
    if opens >= closes:
        raise _invalid(
            text, "end before they start; hours over midnight are two: to 24:00, and from 00:00 the next day"
        )
    return opens, closes


def _minutes(hour: str, minute: str, text: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > DAY:
        raise _invalid(text, "hold a time that no day has; times run from 00:00 to 24:00")
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _days(text: str) -> Iterator[str]:
    first, dash, last = (part.strip() for part in str(text).partition("-"))
    start = _number(first)
    end = _number(last) if dash else start
    if end < start:
        raise _invalid(text, "run backwards; a week begins on Monday")
    yield from _WEEK[start : end + 1]


def _number(day: str) -> int:
    if day not in _WEEK:
        raise _invalid(day, f"are given for no day of the week{did_you_mean(day, _WEEK)}")
    return _WEEK.index(day)


def _invalid(value: object, reason: str) -> InvalidArgument:
    return InvalidArgument(f"hours {shown(value)} {reason}", argument="hours", value=value, code="invalid_hours")
