"""KPIs of deals: what was won, how often, how large, how fast, and what is still open."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from crmkit import statistics
from crmkit.errors import InvalidArgument
from crmkit.expressions import field
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._measures import Mean, Quantile, Share, Total, WeightedShare
from crmkit.kpi._metric import Metric
from crmkit.kpi._plain import count, numbers, plain, share
from crmkit.kpi._quantities import Column, ColumnProduct, Days

__all__ = [
    "average_deal_size",
    "mean_won_cycle",
    "open_pipeline",
    "sales_cycle",
    "weighted_pipeline",
    "win_rate",
    "win_rate_by_value",
    "won_revenue",
]

_WON = field("status") == "won"
_OPEN = field("status") == "open"
_CLOSED = field("status").isin("won", "lost")
_NO_WON = "no deal was won"
_NO_CLOSED = "no deal was won or lost"
_WILSON = "Wilson (1927), Journal of the American Statistical Association 22"
_STUDENT = "interval: Student (1908)"


def _win_rate_of(*, won: int, lost: int, confidence: float = 0.95) -> Measurement:
    """Win rate of counted deals."""
    count("lost", lost)
    return share("win_rate", part=("won", won), whole=("closed", won + lost), nothing=_NO_CLOSED, confidence=confidence)


def _win_rate_by_value_of(*, won: float, lost: float) -> Measurement:
    """Win rate of summed amounts; two sums alone give no interval."""
    total = count("won", won) + count("lost", lost)
    return plain("win_rate_by_value", won / total if total else math.nan, unit="fraction", nothing=_NO_CLOSED)


def _average_deal_size_of(amounts: Iterable[float], *, confidence: float = 0.95) -> Measurement:
    """Mean of the won amounts."""
    estimate = statistics.mean(numbers("amounts", amounts), confidence=confidence)
    return plain("average_deal_size", estimate, unit=None, nothing=_NO_WON)


def _won_revenue_of(amounts: Iterable[float]) -> Measurement:
    """Sum of the won amounts."""
    found = numbers("amounts", amounts)
    return plain("won_revenue", math.fsum(found), unit=None, n=len(found))


def _sales_cycle_of(days: Iterable[float], *, confidence: float = 0.95) -> Measurement:
    """Median of the won deals' days from creation to close."""
    estimate = statistics.quantile(numbers("days", days, least=0), 0.5, confidence=confidence)
    return plain("sales_cycle", estimate, unit="days", nothing=_NO_WON)


def _mean_won_cycle_of(days: Iterable[float], *, confidence: float = 0.95) -> Measurement:
    """Mean of the won deals' days from creation to close."""
    estimate = statistics.mean(numbers("days", days, least=0), confidence=confidence)
    return plain("mean_won_cycle", estimate, unit="days", nothing=_NO_WON)


def _open_pipeline_of(amounts: Iterable[float]) -> Measurement:
    """Sum of the open amounts."""
    found = numbers("amounts", amounts)
    return plain("open_pipeline", math.fsum(found), unit=None, n=len(found))


def _weighted_pipeline_of(amounts: Iterable[float], probabilities: Iterable[float]) -> Measurement:
    """Sum of the open amounts, each times its probability."""
    found, chances = numbers("amounts", amounts), numbers("probabilities", probabilities, least=0)
    if len(found) != len(chances):
        raise InvalidArgument(
            f"{len(found)} amounts and {len(chances)} probabilities: each deal has one of both",
            argument="probabilities",
            value=len(chances),
        )
    if any(chance > 1 for chance in chances):
        raise InvalidArgument("a probability lies between 0 and 1", argument="probabilities", value=tuple(chances))
    expected = math.fsum(np.multiply(found, chances).tolist())
    return plain("weighted_pipeline", expected, unit=None, n=len(found))


win_rate = Metric(
    name="win_rate",
    label="Win rate",
    definition="won deals / (won + lost deals), by close date; open deals do not count",
    source=f"customary in CRM reports; interval: {_WILSON}",
    unit="fraction",
    better="higher",
    of=_win_rate_of,
    record="deal",
    measure=Share(_WON, among=_CLOSED),
    at="closed_at",
    nothing=_NO_CLOSED,
)

win_rate_by_value = Metric(
    name="win_rate_by_value",
    label="Win rate by value",
    definition="amount of won deals / amount of won and lost deals, by close date",
    source="value-weighted form of the win rate; interval: Cochran, Sampling Techniques (1977), section 2.11",
    unit="fraction",
    better="higher",
    degenerate="the won deals, or the lost ones, all have an amount of 0: the table does not keep what they were worth",
    of=_win_rate_by_value_of,
    record="deal",
    measure=WeightedShare(_WON, Column("amount"), among=_CLOSED),
    at="closed_at",
    nothing=_NO_CLOSED,
)

average_deal_size = Metric(
    name="average_deal_size",
    label="Average deal size",
    definition="amount of won deals / number of won deals that have an amount, by close date",
    source=f"customary in CRM reports; {_STUDENT}",
    unit="currency",
    better="higher",
    of=_average_deal_size_of,
    record="deal",
    measure=Mean(Column("amount"), among=_WON),
    at="closed_at",
    nothing=_NO_WON,
)

won_revenue = Metric(
    name="won_revenue",
    label="Won revenue",
    definition="sum of the amounts of won deals, by close date",
    source="a sum of everything there is: no sampling interval",
    unit="currency",
    better="higher",
    of=_won_revenue_of,
    record="deal",
    measure=Total(Column("amount"), among=_WON),
    at="closed_at",
    nothing=_NO_WON,
)

sales_cycle = Metric(
    name="sales_cycle",
    label="Sales cycle (median)",
    definition="median days from creation to close of won deals; deals that lack a date are left out",
    source="interval: Conover, Practical Nonparametric Statistics (1999), section 3.2",
    unit="days",
    better="lower",
    of=_sales_cycle_of,
    record="deal",
    measure=Quantile(Days("created_at", "closed_at"), among=_WON),
    at="closed_at",
    nothing=_NO_WON,
)

mean_won_cycle = Metric(
    name="mean_won_cycle",
    label="Sales cycle (mean)",
    definition="mean days from creation to close of won deals; deals that lack a date are left out",
    source=f"HubSpot, Average days to close; {_STUDENT}",
    unit="days",
    better="lower",
    of=_mean_won_cycle_of,
    record="deal",
    measure=Mean(Days("created_at", "closed_at"), among=_WON),
    at="closed_at",
    nothing=_NO_WON,
)

open_pipeline = Metric(
    name="open_pipeline",
    label="Open pipeline",
    definition="sum of the amounts of open deals",
    source="a sum of everything there is: no sampling interval",
    unit="currency",
    better="higher",
    of=_open_pipeline_of,
    record="deal",
    measure=Total(Column("amount"), among=_OPEN),
    nothing="no deal is open",
)

weighted_pipeline = Metric(
    name="weighted_pipeline",
    label="Weighted pipeline",
    definition="sum over open deals of amount x probability of winning",
    source="Salesforce, Expected Revenue; no sampling interval",
    unit="currency",
    better="higher",
    of=_weighted_pipeline_of,
    record="deal",
    measure=Total(ColumnProduct("amount", "probability"), among=_OPEN),
    nothing="no deal is open",
)
