"""Records as canonical dataframes of any kind: pandas, polars, pyarrow, DuckDB and whatever else narwhals knows.

conform        prove a frame once: names, types, UTC, ranges
to_table       records to a table
from_table     a table to records
join           a related table's columns beside a table's own, under dotted names
customer_summary    orders to one row a customer, as lifetime value models read them: a CustomerSummary
purchases_by_day    orders to first and repeat purchases day by day: PurchasesByDay
extent         from when to when a table runs
stage_steps    a stage history as arrays, each deal's steps in the order of time
is_missing     whether a cell is missing, in any engine's way
open_table     any frame, under its own column names, as a narwhals frame; `collected` and `count_rows` finish it,
               `handed_back` returns it as it was given
DTYPES         the type of a canonical column by the kind of its field
"""

from crmkit.tables._columns import DTYPES
from crmkit.tables._conform import conform
from crmkit.tables._customer_summary import CustomerSummary, customer_summary
from crmkit.tables._duckdb import duckdb_seconds
from crmkit.tables._extent import extent
from crmkit.tables._frames import collected, count_rows, handed_back, open_table
from crmkit.tables._join import join
from crmkit.tables._objects import is_missing
from crmkit.tables._purchases_by_day import PurchasesByDay, purchases_by_day
from crmkit.tables._records import Backend, from_table, to_table
from crmkit.tables._steps import StageSteps, stage_steps

__all__ = [
    "DTYPES",
    "Backend",
    "CustomerSummary",
    "PurchasesByDay",
    "StageSteps",
    "collected",
    "conform",
    "count_rows",
    "customer_summary",
    "duckdb_seconds",
    "extent",
    "from_table",
    "handed_back",
    "is_missing",
    "join",
    "open_table",
    "purchases_by_day",
    "stage_steps",
    "to_table",
]
