"""Which entries are alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats

__all__ = ["Places", "distinct"]

Places = NDArray[np.intp]

# Numbers below so many times their count are marked one by one, which takes less time and memory than hashing.
_ROOM = 2


def distinct(*columns: Floats | Places) -> tuple[Places, Places]:
    """Return a place of each distinct entry, rising by the first column, then the next; and which each entry is.

    NaN is like NaN. Counts and whole days recur: what recurs is found by hashing in less time than sorting takes.
    """
    which = pd.factorize(columns[0], sort=True, use_na_sentinel=False)[0]
    for column in columns[1:]:
        codes = pd.factorize(column, sort=True, use_na_sentinel=False)[0]
        which *= int(codes.max(initial=0)) + 1
        which += codes
        del codes
        which = _ranks(which)
    places = np.empty(which.max(initial=-1) + 1, dtype=np.intp)
    places[which] = np.arange(len(which))
    return places, which


def _ranks(numbers: Places) -> Places:
    """Return which of the distinct numbers, all 0 or above, each one is; by counting where there is room for all."""
    size = int(numbers.max(initial=-1)) + 1
    if size > _ROOM * len(numbers):
        return pd.factorize(numbers, sort=True)[0]
    seen = np.zeros(size, dtype=np.int32)
    seen[numbers] = 1
    found: Places = (np.cumsum(seen, dtype=np.int32) - 1)[numbers].astype(np.intp)
    return found
