"""What was done for deals and leads, and what is still to be done."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit.datasets._columns import NOWHERE, Picked, identifiers, objects, table
from crmkit.datasets._customers import Customers, Team
from crmkit.datasets._deals import Deals
from crmkit.datasets._leads import Contacts, Leads
from crmkit.datasets._random import Array, Streams, after, between, pick
from crmkit.records import Activity

__all__ = ["activities_table"]

_KINDS = ("call", "email", "meeting", "task", "note", "chat", "social")
_TASK = 3
_TALKS = np.isin(_KINDS, ("call", "email", "chat", "social"))
_SUBJECTS = (
    "Call about the offer",
    "Answer to questions",
    "Meeting with the team",
    "Send the documents",
    "Note after the talk",
    "Chat on the website",
    "Message on a network",
)


def activities_table(
    streams: Streams,
    deals: Deals,
    leads: Leads,
    contacts: Contacts,
    customers: Customers,
    team: Team,
    *,
    end: np.datetime64,
) -> pd.DataFrame:
    """Return the table of activities: some in the life of each deal, at most one for each lead."""
    until = np.where(np.isnat(deals.closed), end, deals.closed)
    deal = np.repeat(np.arange(len(deals)), streams("activities.count").poisson(1.5, len(deals)))
    lead = np.flatnonzero(streams("activities.of_lead").random(len(leads.ids)) < 0.3)
    since = leads.people.created
    at = np.concatenate(
        (
            between(streams("activities.deal_at"), deals.created[deal], until[deal]),
            between(streams("activities.lead_at"), since[lead], np.minimum(leads.decided, end)[lead]),
        )
    )
    customer = np.concatenate((deals.customer[deal], leads.people.company[lead]))
    links = np.concatenate((_deal_links(deals, contacts)[deal], _refs("lead", leads.ids)[lead]))
    order = np.lexsort((at, customer))
    at, customer, links = at[order], customer[order], links[order]
    size = len(order)
    kind = pick(streams("activities.kind"), size, (6, 8, 3, 4, 3, 1, 1))
    outbound = pick(streams("activities.direction"), size, (1, 2))
    due = after(at, 1 + 13 * streams("activities.due_at").random(size))
    finished = between(streams("activities.done_at"), at, due)
    return table(
        Activity,
        size,
        id=identifiers("activity", size),
        kind=Picked(_KINDS, kind),
        direction=Picked(("inbound", "outbound"), np.where(_TALKS[kind], outbound, -1)),
        subject=Picked(_SUBJECTS, kind),
        occurred_at=np.where(kind == _TASK, NOWHERE, at),
        due_at=np.where(kind == _TASK, due, NOWHERE),
        done_at=np.where((kind == _TASK) & (finished < end), finished, NOWHERE),
        owner_id=Picked(team.ids, customers.owner[customer]),
        links=links,
        created_at=at,
    )


def _refs(kind: str, ids: pd.Series[Any]) -> Array:
    return objects([(f"{kind}:{identifier}",) for identifier in ids.tolist()])


def _deal_links(deals: Deals, contacts: Contacts) -> Array:
    """Return the links of each deal's activities: the deal, and its contact where it has one."""
    pairs = zip(deals.ids.tolist(), Picked(contacts.ids, deals.contact).tolist(), strict=True)
    return objects(
        [(f"deal:{deal}", f"contact:{contact}") if contact else (f"deal:{deal}",) for deal, contact in pairs]
    )
