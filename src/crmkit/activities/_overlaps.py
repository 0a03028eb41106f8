"""Meetings of one owner at the same time, by a sweep over their beginnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from operator import itemgetter

from attrs import frozen

from crmkit.activities._occurrences import takes_place
from crmkit.activities._planned import activities_of, period_given, shifted, time_of
from crmkit.calendars import Period
from crmkit.records import Activity, UserId

__all__ = ["Overlap", "Overlaps", "overlaps"]


@frozen
class Overlap:
    """Two activities of one owner that take place at the same time.

    Args:
        first: the one that begins first.
        second: the other.
        start: when both have begun.
        end: when one of them ends.
    """

    first: Activity
    second: Activity
    start: datetime
    end: datetime


@frozen
class Overlaps:
    """The overlaps found, and what could not be compared.

    Args:
        found: in the order of their starts.
        left_out: the meetings without an owner, a beginning or an end after it.
    """

    found: tuple[Overlap, ...]
    left_out: tuple[Activity, ...]


@frozen
class _Span:
    start: datetime
    end: datetime
    activity: Activity
    owner: UserId


def overlaps(activities: Iterable[Activity], *, owner: str | None = None, period: Period | None = None) -> Overlaps:
    """Find which activities of one owner take place at the same time; one that ends as another begins does not.

    Compared is whatever has a beginning and an end: meetings, and calls planned so.

    Args:
        activities: any iterable of activities.
        owner: only those of this user.
        period: compare each time within this period at which they take place; otherwise only their own.

    Raises:
        InvalidArgument: something that is no activity, no period, or a recurrence that is no rule.
    """
    if period is not None:
        period_given(period)
    given = [activity for activity in activities_of(activities) if owner is None or activity.owner_id == owner]
    spans = [span for activity in given for span in _spans(activity, period)]
    left_out = [activity for activity in given if activity.kind == "meeting" and _length(activity) is None]
    found = [overlap for overlap in _sweep(spans) if period is None or _meets(overlap, period)]
    return Overlaps(tuple(found), tuple(left_out))


def _spans(activity: Activity, period: Period | None) -> Iterator[_Span]:
    begins, length, own = activity.occurred_at, _length(activity), time_of(activity)
    if begins is None or length is None or own is None or activity.owner_id is None:
        return
    if period is None:
        yield _Span(begins, begins + length, activity, activity.owner_id)
        return
    ahead = begins - own
    for occurrence in takes_place(activity, before=shifted(period.end, -ahead)):
        start = shifted(occurrence.at, ahead)
        yield _Span(start, shifted(start, length), activity, activity.owner_id)


def _length(activity: Activity) -> timedelta | None:
    """Return how long an activity takes, or None for one that cannot be compared."""
    if activity.occurred_at is None or activity.ends_at is None or activity.owner_id is None:
        return None
    length = activity.ends_at - activity.occurred_at
    return length if length > timedelta() else None


def _sweep(spans: Iterable[_Span]) -> Iterator[Overlap]:
    running: dict[UserId, list[tuple[datetime, int, _Span]]] = {}
    for number, span in enumerate(sorted(spans, key=lambda span: (span.start, span.activity.id))):
        heap = running.setdefault(span.owner, [])
        while heap and heap[0][0] <= span.start:
            heappop(heap)
        for end, _, other in sorted(heap, key=itemgetter(1)):
            if other.activity.id != span.activity.id:
                yield Overlap(other.activity, span.activity, span.start, min(end, span.end))
        heappush(heap, (span.end, number, span))


def _meets(overlap: Overlap, period: Period) -> bool:
    return overlap.start < period.end and overlap.end > period.start
