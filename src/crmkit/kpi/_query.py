"""What is asked of a metric, proven before anything is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, get_args

from attrs import frozen

from crmkit.calendars import Every, Period, instant_of
from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.expressions import Expression

__all__ = ["Query", "query_of"]

_RESULTS = frozenset(
    {"period", "period_start", "period_end", "value", "low", "high", "n", "unit", "excluded", "reason"}
)


@frozen(kw_only=True)
class Query:
    """What is asked of a metric; see `Metric.__call__` for each part.

    `looking_from` is where questions look back from: of a day its last microsecond, not the next day's midnight.
    """

    as_of: datetime | None
    looking_from: datetime | None
    by: tuple[str, ...]
    every: Every | None
    period: Period | None
    where: Expression
    timezone: str
    fiscal_year_start: int
    confidence: float
    matured_days: float | None
    columns: Mapping[str, str]

    @property
    def dated(self) -> bool:
        """Whether rows must say when they happened."""
        return self.as_of is not None or self.every is not None or self.period is not None

    @property
    def sliced(self) -> bool:
        """Whether the answer is one number for each slice."""
        return bool(self.by) or self.every is not None


def query_of(*, as_of: Any, by: Any, where: Any, period: Any, every: Any, matured_days: Any, **others: Any) -> Query:
    """Build a query from what a caller passed.

    Raises:
        InvalidArgument: a part that is not what it should be; names it, and says what to pass.
    """
    if not isinstance(where, Expression):
        raise _refused("where", where, "a question: where=field('amount') > 1000")
    if period is not None and not isinstance(period, Period):
        raise _refused("period", period, "a crmkit.calendars.Period; period_of(at, 'quarter') makes one")
    if as_of is not None and not isinstance(as_of, date):
        raise _refused("as_of", as_of, "a date or an aware datetime: as_of=date(2017, 6, 30)")
    if every is not None and every not in get_args(Every):
        raise _refused("every", every, f"the name of a period{did_you_mean(str(every), get_args(Every))}")
    if matured_days is not None and (isinstance(matured_days, bool | str) or not matured_days >= 0):
        raise _refused("matured_days", matured_days, "a number of days of at least 0")
    if not _is_renaming(others["columns"]):
        raise _refused("columns", others["columns"], "a mapping: columns={'status': 'deal_stage'}")
    instant = None if as_of is None else instant_of(as_of, timezone=others["timezone"])
    whole_day = as_of is not None and not isinstance(as_of, datetime)
    return Query(
        as_of=instant,
        looking_from=instant - timedelta(microseconds=1) if instant is not None and whole_day else instant,
        by=_columns(by),
        every=every,
        period=period,
        where=where,
        matured_days=matured_days,
        **others,
    )


def _is_renaming(columns: object) -> bool:
    return isinstance(columns, Mapping) and all(isinstance(name, str) for pair in columns.items() for name in pair)


def _columns(by: Any) -> tuple[str, ...]:
    """Return the columns to cut by, each once, none of which the result has for itself."""
    if not isinstance(by, str | Iterable | None):
        raise _refused("by", by, "a column's name, or several")
    names = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise _refused("by", by, "columns' names, each once")
    for name in names:
        if name in _RESULTS or name.startswith("__crmkit"):
            raise _refused("by", name, "a column whose name the result does not have for itself; rename it")
    return names


def _refused(argument: str, value: object, expected: str) -> InvalidArgument:
    return InvalidArgument(f"{argument} is {shown(value)}; it takes {expected}", argument=argument, value=value)
