"""Grant: which records may be read, added, edited or removed, and which of their fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import attrs

from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.expressions import ALWAYS, Expression
from crmkit.records import RECORDS, kind_of
from crmkit.repositories._access._fields import ALL, WITHHELD, Opened, must_be_named
from crmkit.repositories._search import NOTHING

__all__ = ["VERBS", "Grant", "of_actor"]

VERBS: tuple[str, ...] = ("read", "add", "edit", "remove")

_ACTOR = "actor."


def of_actor(path: str) -> bool:
    """Tell whether a path of a grant's question names a value of whoever acts."""
    return path.startswith(_ACTOR)


def _texts(values: object, argument: str) -> tuple[str, ...]:
    if isinstance(values, str):
        return (values,)
    found = tuple(values) if isinstance(values, Iterable) else (values,)
    if not all(isinstance(value, str) for value in found):
        _refuse(argument, values, f"is no text and no collection of texts; say {argument}=('...', '...')")
    return tuple(dict.fromkeys(found))


def _to_verbs(values: object) -> tuple[str, ...]:
    return _texts(values, "verbs")


def _to_fields(values: object) -> tuple[str, ...] | None:
    return None if values is None else _texts(values, "fields")


@attrs.frozen
class Grant:
    """What may be done with some records of one class.

    Args:
        record: the class.
        verbs: one or several of "read", "add", "edit", "remove".
        where: of which records; `field("actor.team_id")` in it stands for the value of whoever acts. Read, edited and
            removed are records of which it is true, and after an edit, or when they are added, it has to be true too.
        fields: which fields are read or set; all, if not given, except `User.roles`, which has to be named.
        including_missing: whether `where` is meant to be true even of a record of which nothing is known.

    Raises:
        InvalidArgument: no such verb; a question about `as_of` or about the actor alone; one that is true of a record
            of which nothing is known (code "selects_missing"); a field left out that cannot be (code "cannot_hide").
    """

    record: type
    verbs: tuple[str, ...] = attrs.field(converter=_to_verbs)
    where: Expression = attrs.field(kw_only=True)
    fields: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=_to_fields)
    including_missing: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.record, str):
            near = did_you_mean(self.record, RECORDS)
            _refuse("record", self.record, f"is a text; give the class of the records, such as Deal{near}")
        kind_of(self.record)
        for verb in self.verbs:
            if verb not in VERBS:
                _refuse("verbs", verb, f"is no verb{did_you_mean(verb, VERBS)}")
        if not self.verbs:
            _refuse("verbs", self.verbs, "grant nothing; leave the grant out")
        self._prove_where()
        self._prove_fields()

    @property
    def opened(self) -> Opened:
        """The fields as a set that can be asked."""
        return ALL if self.fields is None else Opened(frozenset(self.fields), others=False)

    def _prove_where(self) -> None:
        where: Any = self.where
        if not isinstance(where, Expression):
            _refuse("where", where, "is no expression; say field('owner_id') == field('actor.id'), or ALWAYS for all")
        if where.relative:
            _refuse("where", where, "counts from an `as_of`, which a grant does not have; ask for a fixed time")
        for leaf in where.leaves:
            if all(of_actor(path) for path in leaf.fields):
                _refuse("where", leaf, "asks about the actor alone; give the role to those actors only")
        if where != ALWAYS and not self.including_missing and where.test(NOTHING):
            way_out = "add `& field(...).present()`, say where=ALWAYS, or including_missing=True if it is meant"
            reason = f"is true of a {self.record.__name__} of which nothing is known; {way_out}"
            _refuse("where", where, reason, code="selects_missing")

    def _prove_fields(self) -> None:
        if self.fields is None:
            return
        name = self.record.__name__
        if "remove" in self.verbs:
            _refuse("fields", self.fields, "say nothing about removing, which takes all; give it a grant of its own")
        for verb in self.verbs:
            needed = [each for each in must_be_named(self.record, verb) if each not in self.fields]
            if needed:
                reason = f"leave out {', '.join(needed)}, which every {name} has; to {verb} one, name them too"
                _refuse("fields", self.fields, reason, code="cannot_hide")

    def __str__(self) -> str:
        return f"{', '.join(self.verbs)} {kind_of(self.record)} where {self.where}: {self.fields_in_words()}"

    def fields_in_words(self) -> str:
        """Write which fields are open."""
        if self.fields is not None:
            return ", ".join(self.fields) or "id, version"
        withheld = sorted(WITHHELD.get(self.record, ()))
        return f"all but {', '.join(withheld)}" if withheld else "all"


def _refuse(argument: str, value: object, reason: str, code: str | None = None) -> NoReturn:
    found = str(value) if isinstance(value, Expression) else shown(value)
    raise InvalidArgument(f"{argument}: {found} {reason}", code=code, argument=argument, value=value)
