"""The text of an RRULE, read within limits: RFC 5545, section 3.3.10."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import NoReturn

from attrs import frozen

from crmkit.errors import InvalidArgument, did_you_mean, nearest, shown

__all__ = ["Recurrence", "recurrence_of"]

_LENGTH = 400
_NUMBER = r"[+-]?[0-9]{1,3}"
_WEEKDAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_VALUES = {
    "FREQ": re.compile(r"[A-Z]+"),
    "INTERVAL": re.compile(r"[0-9]{1,3}"),
    "COUNT": re.compile(r"[0-9]{1,4}"),
    "UNTIL": re.compile(r"[0-9]{8}(?:T[0-9]{6}Z)?"),
    "WKST": re.compile(_WEEKDAY),
    "BYDAY": re.compile(rf"(?:[+-]?[0-9]{{1,2}})?{_WEEKDAY}(?:,(?:[+-]?[0-9]{{1,2}})?{_WEEKDAY})*"),
    **{
        name: re.compile(rf"{_NUMBER}(?:,{_NUMBER})*")
        for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
    },
    **{name: re.compile(r"[0-9]{1,2}") for name in ("BYHOUR", "BYMINUTE", "BYSECOND")},
}
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
# least and greatest; where the least is below 0, numbers count from the end, and there is no 0
_BOUNDS = {
    "BYDAY": (-53, 53),
    "INTERVAL": (1, 999),
    "COUNT": (1, 9999),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 59),
}
_ONLY_WITH = {
    "BYWEEKNO": ("YEARLY",),
    "BYYEARDAY": ("YEARLY",),
    "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY"),
}


@frozen
class Recurrence:
    """A rule by which an activity comes again.

    Args:
        parts: its parts by name, as they are written.
    """

    parts: Mapping[str, str]

    @property
    def count(self) -> int | None:
        """How often the activity takes place, the first time included; None without a bound."""
        return int(self.parts["COUNT"]) if "COUNT" in self.parts else None

    @property
    def until(self) -> datetime | date | None:
        """The last instant, or the last day on the wall calendar, at which it may take place."""
        text = self.parts.get("UNTIL")
        if text is None:
            return None
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)

    def clock(self, first: time) -> time:
        """Return the time of day at which it takes place: that of the first time, unless the rule says another."""
        hour, minute, second = (self.parts.get(name) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        return first.replace(
            hour=first.hour if hour is None else int(hour),
            minute=first.minute if minute is None else int(minute),
            second=first.second if second is None else int(second),
        )

    def days(self) -> str:
        """Return the text of the rule without its bounds and its time of day."""
        left_out = ("COUNT", "UNTIL", "BYHOUR", "BYMINUTE", "BYSECOND")
        return _written({name: value for name, value in self.parts.items() if name not in left_out})

    def replaced(self, **parts: int | str | None) -> str:
        """Return the text of the rule with other parts; None leaves one out."""
        merged = {**self.parts, **parts}
        return _written({name: str(value) for name, value in merged.items() if value is not None})


def recurrence_of(text: str) -> Recurrence:
    """Read the text of a rule, such as "FREQ=WEEKLY;BYDAY=MO,TH".

    Raises:
        InvalidArgument: not the text of a rule, or one beyond the limits (code "invalid_recurrence").
    """
    if len(text) > _LENGTH:
        _refuse(text, f"is longer than {_LENGTH} characters")
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if name not in _VALUES:
            known = did_you_mean(name, _VALUES) if nearest(name, _VALUES) else "; a rule reads FREQ=WEEKLY;BYDAY=MO,TH"
            _refuse(text, f"has a part {shown(name)}{known}")
        if name in parts:
            _refuse(text, f"says {name} twice")
        if not equals or not _VALUES[name].fullmatch(value):
            _refuse(text, f"says {shown(value)} for {name}{_expected(name)}")
        parts[name] = value
    _check_frequency(text, parts)
    _check_numbers(text, parts)
    _check_together(text, parts)
    return Recurrence(MappingProxyType(parts))


def _check_frequency(text: str, parts: Mapping[str, str]) -> None:
    found = parts.get("FREQ")
    if found is None:
        _refuse(text, "has no FREQ; it begins as in FREQ=WEEKLY")
    if found not in _FREQUENCIES:
        _refuse(text, f"says {shown(found)} for FREQ; an activity recurs {', '.join(_FREQUENCIES)}")


def _check_numbers(text: str, parts: Mapping[str, str]) -> None:
    for name, (least, greatest) in _BOUNDS.items():
        for number in map(int, re.findall(_NUMBER, parts.get(name, ""))):
            if not least <= number <= greatest or (number == 0 and least < 0):
                _refuse(text, f"says {number} for {name}, which goes from {least} to {greatest}")
    if "UNTIL" in parts:
        try:
            datetime.fromisoformat(parts["UNTIL"])
        except ValueError:
            _refuse(text, f"says {parts['UNTIL']} for UNTIL, which is no date")


def _check_together(text: str, parts: Mapping[str, str]) -> None:
    frequency = parts["FREQ"]
    if "COUNT" in parts and "UNTIL" in parts:
        _refuse(text, "has both COUNT and UNTIL; say one of them")
    for name, allowed in _ONLY_WITH.items():
        if name in parts and frequency not in allowed:
            _refuse(text, f"has {name}, which goes only with FREQ={' or '.join(allowed)}")
    if re.search("[0-9]", parts.get("BYDAY", "")) and (frequency in ("DAILY", "WEEKLY") or "BYWEEKNO" in parts):
        _refuse(text, "counts weekdays, which goes only with FREQ=MONTHLY or YEARLY, and not with BYWEEKNO")
    if "BYSETPOS" in parts and not any(name in parts for name in ("BYDAY", "BYMONTH", *_ONLY_WITH)):
        _refuse(text, "has BYSETPOS without days to choose from; say which, as in BYDAY=MO,TU,WE,TH,FR")


def _expected(name: str) -> str:
    match name:
        case "UNTIL":
            return "; say a date or a time in UTC, as in 20261231 or 20261231T120000Z"
        case "BYHOUR" | "BYMINUTE" | "BYSECOND":
            return "; an activity takes place at one time of day"
        case "BYDAY":
            return "; say days as in MO,TH or -1FR"
        case _:
            return ""


def _written(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _refuse(text: str, reason: str) -> NoReturn:
    raise InvalidArgument(
        f"recurrence {shown(text)} {reason}", argument="recurrence", value=text, code="invalid_recurrence"
    )
