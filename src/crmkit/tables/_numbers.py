"""The canonical form of columns of numbers: whole ones, float64, and money in the minor unit of its currency.

Only IEEE arithmetic that every engine does alike is used: their own rounding differs where a value lies halfway.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from crmkit.records import MINOR_UNITS, FieldSpec

__all__ = ["DIGITS", "integer", "money", "number"]

Fault = tuple[nw.Expr, str]

DIGITS = 15
"""How many significant digits of an amount a float64 keeps, whatever they are."""

_EXACT = 2**53
_CENTS = 2


def integer(spec: FieldSpec, column: nw.Expr, dtype: Any) -> tuple[nw.Expr, tuple[Fault, ...]]:
    """Return whole numbers as int64; floats and decimals are read where they are whole, as pandas holds them."""
    if not dtype.is_integer():
        plain = _float(column, dtype)
        broken = ~plain.is_null() & ((plain != plain.floor()) | (plain.abs() >= _EXACT))
        return plain.cast(nw.Int64), ((broken, "is not a whole number"), *_bounds(spec, plain))
    fits = _fits(column, dtype, -(2**63), 2**63 - 1)
    held = nw.when(fits).then(column).otherwise(nw.lit(0, dtype)).cast(nw.Int64)
    outside = tuple((fits & ~column.is_null() & fault, reason) for fault, reason in _bounds(spec, held))
    return column.cast(nw.Int64), ((~fits, "does not fit in 64 bits; so long an identifier is a text"), *outside)


def number(spec: FieldSpec, column: nw.Expr, dtype: Any) -> tuple[nw.Expr, tuple[Fault, ...]]:
    """Return numbers as float64, NaN as missing."""
    if dtype.is_integer():
        fits = _fits(column, dtype, -_EXACT, _EXACT)
        plain: nw.Expr = nw.when(fits).then(column).cast(nw.Float64)  # pyarrow refuses to cast what does not fit
        return plain, ((~fits, "has more digits than a float64 keeps"), *_bounds(spec, plain))
    plain = _float(column, dtype)
    infinite = (~plain.is_null() & (plain.abs() == float("inf")), "is not a finite number")
    return plain, (infinite, *_bounds(spec, plain))


def money(spec: FieldSpec, column: nw.Expr, dtype: Any, *, stated: bool) -> tuple[nw.Expr, tuple[Fault, ...]]:
    """Return amounts as float64, half to even in the minor unit of the currency; as they are where it is unknown.

    Args:
        spec: the field.
        column: its column.
        dtype: the type of that.
        stated: whether the table has a column of currencies.
    """
    plain, faults = number(spec, column, dtype)
    amount, limit = plain, _limit(_CENTS)
    if stated:
        currency = nw.col("currency").cast(nw.String)
        amount = nw.when(currency.is_null()).then(plain).otherwise(_rounded(plain, _CENTS))
        for places in sorted(set(MINOR_UNITS.values()) - {_CENTS}):
            listed = currency.is_in([code for code, its in MINOR_UNITS.items() if its == places])
            amount = nw.when(listed).then(_rounded(plain, places)).otherwise(amount)
            limit = nw.when(listed).then(_limit(places)).otherwise(limit)
    reason = f"has more than {DIGITS} significant digits, which a table cannot keep to the cent"
    return amount, (*faults, (~amount.is_null() & (amount.abs() >= limit), reason))


def _limit(places: int) -> nw.Expr:
    return nw.lit(10.0 ** (DIGITS - places))


def _rounded(amount: nw.Expr, places: int) -> nw.Expr:
    """Round half to even; a whole number divided by a power of ten is the nearest float64.

    The engines' own rounding, at the end, has nothing left to decide; but it divides, where polars' division by a
    constant multiplies by the inverse, and gives 29.990000000000002.
    """
    scaled = amount * 10.0**places
    below = scaled.floor()
    rest = scaled - below
    odd = below - (below / 2.0).floor() * 2.0
    up = (rest > 0.5) | ((rest == 0.5) & (odd == 1.0))
    whole = below + nw.when(up).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    return (whole / 10.0**places).round(places)


def _float(column: nw.Expr, dtype: Any) -> nw.Expr:
    if isinstance(dtype, nw.Decimal) and dtype.precision > DIGITS:  # as text, to the nearest float64 on every engine
        return column.cast(nw.String).cast(nw.Float64)
    plain = column.cast(nw.Float64)
    return nw.when(~plain.is_nan()).then(plain) if dtype.is_float() else plain


def _fits(column: nw.Expr, dtype: Any, least: int, most: int) -> nw.Expr:
    """Tell whether whole numbers lie in a range, by literals that the type itself can hold."""
    wide = isinstance(dtype, nw.Int64 | nw.UInt64 | nw.Int128 | nw.UInt128)
    literal = dtype if wide else nw.Int64()
    held = column if wide else column.cast(nw.Int64)
    if dtype.is_unsigned_integer() and wide:
        return held <= nw.lit(most, literal)
    return (held <= nw.lit(most, literal)) & (held >= nw.lit(least, literal))


def _bounds(spec: FieldSpec, column: nw.Expr) -> tuple[Fault, ...]:
    faults = []
    if spec.minimum is not None:
        low = _plain(spec.minimum)
        faults.append((~column.is_null() & (column < low), f"is less than {spec.minimum:g}"))
    if spec.maximum is not None:
        high = _plain(spec.maximum)
        faults.append((~column.is_null() & (column > high), f"is more than {spec.maximum:g}"))
    return tuple(faults)


def _plain(bound: float) -> float:
    """Return a whole bound as an int, with which engines compare int64 exactly."""
    return int(bound) if float(bound).is_integer() else bound
