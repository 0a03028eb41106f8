"""How many standard errors an interval reaches to each side."""

from __future__ import annotations

from scipy import special

__all__ = ["normal", "student"]

# scipy.special and not scipy.stats, whose import takes most of a second


def normal(confidence: float) -> float:
    """Return the standard normal quantile that leaves (1 - confidence) / 2 above it."""
    return -float(special.ndtri((1 - confidence) / 2))


def student(confidence: float, freedom: int) -> float:
    """Return the quantile of Student's t that leaves (1 - confidence) / 2 above it.

    Args:
        confidence: between 0 and 1.
        freedom: degrees of freedom, from 1 on.
    """
    return -float(special.stdtrit(freedom, (1 - confidence) / 2))
