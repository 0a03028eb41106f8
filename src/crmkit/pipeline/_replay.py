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
from crmkit.pipeline._place import PLACES, TRACKED
from crmkit.pipeline._replay_rows import Link, Row, broken, links_of
from crmkit.pipeline._replay_state import definitions_of, entered_at, migrations, named, written
from crmkit.records import CustomFields, FieldChange, StageChange

__all__ = ["replay", "time_spent"]


def replay(
    history: Iterable[StageChange | FieldChange],
    *,
    until: datetime | date | None = None,
    pipeline: Pipeline | Iterable[Pipeline] | None = None,
    custom: CustomFields | None = None,
) -> Mapping[str, Any]:
    """Return what the history of one record says that its fields hold, each value as the record holds it.

    Rows of the same instant count in the order of their ids if they follow one another so, else in an order in which
    they do. The first row of a field may begin with any value, since what a record was made with has no row. Tags are
    written as a JSON list, flags as "true" and "false".

    A step is a migration if it names another pipeline or version than the one before, stays in its stage, or has the
    reason "migration" and no days: the record goes on in its stage, since when it entered it.

    Args:
        history: the rows, in any order; a row that is there twice counts once.
        until: the instant up to which rows count, one at that instant excluded; all rows, if not given.
        pipeline: the definition under which the record moved, or each of them; a row is read under the one that it
            names, one that names none under one that knows its stages. With it come the fields that a move writes
            besides the stage: whether the record is open, won or lost, when it was closed and why. How often it came
            back is told by a history that has its start.
        custom: what declares the custom fields whose rows are there.

    Raises:
        InvalidArgument: rows of several records, a row that does not begin with what was there, two rows at the same
            instant that contradict each other, or a value that is none of its field (code "broken_history"); a
            pipeline of other records ("not_its_record"); a row of a definition that is not given
            ("unknown_definition"); arguments that are none.
        UnknownField: a row of a field that the record does not have.
        UnknownStage: a stage that the pipeline does not have.
        InvalidPeriod: an `until` without a time zone.
    """
    if custom is not None and not isinstance(custom, CustomFields):
        message = f"custom is {shown(custom)}; it takes CustomFields(deal={{'seats': 'integer'}})"
        raise InvalidArgument(message, argument="custom", value=custom)
    kind, links = links_of(history, until=until, custom=custom)
    definitions = definitions_of(pipeline, kind)
    chains = _chains(links)
    state = {name: chain[-1].after for name, chain in chains.items()}
    place = PLACES.get(kind or "")
    if place is not None and place.stage in chains:
        steps = chains[place.stage]
        state |= named(place, steps)
        if (entered := entered_at(steps)) is not None:
            state[place.entered] = entered
        if definitions:
            state |= written(definitions, steps)
    if place is not None and place.touched is not None:
        acts = [chains[name][-1].row.changed_at for name in (place.stage, *TRACKED) if name in chains]
        state |= {place.touched: max(acts)} if acts else {}
    return MappingProxyType(dict(sorted(state.items())))


def time_spent(history: Iterable[StageChange | FieldChange], *, as_of: datetime | date) -> Mapping[str, timedelta]:
    """Return how long a record was in each stage up to an instant, all its stays together; without stages, each status.

    The stage in which a history begins counts by the `days_in_stage` of its first row, and not at all where that is
    missing. A migration goes on with the stay: all of it counts under the new name.

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
    stays: list[tuple[Any, datetime]] = []
    for link, takes_over in zip(links, migrations(links), strict=True):
        since = stays.pop()[1] if takes_over and stays else link.row.changed_at
        stays.append((link.after, since))
    ends = [*(since for _, since in stays[1:]), instant_of(as_of)]
    for (stage, since), until in zip(stays, ends, strict=False):
        if stage is not None:
            spent[stage] += until - since
    return MappingProxyType(dict(spent))


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
