"""The data sets of the lifetimes distribution, read as files: the package itself is never imported."""

from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np


def dataset_path(name):
    return Path(str(distribution("lifetimes").locate_file(f"lifetimes/datasets/{name}")))


@cache
def _columns(name):
    with dataset_path(name).open(encoding="utf-8") as lines:
        header = next(lines).strip().split(",")
        rows = np.loadtxt(lines, delimiter=",")
    return dict(zip(header, rows.T, strict=True))


def cdnow():
    """2,357 customers of CDNOW, in weeks: frequency, recency, T, monetary_value."""
    read = _columns("cdnow_customers_summary_with_transactions.csv")
    return {"frequency": read["x"], "recency": read["t_x"], "T": read["T"], "monetary_value": read["zbar"]}


def cdnow_rounded():
    """The same customers with recency and T in two decimals, as the published estimates have them."""
    read = _columns("cdnow_customers_summary.csv")
    return {name: read[name] for name in ("frequency", "recency", "T")}


def donations():
    """11,104 donors over six years: frequency, recency, T (opportunities), n (how many donors)."""
    read = _columns("donations.csv")
    return {"frequency": read["frequency"], "recency": read["recency"], "T": read["periods"], "n": read["weights"]}
