"""A whole number as an argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit.clv._arguments import whole_counts
from crmkit.errors import InvalidArgument, shown

__all__ = ["LONGEST", "whole_number"]

LONGEST = 1_000_000


def whole_number(name: str, value: Any, *, least: int = 1) -> int:
    """Return a whole number between `least` and a million.

    Raises:
        InvalidArgument: something else.
    """
    try:
        number = whole_counts(name, value)
    except InvalidArgument:
        number = np.empty(0)
    if len(number) != 1 or not least <= number[0] <= LONGEST:
        message = f"{name} is a whole number from {least} to {LONGEST:,}, not {shown(value)}"
        raise InvalidArgument(message, argument=name, value=value)
    return int(number[0])
