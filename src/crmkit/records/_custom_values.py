"""The values of a record's custom fields: an immutable mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, final

__all__ = ["NO_CUSTOM", "CustomValue", "CustomValues"]

CustomValue = str | int | float | Decimal | bool | datetime | date | tuple[str, ...] | None


@final
class CustomValues(Mapping[str, CustomValue]):
    """Custom values by name, in the order of their names. Its `repr` shows the names only: a value may be personal."""

    __slots__ = ("_values",)
    _values: dict[str, CustomValue]

    def __init__(self, values: Mapping[str, CustomValue]) -> None:
        object.__setattr__(self, "_values", dict(sorted(values.items())))

    def __getitem__(self, name: str) -> CustomValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("custom values never change; make a new record with evolve(record, custom={...})")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[type[CustomValues], tuple[dict[str, CustomValue]]]:
        return CustomValues, (dict(self),)

    def __deepcopy__(self, memo: dict[int, Any]) -> CustomValues:
        return self

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: ***" for name in self) + "}"


NO_CUSTOM: Mapping[str, CustomValue] = CustomValues({})
