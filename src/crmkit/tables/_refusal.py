"""The one error for a value that a column cannot hold."""

from __future__ import annotations

from typing import NoReturn

from crmkit.errors import InvalidColumn, did_you_mean, shown
from crmkit.records import FieldSpec

__all__ = ["refuse"]


def refuse(spec: FieldSpec, row: int | None, value: object, reason: str) -> NoReturn:
    """Raise the InvalidColumn that names column, row and value; the message masks what is personal.

    Args:
        spec: the field.
        row: its row from 0; None in a lazy frame.
        value: the value.
        reason: what is wrong and what to do.
    """
    place = f"column {spec.name!r}" + (f", row {row}" if row is not None else "")
    found = "***" if spec.personal else shown(value)
    near = did_you_mean(value, spec.choices) if spec.choices and isinstance(value, str) else ""
    raise InvalidColumn(f"{place}: {found} {reason}{near}", column=spec.name, row=row, value=value) from None
