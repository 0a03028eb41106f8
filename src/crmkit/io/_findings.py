"""What is told of a file besides its table: what was assumed, and the rows that were not taken."""

from __future__ import annotations

import attrs

__all__ = ["Assumption", "Problem", "RejectedRow"]


@attrs.frozen
class Assumption:
    """One thing that the file did not say and that was decided.

    Args:
        code: the stable name of the kind of decision.
        subject: the field, column or setting it is about.
        text: what was assumed, on what evidence, and how to say otherwise in the mapping.
    """

    code: str
    subject: str
    text: str

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class Problem:
    """What is wrong with a row, or with one cell of it.

    Args:
        column: the header of the cell; None where the whole row is meant.
        value: the text of the cell; None where the whole row is meant.
        reason: what is wrong with it and what to do.
        code: the stable name of the kind of fault.
    """

    column: str | None
    value: str | None = attrs.field(repr=False)
    reason: str
    code: str


@attrs.frozen
class RejectedRow:
    """A row that was not taken, as it stands in the file.

    Args:
        line: the physical line of the file on which the row begins, from 1.
        fields: its cells.
        problems: what is wrong with it.
        original: where the file is one of rejected rows, the line of the row in the file that it was rejected from.
    """

    line: int
    fields: tuple[str, ...] = attrs.field(repr=False)
    problems: tuple[Problem, ...]
    original: int | None = None
