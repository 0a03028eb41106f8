"""Idea 4: a metric, one number about many records, as one object with its definition, its source and its two calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Generic, Literal, NoReturn, ParamSpec, overload

from attrs import field, frozen

from crmkit.calendars import Every, Period
from crmkit.errors import CurrencyMismatch, InvalidArgument, TableError, did_you_mean, shown
from crmkit.expressions import ALWAYS, Expression
from crmkit.kpi._engine import evaluate
from crmkit.kpi._measurement import Breakdown, Measurement
from crmkit.kpi._measures import Measure
from crmkit.kpi._query import query_of
from crmkit.records import RECORDS

__all__ = ["Metric"]

P = ParamSpec("P")


def _known_record(metric: object, attribute: object, record: str) -> None:
    if record and record not in RECORDS:
        raise InvalidArgument(
            f"record is {shown(record)}, which is no kind of record{did_you_mean(record, RECORDS)}",
            argument="record",
            value=record,
        )


def _tables_only(*_: object, **__: object) -> NoReturn:
    raise TableError("this metric takes a table, not plain numbers")


@frozen(kw_only=True, eq=False)
class Metric(Generic[P]):
    """One number about many records.

    Call it with a table; call its `of` with plain numbers. Metrics of your own are made in the same way as those of
    the catalogue.

    Args:
        name: how it is called in code, such as "win_rate".
        label: how it is called on a page, such as "Win rate".
        definition: the formula in words.
        source: where the definition and its interval were published.
        unit: "fraction", "points", "days", "records", "ratio", "months" or "currency".
        better: which direction is good; None where neither is.
        of: takes plain numbers; a metric of tables only needs none.
        record: the kind of record whose table it takes; None for a metric of plain numbers only.
        measure: how it is measured on a table.
        at: the column that dates a record for `every=` and `period=`; None for a state at an instant.
        nothing: what is said when there is no record to measure.
        degenerate: what is said when there are records, but the number does not exist.
        valid: what every record measured must fulfil.
        scale: turns a fraction into the unit, such as 100 for points.
    """

    name: str
    label: str
    definition: str
    source: str
    unit: str
    better: Literal["higher", "lower"] | None
    of: Callable[P, Measurement] = field(default=_tables_only, repr=False)
    record: str = field(default="", repr=False, validator=_known_record)
    measure: Measure | None = field(default=None, repr=False)
    at: str | None = field(default=None, repr=False)
    nothing: str = field(default="", repr=False)
    degenerate: str = field(default="the divisor is zero", repr=False)
    valid: Expression | None = field(default=None, repr=False)
    scale: float = field(default=1.0, repr=False)

    @overload
    def __call__(
        self,
        table: Any,
        *,
        as_of: datetime | date | None = ...,
        by: None = ...,
        every: None = ...,
        period: Period | None = ...,
        where: Expression = ...,
        timezone: str = ...,
        fiscal_year_start: int = ...,
        confidence: float = ...,
        matured_days: float | None = ...,
        columns: Mapping[str, str] = ...,
    ) -> Measurement: ...

    @overload
    def __call__(
        self,
        table: Any,
        *,
        as_of: datetime | date | None = ...,
        by: str | Iterable[str] | None = ...,
        every: Every | None = ...,
        period: Period | None = ...,
        where: Expression = ...,
        timezone: str = ...,
        fiscal_year_start: int = ...,
        confidence: float = ...,
        matured_days: float | None = ...,
        columns: Mapping[str, str] = ...,
    ) -> Breakdown: ...

    def __call__(
        self,
        table: Any,
        *,
        as_of: datetime | date | None = None,
        by: str | Iterable[str] | None = None,
        every: Every | None = None,
        period: Period | None = None,
        where: Expression = ALWAYS,
        timezone: str = "UTC",
        fiscal_year_start: int = 1,
        confidence: float = 0.95,
        matured_days: float | None = None,
        columns: Mapping[str, str] = MappingProxyType({}),
    ) -> Measurement | Breakdown:
        """Measure a table.

        Args:
            table: any dataframe that narwhals knows, eager or lazy, with the columns of the metric's record.
            as_of: what is dated at this instant or later has not happened; a date includes its whole day in
                `timezone`; None takes all that the table holds.
            by: one or more columns to cut by.
            every: cut by calendar periods: "day", "week", "month", "quarter", "year".
            period: only what is dated in this half-open period.
            where: only the records for which this holds; it looks back from `as_of`, a date's last microsecond.
            timezone: where the calendar hangs.
            fiscal_year_start: the first month of the fiscal year, 1 to 12.
            confidence: the nominal coverage of the intervals.
            matured_days: leave out records that are younger than this at `as_of`.
            columns: the frame's own names by canonical name: {"status": "deal_stage"}.

        Returns:
            A Measurement, or a Breakdown when cut by `by` or `every`.

        Raises:
            MissingColumn: a needed column is absent.
            InvalidColumn: a column's type or words are not what the metric reads.
            CurrencyMismatch: amounts of several currencies would be added.
            InvalidArgument: a question, a period or an instant that is none.
            NeedsHistory: a past `as_of` asks for what the table holds only in its present state.
        """
        if self.measure is None or not self.record:
            raise TableError(f"{self.name} takes plain numbers, not a table: kpi.{self.name}.of(...)")
        query = query_of(
            as_of=as_of,
            by=by,
            every=every,
            period=period,
            where=where,
            timezone=timezone,
            fiscal_year_start=fiscal_year_start,
            confidence=confidence,
            matured_days=matured_days,
            columns=columns,
        )
        return evaluate(self, self.measure, table, query)

    @property
    def is_money(self) -> bool:
        """Whether amounts are added, which only amounts of one currency can be."""
        return self.unit == "currency" or any(
            "amount" in quantity.columns for quantity in (self.measure.quantities if self.measure else ())
        )

    def unit_of(self, currencies: frozenset[str | None]) -> str | None:
        """Return the unit of a result over amounts of these currencies.

        Raises:
            CurrencyMismatch: they are several.
        """
        if len(currencies) > 1:
            named = tuple(sorted("unstated" if one is None else one for one in currencies))
            raise CurrencyMismatch(
                f"{self.name} would add amounts in {', '.join(named)}; cut by='currency', or keep one with "
                f"where=field('currency') == 'EUR'",
                currencies=named,
            )
        return next(iter(currencies), None) if self.unit == "currency" else self.unit
