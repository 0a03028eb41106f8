"""All classes of records by their kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crmkit.records._commerce import Order, Subscription
from crmkit.records._marketing import Campaign, Spend, SurveyResponse
from crmkit.records._people import Affiliation, Company, Contact, Lead, Team, User
from crmkit.records._quotes import LineItem, PriceBook, PriceBookEntry, Product, Quote
from crmkit.records._record import kind_of
from crmkit.records._sales import Activity, Deal, FieldChange, StageChange
from crmkit.records._service import Ticket

__all__ = ["RECORDS"]

RECORDS: Mapping[str, type] = MappingProxyType(
    {
        kind_of(cls): cls
        for cls in (
            User,
            Team,
            Company,
            Contact,
            Affiliation,
            Lead,
            Deal,
            StageChange,
            FieldChange,
            Activity,
            Product,
            PriceBook,
            PriceBookEntry,
            Quote,
            LineItem,
            Order,
            Subscription,
            Ticket,
            Campaign,
            SurveyResponse,
            Spend,
        )
    }
)
