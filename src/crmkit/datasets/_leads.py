"""Leads and what becomes of them, and the contacts of each company."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.datasets._columns import NOWHERE, Picked, identifiers, positions, ranks, table
from crmkit.datasets._customers import PHONES, Customers, Team
from crmkit.datasets._names import FIRST_NAMES, INDUSTRIES, JOB_TITLES, LAST_NAMES, PLACES, folded
from crmkit.datasets._random import Array, Streams, after, between, events, lognormal, pick
from crmkit.datasets._truth import Truth
from crmkit.records import Contact, Lead

__all__ = ["LIFECYCLE", "SOURCES", "Contacts", "Leads", "contacts_table", "draw_contacts", "draw_leads", "leads_table"]

LIFECYCLE = ("lead", "opportunity", "customer")
SOURCES = ("Website", "Referral", "Trade fair", "Advertising", "Partner", "Cold call")

_PAIRS = len(FIRST_NAMES) * len(LAST_NAMES)
# How an address begins: a contact's, then a lead's, whose names stand the other way round, so that no two are the same.
_CONTACT = [f"{folded(first)}.{folded(last)}" for first in FIRST_NAMES for last in LAST_NAMES]
_LEAD = [f"{folded(last)}.{folded(first)}" for first in FIRST_NAMES for last in LAST_NAMES]
_STATUSES = ("new", "working", "nurturing", "qualified", "unqualified", "converted")


@frozen(eq=False)
class People:
    """Persons at companies, in the order of the companies; what there is a pool of, by position in it."""

    company: Array
    first_name: Array
    last_name: Array
    address: Array
    number: Array
    """Which of the company's persons it is; it keeps apart the addresses of those with one name."""
    phone: Array
    job_title: Array
    created: Array
    source: Array

    def __len__(self) -> int:
        return len(self.company)


@frozen(eq=False)
class Leads:
    """The leads: when each is decided, and which have converted at the end of the simulation."""

    people: People
    ids: pd.Series[Any]
    decided: Array
    converted: Array
    """Positions of the leads that have converted."""


@frozen(eq=False)
class Contacts:
    """The contacts: those that a company brought along, and those that were leads."""

    people: People
    ids: pd.Series[Any]
    first: Array
    """Position of the first contact of each company, who is there from its creation."""
    of_lead: Array
    """Position of the contact of each converted lead."""


def draw_leads(streams: Streams, customers: Customers, truth: Truth, *, end: np.datetime64) -> Leads:
    """Draw the leads: each converts or not, at an instant that does not depend on which."""
    company, created = events(streams, "leads", since=customers.created, until=end, rate=truth.lead_rate)
    size = len(company)
    decided = after(created, lognormal(streams("leads.decision"), size, truth.lead_decision))
    converts = streams("leads.converts").random(size) < truth.lead_conversion_rate
    source = pick(streams("leads.source"), size, (6, 3, 2, 4, 2, 1))
    people = _people(streams, "leads", company, created, source, begins=_PAIRS)
    return Leads(people, identifiers("lead", size), decided, np.flatnonzero(converts & (decided < end)))


def draw_contacts(streams: Streams, customers: Customers, leads: Leads, *, end: np.datetime64) -> Contacts:
    """Draw the contacts of each company and join those that were leads."""
    everyone = np.arange(len(customers.ids))
    company = np.repeat(everyone, 1 + streams("contacts.count").poisson(0.6, len(everyone)))
    since = customers.created[company]
    later = between(streams("contacts.created_at"), since, np.full(len(company), end))
    created = np.where(ranks(company) == 0, since, later)
    own = _people(streams, "contacts", company, created, np.full(len(company), -1), begins=0)
    led = _taken(leads.people, leads.converted, created=leads.decided[leads.converted])
    joined = _joined(own, led)
    order = np.lexsort((joined.created, joined.company))
    where = positions(order)
    people = _taken(joined, order)
    first = np.searchsorted(people.company, everyone)
    return Contacts(people, identifiers("contact", len(people)), first, where[len(own) :])


def leads_table(
    streams: Streams,
    leads: Leads,
    contacts: Contacts,
    customers: Customers,
    team: Team,
    *,
    deal_ids: pd.Series[Any],
    deal_of_lead: Array,
    end: np.datetime64,
) -> pd.DataFrame:
    """Return the table of leads.

    Args:
        streams: the randomness.
        leads: what was drawn.
        contacts: the contacts that some became.
        customers: the companies they are from.
        team: the users.
        deal_ids: the ids of all deals.
        deal_of_lead: position of the deal of each converted lead.
        end: the end of the simulation.
    """
    people, size = leads.people, len(leads.ids)
    progress = pick(streams("leads.status"), size, (3, 3, 2, 2))
    status = np.where(leads.decided < end, _STATUSES.index("unqualified"), progress)
    status[leads.converted] = _STATUSES.index("converted")
    converted_at = np.full(size, NOWHERE)
    converted_at[leads.converted] = leads.decided[leads.converted]
    return table(
        Lead,
        size,
        id=leads.ids,
        first_name=Picked(FIRST_NAMES, people.first_name),
        last_name=Picked(LAST_NAMES, people.last_name),
        email=_emails(people, customers),
        phone=Picked(PHONES, people.phone),
        job_title=Picked(JOB_TITLES, people.job_title),
        company_name=Picked(customers.name, people.company),
        industry=Picked(INDUSTRIES, customers.industry[people.company]),
        employees=customers.employees[people.company],
        country=Picked([country for _, country in PLACES], customers.place[people.company]),
        source=Picked(SOURCES, people.source),
        status=Picked(_STATUSES, status),
        owner_id=Picked(team.ids, customers.owner[people.company]),
        created_at=people.created,
        converted_at=converted_at,
        contact_id=Picked(contacts.ids, _placed(contacts.of_lead, leads.converted, size)),
        company_id=Picked(customers.ids, _placed(people.company[leads.converted], leads.converted, size)),
        deal_id=Picked(deal_ids, _placed(deal_of_lead, leads.converted, size)),
    )


def contacts_table(contacts: Contacts, customers: Customers, team: Team, *, lifecycle: Array) -> pd.DataFrame:
    """Return the table of contacts; `lifecycle` says which of LIFECYCLE each company has reached."""
    people = contacts.people
    return table(
        Contact,
        len(people),
        id=contacts.ids,
        first_name=Picked(FIRST_NAMES, people.first_name),
        last_name=Picked(LAST_NAMES, people.last_name),
        email=_emails(people, customers),
        phone=Picked(PHONES, people.phone),
        job_title=Picked(JOB_TITLES, people.job_title),
        company_id=Picked(customers.ids, people.company),
        owner_id=Picked(team.ids, customers.owner[people.company]),
        lifecycle_stage=Picked(LIFECYCLE, lifecycle[people.company]),
        source=Picked(SOURCES, people.source),
        city=Picked([city for city, _ in PLACES], customers.place[people.company]),
        country=Picked([country for _, country in PLACES], customers.place[people.company]),
        created_at=people.created,
    )


def _emails(people: People, customers: Customers) -> pd.Series[Any]:
    numbers = ["", *map(str, range(2, 2 + people.number.max(initial=0)))]
    begun = Picked(_CONTACT + _LEAD, people.address).to_series() + Picked(numbers, people.number).to_series()
    return begun + "@" + Picked(customers.domain, people.company).to_series()


def _people(streams: Streams, name: str, company: Array, created: Array, source: Array, *, begins: int) -> People:
    """Draw persons; their addresses begin with those names that stand from `begins` on."""
    size = len(company)
    first = streams(f"{name}.first_name").integers(len(FIRST_NAMES), size=size)
    last = streams(f"{name}.last_name").integers(len(LAST_NAMES), size=size)
    return People(
        company=company,
        first_name=first,
        last_name=last,
        address=begins + first * len(LAST_NAMES) + last,
        number=ranks(company),
        phone=pick(streams(f"{name}.phone"), size, (1.0,) * len(PHONES)),
        job_title=pick(streams(f"{name}.job_title"), size, (3, 3, 2, 2, 3, 2, 1, 2, 2)),
        created=created,
        source=source,
    )


def _taken(people: People, index: Array, *, created: Array | None = None) -> People:
    return People(
        company=people.company[index],
        first_name=people.first_name[index],
        last_name=people.last_name[index],
        address=people.address[index],
        number=people.number[index],
        phone=people.phone[index],
        job_title=people.job_title[index],
        created=people.created[index] if created is None else created,
        source=people.source[index],
    )


def _joined(one: People, other: People) -> People:
    names = ("company", "first_name", "last_name", "address", "number", "phone", "job_title", "created", "source")
    return People(**{name: np.concatenate((getattr(one, name), getattr(other, name))) for name in names})


def _placed(values: Array, index: Array, size: int) -> Array:
    """Return an array that holds values at some positions and -1 elsewhere."""
    made = np.full(size, -1)
    made[index] = values
    return made
