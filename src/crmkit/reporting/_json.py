"""A report as JSON, for other programs."""

from __future__ import annotations

import math
from typing import Any

from crmkit import _documents
from crmkit.expressions import ALWAYS
from crmkit.kpi import Breakdown, Measurement
from crmkit.reporting._report import Card, Report

__all__ = ["render_json"]


def render_json(report: Report) -> str:
    """Return the report as a JSON document; numbers that do not exist are null, and `reason` says why."""
    body = {
        "title": report.title,
        "record": report.record,
        "rows": report.rows,
        "cautions": list(report.cautions),
        "omitted": list(report.omitted),
        "gaps": dict(report.gaps),
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "where": None if report.where == ALWAYS else str(report.where),
        "timezone": report.timezone,
        "metrics": [_card(card) for card in report.cards],
        "slices": [_breakdown(breakdown) for breakdown in report.breakdowns],
        "assumptions": [{"code": one.code, "subject": one.subject, "text": one.text} for one in report.assumptions],
        "accepted": report.accepted,
        "rejected": [
            {
                "line": row.line,
                "problems": [{"column": one.column, "value": one.value, "reason": one.reason} for one in row.problems],
            }
            for row in report.rejected
        ],
    }
    return _documents.dump("report", body)


def _card(card: Card) -> dict[str, Any]:
    if card.measurement is None:
        return {"name": card.metric.name, "value": None, "reason": card.reason}
    return _measurement(card.measurement)


def _measurement(measurement: Measurement) -> dict[str, Any]:
    return {
        "name": measurement.name,
        "value": _finite(measurement.value),
        "low": _finite(measurement.low),
        "high": _finite(measurement.high),
        "n": measurement.n,
        "unit": measurement.unit,
        "confidence": measurement.confidence,
        "excluded": dict(measurement.excluded),
        "reason": measurement.reason,
    }


def _breakdown(breakdown: Breakdown) -> dict[str, Any]:
    return {
        "name": breakdown.name,
        "by": list(breakdown.by),
        "every": breakdown.every,
        "excluded": dict(breakdown.excluded),
        "rows": [
            {
                "keys": [_key(key) for key in piece.keys],
                "period": str(piece.period) if piece.period else None,
                **_measurement(piece.measurement),
            }
            for piece in breakdown
        ],
    }


def _key(key: object) -> str | int | float | None:
    if key is None or isinstance(key, str | int) or (isinstance(key, float) and math.isfinite(key)):
        return key
    return str(key)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
