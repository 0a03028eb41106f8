"""What customers ask for and say: tickets and answers to surveys; and what marketing costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.datasets._columns import NOWHERE, Picked, identifiers, table
from crmkit.datasets._customers import CURRENCY, Customers, Team
from crmkit.datasets._leads import Contacts
from crmkit.datasets._random import Array, Streams, after, events, lognormal, pick
from crmkit.datasets._truth import LogNormal, Truth
from crmkit.records import Spend, SurveyResponse, Ticket

__all__ = ["Tickets", "draw_tickets", "spend_table", "survey_responses_table", "tickets_table"]

_FIRST_REPLY = LogNormal(0.15, 1.0)
_SOLUTION = LogNormal(2.0, 0.9)
_STATUSES = ("new", "open", "pending", "solved", "closed")
_SUBJECTS = ("Question about an invoice", "Cannot sign in", "Delivery is late", "How do I export?", "Change of plan")
_CHANNELS = (("Search", 3_000.0), ("Social", 1_800.0), ("Trade fair", 2_500.0), ("E-mail", 400.0))


@frozen(eq=False)
class Tickets:
    """The tickets and what happened to them, NaT where it had not by the end."""

    ids: pd.Series[Any]
    customer: Array
    created: Array
    replied: Array
    solved: Array


def draw_tickets(streams: Streams, customers: Customers, truth: Truth, *, end: np.datetime64) -> Tickets:
    """Draw the tickets: a reply some hours later, a solution some days after it."""
    customer, created = events(streams, "tickets", since=customers.created, until=end, rate=truth.ticket_rate)
    size = len(customer)
    replied = after(created, lognormal(streams("tickets.reply"), size, _FIRST_REPLY))
    solved = after(replied, lognormal(streams("tickets.solution"), size, _SOLUTION))
    replied[replied >= end], solved[solved >= end] = NOWHERE, NOWHERE
    return Tickets(identifiers("ticket", size), customer, created, replied, solved)


def tickets_table(
    streams: Streams, tickets: Tickets, customers: Customers, contacts: Contacts, team: Team, *, end: np.datetime64
) -> pd.DataFrame:
    """Return the table of tickets; a solved one is closed after a week."""
    size = len(tickets.ids)
    waits = pick(streams("tickets.status"), size, (2, 1))
    status = _STATUSES.index("open") + waits
    status[np.isnat(tickets.replied)] = _STATUSES.index("new")
    status[~np.isnat(tickets.solved)] = _STATUSES.index("solved")
    status[tickets.solved < end - np.timedelta64(7, "D")] = _STATUSES.index("closed")
    reopened = streams("tickets.reopened").poisson(0.1, size)
    return table(
        Ticket,
        size,
        id=tickets.ids,
        subject=Picked(_SUBJECTS, pick(streams("tickets.subject"), size, (3, 3, 2, 2, 1))),
        status=Picked(_STATUSES, status),
        priority=Picked(("low", "normal", "high", "urgent"), pick(streams("tickets.priority"), size, (2, 6, 2, 1))),
        channel=Picked(("email", "phone", "chat", "web"), pick(streams("tickets.channel"), size, (5, 2, 2, 1))),
        contact_id=Picked(contacts.ids, contacts.first[tickets.customer]),
        company_id=Picked(customers.ids, tickets.customer),
        owner_id=Picked(team.ids, streams("tickets.owner").integers(len(team.ids), size=size)),
        created_at=tickets.created,
        first_replied_at=tickets.replied,
        solved_at=tickets.solved,
        reopened=np.where(np.isnat(tickets.solved), 0, reopened),
    )


def survey_responses_table(
    streams: Streams, tickets: Tickets, customers: Customers, contacts: Contacts, truth: Truth, *, end: np.datetime64
) -> pd.DataFrame:
    """Return the table of answers: NPS from each customer's first contact, CSAT or CES after some solved tickets."""
    customer, at = events(streams, "surveys", since=customers.created, until=end, rate=truth.survey_rate)
    asked, kind, score = _after_tickets(streams, tickets, truth, end=end)
    nps = _nps_scores(streams, len(customer), truth)
    customer = np.concatenate((customer, tickets.customer[asked]))
    at = np.concatenate((at, tickets.solved[asked] + np.timedelta64(1, "h")))
    order = np.lexsort((at, customer))
    customer, size = customer[order], len(order)
    return table(
        SurveyResponse,
        size,
        id=identifiers("survey-response", size),
        kind=Picked(("nps", "csat", "ces"), np.concatenate((np.zeros(len(nps), dtype=np.int64), kind))[order]),
        score=np.concatenate((nps, score))[order],
        contact_id=Picked(contacts.ids, contacts.first[customer]),
        company_id=Picked(customers.ids, customer),
        ticket_id=Picked(tickets.ids, np.concatenate((np.full(len(nps), -1), asked))[order]),
        responded_at=at[order],
    )


def _nps_scores(streams: Streams, size: int, truth: Truth) -> Array:
    """Draw scores from 0 to 10: first the group, then a score within it."""
    group = pick(streams("nps.group"), size, (truth.detractor_share, truth.passive_share, truth.promoter_share))
    return _within(streams, "nps.score", np.array([0, 7, 9])[group], np.array([6, 8, 10])[group])


def _after_tickets(
    streams: Streams, tickets: Tickets, truth: Truth, *, end: np.datetime64
) -> tuple[Array, Array, Array]:
    """Draw which tickets are answered, with which survey (1 CSAT, 2 CES) and which score."""
    size = len(tickets.ids)
    answers = streams("csat.answers").random(size) < 0.4
    kind = 1 + pick(streams("csat.kind"), size, (2, 1))
    good = streams("csat.good").random(size) < np.where(kind == 1, truth.csat_share, truth.ces_share)
    low = np.where(good, np.where(kind == 1, 4, 5), 1)
    high = np.where(good, np.where(kind == 1, 5, 7), np.where(kind == 1, 3, 4))
    score = _within(streams, "csat.score", low, high)
    asked = np.flatnonzero(answers & (tickets.solved < end - np.timedelta64(1, "h")))
    return asked, kind[asked], score[asked]


def _within(streams: Streams, name: str, low: Array, high: Array) -> Array:
    """Draw a whole number from low to high, both included."""
    drawn: Array = low + np.floor(streams(name).random(len(low)) * (high - low + 1)).astype(np.int64)
    return drawn


def spend_table(streams: Streams, customers: Customers, *, start: np.datetime64, months: int) -> pd.DataFrame:
    """Return the table of what was spent: once a month in each channel, in proportion to the number of customers."""
    month, channel = np.divmod(np.arange(months * len(_CHANNELS)), len(_CHANNELS))
    size = len(month)
    level = np.array([amount for _, amount in _CHANNELS])[channel] * len(customers.ids) / 500
    names = Picked([name for name, _ in _CHANNELS], channel)
    return table(
        Spend,
        size,
        id=identifiers("spend", size),
        channel=names,
        campaign=Picked(("Brand", "Product", "Offer"), pick(streams("spend.campaign"), size, (2, 2, 1))),
        category="marketing",
        amount=np.round(level * lognormal(streams("spend.amount"), size, LogNormal(1.0, 0.2)), 2),
        currency=CURRENCY,
        spent_on=start + (month * 30).astype("m8[D]"),
    )
