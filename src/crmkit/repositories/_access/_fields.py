"""Which fields of a record are open to someone, and a record with the others taken out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, TypeVar

import attrs

from crmkit.records import Record, User, evolve, fields_of

__all__ = ["ALL", "NONE", "WITHHELD", "Opened", "joined", "masked", "must_be_named"]

R = TypeVar("R", bound=Record)

# Whoever could set their own roles would grant themselves everything.
WITHHELD: Mapping[type, frozenset[str]] = {User: frozenset({"roles"})}

_ALWAYS_OPEN = frozenset({"id", "version"})


@attrs.frozen
class Opened:
    """Fields that are open.

    Args:
        names: by name.
        others: whether all others are open too, custom ones included, except those that have to be named.
    """

    names: frozenset[str]
    others: bool

    def holds(self, cls: type, name: str) -> bool:
        """Tell whether a field of a class is open."""
        if name in self.names or name in _ALWAYS_OPEN:
            return True
        return self.others and name not in WITHHELD.get(cls, ())

    def holds_all_of(self, cls: type) -> bool:
        """Tell whether every field that there is, or may come, is open."""
        return self.others and WITHHELD.get(cls, frozenset()) <= self.names

    def covers(self, cls: type, other: Opened) -> bool:
        """Tell whether all that another opens is open here too."""
        return (self.others or not other.others) and all(self.holds(cls, name) for name in other.names)


ALL = Opened(frozenset(), others=True)
NONE = Opened(frozenset(), others=False)


def joined(several: Iterable[Opened]) -> Opened:
    """Return what is open in any of several."""
    return reduce(lambda one, other: Opened(one.names | other.names, one.others or other.others), several, NONE)


def masked(record: R, opened: Opened) -> R:
    """Return a record in which what is not open is missing."""
    cls = type(record)
    hidden: dict[str, Any] = {
        name: () if spec.kind == "tags" else None
        for name, spec in fields_of(cls).items()
        if not opened.holds(cls, name)
    }
    custom = {name: value for name, value in record.custom.items() if opened.holds(cls, name)}
    if not hidden and len(custom) == len(record.custom):
        return record
    return evolve(record, **hidden, custom=custom)


def must_be_named(cls: type, verb: str) -> tuple[str, ...]:
    """Return the fields that a grant of some fields cannot leave out.

    To read: those that cannot be missing, since in their place would stand something untrue. To add: those without
    which no such record can be made.
    """
    specs = {name: spec for name, spec in fields_of(cls).items() if name not in _ALWAYS_OPEN}
    if verb == "read":
        return tuple(name for name, spec in specs.items() if not spec.nullable and spec.kind != "tags")
    if verb == "add":
        return tuple(each.name for each in attrs.fields(cls) if each.name in specs and each.default is attrs.NOTHING)
    return ()
