"""What happens to a customer: each dated event of each class of records, and how it belongs to the customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from crmkit.errors import shown
from crmkit.expressions import ALWAYS, Expression, field
from crmkit.records import (
    Activity,
    Affiliation,
    Company,
    Contact,
    Deal,
    Lead,
    Order,
    StageChange,
    Subscription,
    SurveyResponse,
    Ticket,
    kind_of,
)

__all__ = ["EVENTS", "Customer", "Event", "links_of"]

_AT_ONCE = 500  # ids in one question


@attrs.frozen
class Customer:
    """The ids by which records belong to a customer."""

    contacts: tuple[str, ...]
    companies: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()

    @property
    def buyers(self) -> tuple[str, ...]:
        """Who may have bought: by id, and as `ref` writes it, since a contact and a company may have the same id."""
        kinds = {Contact: self.contacts, Company: self.companies}
        return tuple(name for cls, ids in kinds.items() for each in ids for name in (each, f"{kind_of(cls)}:{each}"))

    @property
    def refs(self) -> tuple[str, ...]:
        """All of them, as `ref` writes them."""
        kinds = {Contact: self.contacts, Company: self.companies, Deal: self.deals, Ticket: self.tickets}
        return tuple(f"{kind_of(cls)}:{identifier}" for cls, ids in kinds.items() for identifier in ids)


@attrs.frozen
class Event:
    """Something that is dated in a record.

    Args:
        kind: its name.
        record: the class of the record.
        at: the field that dates it.
        what: the field that says more of it; it never holds anything personal.
        where: of which of the records it is told.
    """

    kind: str
    record: type[Any]
    at: str
    what: str | None
    where: Expression = ALWAYS

    def told_by(self, record: Any) -> str | None:
        """Return what a record says of it."""
        value = None if self.what is None else getattr(record, self.what)
        return value if value is None or isinstance(value, str) else shown(value)


_UNDATED = field("occurred_at").missing()

EVENTS = (
    Event("contact_created", Contact, "created_at", "source"),
    Event("company_created", Company, "created_at", "name"),
    Event("affiliation_started", Affiliation, "started_on", "role"),
    Event("affiliation_ended", Affiliation, "ended_on", "role"),
    Event("lead_created", Lead, "created_at", "source"),
    Event("lead_converted", Lead, "converted_at", "source"),
    Event("deal_created", Deal, "created_at", "name"),
    Event("deal_won", Deal, "closed_at", "name", field("status") == "won"),
    Event("deal_lost", Deal, "closed_at", "lost_reason", field("status") == "lost"),
    Event("stage_changed", StageChange, "changed_at", "to_stage"),
    Event("activity", Activity, "occurred_at", "kind"),
    Event("activity_created", Activity, "created_at", "kind", _UNDATED),
    Event("activity_done", Activity, "done_at", "kind", _UNDATED),
    Event("ticket_created", Ticket, "created_at", "priority"),
    Event("ticket_replied", Ticket, "first_replied_at", "channel"),
    Event("ticket_solved", Ticket, "solved_at", "priority"),
    Event("order_placed", Order, "ordered_at", "number"),
    Event("subscription_started", Subscription, "started_at", "plan"),
    Event("subscription_ended", Subscription, "ended_at", "plan"),
    Event("survey_answered", SurveyResponse, "responded_at", "score"),
)

# How records of a class belong to a customer: by the field that names whom.
_LINKS: Mapping[type[Any], tuple[tuple[str, Callable[[Customer], tuple[str, ...]]], ...]] = {
    Contact: (("id", lambda customer: customer.contacts),),
    Company: (("id", lambda customer: customer.companies),),
    Affiliation: (("contact_id", lambda customer: customer.contacts),),
    Lead: (("contact_id", lambda customer: customer.contacts),),
    Deal: (
        ("contact_id", lambda customer: customer.contacts),
        ("company_id", lambda customer: customer.companies),
    ),
    StageChange: (("deal_id", lambda customer: customer.deals),),
    Activity: (("links", lambda customer: customer.refs),),
    Ticket: (
        ("contact_id", lambda customer: customer.contacts),
        ("company_id", lambda customer: customer.companies),
    ),
    Order: (("customer_id", lambda customer: customer.buyers),),
    Subscription: (("customer_id", lambda customer: customer.buyers),),
    SurveyResponse: (
        ("contact_id", lambda customer: customer.contacts),
        ("company_id", lambda customer: customer.companies),
        ("ticket_id", lambda customer: customer.tickets),
    ),
}


def links_of(cls: type[Any], customer: Customer) -> Iterable[Expression]:
    """Yield questions that are true, together, of the records of a class that belong to a customer.

    They are several, since a policy may open some of the fields they ask, and since one question holds so many ids.
    """
    for name, ids in _LINKS[cls]:
        named = ids(customer)
        for start in range(0, len(named), _AT_ONCE):
            some = named[start : start + _AT_ONCE]
            asked = field(name)
            yield asked.has_any(*some) if name == "links" else asked.isin(*some)
