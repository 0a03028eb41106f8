"""Small stage histories, whole and broken."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from crmkit import tables
from crmkit.records import User

START = datetime(2024, 1, 1, tzinfo=UTC)

_TEXT = tables.to_table([], User)["id"].dtype


def day(number):
    """The instant so many days after the start of 2024."""
    return START + timedelta(days=number)


def history(*rows):
    """A table of (deal_id, from_stage, to_stage, days since START); None stands for missing, anywhere."""
    deals, before, after, days = zip(*rows, strict=True) if rows else ((), (), (), ())
    times = [None if one is None else day(one).replace(tzinfo=None) for one in days]
    return pd.DataFrame(
        {
            "deal_id": pd.Series(deals, dtype=_TEXT),
            "from_stage": pd.Series(before, dtype=_TEXT),
            "to_stage": pd.Series(after, dtype=_TEXT),
            "changed_at": pd.Series(np.array(times, dtype="M8[us]")).dt.tz_localize("UTC"),
        }
    )


def walk(deal, *steps):
    """The rows of a deal that goes through (stage, day) after (stage, day)."""
    before = [None, *(stage for stage, _ in steps)]
    return [(deal, was, stage, days) for was, (stage, days) in zip(before, steps, strict=False)]
