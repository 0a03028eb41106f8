"""A report as one HTML file that needs nothing else: no script, no request, charts inline."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from crmkit.errors import MissingExtra
from crmkit.kpi import Breakdown, Measurement
from crmkit.reporting._charts import plot
from crmkit.reporting._charts_style import ACCENT, GRID, INK, MOST_BARS, MUTED
from crmkit.reporting._figures import (
    assumed_texts,
    causes_text,
    interval_text,
    key_text,
    left_out_text,
    row_text,
    scope_text,
    title_text,
    value_text,
)
from crmkit.reporting._report import Report
from crmkit.reporting._svg import to_svg

__all__ = ["render_html"]

_MOST_REJECTED = 50
_MOST_ROWS = 100


def render_html(report: Report) -> str:
    """Return the report as one self-contained HTML page.

    Everything that comes from data is escaped; the page's own policy allows no script and no request. The same report
    gives the same bytes.

    Raises:
        MissingExtra: Jinja2 or matplotlib is not installed.
    """
    try:
        import jinja2
        import markupsafe
    except ImportError as fault:
        raise MissingExtra.of("report", purpose="the HTML page") from fault
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    folder = resources.files("crmkit.reporting") / "page"
    style = _coloured((folder / "page.css").read_text(encoding="utf-8"))
    template = environment.from_string((folder / "page.html").read_text(encoding="utf-8"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return template.render(
        report=report,
        style=markupsafe.Markup(style),  # noqa: S704  # ours
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        charts=[_chart(report, breakdown, position) for position, breakdown in enumerate(report.breakdowns)],
        value=value_text,
        interval=interval_text,
        key=key_text,
        assumed=assumed_texts(report.assumptions),
        scope=scope_text(report),
        left_out=left_out_text,
        causes=causes_text(report.rejected) if len(report.rejected) > _MOST_REJECTED else [],
        cards=sorted(report.cards, key=lambda card: card.measurement is None or not card.measurement.defined),
        rejected=row_text,
        most_rejected=_MOST_REJECTED,
        most_rows=_MOST_ROWS,
    )


def _coloured(style: str) -> str:
    for name, colour in (("INK", INK), ("MUTED", MUTED), ("GRID", GRID), ("ACCENT", ACCENT)):
        style = style.replace(f"@{name}@", colour)
    return style


def _chart(report: Report, breakdown: Breakdown, position: int) -> dict[str, Any]:
    import markupsafe

    title = title_text(breakdown)
    overall = next((card.measurement for card in report.cards if card.metric.name == breakdown.name), None)
    svg = to_svg(plot(breakdown, overall=overall), title=title, salt=f"{position} {title}")
    return {
        "title": title,
        "svg": markupsafe.Markup(svg),  # noqa: S704  # escaped by the writer of the SVG
        "breakdown": breakdown,
        "note": _legend(breakdown, overall),
    }


def _legend(breakdown: Breakdown, overall: Measurement | None) -> str:
    """Say how a chart of names is read."""
    if breakdown.every is not None:
        return ""
    parts = ["dot and bar: value and interval", "dashed: all together"] if overall is not None else []
    if len(breakdown) > MOST_BARS:
        parts.append(f"the {MOST_BARS} with the most records, of {len(breakdown):,}")
    return "; ".join(parts)
