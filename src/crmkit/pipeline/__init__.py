"""How a deal, a lead, a quote or a ticket moves: stages, guards, history.

    Pipeline, Stage, Move    the definition, as data: proved when made, JSON, fingerprint, Mermaid
    Pipeline.check, options  what is allowed, for any object: Decision, Option, Unmet
    Pipeline.start, move, migrate    acts, each a Change with its rows of history
    revise_deal              another amount, probability or expected close, with its history
    Pipeline.ageing          how long something has been in its stage, and whether it is rotten: Ageing
    Pipeline.audit           a table of stage changes against the definition: Audit
    replay, time_spent       the state of a record, and its time in each stage, from the rows of its history
    convert_lead             a lead becomes a contact, a company and a deal
    deal_lifecycle, lead_lifecycle, quote_lifecycle, ticket_lifecycle, campaign_lifecycle, subscription_lifecycle

`_pipeline` is the page to read. `_definition` proves, `_step` prepares a move once, `_deciding` decides, `_moving`
builds the Change, `_rows` its history, `_place` says where each kind of record keeps its stage.
"""

from crmkit.pipeline._ageing import Ageing
from crmkit.pipeline._audit_result import Audit
from crmkit.pipeline._conversion import convert_lead
from crmkit.pipeline._decision import Decision, Option, Unmet
from crmkit.pipeline._default_moves import default_moves
from crmkit.pipeline._lifecycles import (
    campaign_lifecycle,
    deal_lifecycle,
    lead_lifecycle,
    quote_lifecycle,
    subscription_lifecycle,
    ticket_lifecycle,
)
from crmkit.pipeline._pipeline import Pipeline
from crmkit.pipeline._replay import replay, time_spent
from crmkit.pipeline._revising import revise_deal
from crmkit.pipeline._stage import ForecastCategory, Move, Stage, StageKind

__all__ = [
    "Ageing",
    "Audit",
    "Decision",
    "ForecastCategory",
    "Move",
    "Option",
    "Pipeline",
    "Stage",
    "StageKind",
    "Unmet",
    "campaign_lifecycle",
    "convert_lead",
    "deal_lifecycle",
    "default_moves",
    "lead_lifecycle",
    "quote_lifecycle",
    "replay",
    "revise_deal",
    "subscription_lifecycle",
    "ticket_lifecycle",
    "time_spent",
]
