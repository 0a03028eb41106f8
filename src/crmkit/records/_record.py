"""What every record is: a frozen attrs class whose fields are declared by their annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, dataclass_transform, get_type_hints

import attrs

from crmkit.errors import InvalidRecord, UnknownField, shown
from crmkit.records._checks import checked_by, custom_values_of
from crmkit.records._custom_values import CustomValue
from crmkit.records._quick_checks import quick
from crmkit.records._spec import FieldSpec, held_type, snake_case, spec_of
from crmkit.records._vocabulary import RecordRef

__all__ = ["Record", "SpecsByRecord", "evolve", "evolver", "fields_of", "is_record", "kind_of", "record", "ref"]

R = TypeVar("R")


class Record(Protocol):
    """What all records have in common."""

    @property
    def id(self) -> str: ...

    @property
    def custom(self) -> Mapping[str, CustomValue]: ...

    @property
    def version(self) -> int: ...


class SpecsByRecord(Protocol):
    """What declares the custom fields of each class of records: `CustomFields`, or anything of its shape."""

    def of(self, cls: type, /) -> Mapping[str, FieldSpec]: ...


@attrs.frozen
class _Fields:
    """How to read, check and write the fields of one record class."""

    names: tuple[str, ...]
    read: Callable[[Any], tuple[Any, ...]]
    position: Mapping[str, int]
    check: Mapping[str, Callable[[Any], Any]]
    finish: Callable[[Any], None] | None


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(cls: type[R]) -> type[R]:
    """Make a record class of one whose annotations declare its fields.

    Its instances are frozen, slotted, keyword-only and hashable (custom values aside); each value is checked when one
    is made; `repr` shows what differs from the defaults and masks what is personal. `fields_of` tells its fields.

    Args:
        cls: a plain class; of the fields, `id`, `custom` and `version` have to be there.
    """
    hints = {
        name: hint for name, hint in get_type_hints(cls, include_extras=True).items() if name in cls.__annotations__
    }
    specs = {name: spec_of(name, hint) for name, hint in hints.items() if name != "custom"}
    held = {name: held_type(hints[name]) for name in specs}
    checks = {
        name: quick(spec, checked_by(spec, owner=cls.__name__, held=held[name]), held=held[name])
        for name, spec in specs.items()
    }

    taken = frozenset(hints) | frozenset(name for name in dir(cls) if not name.startswith("_"))

    def check_custom(values: object) -> Mapping[str, CustomValue]:
        return custom_values_of(values, owner=cls.__name__, taken=taken)

    checks["custom"] = check_custom
    fields = {
        name: attrs.field(
            default=cls.__dict__.get(name, attrs.NOTHING),
            converter=checks[name],
            hash=False if name == "custom" else None,
        )
        for name in hints
    }
    made: Any = attrs.define(cls, these=fields, frozen=True, slots=True, kw_only=True, repr=False, weakref_slot=False)
    made.__fields__ = MappingProxyType(specs)
    made.__record__ = snake_case(cls.__name__)
    made.__repr__ = _repr
    names = tuple(hints)
    position = {name: place for place, name in enumerate(names)}
    finish = getattr(made, "__attrs_post_init__", None)
    made.__plan__ = _Fields(names, attrgetter(*names), position, checks, finish)
    finished: type[R] = made
    return finished


def _repr(self: Any) -> str:
    """Show what differs from the defaults; personal values as '***'."""
    cls = type(self)
    parts = []
    for attribute in attrs.fields(cls):
        value = getattr(self, attribute.name)
        if value != attribute.default:
            spec = cls.__fields__.get(attribute.name)
            seen = repr("***") if spec and spec.personal else shown(value)
            parts.append(f"{attribute.name}={seen}")
    return f"{cls.__name__}({', '.join(parts)})"


def evolve(record: R, /, **changes: Any) -> R:
    """Make a new version of a record; only what changes is checked.

    Args:
        record: any record.
        changes: the new value of each field that changes.

    Raises:
        UnknownField: the record has no such field.
        InvalidRecord: a value that the field does not hold.
    """
    cls = type(record)
    plan = _plan_of(cls)
    if not changes.keys() <= plan.check.keys():
        unknown = next(name for name in changes if name not in plan.check)
        raise UnknownField.of(unknown, plan.names, place=cls.__name__)
    held = list(plan.read(record))
    for name, value in changes.items():
        held[plan.position[name]] = plan.check[name](value)
    new = _draft_of(cls)(*held)  # type: ignore[arg-type]  # a class is hashable
    new.__class__ = cls
    if plan.finish is not None:
        plan.finish(new)
    changed: R = new
    return changed


def evolver(cls: type[R], /, *names: str, proven: Iterable[str] = (), **constants: Any) -> Callable[..., R]:
    """Prepare an `evolve` that is made many times: the constants are checked once, now.

    `evolver(Deal, "version", stage="won")(deal, 3)` is `evolve(deal, version=3, stage="won")`.

    Args:
        cls: the class of the records.
        names: the fields whose new values come, in this order, after the record.
        proven: those of them whose values come from other records, and are checked no more.
        constants: the new values that are the same each time.

    Raises:
        UnknownField: the class has no such field.
        InvalidRecord: a constant that the field does not hold; for the others the function raises it.
    """
    plan = _plan_of(cls)
    for name in (*names, *constants):
        if name not in plan.check:
            raise UnknownField.of(name, plan.names, place=cls.__name__)
    fixed = tuple(plan.check[name](value) for name, value in constants.items())
    checked = [(number, plan.check[name]) for number, name in enumerate(names) if name not in frozenset(proven)]
    # Each field is picked out of the record's values, the constants and the values given, in one step of C's.
    sources = list(range(len(plan.names)))
    for number, name in enumerate((*constants, *names), len(plan.names)):
        sources[plan.position[name]] = number
    pick = itemgetter(*sources)
    read, draft, finish = plan.read, _draft_of(cls), plan.finish  # type: ignore[arg-type]  # a class is hashable

    def evolved(record: R, *values: Any) -> R:
        if len(values) != len(names):
            raise TypeError(f"expected a value for each of {', '.join(names)}, found {len(values)}")
        if checked:
            given = list(values)
            for number, check in checked:
                given[number] = check(given[number])
            values = tuple(given)
        new = draft(*pick(read(record) + fixed + values))
        new.__class__ = cls
        if finish is not None:
            finish(new)
        changed: R = new
        return changed

    return evolved


@cache
def _draft_of(cls: type) -> Callable[..., Any]:
    """Return a class of the same layout that is neither frozen nor checked.

    Filling one and giving it the record's class is three times as fast as writing past the guard of a frozen class.
    """
    return attrs.make_class(f"{cls.__name__}Draft", _plan_of(cls).names, eq=False, slots=True, weakref_slot=False)


def fields_of(cls: type, custom: SpecsByRecord | None = None) -> Mapping[str, FieldSpec]:
    """Return the fields of a record class by name, in their order, with those that `custom` declares at the end."""
    _plan_of(cls)
    specs: Mapping[str, FieldSpec] = cls.__fields__  # type: ignore[attr-defined]  # set by @record
    return specs if custom is None else MappingProxyType({**specs, **custom.of(cls)})


def kind_of(record: object) -> str:
    """Return the kind of a record or of a record class, as one word: StageChange is "stage_change"."""
    cls = record if isinstance(record, type) else type(record)
    _plan_of(cls)
    kind: str = cls.__record__  # type: ignore[attr-defined]  # set by @record
    return kind


def ref(record: Record) -> RecordRef:
    """Name a record of any kind in one text: "deal:d1"."""
    return RecordRef(f"{kind_of(record)}:{record.id}")


def is_record(value: object) -> bool:
    """Tell whether a value is an instance of a record class."""
    return hasattr(type(value), "__plan__")


def _plan_of(cls: Any) -> _Fields:
    plan: _Fields | None = getattr(cls, "__plan__", None)
    if plan is None:
        name = cls.__name__ if isinstance(cls, type) else shown(cls)
        reason = "is not a class of records; those are in crmkit.records, and @record makes one"
        raise InvalidRecord(f"{name} {reason}", record=name, field=None, value=cls)
    return plan
