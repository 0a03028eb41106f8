"""What a model is given: a customer summary, or any frame of its shape, which says neither unit nor currency."""

from __future__ import annotations

from typing import Any

from crmkit.errors import InvalidArgument
from crmkit.tables import CustomerSummary

__all__ = ["currency_of", "frame_of", "prove_unit", "unit_of"]


def frame_of(data: Any) -> Any:
    """Return the table of a summary, or the frame itself."""
    return data.table if isinstance(data, CustomerSummary) else data


def unit_of(data: Any) -> str | None:
    """Return the unit of time of a summary."""
    return data.unit if isinstance(data, CustomerSummary) else None


def currency_of(data: Any) -> str | None:
    """Return the currency of a summary, if it says one."""
    return data.currency if isinstance(data, CustomerSummary) else None


def prove_unit(data: Any, unit: str | None) -> None:
    """Refuse a summary in another unit of time than that of a fit.

    Raises:
        InvalidArgument: both say their units, and they differ.
    """
    given = unit_of(data)
    if None not in (given, unit) and given != unit:
        message = f"the fit counts in {unit}s and the summary in {given}s; make both with one unit"
        raise InvalidArgument(message, argument="data", value=given)
