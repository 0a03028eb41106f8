"""The cells of a column as values, each distinct text read once."""

from crmkit.io._cells._cells import Cells, Readings, is_blank, text_faults
from crmkit.io._cells._texts import long_id, read_texts
from crmkit.io._cells._values import TRUTHS, read_cells

__all__ = ["TRUTHS", "Cells", "Readings", "is_blank", "long_id", "read_cells", "read_texts", "text_faults"]
