"""Period: the time from one instant up to another, which no longer belongs to it."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from crmkit.calendars._zone import utc
from crmkit.errors import InvalidPeriod

__all__ = ["Period"]


@frozen
class Period:
    """The half-open time [start, end). Periods of the same instants are equal, whatever their labels.

    Args:
        start: aware datetime, stored as UTC; the first instant of the period.
        end: aware datetime, stored as UTC; the first instant after it.
        label: its name, such as "2017-Q1".

    Raises:
        InvalidPeriod: an instant without a time zone, or an end that is not after the start.
    """

    start: datetime = field(converter=utc)
    end: datetime = field(converter=utc)
    label: str | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidPeriod(
                f"a period ends after its start; found start {_iso(self.start)} and end {_iso(self.end)}",
                code="empty_period",
                value=(self.start, self.end),
            )

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= utc(instant) < self.end

    def __str__(self) -> str:
        return self.label if self.label is not None else f"{_iso(self.start)} to {_iso(self.end)}"


def _iso(instant: datetime) -> str:
    whole_minute = instant.second == 0 and instant.microsecond == 0
    return instant.replace(tzinfo=None).isoformat(timespec="minutes" if whole_minute else "auto") + "Z"
