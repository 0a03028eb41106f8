"""Whoever acts: an id, roles, and the values that grants compare with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from crmkit.errors import InvalidArgument, UnknownField, shown
from crmkit.records import CustomFields, fields_of, is_record
from crmkit.repositories._access._grant import Grant
from crmkit.repositories._access._policy import Policy

__all__ = ["Actor", "actor_of"]


@attrs.frozen
class Actor:
    """Whoever acts, as far as a policy cares.

    Args:
        id: as text.
        grants: of all of the roles together.
        values: what "actor.team_id" and the like stand for.
    """

    id: str
    grants: tuple[Grant, ...]
    values: Mapping[str, Any]


def actor_of(thing: Any, policy: Policy, custom: CustomFields | None) -> Actor:
    """Read who acts from a user, a mapping, or any object of the caller's.

    Raises:
        InvalidArgument: no id, no collection of roles, a role that the policy does not know.
        UnknownField: a grant names a value that the actor does not have.
    """
    identifier = _value(thing, "id", custom)
    if identifier is None or identifier == "":
        raise InvalidArgument("the actor has no id; give the user who acts", argument="actor", value=None)
    roles = _value(thing, "roles", custom)
    if isinstance(roles, str) or not isinstance(roles, Iterable):
        message = f"the roles of the actor are {shown(roles)}, no collection of texts; say roles=('rep',)"
        raise InvalidArgument(message, argument="actor", value=roles)
    grants = tuple(grant for role in roles for grant in policy.grants(role))
    paths = {path for grant in grants for path in grant.where.fields if path.startswith("actor.")}
    values = {path: _value(thing, path.removeprefix("actor."), custom) for path in paths}
    return Actor(str(identifier), grants, values)


def _value(thing: Any, path: str, custom: CustomFields | None) -> Any:
    """Read a value; one that is there without a value is missing, one that is not there at all is a mistake."""
    for name in path.split("."):
        if thing is None:
            return None
        if isinstance(thing, Mapping):
            known: Iterable[str] = [key for key in thing if isinstance(key, str)]
            if name not in known:
                raise UnknownField.of(name, known, place="the actor")
            thing = thing[name]
        elif is_record(thing):
            specs = fields_of(type(thing), custom)
            if name not in specs and name not in thing.custom:
                raise UnknownField.of(name, specs, place="the actor")
            thing = thing.custom.get(name) if name not in fields_of(type(thing)) else getattr(thing, name)
        elif not hasattr(thing, name):
            raise UnknownField.of(name, [each for each in dir(thing) if not each.startswith("_")], place="the actor")
        else:
            thing = getattr(thing, name)
    return thing
