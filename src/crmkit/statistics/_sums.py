"""Sums that neither the order of the terms nor their size can spoil."""

from __future__ import annotations

import math

import numpy as np

from crmkit.statistics._arguments import Floats

__all__ = ["scaled", "total", "unscaled"]


def total(counts: Floats, terms: Floats) -> float:
    """Return the sum of counts times terms, rounded once at the end."""
    return math.fsum((counts * terms).tolist())


def scaled(values: Floats) -> tuple[Floats, int]:
    """Return values · 2^-exponent, all within [-1, 1], and the exponent: their squares can be summed.

    A power of two changes no digit.
    """
    exponent = int(np.frexp(np.abs(values).max(initial=0.0))[1])
    return np.ldexp(values, -exponent), exponent


def unscaled(values: list[float], exponent: int) -> list[float]:
    """Return values · 2^exponent; infinite where that is more than a float holds."""
    with np.errstate(over="ignore"):
        return [float(value) for value in np.ldexp(values, exponent)]
