"""What stages do to deals, from a stage history or from deals alone.

`_stays` turns a history into the stays of deals in stages, as of an instant; `_report` is the shape of every answer.
`_times`, `_funnel`, `_conversion` and `_bottleneck` ask the stays, `_ageing` and `_velocity` the deals.
"""

from crmkit.kpi._stages._ageing import StageAge, ageing_report
from crmkit.kpi._stages._bottleneck import Bottleneck, bottleneck
from crmkit.kpi._stages._conversion import StageConversion, stage_conversion
from crmkit.kpi._stages._funnel import FunnelStep, funnel
from crmkit.kpi._stages._report import StageReport
from crmkit.kpi._stages._times import StageTime, time_in_stage
from crmkit.kpi._stages._velocity import SalesVelocity, sales_velocity

__all__ = [
    "Bottleneck",
    "FunnelStep",
    "SalesVelocity",
    "StageAge",
    "StageConversion",
    "StageReport",
    "StageTime",
    "ageing_report",
    "bottleneck",
    "funnel",
    "sales_velocity",
    "stage_conversion",
    "time_in_stage",
]
