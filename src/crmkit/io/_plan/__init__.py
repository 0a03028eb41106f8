"""From what was said of a file, which may be nothing, to all that is needed to read it."""

from crmkit.io._plan._columns import is_required, specs_of
from crmkit.io._plan._entered import stage_of
from crmkit.io._plan._plan import Plan, decide

__all__ = ["Plan", "decide", "is_required", "specs_of", "stage_of"]
