"""Ready-made pipelines: a sale, and the lives of a lead, a quote, a ticket, a campaign and a subscription."""

from __future__ import annotations

from crmkit.expressions import ALWAYS, field
from crmkit.pipeline._pipeline import Pipeline
from crmkit.pipeline._stage import Move, Stage

__all__ = [
    "campaign_lifecycle",
    "deal_lifecycle",
    "lead_lifecycle",
    "quote_lifecycle",
    "subscription_lifecycle",
    "ticket_lifecycle",
]


def _ways(ways: dict[str, tuple[str, ...]]) -> list[Move]:
    return [Move(origin, target) for origin, targets in ways.items() for target in targets]


deal_lifecycle = Pipeline(
    "sales",
    stages=[
        Stage("qualification", label="Qualification", probability=0.1, rots_after_days=14),
        Stage("needs analysis", label="Needs analysis", probability=0.25, rots_after_days=21),
        Stage("proposal", label="Proposal", probability=0.5, rots_after_days=30, requires=("amount",)),
        Stage("negotiation", label="Negotiation", probability=0.75, rots_after_days=30, forecast_category="best_case"),
        Stage("won", label="Won", kind="won", requires=("amount",)),
        Stage("lost", label="Lost", kind="lost", needs_reason=True),
    ],
    reopen=ALWAYS,
)
"""A sale in four steps; what was won or lost can be opened again."""

lead_lifecycle = Pipeline(
    "lead",
    record="lead",
    stages=[
        Stage("new"),
        Stage("working"),
        Stage("nurturing", kind="on_hold"),
        Stage("qualified"),
        Stage("unqualified", kind="lost"),
        Stage("converted", kind="won", when=field("contact_id").present() | field("company_id").present()),
    ],
    moves=_ways(
        {
            "new": ("working", "nurturing", "qualified", "unqualified", "converted"),
            "working": ("nurturing", "qualified", "unqualified", "converted"),
            "nurturing": ("working", "qualified", "unqualified", "converted"),
            "qualified": ("working", "nurturing", "unqualified", "converted"),
            "unqualified": ("nurturing",),
        }
    ),
)
"""A lead from its first day to its conversion; what was not qualified is recycled by way of nurturing."""

quote_lifecycle = Pipeline(
    "quote",
    record="quote",
    stages=[
        Stage("draft"),
        Stage("sent", requires=("amount", "currency")),
        Stage("accepted", kind="won"),
        Stage("declined", kind="lost"),
        Stage("expired", kind="lost"),
        Stage("superseded", kind="lost"),
    ],
    moves=_ways({"draft": ("sent", "superseded"), "sent": ("accepted", "declined", "expired", "superseded")}),
)
"""A quote from its draft to the answer; what was sent is changed no more but superseded by a new one."""

ticket_lifecycle = Pipeline(
    "ticket",
    record="ticket",
    stages=[
        Stage("new"),
        Stage("open"),
        Stage("pending", kind="on_hold"),
        Stage("solved", kind="won"),
        Stage("closed", kind="won"),
    ],
    moves=_ways(
        {
            "new": ("open", "pending", "solved", "closed"),
            "open": ("pending", "solved", "closed"),
            "pending": ("open", "solved", "closed"),
            "solved": ("open", "closed"),
        }
    ),
)
"""A ticket from its arrival to its end; what is solved may come back until it is closed."""

campaign_lifecycle = Pipeline(
    "campaign",
    record="campaign",
    stages=[
        Stage("planned"),
        Stage("active"),
        Stage("paused", kind="on_hold"),
        Stage("completed", kind="won"),
        Stage("cancelled", kind="lost"),
    ],
    moves=_ways(
        {
            "planned": ("active", "cancelled"),
            "active": ("paused", "completed", "cancelled"),
            "paused": ("active", "completed", "cancelled"),
        }
    ),
)
"""A campaign from its plan to its end."""

subscription_lifecycle = Pipeline(
    "subscription",
    record="subscription",
    starts=("trialing", "active"),
    stages=[
        Stage("trialing"),
        Stage("active"),
        Stage("past_due"),
        Stage("paused", kind="on_hold"),
        Stage("cancelled", kind="lost"),
    ],
    moves=_ways(
        {
            "trialing": ("active", "past_due", "paused", "cancelled"),
            "active": ("past_due", "paused", "cancelled"),
            "past_due": ("active", "paused", "cancelled"),
            "paused": ("active", "cancelled"),
            "cancelled": ("active",),
        }
    ),
)
"""A subscription from its trial to its end; one that was cancelled can be taken up again."""
