"""What a CRM keeps, as values that never change.

Who             User, Team, Company, Contact, Affiliation, Lead
Sales           Deal, StageChange, FieldChange, Activity
Quotes          Product, PriceBook, PriceBookEntry, Quote, LineItem
Commerce        Order, Subscription
Service         Ticket
Marketing       Campaign, SurveyResponse, Spend
Their ids       UserId, CompanyId, ... : texts that a type checker tells apart; RecordRef and `ref` for any record

evolve(record, stage="won")         a new version of a record; evolver prepares one that is made many times
fields_of, kind_of, RECORDS         what a record class holds; the kinds there are
record, FieldSpec, Personal, Unit, Between   how a record class is declared
CustomFields, CustomField           what a tenant adds to the fields
Money                               an amount and its currency, for arithmetic
Change, Edit, Difference            what an act does, as a value that can be shown, joined and undone
make_primary    the act that says which company of a contact is the primary one
to_json, from_json                  a record as text and back; edit_to_json, edit_from_json one record of a Change
"""

from crmkit.records._affiliation import make_primary
from crmkit.records._catalogue import RECORDS
from crmkit.records._change import Change
from crmkit.records._commerce import Order, Subscription
from crmkit.records._currencies import CURRENCIES, MINOR_UNITS
from crmkit.records._custom_fields import CustomField, CustomFields
from crmkit.records._custom_values import NO_CUSTOM, CustomValue
from crmkit.records._difference import Difference
from crmkit.records._edit import Edit
from crmkit.records._json import edit_from_json, edit_to_json, from_json, to_json
from crmkit.records._marketing import Campaign, Spend, SurveyResponse
from crmkit.records._money import Money
from crmkit.records._people import Affiliation, Company, Contact, Lead, Team, User
from crmkit.records._quotes import LineItem, PriceBook, PriceBookEntry, Product, Quote
from crmkit.records._record import Record, SpecsByRecord, evolve, evolver, fields_of, is_record, kind_of, record, ref
from crmkit.records._sales import Activity, Deal, FieldChange, StageChange
from crmkit.records._service import Ticket
from crmkit.records._spec import PERSONAL, Between, FieldSpec, Personal, Unit
from crmkit.records._vocabulary import (
    ActivityId,
    AffiliationId,
    Amount,
    CampaignId,
    CompanyId,
    ContactId,
    Count,
    Currency,
    CustomerId,
    DealId,
    FieldChangeId,
    LeadId,
    LineItemId,
    OrderId,
    PriceBookEntryId,
    PriceBookId,
    Probability,
    ProductId,
    QuoteId,
    RecordRef,
    SpendId,
    StageChangeId,
    SubscriptionId,
    SurveyResponseId,
    TeamId,
    TicketId,
    UserId,
)

__all__ = [
    "CURRENCIES",
    "MINOR_UNITS",
    "NO_CUSTOM",
    "PERSONAL",
    "RECORDS",
    "Activity",
    "ActivityId",
    "Affiliation",
    "AffiliationId",
    "Amount",
    "Between",
    "Campaign",
    "CampaignId",
    "Change",
    "Company",
    "CompanyId",
    "Contact",
    "ContactId",
    "Count",
    "Currency",
    "CustomField",
    "CustomFields",
    "CustomValue",
    "CustomerId",
    "Deal",
    "DealId",
    "Difference",
    "Edit",
    "FieldChange",
    "FieldChangeId",
    "FieldSpec",
    "Lead",
    "LeadId",
    "LineItem",
    "LineItemId",
    "Money",
    "Order",
    "OrderId",
    "Personal",
    "PriceBook",
    "PriceBookEntry",
    "PriceBookEntryId",
    "PriceBookId",
    "Probability",
    "Product",
    "ProductId",
    "Quote",
    "QuoteId",
    "Record",
    "RecordRef",
    "SpecsByRecord",
    "Spend",
    "SpendId",
    "StageChange",
    "StageChangeId",
    "Subscription",
    "SubscriptionId",
    "SurveyResponse",
    "SurveyResponseId",
    "Team",
    "TeamId",
    "Ticket",
    "TicketId",
    "Unit",
    "User",
    "UserId",
    "edit_from_json",
    "edit_to_json",
    "evolve",
    "evolver",
    "fields_of",
    "from_json",
    "is_record",
    "kind_of",
    "make_primary",
    "record",
    "ref",
    "to_json",
]
