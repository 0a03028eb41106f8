"""The team and its customers: users and companies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.datasets._columns import Picked, identifiers, objects, table
from crmkit.datasets._names import (
    COMPANY_ENDINGS,
    COMPANY_WORDS,
    FIRST_NAMES,
    INDUSTRIES,
    LAST_NAMES,
    PLACES,
    folded,
)
from crmkit.datasets._random import Array, Streams, lognormal, pick
from crmkit.datasets._truth import TEAM, LogNormal
from crmkit.records import Company, User

__all__ = ["CURRENCY", "PHONES", "Customers", "Team", "draw_customers", "draw_team"]

CURRENCY = "USD"
# Numbers that the North American plan keeps for fiction.
PHONES = tuple(f"+1 {area} 555 01{last:02}" for area in (202, 312, 415, 512, 617) for last in range(100))

_TAGS = ((), ("key account",), ("partner",), ("newsletter", "event"))
_HAS_PARENT = 0.05


@frozen(eq=False)
class Team:
    """The users, and their ids to refer to."""

    table: pd.DataFrame
    ids: pd.Series[Any]


@frozen(eq=False)
class Customers:
    """The companies, and what other tables take from them, by position."""

    table: pd.DataFrame
    ids: pd.Series[Any]
    name: Array
    domain: Array
    created: Array
    owner: Array
    place: Array
    industry: Array
    employees: Array


def draw_team(streams: Streams, *, start: np.datetime64) -> Team:
    """Draw the users, all there from the start; no two have a first or a last name in common."""
    first = streams("users.first_name").permutation(FIRST_NAMES)[:TEAM].tolist()
    last = streams("users.last_name").permutation(LAST_NAMES)[:TEAM].tolist()
    ids = identifiers("user", TEAM)
    users = table(
        User,
        TEAM,
        id=ids,
        name=objects([f"{one} {other}" for one, other in zip(first, last, strict=True)]),
        email=objects([f"{folded(one)}.{folded(other)}@example.test" for one, other in zip(first, last, strict=True)]),
        active=True,
        created_at=np.full(TEAM, start),
    )
    return Team(users, ids)


def draw_customers(
    streams: Streams, team: Team, *, customers: int, start: np.datetime64, end: np.datetime64
) -> Customers:
    """Draw the companies; many come early, fewer later."""
    share = streams("companies.created_at").random(customers) ** 2
    created = start + (share * (end - start).astype(np.int64)).astype("m8[s]")
    owner = streams("companies.owner").integers(TEAM, size=customers)
    place = pick(streams("companies.place"), customers, (1.0,) * len(PLACES))
    industry = pick(streams("companies.industry"), customers, (5, 4, 4, 3, 3, 2, 2, 1))
    employees = np.ceil(lognormal(streams("companies.employees"), customers, LogNormal(60, 1.2))).astype(np.int64)
    revenue = employees * np.round(lognormal(streams("companies.revenue"), customers, LogNormal(120, 0.4))) * 1000
    names, domains = _names(streams, customers)
    ids = identifiers("company", customers)
    draw = streams("companies.parent")
    has_parent = draw.random(customers) < _HAS_PARENT
    parent = np.floor(streams("companies.parent_of").random(customers) * np.arange(customers)).astype(np.int64)
    has_parent[:1] = False
    companies = table(
        Company,
        customers,
        id=ids,
        name=names,
        domain=domains,
        website=objects([f"https://{domain}" for domain in domains]),
        industry=Picked(INDUSTRIES, industry),
        employees=employees,
        annual_revenue=revenue,
        currency=CURRENCY,
        phone=Picked(PHONES, pick(streams("companies.phone"), customers, (1.0,) * len(PHONES))),
        city=Picked([city for city, _ in PLACES], place),
        country=Picked([country for _, country in PLACES], place),
        owner_id=Picked(team.ids, owner),
        parent_id=Picked(ids, np.where(has_parent, parent, -1)),
        created_at=created,
        tags=objects(_TAGS)[pick(streams("companies.tags"), customers, (14, 2, 1, 3))],
    )
    return Customers(companies, ids, names, domains, created, owner, place, industry, employees)


def _names(streams: Streams, customers: int) -> tuple[Array, Array]:
    """Name the companies, each in its own way: once all names are used, they come again with a number."""
    names = [(word, ending) for word in COMPANY_WORDS for ending in COMPANY_ENDINGS]
    order = streams("companies.name").permutation(len(names))
    rounds = [
        (names[order[position % len(names)]], position // len(names) + 1 if position >= len(names) else "")
        for position in range(customers)
    ]
    shown = [f"{word} {ending} {again}".rstrip() for (word, ending), again in rounds]
    domains = [f"{word}-{ending}{again}.example.com".lower() for (word, ending), again in rounds]
    return objects(shown), objects(domains)
