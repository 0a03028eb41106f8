"""Several files: where they are, how their tables come together, which ids refer to which records."""

from crmkit.io._several._found import Found, Limits
from crmkit.io._several._links import linked
from crmkit.io._several._several import Paths, files_in
from crmkit.io._several._together import aligned, together

__all__ = ["Found", "Limits", "Paths", "aligned", "files_in", "linked", "together"]
