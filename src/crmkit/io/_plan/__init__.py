"""From what was said of a file, which may be nothing, to all that is needed to read it."""

from crmkit.io._plan._columns import is_required, specs_of
from crmkit.io._plan._entered import stage_of
from crmkit.io._plan._plan import Plan, again, decide
from crmkit.io._plan._stages import end_of, ends_of

__all__ = ["Plan", "again", "decide", "end_of", "ends_of", "is_required", "specs_of", "stage_of"]
