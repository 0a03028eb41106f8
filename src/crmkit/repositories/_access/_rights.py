"""What one actor may do: the grants of a policy with the actor's values in them, and what follows without any data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from crmkit.errors import AccessDenied
from crmkit.expressions import ALWAYS, NEVER, Expression, all_of, any_of
from crmkit.records import CustomFields, Edit, fields_of, kind_of
from crmkit.repositories._access._actor import Actor
from crmkit.repositories._access._fields import Opened, joined

__all__ = ["Right", "Rights", "both", "class_of", "denied", "rights_of", "touched", "verb_of"]


@attrs.frozen
class Right:
    """Some fields of some records."""

    where: Expression
    opened: Opened


@attrs.frozen
class Rights:
    """What one actor may do.

    Args:
        by_verb: by kind of record and verb.
        custom: the custom fields that records have.
    """

    by_verb: Mapping[tuple[str, str], tuple[Right, ...]]
    custom: CustomFields | None

    def to(self, verb: str, cls: type) -> tuple[Right, ...]:
        """Return the rights to do something with records of a class; none, where nothing is granted."""
        return self.by_verb.get((kind_of(cls), verb), ())

    def limit(self, cls: type) -> Expression:
        """Return the question that is true of the records that may be read.

        Raises:
            AccessDenied: no grant to read such records.
        """
        rights = self.to("read", cls)
        if not rights:
            raise _ungranted(cls, "read")
        return _either(right.where for right in rights)

    def unlimited(self, cls: type) -> bool:
        """Tell whether every record of a class may be read, those that are gone included."""
        return any(right.where == ALWAYS for right in self.to("read", cls))

    def everywhere(self, cls: type) -> Opened:
        """Return the fields that are open in every record of a class."""
        return joined(right.opened for right in self.to("read", cls) if right.where == ALWAYS)

    def somewhere(self, cls: type) -> tuple[Right, ...]:
        """Return the rights to read that open, in some records, more than is open in all of them."""
        everywhere = self.everywhere(cls)
        return tuple(right for right in self.to("read", cls) if not everywhere.covers(cls, right.opened))

    def prove_asked(self, cls: type, paths: Iterable[str]) -> None:
        """Refuse a question, or an order, by a field that is not open in every record that may be read.

        Raises:
            AccessDenied: names the field.
        """
        for path in sorted(paths):
            self._prove_path(cls, path)

    def prove_acts(self, edits: Iterable[Edit]) -> None:
        """Refuse what is granted of no record whatsoever.

        Raises:
            AccessDenied: names the verb, and the field.
        """
        for edit in edits:
            cls, verb = class_of(edit), verb_of(edit)
            rights = self.to(verb, cls)
            if not rights:
                raise _ungranted(cls, verb)
            opened = joined(right.opened for right in rights)
            for name in sorted(touched(edit)):
                if not opened.holds(cls, name):
                    reason = f"none of your roles may {verb} {kind_of(cls)}.{name}; leave that field as it is"
                    raise denied(reason, cls, verb, name)

    def _prove_path(self, cls: type, path: str) -> None:
        head, _, rest = path.partition(".")
        while rest:
            reference = fields_of(cls, self.custom)[f"{head}_id"]
            self._prove_open(cls, reference.name)
            target: Any = reference.target
            cls, (head, _, rest) = target, rest.partition(".")
            name = head if not rest else f"{head}_id"
            if not self.unlimited(cls) or not self.everywhere(cls).holds(cls, name):
                asked = f"{path!r} asks {kind_of(cls)}.{name}, which you may not read of every {kind_of(cls)}"
                raise denied(f"{asked}; ask about the record's own fields", cls, "read", name)
        if "." not in path:
            self._prove_open(cls, path)

    def _prove_open(self, cls: type, name: str) -> None:
        if self.everywhere(cls).holds(cls, name):
            return
        if not all(right.opened.holds(cls, name) for right in self.to("read", cls)):
            kind = kind_of(cls)
            reason = f"{kind}.{name} is not open to you in every {kind} that you may read"
            raise denied(f"{reason}; ask and sort by other fields", cls, "read", name)


def rights_of(actor: Actor, custom: CustomFields | None) -> Rights:
    """Put the actor's values into the grants, and join those that open the same fields.

    Raises:
        UnknownField: a field that records do not have here.
        InvalidExpression: a value of the actor's that its field cannot be compared with.
    """
    found: dict[tuple[str, str], dict[Opened, list[Expression]]] = {}
    for grant in actor.grants:
        where = grant.where.bind(actor.values, closed=True)
        where.check(grant.record, custom=custom)
        for verb in grant.verbs:
            of_verb = found.setdefault((kind_of(grant.record), verb), {})
            of_verb.setdefault(grant.opened, []).append(where)
    return Rights(
        {
            key: tuple(Right(_either(wheres), opened) for opened, wheres in by_fields.items())
            for key, by_fields in found.items()
        },
        custom,
    )


def _either(wheres: Iterable[Expression]) -> Expression:
    several = dict.fromkeys(wheres)
    return ALWAYS if ALWAYS in several else any_of(*(where for where in several if where != NEVER))


def both(limit: Expression, where: Expression) -> Expression:
    """Join a limit, in front, and a question: where the limit is not true, the question is not asked."""
    return where if limit == ALWAYS else all_of(limit, where)


def verb_of(edit: Edit) -> str:
    """Return what an edit does: "add", "edit" or "remove"."""
    return "add" if edit.before is None else "remove" if edit.after is None else "edit"


def class_of(edit: Edit) -> type[Any]:
    """Return the class of the record that an edit changes."""
    return type(edit.before if edit.after is None else edit.after)


def touched(edit: Edit) -> frozenset[str]:
    """Return the fields that an edit sets: those that differ; of a new record, from what it has by itself.

    A removal sets none: it is granted as a whole.
    """
    if edit.after is None:
        return frozenset()
    names = frozenset(difference.field for difference in edit.differences())
    if edit.before is not None:
        return names
    return names - {
        each.name for each in attrs.fields(class_of(edit)) if each.default == getattr(edit.after, each.name)
    }


def denied(reason: str, cls: type, verb: str, field: str | None = None) -> AccessDenied:
    """Build the error of what is not granted."""
    return AccessDenied(reason, record=kind_of(cls), verb=verb, field=field)


def _ungranted(cls: type, verb: str) -> AccessDenied:
    grant = f"Grant({cls.__name__}, {verb!r}, where=...)"
    return denied(f"none of your roles may {verb} a {kind_of(cls)}; it takes a {grant} in the policy", cls, verb)
