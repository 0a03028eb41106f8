"""Money: an amount and its currency, for arithmetic that loses no cent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import attrs

from crmkit.errors import CurrencyMismatch, did_you_mean
from crmkit.records._currencies import CURRENCIES, MINOR_UNITS
from crmkit.records._values import DECIMAL_PLACES, Refused, refuse, to_decimal, to_text

__all__ = ["Money", "money_of"]

# Twice the digits that an amount may have: sums are exact, products are rounded only at the last place kept.
_CONTEXT = Context(prec=130, rounding=ROUND_HALF_EVEN, traps=[])


def _to_amount(value: Any) -> Decimal:
    try:
        return to_decimal(Decimal(value) if isinstance(value, str) else value)
    except InvalidOperation:
        refuse("Money", "amount", value, "is not a number; say Money('12.50', 'EUR')")
    except Refused as refused:
        refuse("Money", "amount", value, str(refused))


def _to_currency(value: Any) -> str:
    try:
        code = to_text(value)
    except Refused as refused:
        refuse("Money", "currency", value, str(refused))
    if code not in MINOR_UNITS:
        refuse("Money", "currency", code, f"is not a currency of ISO 4217{did_you_mean(code, CURRENCIES)}")
    return code


@attrs.frozen(repr=False)
class Money:
    """An amount in one currency: `Money("12.50", "EUR")`.

    Amounts of one currency add, subtract and compare; a number multiplies or divides. Sums are exact; products and
    quotients are rounded half to even at the 30th decimal place. Nothing is rounded to cents before `quantized()`.

    Args:
        amount: a Decimal, a whole number or the text of a number; never a float.
        currency: an ISO 4217 code.
    """

    amount: Decimal = attrs.field(converter=_to_amount)
    currency: str = attrs.field(converter=_to_currency)

    @property
    def minor_units(self) -> int:
        """How many decimal places the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
        return MINOR_UNITS[self.currency]

    def quantized(self) -> Money:
        """Round to the currency's minor unit, half to even."""
        return Money(_rounded(self.amount, self.minor_units), self.currency)

    def allocate(self, weights: Iterable[int | float | Decimal | Fraction]) -> tuple[Money, ...]:
        """Divide into parts in proportion to the weights, whole in minor units, whose sum is exactly this amount.

        Each part is rounded towards zero, and the units left over go to the largest remainders, among equals to the
        first (Hamilton's method).

        Args:
            weights: one for each part; none negative, not all zero.

        Raises:
            InvalidRecord: weights that give no proportion, or an amount with a fraction of the minor unit.
        """
        shares = [_share(weight) for weight in weights]
        whole = sum(shares)
        if not whole:
            refuse("Money", "weights", shares, "give no proportion; at least one must be more than 0")
        amount = _CONTEXT.scaleb(self.amount, self.minor_units)
        if amount != int(amount):
            refuse(
                "Money",
                "amount",
                self.amount,
                f"is not whole in the minor unit of {self.currency}; say .quantized() first",
            )
        units = abs(int(amount))
        exact = [units * share / whole for share in shares]
        parts = [int(part) for part in exact]
        by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
        for place in by_remainder[: units - sum(parts)]:
            parts[place] += 1
        sign = -1 if amount < 0 else 1
        return tuple(Money(_CONTEXT.scaleb(Decimal(sign * part), -self.minor_units), self.currency) for part in parts)

    def split(self, parts: int) -> tuple[Money, ...]:
        """Divide into equal parts, as near as minor units allow; the first ones bear what is left over."""
        if type(parts) is not int or parts < 1:
            refuse("Money", "parts", parts, "is not a whole number of 1 or more")
        return self.allocate([1] * parts)

    def __add__(self, other: Money) -> Money:
        return Money(_CONTEXT.add(self.amount, self._alike(other)), self.currency)

    def __radd__(self, other: Any) -> Money:
        """Take the 0 that `sum` begins with."""
        return self if other == 0 else self + other

    def __sub__(self, other: Money) -> Money:
        return Money(_CONTEXT.subtract(self.amount, self._alike(other)), self.currency)

    def __mul__(self, factor: int | Decimal | Fraction) -> Money:
        ratio = _factor(factor)
        return Money(_quotient(self.amount, ratio), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: int | Decimal | Fraction) -> Money:
        ratio = _factor(divisor)
        if not ratio:
            refuse("Money", "divisor", divisor, "divides nothing; a part of zero parts does not exist")
        return Money(_quotient(self.amount, 1 / ratio), self.currency)

    def __neg__(self) -> Money:
        return Money(_CONTEXT.minus(self.amount), self.currency)

    def __abs__(self) -> Money:
        return Money(_CONTEXT.abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._alike(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._alike(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._alike(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._alike(other)

    def __str__(self) -> str:
        cents = _rounded(self.amount, self.minor_units)
        return f"{self.currency} {cents if cents == self.amount else self.amount:f}"

    def __repr__(self) -> str:
        return f"Money({str(self.amount)!r}, {self.currency!r})"

    def _alike(self, other: object) -> Decimal:
        """Return the other's amount, which has to be in this currency."""
        if not isinstance(other, Money):
            refuse("Money", "amount", other, f"is not Money; say Money(..., {self.currency!r})")
        if other.currency != self.currency:
            raise CurrencyMismatch(
                f"{self.currency} and {other.currency} neither add nor compare; convert one at a stated rate first",
                record="Money",
                field="currency",
                value=other.currency,
                currencies=(self.currency, other.currency),
            )
        return other.amount


def money_of(amount: Decimal | None, currency: str | None) -> Money | None:
    """Join two flat fields of a record, where both are there."""
    return None if amount is None or currency is None else Money(amount, currency)


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def _quotient(amount: Decimal, ratio: Fraction) -> Decimal:
    exact = _CONTEXT.divide(_CONTEXT.multiply(amount, Decimal(ratio.numerator)), Decimal(ratio.denominator))
    return _rounded(exact, DECIMAL_PLACES) if int(exact.as_tuple().exponent) < -DECIMAL_PLACES else exact


def _factor(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        hint = f"; say Decimal({str(value)!r})" if isinstance(value, float) else ""
        refuse("Money", "factor", value, f"is no exact number{hint}")
    if isinstance(value, Decimal) and not value.is_finite():
        refuse("Money", "factor", value, "is no finite number")
    return Fraction(value)


def _share(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        refuse("Money", "weights", value, "is no number")
    try:
        share = Fraction(value)
    except (ValueError, OverflowError):
        refuse("Money", "weights", value, "is no finite number")
    if share < 0:
        refuse("Money", "weights", value, "is negative")
    return share
