"""When records of each kind begin and end, and what becomes known only at the end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

__all__ = ["TIMELINES", "Timeline"]


@frozen
class Timeline:
    """Which columns date a record's beginning and end, and what they decide.

    Args:
        begins: from this instant on the record exists.
        ends: from this instant on its outcome is known; None for records that only happen.
        outcome: the columns that are known from the end on, each with its value until then.
        momentary: columns that hold only their present value, and whose past needs stage history.
    """

    begins: str
    ends: str | None = None
    outcome: Mapping[str, str | None] = MappingProxyType({})
    momentary: frozenset[str] = frozenset()


TIMELINES: Mapping[str, Timeline] = MappingProxyType(
    {
        "user": Timeline("created_at"),
        "team": Timeline("created_at"),  # a field of the caller's own, if there is one
        "company": Timeline("created_at"),
        "contact": Timeline("created_at"),
        "affiliation": Timeline("started_on", "ended_on"),
        "lead": Timeline(
            "created_at",
            "converted_at",
            {"status": None, "status_changed_at": None, "contact_id": None, "company_id": None, "deal_id": None},
        ),
        # A deal's amount is set, in many CRMs, when it closes: until then it is not known what it was.
        "deal": Timeline(
            "created_at",
            "closed_at",
            {
                "status": "open",
                "amount": None,
                "stage": None,
                "stage_entered_at": None,
                "pipeline_version": None,
                "updated_at": None,
                "probability": None,
                "lost_reason": None,
            },
            frozenset({"stage", "stage_entered_at", "pipeline_version", "updated_at", "probability"}),
        ),
        "stage_change": Timeline("changed_at"),
        "field_change": Timeline("changed_at"),
        "product": Timeline("created_at"),
        "price_book": Timeline("valid_from", "valid_until"),
        "price_book_entry": Timeline("created_at"),  # as with teams
        "quote": Timeline(
            "created_at", "status_changed_at", {"status": None, "accepted_at": None, "declined_reason": None}
        ),
        "line_item": Timeline("created_at"),  # as with teams
        "campaign": Timeline("started_on", "ended_on", {"status": None, "status_changed_at": None}),
        "activity": Timeline("created_at", "done_at"),
        "order": Timeline("ordered_at"),
        "subscription": Timeline(
            "started_at", "ended_at", {"status": None, "status_changed_at": None, "cancelled_reason": None}
        ),
        "ticket": Timeline("created_at", "solved_at", {"status": None, "status_changed_at": None}),
        "survey_response": Timeline("responded_at"),
        "spend": Timeline("spent_on"),
    }
)
"""The timeline of every kind of record."""
