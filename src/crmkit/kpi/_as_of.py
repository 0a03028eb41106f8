"""No peeking: a table as it was at an instant, as far as the table itself can tell.

What began later is not there, what ended later is open, and what became known only at the end is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import narwhals as nw

from crmkit.calendars import zone
from crmkit.errors import MissingColumn, NeedsHistory, shown
from crmkit.kpi._quantities import as_instant
from crmkit.kpi._timelines import TIMELINES
from crmkit.tables import collected

__all__ = ["instant_literal", "rewind", "timeline_columns"]


def timeline_columns(record: str) -> frozenset[str]:
    """Return the columns by which records of this kind can be seen at another instant."""
    timeline = TIMELINES[record]
    return frozenset({timeline.begins, *([timeline.ends] if timeline.ends else [])})


def instant_literal(dtype: Any, at: datetime) -> nw.Expr:
    """Return `at` as a literal in the zone of a column of this type: engines refuse to compare across zones."""
    return nw.lit(at.astimezone(zone(dtype.time_zone)), nw.Datetime("us", dtype.time_zone))


def rewind(frame: Any, record: str, as_of: datetime, *, asked: frozenset[str], purpose: str) -> Any:
    """Return the narwhals frame of `record` rows as it was at `as_of`.

    Args:
        frame: a narwhals frame.
        record: the kind of its rows, such as "deal".
        as_of: the instant; what is dated at it or later has not happened.
        asked: the columns that the caller will look at.
        purpose: who asks, for the messages.

    Raises:
        MissingColumn: the table does not say when its records began or ended.
        NeedsHistory: a column is asked for whose past value the table does not hold.
    """
    timeline = TIMELINES[record]
    schema = frame.collect_schema()
    names = schema.names()
    dates = [timeline.begins] + ([timeline.ends] if timeline.ends else [])
    for name in dates:
        if name not in names:
            raise MissingColumn.of(name, names, purpose=f"{purpose} with as_of")
    later = {name: as_instant(frame, name) >= instant_literal(schema[name], as_of) for name in dates}
    momentary = sorted(timeline.momentary & asked)
    if momentary and _any(frame, later):
        raise NeedsHistory(
            f"{purpose}: the table holds what happened after {as_of:%Y-%m-%d %H:%M} UTC, so its column "
            f"{shown(momentary[0])} is not what it was then; leave as_of out, or ask for a metric of stage history",
            fields=tuple(momentary),
            as_of=as_of,
        )
    begun = frame.filter(nw.col(timeline.begins).is_null() | ~later[timeline.begins])
    if timeline.ends is None:
        return begun
    ended_later = ~nw.col(timeline.ends).is_null() & later[timeline.ends]
    until_then = [
        (
            nw.when(~ended_later).then(nw.col(name))
            if before is None
            else nw.when(ended_later).then(nw.lit(before)).otherwise(nw.col(name).cast(nw.String))
        ).alias(name)
        for name, before in timeline.outcome.items()
        if name in names
    ]
    # The end itself goes last: the columns above are told by it.
    return begun.with_columns(*until_then).with_columns(
        nw.when(~ended_later).then(nw.col(timeline.ends)).alias(timeline.ends)
    )


def _any(frame: Any, later: Mapping[str, nw.Expr]) -> bool:
    """Tell whether any row is dated later."""
    flags = [(~nw.col(name).is_null() & is_later).any().alias(name) for name, is_later in later.items()]
    answer = frame.select(*flags)
    rows = collected(answer).rows()
    return any(bool(flag) for flag in rows[0])
