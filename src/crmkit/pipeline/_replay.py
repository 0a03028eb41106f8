"""A record's state and the time it spent in each stage, from the rows of its history alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from crmkit.calendars import instant_of
from crmkit.errors import InvalidArgument, shown
from crmkit.pipeline._replay_rows import Link, Row, broken, links_of
from crmkit.records import CustomFields, FieldChange, StageChange, fields_of

__all__ = ["replay", "time_spent"]

# Where a record says since when a field holds what it holds.
_SINCE: Mapping[str, str] = {"stage": "stage_entered_at", "status": "status_changed_at"}


def replay(
    history: Iterable[StageChange | FieldChange],
    *,
    until: datetime | date | None = None,
    custom: CustomFields | None = None,
) -> Mapping[str, Any]:
    """Return what the history of one record says that its fields hold, each value as the record holds it.

    Rows of the same instant are put in the order in which they follow one another. The first row of a field may begin
    with any value, since what a record was made with has no row.

    Args:
        history: the rows, in any order; a row that is there twice counts once.
        until: the instant up to which rows count, one at that instant excluded; all rows, if not given.
        custom: what declares the custom fields whose rows are there.

    Raises:
        InvalidArgument: rows of several records, a row that does not begin with what was there, two rows at the same
            instant that contradict each other, or a value that is none of its field (code "broken_history").
        UnknownField: a row of a field that the record does not have.
        InvalidPeriod: an `until` without a time zone.
    """
    cls, links = links_of(history, until=until, custom=custom)
    known = {} if cls is None else fields_of(cls)
    state: dict[str, Any] = {}
    for name, chain in sorted(_chains(links).items()):
        last = chain[-1]
        state[name] = last.after
        if _SINCE.get(name) in known:
            state[_SINCE[name]] = last.row.changed_at
        if isinstance(last.row, StageChange):
            state["pipeline"] = last.row.pipeline
    return MappingProxyType(state)


def time_spent(history: Iterable[StageChange | FieldChange], *, as_of: datetime | date) -> Mapping[str, timedelta]:
    """Return how long a record was in each stage up to an instant, all its stays together; without stages, each status.

    The stage in which a history begins counts by the `days_in_stage` of its first row, and not at all where that is
    missing.

    Args:
        history: the rows of one record, in any order.
        as_of: the instant; rows at it or later have not happened.

    Raises:
        InvalidArgument: as `replay` (code "broken_history").
        InvalidPeriod: an `as_of` without a time zone.
    """
    chains = _chains(links_of(history, until=as_of, only=_SINCE)[1])
    links = next((chains[name] for name in _SINCE if name in chains), [])
    spent: defaultdict[str, timedelta] = defaultdict(timedelta)
    if links and links[0].before is not None and (before := _time_before(links[0].row)) is not None:
        spent[links[0].before] = before
    instants = [*(link.row.changed_at for link in links), instant_of(as_of)]
    for link, begins, ends in zip(links, instants, instants[1:], strict=False):
        if link.after is not None:
            spent[link.after] += ends - begins
    return MappingProxyType(dict(spent))


def _time_before(row: Row) -> timedelta | None:
    days = row.days_in_stage if isinstance(row, StageChange) else row.days_held
    if days is None:
        return None
    try:
        return row.changed_at - (row.changed_at - timedelta(days=days))
    except OverflowError:
        raise broken(
            row, f"says that {days} days went before it, which leads before the year 1", expected=None, found=days
        ) from None


def _chains(links: Mapping[str, list[Link]]) -> dict[str, list[Link]]:
    return {name: _chained(of_field) for name, of_field in links.items()}


def _chained(links: list[Link]) -> list[Link]:
    """Put the links of one field, sorted by instant, one after the other; each begins where the one before ended."""
    by_instant: dict[datetime, list[Link]] = {}
    for link in links:
        by_instant.setdefault(link.row.changed_at, []).append(link)
    chain: list[Link] = []
    for together in by_instant.values():
        value = chain[-1].after if chain else _first_value(together)
        for link in _trail(together, value):
            if link.before != value:
                raise _gap(link, value, chain)
            chain.append(link)
            value = link.after
    return chain


def _first_value(links: list[Link]) -> Any:
    """Return the value with which the first links of a field, all of one instant, begin."""
    surplus = Counter(link.before for link in links)
    surplus.subtract(link.after for link in links)
    for value, count in surplus.items():
        if count > 0:
            return value
    if None in surplus:
        return None
    if len(surplus) == 1:
        return links[0].before
    first, other = links[0], next(link for link in links if link.before != links[0].before)
    reason = f"and row {shown(other.row.id)} at the same instant begin with each other's value of {first.spec.name}: "
    values = " and ".join(_seen(link, link.before) for link in (first, other))
    raise broken(first.row, f"{reason}{values}; say which came first", expected=first.before, found=other.before)


def _trail(links: list[Link], value: Any) -> list[Link]:
    """Order the links of one instant so that they follow one another, if they can (Hierholzer 1873)."""
    leaving: defaultdict[Any, list[Link]] = defaultdict(list)
    for link in reversed(links):
        leaving[link.before].append(link)
    ahead: list[Link] = []
    trail: list[Link] = []
    while leaving[value] or ahead:
        if leaving[value]:
            ahead.append(leaving[value].pop())
            value = ahead[-1].after
        else:
            trail.append(ahead.pop())
            value = trail[-1].before
    # What cannot be reached comes last, where it is found to begin with another value.
    return trail[::-1] + [link for left in leaving.values() for link in left]


def _gap(link: Link, value: Any, chain: list[Link]) -> InvalidArgument:
    since = f" since row {shown(chain[-1].row.id)}" if chain else ""
    reason = f"changes {link.spec.name} from {_seen(link, link.before)}, and it was {_seen(link, value)}{since}"
    return broken(link.row, f"{reason}; give every row, each as it was written", expected=value, found=link.before)


def _seen(link: Link, value: Any) -> str:
    return "***" if link.masked and value is not None else "missing" if value is None else shown(value)
