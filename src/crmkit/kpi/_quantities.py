"""What a metric reads from each record: a column, a span of days, a product, a yes or no."""

from __future__ import annotations

from typing import Any, Protocol

import narwhals as nw
from attrs import frozen

from crmkit.errors import InvalidColumn
from crmkit.expressions import ALWAYS, Expression
from crmkit.tables import duckdb_seconds

__all__ = ["Column", "ColumnProduct", "Days", "Key", "Quantity", "YesNo"]

_SECONDS_A_DAY = 86_400.0


class Quantity(Protocol):
    """A number of each record; it is missing where one of `columns` is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must not be missing."""
        ...

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The questions it asks of the record."""
        ...

    @property
    def fault(self) -> str:
        """Why it may be missing although its columns are there."""
        ...

    @property
    def divisor(self) -> float:
        """What numpy divides the column by in the end: some engines multiply by the inverse, which is inexact."""
        ...

    def add(self, frame: Any, name: str) -> Any:
        """Return the narwhals frame with this quantity as the column `name`."""
        ...


@frozen
class Column:
    """The number in a column; 0 for the records for which `when` does not hold.

    Args:
        name: the column.
        when: for which records it counts; all, if not given.
    """

    name: str
    when: Expression = ALWAYS
    divisor = 1.0

    @property
    def fault(self) -> str:
        """NaN is missing too."""
        return f"{self.name} missing"

    @property
    def columns(self) -> tuple[str, ...]:
        """The column itself."""
        return (self.name,)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The condition."""
        return (self.when,)

    def add(self, frame: Any, name: str) -> Any:
        """Add the column as float64."""
        number = as_number(frame, self.name)
        if self.when == ALWAYS:
            return frame.with_columns(number.alias(name))
        flagged = self.when.flag(frame, name)
        return flagged.with_columns(nw.when(nw.col(name)).then(number).otherwise(nw.lit(0.0)).alias(name))


@frozen
class ColumnProduct:
    """The product of two columns.

    Args:
        first: a column of numbers.
        second: another.
    """

    first: str
    second: str
    expressions = ()
    divisor = 1.0

    @property
    def fault(self) -> str:
        """NaN is missing too."""
        return f"{self.first} or {self.second} missing"

    @property
    def columns(self) -> tuple[str, ...]:
        """Both factors."""
        return (self.first, self.second)

    def add(self, frame: Any, name: str) -> Any:
        """Add the product as float64."""
        return frame.with_columns((as_number(frame, self.first) * as_number(frame, self.second)).alias(name))


@frozen
class Days:
    """The days from one instant to another, in whole seconds; missing where the end comes first.

    Args:
        start: a column of instants.
        end: another.
    """

    start: str
    end: str
    expressions = ()
    divisor = _SECONDS_A_DAY

    @property
    def fault(self) -> str:
        """Time does not run backwards."""
        return f"{self.end} before {self.start}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Both instants."""
        return (self.start, self.end)

    def add(self, frame: Any, name: str) -> Any:
        """Add the span as float64 seconds."""
        start, end = as_instant(frame, self.start), as_instant(frame, self.end)
        if frame.implementation.is_duckdb():  # which subtracts what its session's clocks show, not instants
            frame = duckdb_seconds(frame, self.start, self.end, name)
            return frame.with_columns(nw.when(end >= start).then(nw.col(name)).alias(name))
        seconds = (end - start).dt.total_seconds().cast(nw.Float64)
        return frame.with_columns(nw.when(end >= start).then(seconds).alias(name))


@frozen
class YesNo:
    """1 where the question holds, otherwise 0; never missing.

    Args:
        question: of the record.
    """

    question: Expression
    columns = ()
    fault = ""
    divisor = 1.0

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The question."""
        return (self.question,)

    def add(self, frame: Any, name: str) -> Any:
        """Add the answer as float64."""
        return self.question.flag(frame, name).with_columns(nw.col(name).cast(nw.Float64))


@frozen
class Key:
    """A value to be told apart from others, such as an id.

    Args:
        name: the column.
    """

    name: str
    expressions = ()
    divisor = 1.0

    @property
    def fault(self) -> str:
        """Nothing but the column itself."""
        return f"{self.name} missing"

    @property
    def columns(self) -> tuple[str, ...]:
        """The column itself."""
        return (self.name,)

    def add(self, frame: Any, name: str) -> Any:
        """Add a copy of the column."""
        return frame.with_columns(nw.col(self.name).alias(name))


def as_number(frame: Any, column: str) -> nw.Expr:
    """Read a numeric column as float64, NaN as missing, or refuse it by name."""
    dtype = frame.collect_schema()[column]
    if not dtype.is_numeric():
        raise InvalidColumn(
            f"column {column!r} holds {dtype}, not numbers; tables.conform() says which rows are bad",
            column=column,
            row=None,
            value=str(dtype),
        )
    number = nw.col(column).cast(nw.Float64)
    return nw.when(~number.is_nan()).then(number) if dtype.is_float() else number


def as_instant(frame: Any, column: str) -> nw.Expr:
    """Read a column of instants in UTC, or refuse it by name."""
    dtype = frame.collect_schema()[column]
    if not isinstance(dtype, nw.Datetime) or dtype.time_zone is None:
        raise InvalidColumn(
            f"column {column!r} holds {dtype}, not instants with a time zone; "
            f"tables.conform(frame, ..., timezone='UTC') makes them",
            column=column,
            row=None,
            value=str(dtype),
        )
    return nw.col(column)
