"""Dates and times in a file: their format, found in a whole column, and the instant that a text means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal, Self
from zoneinfo import ZoneInfo

import attrs

__all__ = [
    "ISO",
    "SAME_EITHER_WAY",
    "AmbiguousDates",
    "DateFormat",
    "Moment",
    "Unreadable",
    "find_format",
    "instant_at",
    "is_date_shaped",
    "moment_of",
]

Order = Literal["YMD", "DMY", "MDY"]

SAME_EITHER_WAY = "its dates are the same in either order"

_CONTRARY = 0.05  # the share of values of the other order that are taken for slips, not for evidence
_YEARS = range(1678, 2262)  # what a time in nanoseconds can hold, as older pandas and many engines store it
_MICROSECONDS = 6

_WAY_OUT = (
    "two-digit years and names of months are not read; write dates as YYYY-MM-DD, or declare [formats] in the mapping"
)
_SHAPE = re.compile(
    r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})"
    r"(?:(?:T| {1,2}|, )([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,12}))?)?"
    r"(?: ?([AaPp])[Mm])?(?: ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)


class Unreadable(Exception):
    """A text that is not what its column holds; whoever knows the cell turns this into a Problem."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class AmbiguousDates(Exception):
    """Dates whose day and month cannot be told apart; `text` is one of them."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(reason)
        self.text = text


@attrs.frozen
class DateFormat:
    """How a column writes dates: the order of year, month and day, the mark between, and whether times may follow."""

    order: Order
    mark: str
    timed: bool

    @classmethod
    def of(cls, words: str) -> Self | None:
        """Read a format from its words: "ISO", "DD/MM/YYYY", "MM/DD/YYYY HH:MM"; None if they are none."""
        if words == "ISO":
            return cls("YMD", "-", timed=True)
        found = re.fullmatch(r"(YYYY|DD|MM)([-/.])(DD|MM)\2(YYYY|DD|MM)( HH:MM(?::SS)?)?", words)
        orders: dict[str, Order] = {"YYYYMMDD": "YMD", "DDMMYYYY": "DMY", "MMDDYYYY": "MDY"}
        order = orders.get(found[1] + found[3] + found[4]) if found else None
        return cls(order, found[2], found[5] is not None) if found and order else None

    def __str__(self) -> str:
        if self == ISO:
            return "ISO"
        names = {"Y": "YYYY", "M": "MM", "D": "DD"}
        return self.mark.join(names[part] for part in self.order) + (" HH:MM" if self.timed else "")


ISO = DateFormat("YMD", "-", timed=True)


@attrs.frozen
class Moment:
    """What a text says: the reading of a wall clock, how far that clock is from UTC, whether it says a time at all."""

    wall: datetime
    offset: timedelta | None
    timed: bool


def is_date_shaped(text: str) -> bool:
    """Tell whether a text has the outer form of a date, with or without a time."""
    return _SHAPE.fullmatch(text.strip()) is not None


def find_format(counted: Iterable[tuple[str, int]]) -> tuple[DateFormat, str] | None:
    """Find the format of a column of dates and why it is so; None where nothing in it has the form of a date.

    Args:
        counted: each distinct text and the number of rows that hold it.

    Raises:
        AmbiguousDates: day and month can be taken either way, and no value decides between them.
    """
    families: Counter[tuple[bool, str]] = Counter()
    timed: Counter[tuple[bool, str]] = Counter()
    evidence: dict[str, _Evidence] = {}
    for text, rows in counted:
        found = _SHAPE.fullmatch(text.strip())
        if found is None or (len(found[1]) == 4) == (len(found[4]) == 4):
            continue
        family = (len(found[1]) == 4, found[2])
        families[family] += rows
        timed[family] += rows if found[5] else 0
        if len(found[4]) == 4:
            evidence.setdefault(found[2], _Evidence()).add(int(found[1]), int(found[3]), text, rows)
    if not families:
        return None
    year_first, mark = max(families, key=lambda family: (families[family], family))
    order: Order
    order, why = ("YMD", "the year stands first") if year_first else evidence[mark].order()
    return DateFormat(order, mark, timed[year_first, mark] > 0), why


class _Evidence:
    """What the values of one column say about the order of day and month."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.first: dict[str, str] = {}

    def add(self, first: int, second: int, text: str, rows: int) -> None:
        if not 1 <= min(first, second) <= 12 or max(first, second) > 31:
            return  # no date in either order
        kind = "DMY" if first > 12 else "MDY" if second > 12 else "either" if first != second else "same"
        self.rows[kind] += rows
        self.first.setdefault(kind, text)

    def order(self) -> tuple[Order, str]:
        day_first, month_first = self.rows["DMY"], self.rows["MDY"]
        fewer, more = sorted((day_first, month_first))
        if fewer > _CONTRARY * more:
            reason = f"{day_first:,} dates can only be day before month, {month_first:,} only month before day"
            raise AmbiguousDates(self.first["DMY" if day_first <= month_first else "MDY"], reason)
        if more:
            order: Order = "DMY" if day_first == more else "MDY"
            return order, f"{more:,} of its dates can be read in no other order"
        if self.rows["either"]:
            raise AmbiguousDates(self.first["either"], "every date can be read day before month or month before day")
        return "DMY", SAME_EITHER_WAY


def moment_of(text: str, format: DateFormat) -> Moment:  # noqa: A002 - the word that the mapping uses
    """Read a text in a format.

    Args:
        text: a date or a time.
        format: of its column.

    Raises:
        Unreadable: it is not of this format, or no such date or time exists.
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None or found[2] != format.mark or (found[5] and not format.timed):
        raise Unreadable("not_a_date", _not_so(format))
    parts = dict(zip(format.order, (found[1], found[3], found[4]), strict=True))
    if len(parts["Y"]) != 4 or len(parts["M"]) > 2 or len(parts["D"]) > 2:
        raise Unreadable("not_a_date", _not_so(format))
    year = int(parts["Y"])
    if year not in _YEARS:
        years = f"{_YEARS[0]} to {_YEARS[-1]}"
        reason = f"the year is outside {years}, which a table of times can hold; leave a date that is not known blank"
        raise Unreadable("year", reason)
    hour, minute, second = (int(found[group] or 0) for group in (5, 6, 7))
    try:
        wall = datetime(  # noqa: DTZ001 - a wall clock's reading; its zone is decided by whoever asks
            year, int(parts["M"]), int(parts["D"]), _hour(hour, found[9]), minute, second, _microsecond(found[8])
        )
    except ValueError as fault:
        raise Unreadable("no_such_date", f"there is no such date or time: {fault}; correct it") from None
    return Moment(wall, _offset(found[10]), found[5] is not None)


@cache
def _not_so(format: DateFormat) -> str:  # noqa: A002 - the word that the mapping uses
    return f"it is not a date written as {format}; {_WAY_OUT}"


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("with AM or PM the hour is 1 to 12")
    return hour % 12 + (12 if half in "Pp" else 0)


def _microsecond(digits: str | None) -> int:
    if digits is None:
        return 0
    if digits[_MICROSECONDS:].strip("0"):
        raise Unreadable("too_fine", "it is finer than a microsecond, which a table of times cannot hold")
    return int(digits[:_MICROSECONDS].ljust(_MICROSECONDS, "0"))


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    if zone in ("Z", "UTC"):
        return timedelta()
    if int(zone[1:3]) > 23 or int(zone[-2:]) > 59:
        raise Unreadable("no_such_date", f"there is no offset {zone} from UTC")
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -ahead if zone[0] == "-" else ahead


def instant_at(moment: Moment, place: ZoneInfo) -> tuple[datetime, bool]:
    """Return the instant of a moment as a plain datetime in UTC, and whether the clock showed it twice.

    Args:
        moment: what the file says; a date without a time is the beginning of that day.
        place: the zone of the clock where the file does not say it. Of two instants the first is taken.

    Raises:
        Unreadable: the clock never showed this time, because it was put forward.
    """
    if moment.offset is not None:
        return moment.wall - moment.offset, False
    if place.key == "UTC":
        return moment.wall, False
    first, second = (moment.wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second and moment.timed:
        reason = (
            f"the clocks of {place.key} never showed this time: they were put forward over it; correct it, or declare "
            "the timezone that it is of"
        )
        raise Unreadable("skipped_time", reason)
    return first.replace(tzinfo=None), first < second
