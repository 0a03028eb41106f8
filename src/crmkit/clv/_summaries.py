"""What a model is given: a customer summary, or any frame of its shape, which says neither unit nor currency."""

from __future__ import annotations

from typing import Any

from crmkit.tables import CustomerSummary

__all__ = ["currency_of", "frame_of", "unit_of"]


def frame_of(data: Any) -> Any:
    """Return the table of a summary, or the frame itself."""
    return data.table if isinstance(data, CustomerSummary) else data


def unit_of(data: Any) -> str | None:
    """Return the unit of time of a summary."""
    return data.unit if isinstance(data, CustomerSummary) else None


def currency_of(data: Any) -> str | None:
    """Return the currency of a summary, if it says one."""
    return data.currency if isinstance(data, CustomerSummary) else None
