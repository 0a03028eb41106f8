"""What customers ask for: tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._record import record
from crmkit.records._spec import Personal
from crmkit.records._vocabulary import CompanyId, ContactId, Count, TicketId, UserId

__all__ = ["Ticket"]


@record
class Ticket:
    """A request or complaint; `reopened` counts how often it was solved and came back."""

    id: TicketId
    subject: Personal[str] | None = None
    status: Literal["new", "open", "pending", "solved", "closed"] = "new"
    status_changed_at: datetime | None = None
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    channel: str | None = None
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    owner_id: UserId | None = None
    created_at: datetime | None = None
    first_replied_at: datetime | None = None
    solved_at: datetime | None = None
    reopened: Count = 0
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0
