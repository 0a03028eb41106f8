"""From a canonical table to the bytes of a file.

written_columns             the columns of a table as distinct values, none of which reading would not take
csv_file, json_lines_file, parquet_file, workbook_file     those columns as a file of each format
Form                        whether it is opened in a spreadsheet or goes to another program
replacing                   a file that appears whole or not at all
"""

from crmkit.io._writers._columns import WrittenColumn, written_columns
from crmkit.io._writers._csv import csv_file
from crmkit.io._writers._excel import workbook_file
from crmkit.io._writers._json_lines import json_lines_file
from crmkit.io._writers._parquet import parquet_file
from crmkit.io._writers._place import replacing
from crmkit.io._writers._texts import Form, calculates

__all__ = [
    "Form",
    "WrittenColumn",
    "calculates",
    "csv_file",
    "json_lines_file",
    "parquet_file",
    "replacing",
    "workbook_file",
    "written_columns",
]
