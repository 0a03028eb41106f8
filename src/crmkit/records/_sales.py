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
    Days,
    DealId,
    FieldChangeId,
    Probability,
    RecordRef,
    StageChangeId,
    UserId,
)

__all__ = ["Activity", "Deal", "FieldChange", "StageChange"]


@record
class Deal:
    """A sale that may come about; `stage` is what the CRM calls it, `status` whether it is open, won or lost.

    `pipeline` and `pipeline_version` name the definition under which it moved last, `stage_entered_at` when that was,
    `updated_at` when it was last moved or revised.
    """

    id: DealId
    name: str | None = None
    company_id: CompanyId | None = None
    contact_id: ContactId | None = None
    owner_id: UserId | None = None
    pipeline: str | None = None
    pipeline_version: Count | None = None
    stage: str | None = None
    stage_entered_at: datetime | None = None
    status: Literal["open", "won", "lost"] = "open"
    amount: Amount | None = None
    currency: Currency | None = None
    probability: Probability | None = None
    product: str | None = None
    source: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
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
    """A step of a deal from one stage to the next; the first one comes from None.

    `probability` is what the step set the deal's to, where it did; `days_in_stage` how long the deal was in
    `from_stage`, in days of 24 hours.
    """

    id: StageChangeId
    deal_id: DealId
    pipeline: str | None = None
    pipeline_version: Count | None = None
    from_stage: str | None = None
    to_stage: str
    changed_at: datetime
    changed_by: UserId | None = None
    reason: str | None = None
    probability: Probability | None = None
    days_in_stage: Days | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0


@record
class FieldChange:
    """A new value in a field whose history is kept; `record` is whose, as `ref(record)` writes it.

    The values are written as texts: amounts and probabilities in digits, dates and times as ISO 8601. `days_held` is
    how long the value before stood, in days of 24 hours.
    """

    id: FieldChangeId
    record: RecordRef
    field: str
    from_value: str | None = None
    to_value: str | None = None
    changed_at: datetime
    changed_by: UserId | None = None
    reason: str | None = None
    days_held: Days | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    def __attrs_post_init__(self) -> None:
        _must_name_record("FieldChange", "record", self.record)


@record
class Activity:
    """Something done or to be done; `links` are the records it belongs to, each as `ref(record)` writes it.

    A meeting begins at `occurred_at` and ends at `ends_at`. `recurrence` is the text of an RRULE of RFC 5545, on the
    wall clock of `timezone`; `reminders` are ISO 8601 durations before the activity begins or is due, such as "PT15M".
    """

    id: ActivityId
    kind: Literal["call", "email", "meeting", "task", "note", "chat", "social"]
    direction: Literal["inbound", "outbound"] | None = None
    subject: Personal[str] | None = None
    body: Personal[str] | None = None
    location: Personal[str] | None = None
    occurred_at: datetime | None = None
    ends_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    timezone: str | None = None
    recurrence: str | None = None
    reminders: tuple[str, ...] = ()
    owner_id: UserId | None = None
    links: tuple[RecordRef, ...] = ()
    created_at: datetime | None = None
    tags: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: Count = 0

    def __attrs_post_init__(self) -> None:
        for link in self.links:
            _must_name_record("Activity", "links", link)


def _must_name_record(owner: str, field: str, value: str) -> None:
    kind, _, identifier = value.partition(":")
    if not kind.isidentifier() or not identifier:
        refuse(owner, field, value, "names no record; say ref(record), which gives 'deal:d1'")
