"""Arithmetic of prices: floats by their decimal text, one rounding, and division that loses no cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from crmkit.records import Money

__all__ = ["allocated", "exact", "rounded", "sum_of"]

# As many digits as Money computes with; an amount that needs more is one that Money refuses.
_CONTEXT = Context(prec=130, rounding=ROUND_HALF_UP, traps=[])


def exact(number: float) -> Decimal:
    """Return the decimal number that a float of a record stands for: the shortest that reads back as it."""
    return Decimal(repr(number))


def rounded(money: Money) -> Money:
    """Round to the currency's minor unit, half up, as the examples of EN 16931 do (365.125 is 365.13)."""
    return Money(money.amount.quantize(Decimal(1).scaleb(-money.minor_units), context=_CONTEXT), money.currency)


def sum_of(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts; of none, the sum is zero in the currency's minor unit."""
    return sum(amounts, rounded(Money(0, currency)))


def allocated(money: Money, weights: Sequence[Money]) -> tuple[Money, ...]:
    """Divide an amount over others in proportion to them; where all are zero, so is each part."""
    if not any(weights):
        return tuple(sum_of((), money.currency) for _ in weights)
    return money.allocate([weight.amount for weight in weights])
