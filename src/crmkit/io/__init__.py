"""Export files in: a CSV of any CRM becomes a canonical table.

read(path)                  the way in; returns an ImportResult
read_all(source)            a directory, a zip archive or some files; returns Imports, whose tables join by id
Limits                      how much of them there may be
read_chunks(path)           a file larger than memory, as an ImportResult for each part
ImportResult                the table, the complete mapping, what was assumed, the rows that were not taken
Mapping                     what the columns of a file mean; as TOML it is kept beside the file and edited
mapping_of                  a Mapping from what a caller hands in: a dict, the path of a TOML file, nothing
Assumption                  one thing that the file did not say
RejectedRow, Problem        a row that was not taken, and why
write(table, path)          the way out: CSV, Excel, JSON Lines or Parquet; returns the mapping that reads it back
write_rejected              those rows as a file, to be mended and read again

The way of a file: `_rows` takes it apart (`_foreign` and `_header` say what it may be instead), `_plan` decides what
its columns are (`_columns`, `_guess`, `_names`) and how they are written (`_dates`, `_numbers`, `_marks`, `_deals`),
`_cells` reads each distinct text once, `_faults` finds the rows that cannot be taken, `_derive` completes the others,
`_frame` makes the table.
"""

from crmkit.io._found import Limits
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._read import read
from crmkit.io._read_all import Imports, read_all
from crmkit.io._read_chunks import read_chunks
from crmkit.io._rejected import write_rejected
from crmkit.io._result import Assumption, ImportResult, Problem, RejectedRow
from crmkit.io._write import write

__all__ = [
    "Assumption",
    "ImportResult",
    "Imports",
    "Limits",
    "Mapping",
    "Problem",
    "RejectedRow",
    "mapping_of",
    "read",
    "read_all",
    "read_chunks",
    "write",
    "write_rejected",
]
