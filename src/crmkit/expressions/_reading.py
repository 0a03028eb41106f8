"""How a field is read from an object: a mapping's key, else an attribute, along a dotted path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from typing import Any

from attrs import frozen

from crmkit.errors import UnknownField

__all__ = ["Reading", "is_private", "reading"]


@frozen
class Reading:
    """How one field of one class is read.

    Args:
        get: returns the value; raises KeyError or AttributeError where the name is absent.
        otherwise: asked then; returns the value after all, or raises UnknownField.
    """

    get: Callable[[Any], Any]
    otherwise: Callable[[Any, Exception], Any]

    def __call__(self, thing: Any) -> Any:
        """Read the field of one object."""
        try:
            return self.get(thing)
        except (KeyError, AttributeError) as fault:
            return self.otherwise(thing, fault)


def reading(cls: type, path: str) -> Reading:
    """Return how `path` is read from objects of a class."""
    if issubclass(cls, Mapping):
        # dict only: a subclass such as defaultdict would make the key by being asked
        get = itemgetter(path) if cls is dict else lambda thing: _step(thing, path)
    else:
        get = attrgetter(path) if "." not in path else lambda thing: _walk(thing, path)

    def otherwise(thing: Any, fault: Exception) -> Any:
        if isinstance(fault, AttributeError) and hasattr(type(thing), path):
            raise fault  # the object's own property failed: not for us to hide
        return _walk(thing, path)

    return Reading(get, otherwise)


def is_private(cls: type, path: str) -> bool:
    """Whether what a record class keeps at `path` is personal, or not known to be harmless."""
    specs = getattr(cls, "__fields__", None)
    if specs is None:
        return False
    head, _, rest = path.partition(".")
    if not rest:
        return head not in specs or bool(specs[head].personal)
    target = getattr(specs.get(f"{head}_id"), "target", None)
    return target is None or is_private(target, rest)


def _walk(thing: Any, path: str) -> Any:
    """Read part by part; what hangs on a reference to nothing is missing."""
    for part in path.split("."):
        if thing is None:
            return None
        try:
            thing = _step(thing, part)
        except (KeyError, AttributeError):
            thing = _custom(thing, part, path)
    return thing


def _step(thing: Any, name: str) -> Any:
    if not isinstance(thing, Mapping):
        return getattr(thing, name)
    if name not in thing:
        raise KeyError(name)
    return thing[name]


def _custom(thing: Any, part: str, path: str) -> Any:
    """A record's custom fields answer to their bare names; one that is not filled in is missing."""
    custom = None if isinstance(thing, Mapping) else getattr(thing, "custom", None)
    if isinstance(custom, Mapping) and part == path.rpartition(".")[2]:
        return custom.get(part)
    if isinstance(thing, Mapping):
        known, place = [key for key in thing if isinstance(key, str)], "the mapping"
    else:
        known = list(getattr(thing, "__fields__", None) or _public(thing))
        place = f"a {type(thing).__name__}"
    raise UnknownField.of(part, known, place=place if part == path else f"{place} on the path {path!r}")


def _public(thing: Any) -> list[str]:
    names = (name for name in dir(thing) if not name.startswith("_"))
    return [name for name in names if not callable(getattr(type(thing), name, None))]
