"""Quotes and lines, short to write, and drawn by Hypothesis."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from crmkit.records import MINOR_UNITS, LineItem, Money, Quote, evolve

QUOTE = Quote(id="q1", currency="EUR")
# Two decimal places, none, three and four.
CURRENCIES = ["EUR", "JPY", "KWD", "CLF"]
RATES = [None, 0.0, 0.05, 0.055, 0.07, 0.19, 0.25, 1.0]
BILLINGS = ["once", "week", "month", "quarter", "year"]


def line(position: int, amount: str | None = "100", **fields: Any) -> LineItem:
    """Make a line of QUOTE."""
    given = {"quote_id": "q1", "currency": "EUR", **fields}
    return LineItem(
        id=given.pop("id", f"q1:{position}"),
        position=position,
        amount=None if amount is None else Decimal(amount),
        **given,
    )


def unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency."""
    return Decimal(1).scaleb(-MINOR_UNITS[currency])


@st.composite
def offers(draw: st.DrawFn, **fields: Any) -> tuple[Quote, list[LineItem]]:
    """Draw a quote and its lines, in any currency, with discounts of every kind that do not go too far."""
    currency = draw(st.sampled_from(CURRENCIES))
    lines = [
        line(
            position,
            currency=currency,
            quantity=draw(st.integers(0, 40).map(float) | st.floats(0, 40)),
            amount=str(draw(st.decimals(0, 5000, places=MINOR_UNITS[currency] + 2))),
            discount_rate=draw(st.none() | st.sampled_from([0.0, 0.1, 0.333, 0.5])),
            tax_rate=draw(st.sampled_from(RATES)),
            billing=draw(st.sampled_from(BILLINGS)),
        )
        for position in draw(st.lists(st.integers(0, 99), max_size=7, unique=True))
    ]
    quote = evolve(
        QUOTE,
        currency=currency,
        discount_rate=draw(st.none() | st.sampled_from([0.0, 0.03, 0.15, 1.0])),
        tax_included=draw(st.booleans()),
        **fields,
    )
    return quote, lines


def eur(amount: str) -> Money:
    """Return euros."""
    return Money(amount, "EUR")


def after(change: Any, identifier: str = "q1") -> Any:
    """Return a record as a Change leaves it."""
    return next(edit.after for edit in change.edits if edit.id == identifier)
