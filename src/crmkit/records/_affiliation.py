"""Which of a contact's companies is the primary one: an act that keeps contact and affiliations in step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crmkit.records._change import Change
from crmkit.records._people import Affiliation, Contact
from crmkit.records._record import evolve
from crmkit.records._values import refuse

__all__ = ["make_primary"]


def make_primary(
    affiliation: Affiliation,
    *,
    contact: Contact,
    others: Iterable[Affiliation] = (),
    at: datetime,
    by: str,
    reason: str | None = None,
) -> Change:
    """Make one affiliation a contact's primary one; whichever of the others was primary is so no longer.

    The contact is part of the Change, so that of two such acts at the same time a store refuses the second.

    Args:
        affiliation: the one that becomes primary; with version 0 it is new and is added.
        contact: whose it is; its `company_id` becomes the affiliation's.
        others: the contact's other affiliations.
        at: when.
        by: who does it.
        reason: why.

    Raises:
        InvalidRecord: an affiliation of another contact.
    """
    former = [each for each in others if each.id != affiliation.id]
    for each in (affiliation, *former):
        if each.contact_id != contact.id:
            refuse("Affiliation", "contact_id", each.contact_id, f"is not the contact at hand, {contact.id!r}")
    primary = evolve(affiliation, primary=True)
    return Change.of(
        add=[primary] if affiliation.version == 0 else [],
        edit=[
            (contact, evolve(contact, company_id=affiliation.company_id)),
            *([(affiliation, primary)] if affiliation.version else []),
            *((each, evolve(each, primary=False)) for each in former if each.primary),
        ],
        act="make primary",
        at=at,
        by=by,
        reason=reason,
    )
