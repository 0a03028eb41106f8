"""simulate_company: one seed, and all tables of a CRM that fit together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.datasets._activities import activities_table
from crmkit.datasets._commerce import orders_table, subscriptions_table
from crmkit.datasets._customers import draw_customers, draw_team
from crmkit.datasets._deals import STAGES, Deals, deals_table, draw_deals, stage_changes_table
from crmkit.datasets._leads import contacts_table, draw_contacts, draw_leads, leads_table
from crmkit.datasets._random import Array, Streams
from crmkit.datasets._service import draw_tickets, spend_table, survey_responses_table, tickets_table
from crmkit.datasets._truth import Truth
from crmkit.errors import InvalidArgument

__all__ = ["SimulatedCompany", "simulate_company"]

_START = date(2023, 1, 1)
_TRUTH = Truth()


@frozen(kw_only=True, eq=False)
class SimulatedCompany:
    """The CRM of a company that does not exist: canonical pandas tables, what is true of it, and its last instant."""

    users: pd.DataFrame
    companies: pd.DataFrame
    contacts: pd.DataFrame
    leads: pd.DataFrame
    deals: pd.DataFrame
    stage_changes: pd.DataFrame
    activities: pd.DataFrame
    orders: pd.DataFrame
    subscriptions: pd.DataFrame
    tickets: pd.DataFrame
    survey_responses: pd.DataFrame
    spend: pd.DataFrame
    truth: Truth
    as_of: datetime

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by the kind of their records, as `records.RECORDS` calls it.

        There are no teams and no affiliations: the users are one team, and each contact has one company. Nor are there
        campaigns, nor what quotes are made of, nor the histories of single fields.
        """
        return MappingProxyType(
            {
                "user": self.users,
                "company": self.companies,
                "contact": self.contacts,
                "lead": self.leads,
                "deal": self.deals,
                "stage_change": self.stage_changes,
                "activity": self.activities,
                "order": self.orders,
                "subscription": self.subscriptions,
                "ticket": self.tickets,
                "survey_response": self.survey_responses,
                "spend": self.spend,
            }
        )


def simulate_company(
    seed: int, *, customers: int = 500, start: date = _START, months: int = 24, truth: Truth = _TRUTH
) -> SimulatedCompany:
    """Simulate what the CRM of a company holds after some months, from known parameters.

    Equal arguments give equal tables. With more customers the rows of the first ones stay as they are, in every
    table but `spend`, which grows with the number of customers. Everything that happened lies in [start, as_of);
    what would have happened later is not there: such deals are open, such leads undecided, such tickets unsolved.

    Args:
        seed: a whole number, 0 or more.
        customers: number of companies; with the default truth there are about two deals for each in 24 months.
        start: the first day, at 00:00 UTC.
        months: calendar months from the start to `as_of`.
        truth: the parameters to simulate from.

    Raises:
        InvalidArgument: a negative seed, fewer than one customer, or months outside 1 to 1,200.
    """
    _at_least("seed", seed, 0)
    _at_least("customers", customers, 1)
    _at_least("months", months, 1)
    if months > 1_200:
        raise InvalidArgument(f"months is {months}; a century, 1200, is the most", argument="months", value=months)
    first = np.datetime64(start, "s")
    end = _months_later(start, months)
    streams = Streams(seed)
    team = draw_team(streams, start=first)
    firms = draw_customers(streams, team, customers=customers, start=first, end=end)
    leads = draw_leads(streams, firms, truth, end=end)
    contacts = draw_contacts(streams, firms, leads, end=end)
    deals = draw_deals(streams, firms, leads, contacts, truth, end=end)
    tickets = draw_tickets(streams, firms, truth, end=end)
    return SimulatedCompany(
        users=team.table,
        companies=firms.table,
        contacts=contacts_table(contacts, firms, team, lifecycle=_lifecycle(deals, customers)),
        leads=leads_table(
            streams,
            leads,
            contacts,
            firms,
            team,
            deal_ids=deals.ids,
            deal_of_lead=deals.of_lead,
            end=end,
        ),
        deals=deals_table(streams, deals, firms, contacts, team, truth),
        stage_changes=stage_changes_table(deals, firms, team),
        activities=activities_table(streams, deals, leads, contacts, firms, team, end=end),
        orders=orders_table(streams, firms, truth, end=end),
        subscriptions=subscriptions_table(streams, deals, firms, truth, end=end),
        tickets=tickets_table(streams, tickets, firms, contacts, team, end=end),
        survey_responses=survey_responses_table(streams, tickets, firms, contacts, truth, end=end),
        spend=spend_table(streams, firms, start=first, months=months),
        truth=truth,
        as_of=end.astype(datetime).replace(tzinfo=UTC),
    )


def _at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise InvalidArgument(f"{name} is {value}; it is {least} or more", argument=name, value=value)


def _months_later(start: date, months: int) -> np.datetime64:
    later = pd.Timestamp(start) + pd.DateOffset(months=months)
    return np.datetime64(later.date(), "s")


def _lifecycle(deals: Deals, customers: int) -> Array:
    """Return how far each company has come by its deals, as a position in LIFECYCLE."""
    came = np.zeros(customers, dtype=np.int64)
    named = deals.company >= 0
    came[deals.company[named]] = 1
    came[deals.company[named & (deals.stage == STAGES.index("Won"))]] = 2
    return came
