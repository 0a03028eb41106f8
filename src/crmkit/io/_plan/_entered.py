"""Columns that say when a deal was in a stage first."""

from __future__ import annotations

from crmkit.errors import did_you_mean, shown
from crmkit.io._files import Rows, header_key
from crmkit.io._mapping import Mapping

__all__ = ["entered_columns", "mark_of", "stage_of"]

_MARK = "entered:"


def mark_of(stage: str) -> str:
    """Name the column of a stage among those that are read."""
    return f"{_MARK}{stage}"


def stage_of(name: str) -> str | None:
    """Return the stage whose column has this name; None where it is a field's."""
    return name.removeprefix(_MARK) if name.startswith(_MARK) else None


def entered_columns(rows: Rows, given: Mapping, record: str) -> dict[str, str]:
    """Return the header of each stage's column as the file writes it.

    Args:
        rows: of the file.
        given: the mapping.
        record: the kind of its rows.

    Raises:
        ImportRejected: the file has no such column, or its rows are no deals.
    """
    by_key = {header_key(header): header for header in rows.columns}
    columns = {}
    for stage, header in (given.entered or {}).items():
        where = f"[entered] {stage} = {shown(header)}: "
        if record != "deal":
            raise rows.refusal(f"{where}only deals are in stages; each row is a {record}", code="invalid_mapping")
        if header_key(header) not in by_key:
            hint = did_you_mean(header, rows.columns)
            raise rows.refusal(f"{where}the file has no such column{hint}", code="invalid_mapping")
        columns[stage] = by_key[header_key(header)]
    return columns
