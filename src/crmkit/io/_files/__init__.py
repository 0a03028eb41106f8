"""From the bytes of a file to its rows, whatever kind of file it is.

read_rows                   the way in: CSV, JSON Lines, Excel or Parquet, gzipped or not
row_chunks                  the same in pieces, for files that are larger than the memory
Rows, Column, header_key    what comes out
FileFormat                  how a file is written: encoding, separator, quotation mark, sheet
Source, source_of           where the bytes come from
Progress                    who is told how much of them has been read
header_hint, title_hint     what a first line that is no line of headers may be
"""

from crmkit.io._files._format import FileFormat, is_typed, needed
from crmkit.io._files._header import header_hint, title_hint
from crmkit.io._files._read_rows import read_rows, row_chunks
from crmkit.io._files._rows import Codes, Column, Rows, header_key
from crmkit.io._files._source import Progress, Source, source_of

__all__ = [
    "Codes",
    "Column",
    "FileFormat",
    "Progress",
    "Rows",
    "Source",
    "header_hint",
    "header_key",
    "is_typed",
    "needed",
    "read_rows",
    "row_chunks",
    "source_of",
    "title_hint",
]
