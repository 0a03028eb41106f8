"""How long a record has been in its stage, and whether that is too long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import frozen

from crmkit.calendars import add_business_days, utc
from crmkit.errors import InvalidArgument, InvalidPeriod
from crmkit.pipeline._deciding import stage_under, value_of
from crmkit.pipeline._decision import Unmet
from crmkit.pipeline._rows import days_between
from crmkit.pipeline._stage import Stage

if TYPE_CHECKING:
    from crmkit.pipeline._pipeline import Pipeline

__all__ = ["Ageing", "ageing_of"]


@frozen
class Ageing:
    """How long something has been in its stage.

    Args:
        stage: the stage.
        entered_at: when it was entered; None where nothing says so.
        days: the days of 24 hours since then.
        rots_at: from when on it is rotten; None for a stage in which nothing rots.
        rotten: whether it is so now.
    """

    stage: str
    entered_at: datetime | None
    days: float | None
    rots_at: datetime | None
    rotten: bool

    def __str__(self) -> str:
        since = "since nobody knows when" if self.days is None else f"for {self.days:.1f} days"
        return f"in {self.stage} {since}{', rotten' if self.rotten else ''}"


def ageing_of(pipeline: Pipeline, thing: Any, *, as_of: datetime, fields: Mapping[str, str] | None) -> Ageing:
    """Tell how long a thing has been in its stage; where it does not say, since its creation."""
    now = utc(as_of)
    name = stage_under(pipeline, thing, fields)
    if isinstance(name, Unmet):
        raise InvalidArgument(f"it {name.message}", code=name.code, argument="record", value=None)
    if name is None:
        message = "it is in no stage yet, so it has no age there"
        raise InvalidArgument(message, code="no_stage", argument="record", value=None)
    stage = pipeline.stage(name)
    since = value_of(thing, pipeline.place.entered, fields)
    if since is None:
        since = value_of(thing, "created_at", fields)
    if since is None:
        return Ageing(name, None, None, None, rotten=False)
    entered = utc(since)
    if entered > now:
        message = f"as_of {now:%Y-%m-%d %H:%M} UTC is before it entered {name}, {entered:%Y-%m-%d %H:%M}"
        raise InvalidArgument(message, code="too_early", argument="as_of", value=now)
    rots_at = _rots_at(pipeline, stage, entered)
    return Ageing(name, entered, days_between(entered, now), rots_at, rotten=rots_at is not None and now >= rots_at)


def _rots_at(pipeline: Pipeline, stage: Stage, entered: datetime) -> datetime | None:
    """Return when it is rotten; None where that is never, or after the last year that a datetime can hold."""
    try:
        if stage.rots_after_days is not None:
            return entered + timedelta(days=stage.rots_after_days)
        if stage.rots_after_business_days is not None and pipeline.calendar is not None:
            return add_business_days(entered, stage.rots_after_business_days, calendar=pipeline.calendar)
    except (OverflowError, InvalidPeriod):
        return None
    return None
