"""Bounds that compare exactly what a database would round: integers with a float64, decimals with a float64."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, localcontext

from crmkit.expressions._column_values import first_integer
from crmkit.expressions._nodes import Op

__all__ = ["decimal_bounds", "integer_bounds", "integers_like"]

_LOW, _END = -(2**63), 2**63  # of the widest integer column
_BEYOND: Mapping[bool, tuple[Op, ...]] = {True: ("<", "<="), False: (">", ">=")}  # what all are of a bound above, below
_DIGITS = 1_200  # enough to write the middle between any two neighbouring doubles


def integer_bounds(op: Op, value: int | float) -> list[tuple[Op, int]] | None:
    """Return the conditions on a 64-bit integer that together compare it; none is always true, None never.

    With a float64 the integer's nearest double is compared.
    """
    if isinstance(value, int):
        bounds: list[tuple[Op, int]] = [(op, value)]
    else:
        first, end = integers_like(value)
        match op:
            case "==" if first == end:
                return None
            case "==":
                bounds = [("==", first)] if end - first == 1 else [(">=", first), ("<", end)]
            case ">=" | "<":
                bounds = [(op, first)]
            case _:
                bounds = [(">=" if op == ">" else "<", end)]
    kept = [(op, bound) for op, bound in bounds if _LOW <= bound < _END or op not in _BEYOND[bound > 0]]
    return kept if all(_LOW <= bound < _END for _, bound in kept) else None


def integers_like(value: float) -> tuple[int, int]:
    """Return the first 64-bit integer whose nearest double is `value`, and the one after the last."""
    first = first_integer(_LOW, _END - 1, lambda number: float(number) >= value)
    return first, first_integer(_LOW, _END - 1, lambda number: float(number) > value)


def decimal_bounds(op: Op, value: float) -> list[tuple[Op, Decimal]]:
    """Return the conditions on a decimal that together compare its nearest double with `value`."""
    even = (value / math.ulp(value)) % 2 == 0  # a decimal just between two doubles is nearest to the even one
    low, high = _middle(value, -math.inf), _middle(value, math.inf)
    match op:
        case "<":
            return [("<" if even else "<=", low)]
        case "<=":
            return [("<=" if even else "<", high)]
        case ">":
            return [(">" if even else ">=", high)]
        case ">=":
            return [(">=" if even else ">", low)]
        case _:
            return decimal_bounds(">=", value) + decimal_bounds("<=", value)


def _middle(value: float, towards: float) -> Decimal:
    """Return what lies just between a double and its neighbour; beyond the last one, where the next would be."""
    neighbour = math.nextafter(value, towards)
    with localcontext() as context:
        context.prec = _DIGITS
        if math.isinf(neighbour):
            return Decimal(value) + Decimal(math.copysign(math.ulp(value), towards)) / 2
        return (Decimal(value) + Decimal(neighbour)) / 2
