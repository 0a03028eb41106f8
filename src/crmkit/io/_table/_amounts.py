"""Amounts of money, rounded to the minor unit of their currency."""

from __future__ import annotations

import numpy as np

from crmkit.io._cells import Cells
from crmkit.io._notation import fraction_digits
from crmkit.records import Money

__all__ = ["in_minor_units"]

_NO_LIMIT = 99


def in_minor_units(amounts: Cells, currencies: Cells) -> tuple[Cells, int]:
    """Round amounts to what their currency can pay, half to even; also return how many rows that changed.

    Args:
        amounts: Decimals, or None.
        currencies: for the same rows, ISO 4217 codes, or None; such amounts stay.
    """
    places = np.array([_NO_LIMIT if code is None else Money("0", code).minor_units for code in currencies.values], int)
    digits = np.array([0 if amount is None else fraction_digits(amount) for amount in amounts.values], int)
    finer = np.flatnonzero(digits[amounts.codes] > places[currencies.codes])
    values, codes = list(amounts.values), amounts.codes.copy()
    rounded: dict[tuple[int, int], int] = {}
    for at in finer.tolist():
        pair = (int(codes[at]), int(currencies.codes[at]))
        if pair not in rounded:
            rounded[pair] = len(values)
            values.append(Money(values[pair[0]], currencies.values[pair[1]]).quantized().amount)
        codes[at] = rounded[pair]
    return Cells(values, codes), len(finer)
