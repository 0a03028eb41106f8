"""Idea 4: every KPI of a CRM team as one object with its definition, source, interval and two calls.

    kpi.win_rate(deals, by="owner_id", every="quarter").table     a table of any kind
    kpi.win_rate.of(won=42, lost=24)                              plain numbers

    kpi.time_in_stage(stage_changes, as_of=date(2017, 6, 30)).table    what stages do to deals, from a stage history

The catalogue: `_sales`, `_customers`, `_satisfaction`. A metric of your own is a `Metric` over one of the measures
(Share, WeightedShare, NetShare, Mean, Quantile, Total, Ratio, DistinctCount) of one or two quantities (Column, Days,
ColumnProduct, YesNo, Key). Behind them is one engine: `_engine` tells the story, `_as_of` keeps it from peeking,
`_collapse` reduces the table where it lives. What stages do to deals is `_stages`: time_in_stage, funnel,
stage_conversion, bottleneck, ageing_report, sales_velocity.
"""

from crmkit.kpi._catalogue import CATALOGUE
from crmkit.kpi._customers import cac, churn_rate, conversion_rate, lead_conversion_rate, retention_rate
from crmkit.kpi._measurement import Breakdown, Measurement, Slice
from crmkit.kpi._measures import DistinctCount, Mean, Measure, NetShare, Quantile, Ratio, Share, Total, WeightedShare
from crmkit.kpi._metric import Metric
from crmkit.kpi._quantities import Column, ColumnProduct, Days, Key, Quantity, YesNo
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
from crmkit.kpi._stages import (
    Bottleneck,
    FunnelStep,
    SalesVelocity,
    StageAge,
    StageConversion,
    StageReport,
    StageTime,
    ageing_report,
    bottleneck,
    funnel,
    sales_velocity,
    stage_conversion,
    time_in_stage,
)

__all__ = [
    "CATALOGUE",
    "Bottleneck",
    "Breakdown",
    "Column",
    "ColumnProduct",
    "Days",
    "DistinctCount",
    "FunnelStep",
    "Key",
    "Mean",
    "Measure",
    "Measurement",
    "Metric",
    "NetShare",
    "Quantile",
    "Quantity",
    "Ratio",
    "SalesVelocity",
    "Share",
    "Slice",
    "StageAge",
    "StageConversion",
    "StageReport",
    "StageTime",
    "Total",
    "WeightedShare",
    "YesNo",
    "ageing_report",
    "average_deal_size",
    "bottleneck",
    "cac",
    "churn_rate",
    "conversion_rate",
    "csat",
    "funnel",
    "lead_conversion_rate",
    "mean_won_cycle",
    "nps",
    "open_pipeline",
    "retention_rate",
    "sales_cycle",
    "sales_velocity",
    "stage_conversion",
    "time_in_stage",
    "weighted_pipeline",
    "win_rate",
    "win_rate_by_value",
    "won_revenue",
]
