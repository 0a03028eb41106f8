"""Small tables of deals, leads and answers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from crmkit import tables
from crmkit.records import Deal, Lead, SurveyResponse

START = datetime(2024, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """The instant so many days after the start of 2024."""
    return START + timedelta(days=number)


def deal(name: str, status: str = "open", **facts: Any) -> Deal:
    amount = facts.pop("amount", None)
    return Deal(id=name, status=status, amount=None if amount is None else Decimal(str(amount)), **facts)


def deal_table(*deals: Deal) -> pd.DataFrame:
    return tables.to_table(deals, Deal)


MIXED = deal_table(
    deal("1", "won", owner_id="ana", amount=100, created_at=day(0), closed_at=day(10), stage="Won"),
    deal("2", "won", owner_id="ana", amount=300, created_at=day(5), closed_at=day(35), stage="Won"),
    deal("3", "lost", owner_id="ana", amount=200, created_at=day(1), closed_at=day(40), stage="Lost"),
    deal("4", "won", owner_id="ben", amount=50.5, created_at=day(2), closed_at=day(95), stage="Won"),
    deal("5", "lost", owner_id="ben", amount=149.5, created_at=day(3), closed_at=day(96), stage="Lost"),
    deal("6", "open", owner_id="ben", amount=1000, created_at=day(4), stage="Offer", probability=0.5),
    deal("7", "open", owner_id=None, amount=400, created_at=day(90), stage="Talk", probability=0.25),
    deal("8", "open", owner_id=None, amount=None, created_at=None, stage="Talk", probability=0.1),
)
"""Three won, two lost, three open."""


def lead_table(*converted_after: float | None) -> pd.DataFrame:
    """Leads created a day apart, each converted so many days later, or not."""
    leads = [
        Lead(
            id=str(number),
            status="new" if after is None else "converted",
            created_at=day(number),
            converted_at=None if after is None else day(number + after),
        )
        for number, after in enumerate(converted_after)
    ]
    return tables.to_table(leads, Lead)


def answer_table(kind: str, *scores: int) -> pd.DataFrame:
    """Answers to one kind of survey, a day apart."""
    answers = [
        SurveyResponse(id=f"{kind} {number}", kind=kind, score=score, responded_at=day(number))
        for number, score in enumerate(scores)
    ]
    return tables.to_table(answers, SurveyResponse)


@st.composite
def deals_at_random(draw: st.DrawFn) -> pd.DataFrame:
    """Tables of deals with everything that may be missing missing at times."""
    days = st.integers(0, 200)
    made = []
    for number in range(draw(st.integers(0, 25))):
        status = draw(st.sampled_from(["open", "won", "lost"]))
        created = draw(st.none() | days)
        closed = None if status == "open" else draw(st.none() | days)
        made.append(
            deal(
                str(number),
                status,
                owner_id=draw(st.sampled_from([None, "ana", "ben"])),
                stage=draw(st.sampled_from(["Talk", "Offer"])),
                amount=draw(st.none() | st.decimals(0, 10_000, places=2)),
                probability=draw(st.none() | st.sampled_from([0.1, 0.5, 1.0])),
                created_at=None if created is None else day(created),
                closed_at=None if closed is None else day(closed),
            )
        )
    return deal_table(*made)
