"""Results for people: `report` measures a table with every KPI of its kind, the rest shows it.

render_text    for a terminal
render_import  what an import assumed and rejected, for a terminal
render_html    one self-contained page (extra "report")
render_json    for other programs
plot           a result of `kpi` or `clv` as a matplotlib figure, or in axes of yours (extra "report")
"""

from crmkit.reporting._charts import plot
from crmkit.reporting._json import render_json
from crmkit.reporting._page import render_html
from crmkit.reporting._report import Card, Report, report
from crmkit.reporting._source import latest_date
from crmkit.reporting._terminal import render_import, render_text

__all__ = [
    "Card",
    "Report",
    "latest_date",
    "plot",
    "render_html",
    "render_import",
    "render_json",
    "render_text",
    "report",
]
