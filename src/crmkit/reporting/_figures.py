"""How a number is written for a person."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING

from crmkit.calendars import zone
from crmkit.errors import shown
from crmkit.expressions import ALWAYS
from crmkit.io import Assumption, RejectedRow
from crmkit.kpi import Breakdown, Measurement

if TYPE_CHECKING:
    from crmkit.reporting._report import Report

__all__ = [
    "assumed_texts",
    "causes_text",
    "interval_text",
    "key_text",
    "left_out_text",
    "number_text",
    "one_line",
    "row_text",
    "scope_text",
    "title_text",
    "value_text",
]


_JOINERS = "\u200c\u200d"  # they hold Persian words and many emoji together


def key_text(key: object, *, limit: int = 40) -> str:
    """Write a name of unknown origin on one line; a dash where there is none."""
    return "–" if key is None else one_line(str(key), limit=limit) or "–"


def one_line(text: str, *, limit: int) -> str:
    """Write a text of unknown origin on one line: what cannot be printed is left out, what is long is cut."""
    line = " ".join("".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


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
            return f"{value:,.{digits}f}" + (f" {key_text(unit, limit=12)}" if unit else "")


def value_text(measurement: Measurement) -> str:
    """Write a measurement's value."""
    return number_text(measurement.value, measurement.unit)


def interval_text(measurement: Measurement) -> str:
    """Write a measurement's interval; nothing where it has none."""
    if math.isnan(measurement.low) and math.isnan(measurement.high):
        return ""
    unit = measurement.unit
    low = number_text(measurement.low, unit)
    if unit is not None:  # said once, at the end
        low = low.removesuffix(" days").removesuffix(f" {key_text(unit, limit=12)}").removesuffix(" %")
    return f"{low} to {number_text(measurement.high, unit)}"


def left_out_text(excluded: Mapping[str, int]) -> str:
    """Write what was left out and why; nothing where nothing was."""
    reasons = ", ".join(f"{reason} in {count:,}" for reason, count in excluded.items())
    return f"left out: {reasons}" if reasons else ""


def assumed_texts(assumptions: Sequence[Assumption]) -> list[str]:
    """Write what was assumed, a line each; the columns that were guessed share one, at the end."""
    plain = [one for one in assumptions if one.code == "column"]
    others = [one_line(one.text, limit=1_000) for one in assumptions if one.code != "column"]
    if len(plain) < 2:
        return [one_line(one.text, limit=1_000) for one in assumptions]
    named = ", ".join(one.text.partition(". To change")[0] for one in plain)
    return [*others, one_line(f"By headers and cells, {named}. To change: [columns]", limit=2_000)]


def causes_text(rows: Sequence[RejectedRow]) -> list[str]:
    """Write the causes for which rows were rejected, the most frequent first, each with its first row."""
    causes: dict[tuple[str | None, str], list[tuple[int, str | None]]] = {}
    for row in rows:
        for problem in row.problems:
            causes.setdefault((problem.column, problem.code), []).append((row.line, problem.value))
    frequent = sorted(causes.items(), key=lambda cause: -len(cause[1]))
    return [
        f"{len(found):,} rows: {'column ' + repr(column) if column is not None else 'the row as a whole'}"
        f"{', such as ' + shown(found[0][1], limit=60) if found[0][1] is not None else ''} in line {found[0][0]}"
        for (column, _), found in frequent
    ]


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
    cuts = [key_text(name.removesuffix("_id").replace("_", " ").replace(".", " ")) for name in breakdown.by]
    return f"{breakdown.label} by {' and '.join([*cuts, *([breakdown.every] if breakdown.every else [])])}"


def scope_text(report: Report) -> str:
    """Write what a report leaves out on purpose: what came later, and what it was not asked about; "" for nothing."""
    only = "" if report.where == ALWAYS else f"only where {one_line(str(report.where), limit=300)}"
    return ", ".join(part for part in (_as_of_text(report), only) if part)


def _as_of_text(report: Report) -> str:
    """Write until when a report looks: its last whole day, where it ends with one."""
    if report.as_of is None:
        return ""
    local = report.as_of.astimezone(zone(report.timezone))
    if local.time() == time(0):
        return f"up to the end of {local.date() - timedelta(days=1)}"
    return f"as of {local:%Y-%m-%d %H:%M %Z}"
