"""A report as plain text for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from crmkit.io import ImportResult
from crmkit.kpi import Breakdown
from crmkit.reporting._figures import (
    assumed_texts,
    causes_text,
    interval_text,
    key_text,
    left_out_text,
    one_line,
    row_text,
    scope_text,
    title_text,
    value_text,
)
from crmkit.reporting._report import Card, Report

__all__ = ["render_import", "render_text"]

_MOST_REJECTED = 20
_LONGEST_LINE = 1_000
_MOST_SLICES = 60


def render_text(report: Report) -> str:
    """Return the report as text: the KPIs, the slices, and what the import assumed and rejected."""
    parts = [_heading(report), _aligned(["", "value", "interval", "n"], [_card_row(card) for card in report.cards])]
    parts += [_breakdown(breakdown) for breakdown in report.breakdowns]
    notes = [*(_note(card) for card in report.cards), *(one_line(one, limit=_LONGEST_LINE) for one in report.omitted)]
    parts += [_listed("Not computed, or left out", [note for note in notes if note])]
    gaps = [f"{column} is missing in {count:,} of {report.rows:,}" for column, count in report.gaps.items()]
    parts += [_listed("Empty cells", gaps), _provenance(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def render_import(result: ImportResult) -> str:
    """Return what an import assumed and rejected as text."""
    return _provenance(result) + "\n"


def _provenance(source: Report | ImportResult) -> str:
    rejected = causes_text(source.rejected) if len(source.rejected) > _MOST_REJECTED else []
    rejected += [row_text(row) for row in source.rejected[:_MOST_REJECTED]]
    hidden = max(0, len(source.rejected) - _MOST_REJECTED)
    rejected += [f"and {hidden:,} more rows"] if hidden else []
    assumed = _listed("Assumed", assumed_texts(source.assumptions))
    return "\n\n".join(part for part in (assumed, _listed("Rejected", rejected)) if part)


def _heading(report: Report) -> str:
    facts = [f"{report.rows:,} {report.record.replace('_', ' ')}{'' if report.rows == 1 else 's'} in the table"]
    if report.accepted is not None:
        facts.append(f"{len(report.rejected):,} row{'' if len(report.rejected) == 1 else 's'} rejected")
    cautions = "".join(f"\nCaution: {one_line(caution, limit=_LONGEST_LINE)}" for caution in report.cautions)
    legend = f"Intervals cover {100 * report.confidence:g} %; n is how many records a number rests on."
    return f"{report.title}\n{', '.join([*facts, *filter(None, [scope_text(report)])])}\n{legend}{cautions}"


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
    left_out = left_out_text(card.measurement.excluded)
    return f"{card.metric.label}: {left_out}" if left_out else ""


def _breakdown(breakdown: Breakdown) -> str:
    rows = []
    for piece in breakdown.slices[:_MOST_SLICES]:
        label = ", ".join([*(key_text(key) for key in piece.keys), *([str(piece.period)] if piece.period else [])])
        rows.append(
            [label, value_text(piece.measurement), interval_text(piece.measurement), f"{piece.measurement.n:,}"]
        )
    table = _aligned([title_text(breakdown), "value", "interval", "n"], rows)
    more = f"and {len(breakdown) - len(rows):,} more" if len(breakdown) > len(rows) else ""
    return "\n".join(part for part in (table, more, left_out_text(breakdown.excluded)) if part)


def _aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align columns: the first to the left, the others to the right."""
    widths = [max(_width(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, ["-" * width for width in widths], *rows):
        gaps = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [row[0] + gaps[0], *(gap + cell for gap, cell in zip(gaps[1:], row[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide letter, none for a mark upon another one."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.category(letter) in ("Mn", "Me") for letter in text)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {one_line(line, limit=_LONGEST_LINE)}" for line in lines)]) if lines else ""
