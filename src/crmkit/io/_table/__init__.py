"""From the rows of a file and the plan for them to a canonical table."""

from crmkit.io._table._frame import to_frame
from crmkit.io._table._take import OnError, take

__all__ = ["OnError", "take", "to_frame"]
