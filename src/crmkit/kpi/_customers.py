"""KPIs of customers: what winning one costs, how many stay, how many leads become one."""

from __future__ import annotations

import math

from crmkit.errors import InvalidArgument
from crmkit.expressions import field
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._measures import Share
from crmkit.kpi._metric import Metric
from crmkit.kpi._plain import count, plain, share, whole_count

__all__ = ["cac", "churn_rate", "conversion_rate", "lead_conversion_rate", "retention_rate"]

_NO_CUSTOMERS = "there was no customer at the start"
_NO_LEADS = "no lead was created"
_WILSON = "interval: Wilson (1927), Journal of the American Statistical Association 22"


def _cac_of(*, spend: float, new_customers: int) -> Measurement:
    """Customer acquisition cost, in the currency of `spend`."""
    count("spend", spend)
    whole_count("new_customers", new_customers)
    value = spend / new_customers if new_customers else math.nan
    return plain("cac", value, unit=None, n=new_customers, nothing="there was no new customer")


def _churn_rate_of(*, lost: int, at_start: int, confidence: float = 0.95) -> Measurement:
    """Customers lost of those present at the start."""
    return share(
        "churn_rate",
        part=("lost", lost),
        whole=("at_start", at_start),
        nothing=_NO_CUSTOMERS,
        confidence=confidence,
    )


def _retention_rate_of(*, at_start: int, at_end: int, new: int = 0, confidence: float = 0.95) -> Measurement:
    """Customers still there at the end, of those present at the start: `new` ones do not count."""
    if at_end - new > at_start or at_end < new:
        raise InvalidArgument(
            f"{at_end} customers at the end less {new} new ones are {at_end - new}, of {at_start} at the start: "
            f"nobody can be retained who was not there; check `new`",
            argument="at_end",
            value=at_end,
        )
    return share(
        "retention_rate",
        part=("at_end - new", at_end - new),
        whole=("at_start", at_start),
        nothing=_NO_CUSTOMERS,
        confidence=confidence,
    )


def _conversion_rate_of(*, converted: int, visitors: int, confidence: float = 0.95) -> Measurement:
    """Share of visitors, leads or recipients who did what was hoped for."""
    return share(
        "conversion_rate",
        part=("converted", converted),
        whole=("visitors", visitors),
        nothing="there was nobody to convert",
        confidence=confidence,
    )


def _lead_conversion_rate_of(*, converted: int, leads: int, confidence: float = 0.95) -> Measurement:
    """Share of leads that were converted."""
    return share(
        "lead_conversion_rate",
        part=("converted", converted),
        whole=("leads", leads),
        nothing=_NO_LEADS,
        confidence=confidence,
    )


cac = Metric(
    name="cac",
    label="Customer acquisition cost",
    definition="sales and marketing spend / new customers",
    source="Farris et al., Marketing Metrics (2010), chapter 5",
    unit="currency",
    better="lower",
    of=_cac_of,
)

churn_rate = Metric(
    name="churn_rate",
    label="Customer churn",
    definition="customers lost in the period / customers present at its start; new customers do not count",
    source=f"cohort form; Farris et al., Marketing Metrics (2010), chapter 5; {_WILSON}",
    unit="fraction",
    better="lower",
    of=_churn_rate_of,
)

retention_rate = Metric(
    name="retention_rate",
    label="Customer retention",
    definition="(customers at the end - new customers) / customers at the start; 1 - churn on the same people",
    source=f"Farris et al., Marketing Metrics (2010), chapter 5; {_WILSON}",
    unit="fraction",
    better="higher",
    of=_retention_rate_of,
)

conversion_rate = Metric(
    name="conversion_rate",
    label="Conversion rate",
    definition="conversions / those who could have converted",
    source=f"Farris et al., Marketing Metrics (2010), chapter 10; {_WILSON}",
    unit="fraction",
    better="higher",
    of=_conversion_rate_of,
)

lead_conversion_rate = Metric(
    name="lead_conversion_rate",
    label="Lead conversion",
    definition="of the leads created in the window, the share converted by as_of; matured_days= leaves out young ones",
    source=f"cohort form; Salesforce, Lead Conversion Rate; {_WILSON}",
    unit="fraction",
    better="higher",
    of=_lead_conversion_rate_of,
    record="lead",
    measure=Share(field("status") == "converted"),
    at="created_at",
    nothing=_NO_LEADS,
)
