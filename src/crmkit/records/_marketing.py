"""Campaigns, what customers say when asked, and what winning them costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._money import Money, money_of
from crmkit.records._record import record
from crmkit.records._spec import Between, Personal
from crmkit.records._values import refuse
from crmkit.records._vocabulary import (
    Amount,
    CampaignId,
    CompanyId,
    ContactId,
    Count,
    Currency,
    SpendId,
    SurveyResponseId,
    TicketId,
    UserId,
)

__all__ = ["Campaign", "Spend", "SurveyResponse"]

_SCALES = {"nps": range(11), "csat": range(1, 6), "ces": range(1, 8)}


@record
class Campaign:
    """A marketing effort with a beginning, an end and a budget."""

    id: CampaignId
    name: str | None = None
    channel: str | None = None
    status: Literal["planned", "active", "paused", "completed", "cancelled"] = "planned"
    status_changed_at: datetime | None = None
    owner_id: UserId | None = None
    budget: Amount | None = None
    currency: Currency | None = None
    started_on: date | None = None
    ended_on: date | None = None
    created_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class SurveyResponse:
    """An answer to a survey: NPS on the scale 0 to 10, CSAT on 1 to 5, CES on 1 to 7."""

    id: SurveyResponseId
    kind: Literal["nps", "csat", "ces"]
    score: Annotated[int, Between(0, 10)]
    comment: Personal[str] | None = None
    contact_id: ContactId | None = None
    company_id: CompanyId | None = None
    ticket_id: TicketId | None = None
    responded_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    def __attrs_post_init__(self) -> None:
        scale = _SCALES[self.kind]
        if self.score not in scale:
            reason = f"is not on the scale of {self.kind}, {scale[0]} to {scale[-1]}"
            refuse("SurveyResponse", "score", self.score, reason)


@record
class Spend:
    """Money spent on marketing or sales, on one day, in one channel."""

    id: SpendId
    channel: str | None = None
    campaign: str | None = None
    category: str | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    spent_on: date | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    @property
    def money(self) -> Money | None:
        """Amount and currency as one value, or None where one of them is missing."""
        return money_of(self.amount, self.currency)
