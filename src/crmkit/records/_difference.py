"""What differs between two versions of a record, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from crmkit.errors import shown
from crmkit.records._custom_values import CustomValue
from crmkit.records._record import Record, fields_of, kind_of

__all__ = ["Difference", "differences_between", "written"]


@attrs.frozen(repr=False)
class Difference:
    """One field that differs between two versions of a record. Its `repr` and `str` mask what is personal.

    Args:
        record: the kind of record, such as "deal".
        id: its id.
        field: the name of the field, standard or custom.
        before: its value before; None where there was none.
        after: its value after.
        personal: whether the values are masked where they are shown; custom values always are, since nothing here knows
            what they say.
    """

    record: str
    id: str
    field: str
    before: CustomValue
    after: CustomValue
    personal: bool = attrs.field(default=False, kw_only=True)

    def __str__(self) -> str:
        return f"{self.field}: {self._masked(self.before)} -> {self._masked(self.after)}"

    def __repr__(self) -> str:
        return f"Difference({self.record} {shown(self.id)}, {self})"

    def _masked(self, value: CustomValue) -> str:
        return "***" if self.personal and value is not None else written(value)


def differences_between(before: Record | None, after: Record | None) -> Iterator[Difference]:
    """Yield each field, `id` and `version` aside, whose values differ; where there is no record, all are missing."""
    there: Any = after if before is None else before
    specs = fields_of(type(there))
    kind = kind_of(there)
    for name, spec in specs.items():
        if name not in ("id", "version"):
            was, becomes = _value(before, name), _value(after, name)
            if was != becomes:
                yield Difference(kind, there.id, name, was, becomes, personal=spec.personal)
    old, new = (record.custom if record is not None else {} for record in (before, after))
    for name in sorted(old.keys() | new.keys()):
        was, becomes = old.get(name), new.get(name)
        if was != becomes or type(was) is not type(becomes):
            yield Difference(kind, there.id, name, was, becomes, personal=True)


def _value(record: Record | None, name: str) -> Any:
    """Return the field's value; no tags are as good as none."""
    value = getattr(record, name, None)
    return None if value == () else value


def written(value: CustomValue) -> str:
    """Write a value for a reader, on one line."""
    match value:
        case None:
            return "missing"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case date():
            return value.isoformat()
        case _:
            return shown(value)
