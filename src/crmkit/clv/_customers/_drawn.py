"""Customers that a model drew."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats

__all__ = ["drawn_customers"]


def drawn_customers(
    *,
    frequency: NDArray[np.int64],
    recency: Floats | NDArray[np.int64],
    age: Floats | NDArray[np.int64],
    alive: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return them as a table that models read, with whether each is alive at its age."""
    return pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(1, len(frequency) + 1)],
            "frequency": frequency,
            "recency": recency,
            "T": age,
            "alive": alive,
        }
    )
