"""A report as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from crmkit.io import ImportResult
from crmkit.kpi import Breakdown
from crmkit.reporting._figures import as_of_text, interval_text, key_text, row_text, title_text, value_text
from crmkit.reporting._report import Card, Report

__all__ = ["render_import", "render_text"]

_MOST_REJECTED = 20


def render_text(report: Report) -> str:
    """Return the report as text: the KPIs, the slices, and what the import assumed and rejected."""
    parts = [_heading(report), _aligned(["", "value", "interval", "n"], [_card_row(card) for card in report.cards])]
    parts += [_breakdown(breakdown) for breakdown in report.breakdowns]
    notes = [_note(card) for card in report.cards]
    parts += [_listed("Not computed, or left out", [note for note in notes if note])]
    gaps = [f"{column} is missing in {count:,} of {report.rows:,}" for column, count in report.gaps.items()]
    parts += [_listed("Kept with gaps", gaps), _provenance(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def render_import(result: ImportResult) -> str:
    """Return what an import assumed and rejected as text."""
    return _provenance(result) + "\n"


def _provenance(source: Report | ImportResult) -> str:
    rejected = [row_text(row) for row in source.rejected[:_MOST_REJECTED]]
    hidden = len(source.rejected) - len(rejected)
    rejected += [f"and {hidden:,} more rows"] if hidden else []
    assumed = _listed("Assumed", [assumption.text for assumption in source.assumptions])
    return "\n\n".join(part for part in (assumed, _listed("Rejected", rejected)) if part)


def _heading(report: Report) -> str:
    facts = [f"{report.rows:,} {report.record.replace('_', ' ')} records"]
    if report.accepted is not None:
        facts.append(f"{len(report.rejected):,} rows rejected")
    if report.as_of is not None:
        facts.append(as_of_text(report))
    return f"{report.title}\n{', '.join(facts)}"


def _card_row(card: Card) -> list[str]:
    if card.measurement is None:
        return [card.metric.label, "–", "", ""]
    return [card.metric.label, value_text(card.measurement), interval_text(card.measurement), f"{card.measurement.n:,}"]


def _note(card: Card) -> str:
    """Say what a card leaves unsaid."""
    if card.measurement is None:
        return f"{card.metric.label}: {card.reason}"
    if card.measurement.reason is not None:
        return f"{card.metric.label}: cannot compute: {card.measurement.reason}"
    left_out = ", ".join(f"{reason} in {count:,}" for reason, count in card.measurement.excluded.items())
    return f"{card.metric.label}: left out: {left_out}" if left_out else ""


def _breakdown(breakdown: Breakdown) -> str:
    rows = []
    for piece in breakdown:
        label = ", ".join([*(key_text(key) for key in piece.keys), *([str(piece.period)] if piece.period else [])])
        rows.append(
            [label, value_text(piece.measurement), interval_text(piece.measurement), f"{piece.measurement.n:,}"]
        )
    return _aligned([title_text(breakdown), "value", "interval", "n"], rows)


def _aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)]) if lines else ""
