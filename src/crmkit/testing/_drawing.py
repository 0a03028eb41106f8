"""How a check runs a law on drawn values, inside one test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

__all__ = ["drawn_settings", "proven"]


def proven(law: Callable[[Any], None], strategy: st.SearchStrategy[Any], *, examples: int) -> None:
    """Prove a law on this many drawn values; what is not said here the caller's Hypothesis profile says."""
    drawn_settings(examples)(given(strategy)(law))()


def drawn_settings(examples: int, **options: Any) -> settings:
    """Return settings under which a slow store is no fault."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), **options)
