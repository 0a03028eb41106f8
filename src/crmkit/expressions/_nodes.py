"""The words of a question: a closed set of frozen nodes. Each place that knows them is one `match` over `Node`."""

from __future__ import annotations

import typing
from datetime import date, datetime, timedelta

from attrs import frozen

from crmkit.calendars import Every

__all__ = [
    "And",
    "Asking",
    "Compare",
    "Constant",
    "During",
    "Has",
    "In",
    "Leaf",
    "Literal",
    "LiteralKind",
    "LiteralValue",
    "Match",
    "Missing",
    "Node",
    "Not",
    "Op",
    "Operand",
    "Or",
    "Relative",
]

LiteralValue = str | int | float | bool | datetime | date
LiteralKind = typing.Literal["text", "integer", "number", "flag", "instant", "date"]
Op = typing.Literal["==", "<", "<=", ">", ">="]
How = typing.Literal["contains", "startswith", "endswith"]
Direction = typing.Literal["past", "ahead"]


@frozen
class Literal:
    """A value with its kind, so that 1, 1.0 and True are three literals. Instants are in UTC."""

    kind: LiteralKind
    value: LiteralValue


@frozen
class Operand:
    """What a field holds, or its lowercase."""

    path: str
    lower: bool = False


@frozen
class Constant:
    """The same answer for all."""

    value: bool


@frozen
class Compare:
    """A field beside a value or another field; never true of a missing one."""

    op: Op
    left: Operand
    right: Operand | Literal


@frozen
class In:
    """A field that equals one of several values."""

    operand: Operand
    values: tuple[Literal, ...]


@frozen
class Match:
    """A text that holds another, literally."""

    how: How
    operand: Operand
    text: str


@frozen
class Missing:
    """A field without a value: None, NaN, NaT, null."""

    path: str


@frozen
class Has:
    """A collection that holds some, or every one, of several texts."""

    path: str
    values: tuple[str, ...]
    every: bool


@frozen
class Relative:
    """A time in [as_of - span, as_of), or ahead in [as_of, as_of + span)."""

    path: str
    direction: Direction
    span: timedelta


@frozen
class During:
    """A time in the calendar period of as_of, or in the one `offset` periods away."""

    path: str
    every: Every
    offset: int = 0
    timezone: str = "UTC"
    fiscal_year_start: int = 1


@frozen
class Not:
    """The exact complement."""

    part: Node


@frozen
class And:
    """True of what every part is true of."""

    parts: tuple[Node, ...]


@frozen
class Or:
    """True of what at least one part is true of."""

    parts: tuple[Node, ...]


Asking = Compare | In | Match | Has | Relative | During
Leaf = Asking | Missing
Node = Leaf | Constant | Not | And | Or
