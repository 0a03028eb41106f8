"""A record's state and the time it spent in each stage, from the rows of its history alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from crmkit.calendars import instant_of
from crmkit.errors import InvalidArgument, shown
from crmkit.pipeline._pipeline import Pipeline
from crmkit.pipeline._place import PLACES
from crmkit.pipeline._replay_rows import Link, Row, broken, links_of
from crmkit.pipeline._step import step_of
from crmkit.records import CustomFields, FieldChange, StageChange

__all__ = ["replay", "time_spent"]


def replay(
    history: Iterable[StageChange | FieldChange],
    *,
    until: datetime | date | None = None,
    pipeline: Pipeline | None = None,
    custom: CustomFields | None = None,
) -> Mapping[str, Any]:
    """Return what the history of one record says that its fields hold, each value as the record holds it.

    Rows of the same instant count in the order of their ids if they follow one another so, else in an order in which
    they do. The first row of a field may begin with any value, since what a record was made with has no row. Coming to
    a stage of another name by migration counts as entering it. Tags are written as a JSON list, flags as "true" and
    "false".

    Args:
        history: the rows, in any order; a row that is there twice counts once.
        until: the instant up to which rows count, one at that instant excluded; all rows, if not given.
        pipeline: the definition under which the record moved. With it come the fields that a move writes besides the
            stage: whether the record is open, won or lost, when it was closed and why.
        custom: what declares the custom fields whose rows are there.

    Raises:
        InvalidArgument: rows of several records, a row that does not begin with what was there, two rows at the same
            instant that contradict each other, or a value that is none of its field (code "broken_history"); a
            pipeline of other records (code "not_its_record").
        UnknownField: a row of a field that the record does not have.
        UnknownStage: a stage that the pipeline does not have.
        InvalidPeriod: an `until` without a time zone.
    """
    kind, links = links_of(history, until=until, custom=custom)
    if pipeline is not None and kind not in (None, pipeline.record):
        message = f"pipeline {shown(pipeline.name)} moves records of kind {pipeline.record!r}, not of kind {kind!r}"
        raise InvalidArgument(message, code="not_its_record", argument="pipeline", value=pipeline)
    chains = _chains(links)
    state = {name: chain[-1].after for name, chain in chains.items()}
    place = PLACES.get(kind or "")
    if place is not None and place.stage in chains:
        state[place.entered] = chains[place.stage][-1].row.changed_at
        if pipeline is not None:
            state |= _written(pipeline, chains[place.stage])
    return MappingProxyType(dict(sorted(state.items())))


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
    chains = _chains(links_of(history, until=as_of, only=("stage", "status"))[1])
    links = chains.get("stage") or chains.get("status") or []
    spent: defaultdict[str, timedelta] = defaultdict(timedelta)
    if links and links[0].before is not None and (before := _time_before(links[0].row)) is not None:
        spent[links[0].before] = before
    instants = [*(link.row.changed_at for link in links), instant_of(as_of)]
    for link, begins, ends in zip(links, instants, instants[1:], strict=False):
        if link.after is not None:
            spent[link.after] += ends - begins
    return MappingProxyType(dict(spent))


def _written(pipeline: Pipeline, links: list[Link]) -> dict[str, Any]:
    """Return the fields that the moves wrote besides the stage; the probability has rows of its own."""
    state: dict[str, Any] = {}
    for link in links:
        origin = None if link.before is None else pipeline.stage(link.before)
        # A history may hold a step that the definition does not allow, or no longer does.
        step = pipeline.step(link.before, link.after) or step_of(pipeline, origin, pipeline.stage(link.after), None)
        state |= {name: value for name, value in step.values.items() if name != pipeline.place.probability}
        if step.stamps is not None:
            state[step.stamps] = link.row.changed_at
        if step.reason is not None:
            state[step.reason] = link.row.reason
        if step.counts is not None:
            state[step.counts] = state.get(step.counts, 0) + 1
    return state


def _time_before(row: Row) -> timedelta | None:
    days = row.days_in_stage if isinstance(row, StageChange) else row.days_held
    if days is None:
        return None
    try:
        return row.changed_at - (row.changed_at - timedelta(days=days))
    except OverflowError:
        reason = f"says that {days} days went before it, which leads before the year 1"
        raise broken(row, reason, expected=None, found=days) from None


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
        for link in _in_order(together, value):
            if link.before != value and not link.sets:
                raise _gap(link, value, chain)
            chain.append(link)
            value = link.after
    return chain


def _first_value(links: list[Link]) -> Any:
    """Return the value with which the first links of a field, all of one instant, begin."""
    if _follow(links, links[0].before):
        return links[0].before
    told = [link for link in links if not link.sets]
    surplus = Counter(link.before for link in told)
    surplus.subtract(link.after for link in told)
    return next((value for value, count in surplus.items() if count > 0), told[0].before)


def _in_order(links: list[Link], value: Any) -> list[Link]:
    """Order the links of one instant so that they follow one another; as they are where they do, or cannot."""
    if _follow(links, value):
        return links
    trail = _trail(links, value)
    return trail if _follow(trail, value) else links


def _follow(links: list[Link], value: Any) -> bool:
    """Tell whether each link begins with the value that the one before ended with."""
    for link in links:
        if link.before != value and not link.sets:
            return False
        value = link.after
    return True


def _trail(links: list[Link], value: Any) -> list[Link]:
    """Order links so that they follow one another, if they can, those that follow anything last (Hierholzer 1873)."""
    leaving: defaultdict[Any, list[Link]] = defaultdict(list)
    for link in reversed(links):
        if not link.sets:
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
    unreached = [link for left in leaving.values() for link in left]
    return [*reversed(trail), *unreached, *(link for link in links if link.sets)]


def _gap(link: Link, value: Any, chain: list[Link]) -> InvalidArgument:
    since = f" since row {shown(chain[-1].row.id)}" if chain else ""
    reason = f"changes {link.name} from {_seen(link, link.before)}, and it was {_seen(link, value)}{since}"
    return broken(link.row, f"{reason}; give every row, each as it was written", expected=value, found=link.before)


def _seen(link: Link, value: Any) -> str:
    return "***" if link.masked and value is not None else "missing" if value is None else shown(value)
