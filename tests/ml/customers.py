"""CDNOW as estimators take it, and a few customers by hand."""

from functools import cache

import numpy as np
import pandas as pd

from tests.clv.data import cdnow

HISTORY = ["frequency", "recency", "T"]


def customers():
    """2,357 customers in weeks; the mean spend of those who have not bought again is missing."""
    table = pd.DataFrame(cdnow())
    return table.assign(monetary_value=table["monetary_value"].where(table["frequency"] > 0))


@cache
def some():
    """Every tenth of them."""
    return customers()[::10].reset_index(drop=True)


def broken(row, **values):
    """Some customers, of whom one has values that no history has."""
    table = some().copy()
    for name, value in values.items():
        table[name] = table[name].where(np.arange(len(table)) != row, value)
    return table
