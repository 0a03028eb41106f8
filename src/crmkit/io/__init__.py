"""Export files in, safe files out: any CRM's export becomes a canonical table, and a table a file.

In:
read(path)                  one file; returns an ImportResult
read_chunks(path)           a file larger than memory, as an ImportResult for each part
read_all(source)            a directory, a zip archive or some files; returns Imports, whose tables join by id
Limits                      how much of them there may be
ImportResult                the table, the complete mapping, what was assumed, the rows that were not taken
Assumption                  one thing that the file did not say
RejectedRow, Problem        a row that was not taken, and why
write_rejected              those rows as a file, to be mended and read again

What a file means:
Mapping, FileFormat         what its columns mean and how it is written; as TOML it is kept beside the file and edited
mapping_of                  a Mapping from what a caller hands in: a dict, the path of a TOML file, nothing
Preset                      an export whose headers are known

Out:
write(table, path)          CSV, Excel, JSON Lines or Parquet; returns the mapping that reads it back

The way of a file, a package a step: `_files` takes it apart into texts, whatever its format. `_plan` completes the
mapping by what the caller says (`_mapping`), by the headers of known exports (`_presets`) and by a guess (`_guess`,
with the words of five languages in `_names`). `_cells` reads each distinct text once, in the ways of writing that
`_notation` knows. `_table` finds the rows that cannot be taken and makes the table of the others. `_several` puts many
files together, and `_writers` goes the way back.
"""

from crmkit.io._files import FileFormat
from crmkit.io._findings import Assumption, Problem, RejectedRow
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._presets import Preset
from crmkit.io._read import read
from crmkit.io._read_all import Imports, read_all
from crmkit.io._read_chunks import read_chunks
from crmkit.io._rejected import write_rejected
from crmkit.io._result import ImportResult
from crmkit.io._several import Limits
from crmkit.io._write import write

__all__ = [
    "Assumption",
    "FileFormat",
    "ImportResult",
    "Imports",
    "Limits",
    "Mapping",
    "Preset",
    "Problem",
    "RejectedRow",
    "mapping_of",
    "read",
    "read_all",
    "read_chunks",
    "write",
    "write_rejected",
]
