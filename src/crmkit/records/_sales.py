"""What is being sold: deals, their way through the stages, and the activities around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._money import Money, money_of
from crmkit.records._record import record
from crmkit.records._spec import Personal
from crmkit.records._values import refuse
from crmkit.records._vocabulary import (
    ActivityId,
    Amount,
    CompanyId,
    ContactId,
    Count,
    Currency,
    DealId,
    Probability,
    RecordRef,
    StageChangeId,
    UserId,
)

__all__ = ["Activity", "Deal", "StageChange"]


@record
class Deal:
    """A sale that may come about; `stage` is what the CRM calls it, `status` whether it is open, won or lost."""

    id: DealId
    name: str | None = None
    company_id: CompanyId | None = None
    contact_id: ContactId | None = None
    owner_id: UserId | None = None
    pipeline: str | None = None
    stage: str | None = None
    status: Literal["open", "won", "lost"] = "open"
    amount: Amount | None = None
    currency: Currency | None = None
    probability: Probability | None = None
    product: str | None = None
    source: str | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    expected_close_on: date | None = None
    lost_reason: str | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """Amount and currency as one value, or None where one of them is missing."""
        return money_of(self.amount, self.currency)


@record
class StageChange:
    """A step of a deal from one stage to the next; the first one comes from None."""

    id: StageChangeId
    deal_id: DealId
    from_stage: str | None = None
    to_stage: str
    changed_at: datetime
    changed_by: UserId | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class Activity:
    """Something done or to be done; `links` are the records it belongs to, each as `ref(record)` writes it."""

    id: ActivityId
    kind: Literal["call", "email", "meeting", "task", "note", "chat", "social"]
    direction: Literal["inbound", "outbound"] | None = None
    subject: Personal[str] | None = None
    body: Personal[str] | None = None
    occurred_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    owner_id: UserId | None = None
    links: tuple[RecordRef, ...] = ()
    created_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    def __attrs_post_init__(self) -> None:
        for link in self.links:
            kind, _, identifier = link.partition(":")
            if not kind.isidentifier() or not identifier:
                refuse("Activity", "links", link, "names no record; say ref(record), which gives 'deal:d1'")
