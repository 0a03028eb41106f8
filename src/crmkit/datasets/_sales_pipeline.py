"""The deals of a simulated company as a CRM would export them: the shape of Maven Analytics' sales_pipeline.csv."""

from __future__ import annotations

from os import PathLike

import numpy as np
import pandas as pd

from crmkit.datasets._columns import objects
from crmkit.datasets._company import SimulatedCompany
from crmkit.datasets._random import Array

__all__ = ["sales_pipeline", "write_sales_pipeline"]

_DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
_LENGTH = 8
# Shares no factor with 36, so that different deals have different numbers.
_STRIDE = 110_424_691_013


def sales_pipeline(company: SimulatedCompany) -> pd.DataFrame:
    """Return the deals as text, with the gaps that such an export has.

    Columns: opportunity_id, sales_agent, product, account, deal_stage (Prospecting, Engaging, Won, Lost), engage_date
    (when the deal was created), close_date (both YYYY-MM-DD, in UTC), close_value (whole USD). What is missing is
    empty: the account of deals without a company, both dates of prospecting deals, the value of open ones. Lost deals
    have the value 0.

    Args:
        company: the simulated company.
    """
    deals = company.deals
    stage = deals["stage"].where(deals["stage"].isin(["Prospecting", "Won", "Lost"]), "Engaging")
    status = deals["status"]
    won = deals["amount"].where(status == "won", 0).astype("int64").to_numpy()
    values = objects([str(value) for value in won.tolist()])
    values[(status == "open").to_numpy()] = ""
    accounts = deals["company_id"].map(company.companies.set_index("id")["name"])
    columns = {
        "opportunity_id": _opportunity_ids(len(deals)),
        "sales_agent": deals["owner_id"].map(company.users.set_index("id")["name"]),
        "product": deals["product"],
        "account": accounts.astype("object").where(accounts.notna(), ""),
        "deal_stage": stage,
        "engage_date": _days(deals["created_at"], shown=(stage != "Prospecting").to_numpy()),
        "close_date": _days(deals["closed_at"], shown=(status != "open").to_numpy()),
        "close_value": values,
    }
    text = deals["stage"].dtype
    return pd.DataFrame({name: pd.Series(column).astype(text) for name, column in columns.items()})


def write_sales_pipeline(company: SimulatedCompany, path: str | PathLike[str]) -> None:
    """Write `sales_pipeline(company)` as a CSV file in UTF-8, with the line ends of the original.

    Args:
        company: the simulated company.
        path: the file; what it held before is gone.
    """
    sales_pipeline(company).to_csv(path, index=False, encoding="utf-8", lineterminator="\r\n")


def _opportunity_ids(size: int) -> Array:
    """Return texts of eight digits and letters, all different, in no visible order."""
    numbers = (np.arange(1, size + 1, dtype=np.int64) * _STRIDE) % 36**_LENGTH
    places = 36 ** np.arange(_LENGTH - 1, -1, -1, dtype=np.int64)
    letters = np.ascontiguousarray(_DIGITS[numbers[:, None] // places % 36])
    return objects(letters.view(f"S{_LENGTH}").ravel().astype(f"U{_LENGTH}").tolist())


def _days(instants: pd.Series[pd.Timestamp], *, shown: Array) -> Array:
    """Return the days of instants as text, empty where they are not shown."""
    days = instants.dt.tz_localize(None).to_numpy().astype("M8[D]")
    listed, index = np.unique(days[shown], return_inverse=True)
    written = np.full(len(days), "", dtype=object)
    written[shown] = listed.astype(str).astype(object)[index]
    return written
