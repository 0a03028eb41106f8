"""Customers in and out: what models read of a table, and what they hand back.

`_summaries` takes a customer summary or a frame, `_columns` reads columns of it and adds one of answers, `_history`
proves what was read.
"""

from crmkit.clv._customers._columns import column_of, columns_of, counts_of, numbers_of, refuse_unless, with_column
from crmkit.clv._customers._distinct import Places, distinct
from crmkit.clv._customers._drawn import drawn_customers
from crmkit.clv._customers._history import READ, History, Pairs, collapsed, history_of, pairs_of, prove_repeats, sampled
from crmkit.clv._customers._summaries import currency_of, frame_of, prove_unit, unit_of

__all__ = [
    "READ",
    "History",
    "Pairs",
    "Places",
    "collapsed",
    "column_of",
    "columns_of",
    "counts_of",
    "currency_of",
    "distinct",
    "drawn_customers",
    "frame_of",
    "history_of",
    "numbers_of",
    "pairs_of",
    "prove_repeats",
    "prove_unit",
    "refuse_unless",
    "sampled",
    "unit_of",
    "with_column",
]
