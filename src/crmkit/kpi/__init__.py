"""Idea 4: every KPI of a CRM team as one object with its definition, source, interval and two calls.

    kpi.win_rate(deals, by="owner_id", every="quarter").table     a table of any kind
    kpi.win_rate.of(won=42, lost=24)                              plain numbers

The catalogue: `_sales`, `_customers`, `_satisfaction`. A metric of your own is a `Metric` over one of the measures
(Share, WeightedShare, NetShare, Mean, Quantile, Total, Ratio, DistinctCount) of one or two quantities (Column, Days,
Product, YesNo, Key). Behind them is one engine: `_engine` tells the story, `_as_of` keeps it from peeking,
`_collapse` reduces the table where it lives.
"""

from crmkit.kpi._catalogue import CATALOGUE
from crmkit.kpi._customers import cac, churn_rate, conversion_rate, lead_conversion_rate, retention_rate
from crmkit.kpi._measurement import Breakdown, Measurement, Slice
from crmkit.kpi._measures import DistinctCount, Mean, Measure, NetShare, Quantile, Ratio, Share, Total, WeightedShare
from crmkit.kpi._metric import Metric
from crmkit.kpi._quantities import Column, Days, Key, Product, Quantity, YesNo
from crmkit.kpi._sales import (
    average_deal_size,
    mean_won_cycle,
    open_pipeline,
    sales_cycle,
    weighted_pipeline,
    win_rate,
    win_rate_by_value,
    won_revenue,
)
from crmkit.kpi._satisfaction import csat, nps

__all__ = [
    "CATALOGUE",
    "Breakdown",
    "Column",
    "Days",
    "DistinctCount",
    "Key",
    "Mean",
    "Measure",
    "Measurement",
    "Metric",
    "NetShare",
    "Product",
    "Quantile",
    "Quantity",
    "Ratio",
    "Share",
    "Slice",
    "Total",
    "WeightedShare",
    "YesNo",
    "average_deal_size",
    "cac",
    "churn_rate",
    "conversion_rate",
    "csat",
    "lead_conversion_rate",
    "mean_won_cycle",
    "nps",
    "open_pipeline",
    "retention_rate",
    "sales_cycle",
    "weighted_pipeline",
    "win_rate",
    "win_rate_by_value",
    "won_revenue",
]
