"""How the headers of exports name the fields of each record: English; data, read by the guesser."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

__all__ = ["KINDS", "LOST", "OPEN", "STATUS", "WON", "Names"]


@attrs.frozen
class Names:
    """How headers name one kind of record.

    Args:
        itself: the words for the record, which may stand before any of its fields: "Deal owner".
        telling: the fields that only this kind, or few kinds, have: two of them make a file one of these.
        fields: for each field its names, the likeliest first; the field's own name always counts and comes first.
    """

    itself: tuple[str, ...]
    telling: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]


def _names(itself: str, telling: str, **fields: str) -> Names:
    words = {field: tuple(name.strip() for name in names.split(",")) for field, names in fields.items()}
    return Names(tuple(itself.split()), tuple(telling.split()), MappingProxyType(words))


_OWNER = "owner, sales agent, sales rep, salesperson, account executive, account owner, assigned to, rep, agent"
_CREATED = "create date, created date, created, created on, creation date, date created, hs createdate, created time"
_COMPANY = (
    "company, account, account id, organization, organisation, organization id, associated company, company name, "
    "account name, customer, customer id"
)
_CONTACT = "contact, associated contact, contact name, primary contact, contact person, person"
_ID = "record id, hs object id, identifier, uuid, key"
_SOURCE = "lead source, original source, source type"
_TAGS = "labels, label, tag"
_FIRST = "given name, forename"
_LAST = "surname, family name"
_MAIL = "email address, mail"
_PHONE = "phone number, telephone, mobile, mobile phone, mobile phone number"
_JOB = "title, position, role title"
_COUNTRY = "country region, mailing country, billing country"
_STAFF = "number of employees, employee count, headcount, company size"
_CURRENCY = "currency code, currency iso code, deal currency, currency of value"

KINDS: Mapping[str, Names] = MappingProxyType(
    {
        "deal": _names(
            "deal opportunity",
            "stage status amount probability closed_at expected_close_on lost_reason",
            id=_ID,
            name="title",
            company_id=_COMPANY,
            contact_id=_CONTACT,
            owner_id=_OWNER,
            pipeline="sales pipeline, pipeline name, pipeline id",
            stage="stage name, sales stage, pipeline stage, pipeline stage id",
            status="state, outcome",
            amount="value, close value, revenue, total value, contract value",
            currency=_CURRENCY,
            probability="win probability, likelihood",
            product="product name, products",
            source=_SOURCE,
            created_at=f"{_CREATED}, engage date, open date, opened at",
            closed_at="close date, closed date, closed, closed on, date closed, won time, end date",
            expected_close_on="expected close date, expected close, estimated close date, forecast close date",
            lost_reason="closed lost reason, loss reason, reason lost, reason for loss",
            tags=_TAGS,
            is_won="won",
            is_closed="is closed won or lost",
        ),
        "stage_change": _names(
            "stage",
            "from_stage to_stage changed_at changed_by",
            id=_ID,
            deal_id="deal, opportunity, opportunity id",
            from_stage="previous stage, old stage, prior stage",
            to_stage="new stage, next stage",
            changed_at="change date, date changed, entered at, date entered",
            changed_by="modified by, user",
        ),
        "lead": _names(
            "lead",
            "email status company_name source converted_at phone",
            id=_ID,
            first_name=_FIRST,
            last_name=_LAST,
            email=_MAIL,
            phone=_PHONE,
            job_title=_JOB,
            company_name="company, account name, organization",
            industry="sector",
            employees=_STAFF,
            country=_COUNTRY,
            source=_SOURCE,
            status="state",
            owner_id=_OWNER,
            created_at=_CREATED,
            converted_at="converted date, conversion date",
            contact_id="converted contact id",
            company_id="converted account id",
            deal_id="converted opportunity id, converted deal id",
            tags=_TAGS,
        ),
        "contact": _names(
            "contact person customer",
            "email first_name last_name phone job_title lifecycle_stage",
            id=_ID,
            first_name=_FIRST,
            last_name=_LAST,
            email=_MAIL,
            phone=_PHONE,
            job_title=_JOB,
            company_id=_COMPANY,
            owner_id=_OWNER,
            lifecycle_stage="lifecycle",
            source=_SOURCE,
            city="mailing city, town",
            country=_COUNTRY,
            created_at=_CREATED,
            tags=_TAGS,
        ),
        "company": _names(
            "company account organization organisation",
            "domain website industry employees annual_revenue parent_id",
            id=_ID,
            name="company, account, organization, organisation",
            domain="domain name, company domain name",
            website="website url, url, homepage",
            industry="sector",
            employees=f"{_STAFF}, employees",
            annual_revenue="revenue, turnover",
            currency=_CURRENCY,
            phone=_PHONE,
            city="billing city, town",
            country=_COUNTRY,
            owner_id=_OWNER,
            parent_id="parent, parent company, parent account, subsidiary of",
            created_at=_CREATED,
            tags=_TAGS,
        ),
        "ticket": _names(
            "ticket case",
            "subject priority first_replied_at solved_at reopened status channel",
            id=f"{_ID}, number, ticket number, case number",
            subject="name, title, summary",
            status="state",
            priority="severity, urgency, hs ticket priority",
            channel="source, origin",
            contact_id=f"{_CONTACT}, requester, requester id",
            company_id=_COMPANY,
            owner_id=f"{_OWNER}, assignee, assignee id, hubspot owner id",
            created_at=_CREATED,
            first_replied_at="first reply, first response, first reply at, first agent reply date, first response date",
            solved_at="solved, resolved at, resolved, closed date, close date, date closed, closed at",
            reopened="reopens, reopen count, times reopened",
            tags=_TAGS,
        ),
        "activity": _names(
            "activity task engagement",
            "kind direction occurred_at due_at done_at subject",
            id=_ID,
            kind="type, activity type",
            direction="call direction",
            subject="title, activity subject",
            body="notes, note, description",
            occurred_at="activity date, occurred on, date",
            due_at="due date, due",
            done_at="completed at, completed date, done time",
            owner_id=_OWNER,
            created_at=_CREATED,
            tags=_TAGS,
        ),
        "order": _names(
            "order purchase invoice transaction",
            "amount status channel customer_id",
            id=_ID,
            customer_id="customer, client, client id, buyer",
            number="order no, invoice number, name",
            ordered_at=f"order date, purchase date, date, invoice date, paid at, {_CREATED}, created at, created utc",
            amount="total, value, total price, grand total, order value",
            currency=_CURRENCY,
            status="financial status, state",
            channel="sales channel, source",
            tags=_TAGS,
        ),
        "subscription": _names(
            "subscription",
            "plan interval started_at ended_at quantity status",
            id=_ID,
            customer_id="customer, client, client id",
            plan="plan name, product, price id",
            amount="price, mrr, plan amount",
            currency=_CURRENCY,
            interval="billing interval, billing period",
            quantity="seats, units",
            status="state",
            started_at="start date, start, started, current period start",
            ended_at="end date, end, ended, cancelled at, canceled at",
            tags=_TAGS,
        ),
        "survey_response": _names(
            "survey response",
            "kind score responded_at comment",
            id=_ID,
            kind="survey type, type, metric",
            score="rating, answer",
            comment="feedback, verbatim, comments",
            contact_id=f"{_CONTACT}, respondent",
            company_id=_COMPANY,
            ticket_id="ticket, case id",
            responded_at="response date, answered at, submitted at, date",
            tags=_TAGS,
        ),
        "spend": _names(
            "spend cost",
            "campaign spent_on channel amount category",
            id=_ID,
            channel="medium, platform",
            campaign="campaign name",
            category="cost type",
            amount="spend, cost, budget",
            currency=_CURRENCY,
            spent_on="date, day",
            tags=_TAGS,
        ),
        "user": _names(
            "user",
            "name email active",
            id=f"{_ID}, username",
            name="full name, display name, user",
            email=_MAIL,
            active="is active, enabled",
            created_at=_CREATED,
        ),
    }
)

# As letters in one case: "6 - Closed Won" and "closed_won" are "closedwon".
WON = frozenset({"won", "win", "closedwon", "closewon", "wonclosed", "dealwon"})
LOST = frozenset({"lost", "loss", "closedlost", "closelost", "lostclosed", "deallost", "dead", "abandoned"})
OPEN = frozenset({"open", "active", "inprogress", "ongoing", "new", "pending"})
STATUS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(WON, "won") | dict.fromkeys(LOST, "lost") | dict.fromkeys(OPEN, "open")
)
