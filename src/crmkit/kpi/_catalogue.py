"""The catalogue: every metric by name, in the order in which a page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from crmkit.kpi import _customers, _sales, _satisfaction
from crmkit.kpi._metric import Metric

__all__ = ["CATALOGUE"]

CATALOGUE: Mapping[str, Metric[Any]] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            _sales.won_revenue,
            _sales.win_rate,
            _sales.win_rate_by_value,
            _sales.average_deal_size,
            _sales.sales_cycle,
            _sales.mean_won_cycle,
            _sales.open_pipeline,
            _sales.weighted_pipeline,
            _customers.lead_conversion_rate,
            _customers.conversion_rate,
            _customers.cac,
            _customers.churn_rate,
            _customers.retention_rate,
            _satisfaction.nps,
            _satisfaction.csat,
        )
    }
)
"""Every metric that ships, by name."""
