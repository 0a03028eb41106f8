"""Who a CRM knows: the users who work with it and their teams, companies, contacts, leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._record import record
from crmkit.records._spec import Personal
from crmkit.records._vocabulary import (
    AffiliationId,
    Amount,
    CompanyId,
    ContactId,
    Count,
    Currency,
    DealId,
    LeadId,
    TeamId,
    UserId,
)

__all__ = ["Affiliation", "Company", "Contact", "Lead", "Team", "User"]


@record
class Team:
    """Users who work together; `parent_id` is the team it belongs to."""

    id: TeamId
    name: str | None = None
    manager_id: UserId | None = None
    parent_id: TeamId | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class User:
    """Someone who works with the CRM and owns records in it; `roles` are what an access policy grants something to."""

    id: UserId
    name: Personal[str] | None = None
    email: Personal[str] | None = None
    active: bool = True
    team_id: TeamId | None = None
    roles: tuple[str, ...] = ()
    created_at: datetime | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class Company:
    """An organisation that buys or may buy; `parent_id` is the company it belongs to."""

    id: CompanyId
    name: str | None = None
    domain: str | None = None
    website: str | None = None
    industry: str | None = None
    employees: Count | None = None
    annual_revenue: Amount | None = None
    currency: Currency | None = None
    phone: Personal[str] | None = None
    city: str | None = None
    country: str | None = None
    owner_id: UserId | None = None
    parent_id: CompanyId | None = None
    created_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class Contact:
    """A person at a company, or one who buys for themselves."""

    id: ContactId
    first_name: Personal[str] | None = None
    last_name: Personal[str] | None = None
    email: Personal[str] | None = None
    phone: Personal[str] | None = None
    job_title: str | None = None
    company_id: CompanyId | None = None
    owner_id: UserId | None = None
    lifecycle_stage: str | None = None
    source: str | None = None
    city: str | None = None
    country: str | None = None
    created_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class Affiliation:
    """A contact's place in a company; the primary one is where the contact's own `company_id` points."""

    id: AffiliationId
    contact_id: ContactId
    company_id: CompanyId
    role: str | None = None
    primary: bool = False
    started_on: date | None = None
    ended_on: date | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class Lead:
    """Someone who may become a customer; once converted, it names the contact, company and deal that came of it."""

    id: LeadId
    first_name: Personal[str] | None = None
    last_name: Personal[str] | None = None
    email: Personal[str] | None = None
    phone: Personal[str] | None = None
    job_title: str | None = None
    company_name: str | None = None
    industry: str | None = None
    employees: Count | None = None
    country: str | None = None
    source: str | None = None
    status: Literal["new", "working", "nurturing", "qualified", "unqualified", "converted"] = "new"
    status_changed_at: datetime | None = None
    unqualified_reason: str | None = None
    owner_id: UserId | None = None
    created_at: datetime | None = None
    converted_at: datetime | None = None
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    deal_id: DealId | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0
