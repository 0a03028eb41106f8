"""Where every question begins: field("employees") >= 50."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn, final, get_args

from attrs import frozen

from crmkit.calendars import Every, zone
from crmkit.errors import InvalidExpression, InvalidPeriod, shown
from crmkit.expressions._expression import Expression, leaf_of
from crmkit.expressions._limits import checked_path, checked_text
from crmkit.expressions._literals import alike, literal_of
from crmkit.expressions._nodes import (
    Compare,
    Direction,
    During,
    Has,
    How,
    In,
    Literal,
    Match,
    Missing,
    Not,
    Op,
    Operand,
    Relative,
)

__all__ = ["Field", "field"]

Value = str | int | float | Decimal | bool | datetime | date | Enum

_MAX_SPAN = timedelta(days=366 * 10_000)  # longer than the calendar
_MAX_OFFSET = 10_000_000


def field(path: str) -> Field:
    """Begin a question about a field.

    Args:
        path: its name; "company.employees" follows a reference. No part begins with an underscore.

    Raises:
        InvalidExpression: not the name of a field.
    """
    return Field(Operand(checked_path(path)))


@final
@frozen(eq=False, repr=False)
class Field:
    """A field that is being asked about; every comparison gives an `Expression`."""

    _operand: Operand

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]  # builds a question instead of answering
        return self._compare("==", other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]  # as above
        return ~self._compare("==", other)

    def __lt__(self, other: Value | Field) -> Expression:
        return self._compare("<", other)

    def __le__(self, other: Value | Field) -> Expression:
        return self._compare("<=", other)

    def __gt__(self, other: Value | Field) -> Expression:
        return self._compare(">", other)

    def __ge__(self, other: Value | Field) -> Expression:
        return self._compare(">=", other)

    __hash__ = None  # type: ignore[assignment]  # equality builds a question, so a field cannot be a key

    def isin(self, *values: Value) -> Expression:
        """Ask whether the field equals one of the values; of none it is true of nothing."""
        literals = alike(self._path, [self._literal(value) for value in values])
        return leaf_of(In(self._operand, literals))

    def missing(self) -> Expression:
        """Ask whether the field has no value: None, NaN, NaT, null."""
        return leaf_of(Missing(self._path))

    def present(self) -> Expression:
        """Ask whether the field has a value."""
        return leaf_of(Not(Missing(self._path)))

    def contains(self, text: str) -> Expression:
        """Ask whether the text holds another, literally: no wildcard, no pattern."""
        return self._match("contains", text)

    def startswith(self, text: str) -> Expression:
        """Ask whether the text begins with another, literally."""
        return self._match("startswith", text)

    def endswith(self, text: str) -> Expression:
        """Ask whether the text ends with another, literally."""
        return self._match("endswith", text)

    def lower(self) -> Field:
        """Compare in lowercase, on both sides, as Unicode and Python have it."""
        return Field(Operand(self._path, lower=True))

    def has(self, tag: str) -> Expression:
        """Ask whether the collection holds a text."""
        return self._has((tag,), every=False)

    def has_any(self, *tags: str) -> Expression:
        """Ask whether the collection holds at least one of the texts; of none it is true of nothing."""
        return self._has(tags, every=False)

    def has_all(self, *tags: str) -> Expression:
        """Ask whether the collection holds every one of the texts; of none it is true of every collection there is."""
        return self._has(tags, every=True)

    def within(self, *, weeks: int = 0, days: int = 0, hours: int = 0, minutes: int = 0) -> Expression:
        """Ask whether the time lies in [as_of - span, as_of); a date counts whole days before the UTC date of as_of.

        Args:
            weeks: of the span; the four add up, in whole numbers, to more than nothing.
            days: of the span.
            hours: of the span; not for dates.
            minutes: of the span; not for dates.

        Raises:
            InvalidExpression: an empty, negative or fractional span.
        """
        return self._relative("past", weeks=weeks, days=days, hours=hours, minutes=minutes)

    def next(self, *, weeks: int = 0, days: int = 0, hours: int = 0, minutes: int = 0) -> Expression:
        """Ask whether the time lies in [as_of, as_of + span); a date counts whole days from the UTC date of as_of.

        Args:
            weeks: of the span; the four add up, in whole numbers, to more than nothing.
            days: of the span.
            hours: of the span; not for dates.
            minutes: of the span; not for dates.

        Raises:
            InvalidExpression: an empty, negative or fractional span.
        """
        return self._relative("ahead", weeks=weeks, days=days, hours=hours, minutes=minutes)

    def during(self, every: Every, *, offset: int = 0, timezone: str = "UTC", fiscal_year_start: int = 1) -> Expression:
        """Ask whether the time lies in the calendar period of as_of.

        Args:
            every: "day", "week", "month", "quarter" or "year".
            offset: periods away from it: -1 is the previous one.
            timezone: whose calendar.
            fiscal_year_start: the month, 1 to 12, in which years (and so quarters) begin.

        Raises:
            InvalidExpression: no such period, zone or month.
        """
        self._without_lower("during")
        if every not in get_args(Every):
            self._refuse(f"a period is one of {', '.join(get_args(Every))}, not {shown(every)}")
        if not _is_whole(offset) or abs(offset) > _MAX_OFFSET:
            self._refuse(f"offset is a whole number of periods, not {shown(offset)}")
        if not _is_whole(fiscal_year_start) or not 1 <= fiscal_year_start <= 12:
            self._refuse(f"fiscal_year_start is a month from 1 to 12, not {shown(fiscal_year_start)}")
        try:
            zone(timezone)
        except InvalidPeriod as fault:
            self._refuse(str(fault))
        return leaf_of(During(self._path, every, offset, timezone, fiscal_year_start))

    @property
    def _path(self) -> str:
        return self._operand.path

    def _compare(self, op: Op, other: object) -> Expression:
        if isinstance(other, Field):
            lower = self._operand.lower or other._operand.lower
            return leaf_of(Compare(op, Operand(self._path, lower=lower), Operand(other._path, lower=lower)))
        literal = self._literal(other)
        if literal.kind == "flag" and op != "==":
            self._refuse("true and false have no order; compare with == or !=")
        return leaf_of(Compare(op, self._operand, literal))

    def _match(self, how: How, text: str) -> Expression:
        return leaf_of(Match(how, self._operand, self._text(text)))

    def _has(self, tags: tuple[str, ...], *, every: bool) -> Expression:
        self._without_lower("has")
        return leaf_of(Has(self._path, tuple(self._text(tag) for tag in tags), every))

    def _relative(self, direction: Direction, **units: int) -> Expression:
        self._without_lower("within")
        if not all(_is_whole(count) for count in units.values()):
            self._refuse("a span is given in whole weeks, days, hours and minutes")
        try:
            span = timedelta(**units)
        except OverflowError:
            span = timedelta.max
        if not timedelta(0) < span <= _MAX_SPAN:
            self._refuse("a span is longer than nothing and shorter than the calendar; give weeks=, days=, hours= ...")
        return leaf_of(Relative(self._path, direction, span))

    def _literal(self, value: Any) -> Literal:
        literal = literal_of(value, path=self._path)
        if not self._operand.lower:
            return literal
        if not isinstance(literal.value, str):
            self._refuse(f"lower() is compared with text, not with {shown(value)}")
        return Literal("text", checked_text(literal.value.lower()))

    def _text(self, value: Any) -> str:
        literal = self._literal(value)
        if not isinstance(literal.value, str):
            self._refuse(f"text is looked for, not {shown(value)}")
        return literal.value

    def _without_lower(self, asked: str) -> None:
        if self._operand.lower:
            self._refuse(f"lower() is for comparing text, not for {asked}")

    def _refuse(self, reason: str) -> NoReturn:
        raise InvalidExpression(f"field {self._path!r}: {reason}", code="invalid_question", field=self._path)

    def __bool__(self) -> bool:
        self._refuse("a field alone is no question; compare it, or ask .present()")

    def __contains__(self, item: object) -> bool:
        self._refuse(f"write .has({item!r}) for tags, .contains({item!r}) for text")

    def __repr__(self) -> str:
        return f"field({self._path!r})" + (".lower()" if self._operand.lower else "")


def _is_whole(count: object) -> bool:
    return isinstance(count, int) and not isinstance(count, bool)
