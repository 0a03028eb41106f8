"""The words that declarations of records are made of: typed ids, amounts, currencies, counts and shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, NewType

from crmkit.records._currencies import CURRENCIES
from crmkit.records._spec import IDENTIFIER, Between, OneOf, Unit

__all__ = [
    "ActivityId",
    "AffiliationId",
    "Amount",
    "CampaignId",
    "CompanyId",
    "ContactId",
    "Count",
    "Currency",
    "CustomerId",
    "Days",
    "DealId",
    "FieldChangeId",
    "LeadId",
    "LineItemId",
    "OrderId",
    "PriceBookEntryId",
    "PriceBookId",
    "Probability",
    "ProductId",
    "Quantity",
    "QuoteId",
    "Rate",
    "RecordRef",
    "SpendId",
    "StageChangeId",
    "SubscriptionId",
    "SurveyResponseId",
    "TeamId",
    "TicketId",
    "UserId",
    "__all__",
]

UserId = NewType("UserId", str)
TeamId = NewType("TeamId", str)
CompanyId = NewType("CompanyId", str)
ContactId = NewType("ContactId", str)
AffiliationId = NewType("AffiliationId", str)
LeadId = NewType("LeadId", str)
DealId = NewType("DealId", str)
StageChangeId = NewType("StageChangeId", str)
ActivityId = NewType("ActivityId", str)
OrderId = NewType("OrderId", str)
SubscriptionId = NewType("SubscriptionId", str)
TicketId = NewType("TicketId", str)
SurveyResponseId = NewType("SurveyResponseId", str)
SpendId = NewType("SpendId", str)
FieldChangeId = NewType("FieldChangeId", str)
CampaignId = NewType("CampaignId", str)
ProductId = NewType("ProductId", str)
PriceBookId = NewType("PriceBookId", str)
PriceBookEntryId = NewType("PriceBookEntryId", str)
QuoteId = NewType("QuoteId", str)
LineItemId = NewType("LineItemId", str)

# The id of a contact or of a company: whoever buys.
CustomerId = Annotated[str, IDENTIFIER]

# A record of any kind, as `ref(record)` writes it: "deal:d1".
RecordRef = NewType("RecordRef", str)

Amount = Annotated[Decimal, Unit("currency")]
Currency = Annotated[str, OneOf(CURRENCIES)]
Count = Annotated[int, Between(0, None)]
Probability = Annotated[float, Between(0, 1)]
Days = Annotated[float, Unit("days"), Between(0, None)]
Quantity = Annotated[float, Between(0, None)]
# A share of an amount, such as a discount or a tax.
Rate = Annotated[float, Between(0, 1)]
