"""Policy: the grants of each role, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

import attrs

from crmkit.errors import InvalidArgument, UnknownField, did_you_mean, shown
from crmkit.expressions import Expression, field
from crmkit.records import CustomFields, fields_of, kind_of
from crmkit.repositories._access._grant import Grant, of_actor

__all__ = ["Policy", "prove_question"]

_HEAD = ("role", "record", "may", "where", "fields")


@attrs.frozen(init=False, repr=False)
class Policy:
    """Who may do what: what is not granted is denied; several grants and roles unite.

    Args:
        by_role: the grants of each role.
        custom: the custom fields that grants name.

    Raises:
        InvalidArgument: something else than texts and grants.
        UnknownField: a field that its records do not have, with the near miss.
        InvalidExpression: a grant's question that cannot be asked of its records.
    """

    _by_role: tuple[tuple[str, tuple[Grant, ...]], ...]
    custom: CustomFields | None

    def __init__(self, by_role: Mapping[str, Grant | Iterable[Grant]], *, custom: CustomFields | None = None) -> None:
        if not isinstance(by_role, Mapping):
            _refuse("by_role", by_role, "is no mapping; say Policy({'rep': [Grant(...)]})")
        self.__attrs_init__(tuple((_name(role), _proved(grants, custom)) for role, grants in by_role.items()), custom)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that it knows."""
        return tuple(role for role, _ in self._by_role)

    def grants(self, role: str) -> tuple[Grant, ...]:
        """Return the grants of a role.

        Raises:
            InvalidArgument: there is no such role (code "unknown_role").
        """
        for name, grants in self._by_role:
            if name == role:
                return grants
        message = f"the policy has no role {shown(role)}{did_you_mean(str(role), self.roles)}"
        raise InvalidArgument(message, code="unknown_role", argument="role", value=role)

    def __str__(self) -> str:
        rows = [_HEAD]
        for role, grants in self._by_role:
            for grant in grants:
                verbs, where = ", ".join(grant.verbs), str(grant.where)
                rows.append((role, kind_of(grant.record), verbs, where, grant.fields_in_words()))
            if not grants:
                rows.append((role, "-", "nothing", "-", "-"))
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
        )

    def __repr__(self) -> str:
        return f"<Policy: {', '.join(self.roles)}>"


def _name(role: object) -> str:
    if not isinstance(role, str) or not role:
        _refuse("by_role", role, "is no name of a role; a role is a text")
    return role


def _proved(grants: object, custom: CustomFields | None) -> tuple[Grant, ...]:
    found = tuple(grants) if isinstance(grants, Iterable) else (grants,)
    for grant in found:
        if not isinstance(grant, Grant):
            _refuse("by_role", grant, "is no Grant; say {'rep': [Grant(Deal, 'read', where=...)]}")
        _prove(grant, custom)
    return found


def _prove(grant: Grant, custom: CustomFields | None) -> None:
    specs = fields_of(grant.record, custom)
    for name in grant.fields or ():
        if name not in specs:
            raise UnknownField.of(name, specs, place=f"the fields granted of a {grant.record.__name__}")
    prove_question(grant.where, grant.record, custom)


def prove_question(where: Expression, cls: type, custom: CustomFields | None) -> None:
    """Refuse a grant's question that cannot be asked of its records; what the actor's values are is not known yet."""
    for leaf in where.leaves:
        own = [path for path in leaf.fields if not of_actor(path)]
        asked = leaf if len(own) == len(leaf.fields) else field(own[0]).present()
        asked.check(cls, custom=custom)


def _refuse(argument: str, value: object, reason: str) -> NoReturn:
    raise InvalidArgument(f"{argument}: {shown(value)} {reason}", argument=argument, value=value)
