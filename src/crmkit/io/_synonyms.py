"""Moved to `crmkit.io._names`; this name goes away."""

from crmkit.io._names import KINDS, LOST, OPEN, STATUS, WON, Names

__all__ = ["KINDS", "LOST", "OPEN", "STATUS", "WON", "Names"]
