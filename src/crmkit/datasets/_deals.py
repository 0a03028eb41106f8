"""Deals and their way through the stages, cut off where the simulation ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.datasets._columns import NOWHERE, Picked, identifiers, objects, positions, table
from crmkit.datasets._customers import CURRENCY, Customers, Team
from crmkit.datasets._leads import SOURCES, Contacts, Leads
from crmkit.datasets._random import Array, Streams, after, events, lognormal, pick
from crmkit.datasets._truth import Truth
from crmkit.records import Deal, StageChange

__all__ = ["STAGES", "Deals", "deals_table", "draw_deals", "stage_changes_table"]

STAGES = ("Prospecting", "Engaging", "Proposal", "Negotiation", "Won", "Lost")

_PIPELINE = "Sales"
_OPEN_STAGES = 4
_WON, _LOST = 4, 5
_PROBABILITIES = np.array([0.1, 0.3, 0.5, 0.8, 1.0, 0.0])
_PRODUCTS = ("Starter", "Essentials", "Standard", "Professional", "Enterprise")
_REASONS = ("Price", "Competitor", "No decision", "Missing feature", "No budget")
# Of the deals that no lead led to; it makes 16 % of all with the rates of the default Truth.
_WITHOUT_COMPANY = 0.24


@frozen(eq=False)
class Deals:
    """The deals as they stand at the end of the simulation, and their history."""

    ids: pd.Series[Any]
    customer: Array
    """Position of the customer that a deal came up with, even where the deal does not name it."""
    company: Array
    """Position of its company, or -1."""
    contact: Array
    """Position of its contact, or -1."""
    created: Array
    closed: Array
    """NaT for open deals."""
    stage: Array
    """Position in STAGES."""
    amount: Array
    product: Array
    source: Array
    entered: Array
    """When each deal entered each open stage and was closed: deals x 5, NaT where it has not."""
    of_lead: Array
    """Position of the deal of each converted lead."""

    def __len__(self) -> int:
        return len(self.ids)


def draw_deals(
    streams: Streams, customers: Customers, leads: Leads, contacts: Contacts, truth: Truth, *, end: np.datetime64
) -> Deals:
    """Draw the deals, those of converted leads and those that came up otherwise."""
    own, own_at = events(streams, "deals", since=customers.created, until=end, rate=truth.deal_rate)
    led, led_at = leads.people.company[leads.converted], leads.decided[leads.converted]
    customer, created = np.concatenate((own, led)), np.concatenate((own_at, led_at))
    contact = np.concatenate((contacts.first[own], contacts.of_lead))
    source = np.concatenate(
        (
            pick(streams("deals.source"), len(own), (1, 3, 2, 1, 3, 3)),
            leads.people.source[leads.converted],
        )
    )
    nameless = np.zeros(len(customer), dtype=bool)
    nameless[: len(own)] = streams("deals.company").random(len(own)) < _WITHOUT_COMPANY
    order = np.lexsort((created, customer))
    customer, created, contact, source, nameless = (
        values[order] for values in (customer, created, contact, source, nameless)
    )
    size = len(customer)
    won = streams("deals.won").random(size) < np.array(truth.owner_win_rates)[customers.owner[customer]]
    stage, entered = _history(streams, created, won, truth, end=end)
    score = streams("deals.amount").standard_normal(size)
    amount = np.maximum(np.rint(truth.deal_size.median * np.exp(truth.deal_size.sigma * score)), 1.0)
    tier = score + 0.4 * streams("deals.product").standard_normal(size)
    return Deals(
        ids=identifiers("deal", size),
        customer=customer,
        company=np.where(nameless, -1, customer),
        contact=np.where(nameless, -1, contact),
        created=created,
        closed=entered[:, _OPEN_STAGES],
        stage=stage,
        amount=amount,
        product=np.searchsorted((-1.1, -0.3, 0.3, 1.2), tier),
        source=source,
        entered=entered,
        of_lead=positions(order)[len(own) :],
    )


def _history(streams: Streams, created: Array, won: Array, truth: Truth, *, end: np.datetime64) -> tuple[Array, Array]:
    """Draw how far each deal would come and when, then forget what lies after the end.

    A won deal passes all open stages, a lost one leaves from any of them. The stages divide the cycle unevenly.
    """
    size = len(created)
    days = lognormal(streams("deals.cycle"), size, truth.sales_cycle)
    depth = np.where(won, _OPEN_STAGES, 1 + pick(streams("deals.depth"), size, (3, 4, 2, 1)))
    shares = np.empty((size, _OPEN_STAGES + 1))
    shares[:, 0], shares[:, _OPEN_STAGES] = 0.0, 1.0
    inner = np.arange(1, _OPEN_STAGES)
    shares[:, inner] = (inner - 0.4 + 0.8 * streams("deals.stages").random((size, len(inner)))) / _OPEN_STAGES
    entered = after(created[:, None], days[:, None] * shares)
    skipped = (np.arange(_OPEN_STAGES + 1) >= depth[:, None]) & (np.arange(_OPEN_STAGES + 1) < _OPEN_STAGES)
    entered[skipped | (entered >= end)] = NOWHERE
    reached = (~np.isnat(entered[:, :_OPEN_STAGES])).sum(axis=1) - 1
    closed = ~np.isnat(entered[:, _OPEN_STAGES])
    return np.where(closed, np.where(won, _WON, _LOST), reached), entered


def deals_table(
    streams: Streams, deals: Deals, customers: Customers, contacts: Contacts, team: Team, truth: Truth
) -> pd.DataFrame:
    """Return the table of deals."""
    size = len(deals)
    companies, products = Picked(customers.name, deals.company), Picked(_PRODUCTS, deals.product)
    named = zip(companies.tolist(), products.tolist(), strict=True)
    guess = lognormal(streams("deals.expected_close_on"), size, truth.sales_cycle)
    reason = pick(streams("deals.lost_reason"), size, (5, 4, 4, 2, 3))
    return table(
        Deal,
        size,
        id=deals.ids,
        name=objects([f"{product} for {company}" if company else product for company, product in named]),
        company_id=Picked(customers.ids, deals.company),
        contact_id=Picked(contacts.ids, deals.contact),
        owner_id=Picked(team.ids, customers.owner[deals.customer]),
        pipeline=_PIPELINE,
        stage=Picked(STAGES, deals.stage),
        stage_entered_at=np.fmax.reduce(deals.entered, axis=1),
        updated_at=np.fmax.reduce(deals.entered, axis=1),
        status=Picked(("open",) * _OPEN_STAGES + ("won", "lost"), deals.stage),
        amount=deals.amount,
        currency=CURRENCY,
        probability=_PROBABILITIES[deals.stage],
        product=products,
        source=Picked(SOURCES, deals.source),
        created_at=deals.created,
        closed_at=deals.closed,
        expected_close_on=after(deals.created, guess),
        lost_reason=Picked(_REASONS, np.where(deals.stage == _LOST, reason, -1)),
    )


def stage_changes_table(deals: Deals, customers: Customers, team: Team) -> pd.DataFrame:
    """Return the table of stage changes: deal after deal, in the order of time."""
    deal, step = np.nonzero(~np.isnat(deals.entered))
    last = deals.stage[deal]
    to_stage = np.where(step == _OPEN_STAGES, last, step)
    from_stage = np.where(step == 0, -1, np.concatenate((to_stage[:1], to_stage[:-1])))
    changed = deals.entered[deal, step]
    days = np.diff(changed, prepend=changed[:1]) / np.timedelta64(1, "D")
    return table(
        StageChange,
        len(deal),
        id=identifiers("stage-change", len(deal)),
        deal_id=Picked(deals.ids, deal),
        pipeline=_PIPELINE,
        from_stage=Picked(STAGES, from_stage),
        to_stage=Picked(STAGES, to_stage),
        changed_at=changed,
        changed_by=Picked(team.ids, customers.owner[deals.customer[deal]]),
        probability=_PROBABILITIES[to_stage],
        days_in_stage=np.where(step == 0, np.nan, days),
    )
