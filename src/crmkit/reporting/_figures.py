"""How a number is written for a person."""

from __future__ import annotations

import math
from datetime import time, timedelta

from crmkit.calendars import zone
from crmkit.errors import shown
from crmkit.io import RejectedRow
from crmkit.kpi import Breakdown, Measurement
from crmkit.reporting._report import Report

__all__ = ["as_of_text", "interval_text", "key_text", "number_text", "row_text", "title_text", "value_text"]


def key_text(key: object, *, limit: int = 40) -> str:
    """Write a name of unknown origin on one line: what cannot be printed is left out, what is long is cut."""
    if key is None:
        return "–"
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in str(key)).split())
    return (text if len(text) <= limit else text[: limit - 1] + "…") or "–"


def number_text(value: float, unit: str | None) -> str:
    """Write one number in its unit; a dash where it does not exist."""
    if math.isnan(value):
        return "–"
    match unit:
        case "fraction":
            return f"{100 * value:.1f} %"
        case "points":
            return f"{value:+.1f}"
        case "days":
            return f"{value:,.1f} days"
        case "records":
            return f"{value:,.0f}"
        case _:
            digits = 0 if abs(value) >= 10_000 else 2
            return f"{value:,.{digits}f}" + (f" {unit}" if unit else "")


def value_text(measurement: Measurement) -> str:
    """Write a measurement's value."""
    return number_text(measurement.value, measurement.unit)


def interval_text(measurement: Measurement) -> str:
    """Write a measurement's interval; nothing where it has none."""
    if math.isnan(measurement.low) and math.isnan(measurement.high):
        return ""
    return f"{number_text(measurement.low, measurement.unit)} to {number_text(measurement.high, measurement.unit)}"


def row_text(row: RejectedRow) -> str:
    """Write why a row was rejected, with its line, column and value."""
    problems = []
    for problem in row.problems:
        place = [f"column {problem.column!r}"] if problem.column is not None else []
        place += [f"value {shown(problem.value, limit=60)}"] if problem.value is not None else []
        problems.append(": ".join([", ".join(place), problem.reason] if place else [problem.reason]))
    return f"line {row.line}, {'; '.join(problems)}"


def title_text(breakdown: Breakdown) -> str:
    """Write what a breakdown shows: "Win rate by owner"."""
    cuts = [name.removesuffix("_id").replace("_", " ").replace(".", " ") for name in breakdown.by]
    return f"{breakdown.label} by {' and '.join([*cuts, *([breakdown.every] if breakdown.every else [])])}"


def as_of_text(report: Report) -> str:
    """Write until when a report looks: its last whole day, where it ends with one."""
    if report.as_of is None:
        return "all that the table holds"
    local = report.as_of.astimezone(zone(report.timezone))
    if local.time() == time(0):
        return f"up to the end of {local.date() - timedelta(days=1)}"
    return f"as of {local:%Y-%m-%d %H:%M %Z}"
