"""What the author of a store says of it in the class of its tests, and what every group of checks reads there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

import pytest

from crmkit.errors import InvalidArgument
from crmkit.records import RECORDS, FieldSpec
from crmkit.testing._kept import Kept, kept

__all__ = ["Declared", "OpenStore", "first"]

T = TypeVar("T")

OpenStore = Callable[..., Any]


class Declared:
    """What a store keeps. A class of tests overrides what does not hold for its store.

    Args:
        records: the record classes that the store keeps.
        fields: for a class of which it keeps some fields only, their names; id and version are always kept.
        keeps_custom: whether it keeps custom values; `open_store` takes `custom=` only where it does.
        keeps_every_value: whether it keeps whatever a record can hold; where not, it may refuse a text, a number or a
            time that is out of the ordinary, with a CrmError.
        examples: how many cases are drawn for a law.
        steps: how many acts follow each other in a drawn sequence.
        threads: how many threads use the store at once; 0 where a store is for one thread.
    """

    records: ClassVar[Collection[type]] = tuple(RECORDS.values())
    fields: ClassVar[Mapping[type, Collection[str]]] = {}
    keeps_custom: ClassVar[bool] = True
    keeps_every_value: ClassVar[bool] = True
    examples: ClassVar[int] = 10
    steps: ClassVar[int] = 12
    threads: ClassVar[int] = 4

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Return a function that returns a fresh, empty store each time it is called."""
        raise InvalidArgument(
            "how is a store opened? Define a fixture `open_store` in the class: it returns a function that returns a "
            "fresh, empty store each time it is called",
            argument="open_store",
            value=None,
        )

    @property
    def _kept(self) -> Kept:
        return kept(self.records, self.fields)

    @property
    def _text(self) -> tuple[type, str]:
        """The field that most checks edit: the first text that may be missing."""
        cls, spec = self._field("text")
        return cls, spec.name

    def _field(self, *kinds: str, nullable: bool | None = True) -> tuple[type, FieldSpec]:
        """The first field of one of these kinds; the check is skipped where the store keeps none."""
        return first(self._kept.specs(*kinds, nullable=nullable), f"field of kind {' or '.join(kinds)}")


def first(found: Iterator[T], what: str) -> T:
    """Return the first of what was found, or skip the check."""
    for each in found:
        return each
    pytest.skip(f"the store keeps no {what}")
