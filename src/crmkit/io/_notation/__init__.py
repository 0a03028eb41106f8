"""How dates, times and numbers are written in files."""

from crmkit.io._notation._dates import (
    ISO,
    SAME_EITHER_WAY,
    AmbiguousDates,
    DateFormat,
    Unreadable,
    find_format,
    instant_at,
    is_date_shaped,
    moment_of,
)
from crmkit.io._notation._marks import DECIMALS, MARKS, THOUSANDS, proves_point, shown_mark, undecided_amount
from crmkit.io._notation._numbers import (
    fraction_digits,
    is_number_shaped,
    is_share,
    number_reader,
    share_unit,
    whole_reader,
)

__all__ = [
    "DECIMALS",
    "ISO",
    "MARKS",
    "SAME_EITHER_WAY",
    "THOUSANDS",
    "AmbiguousDates",
    "DateFormat",
    "Unreadable",
    "find_format",
    "fraction_digits",
    "instant_at",
    "is_date_shaped",
    "is_number_shaped",
    "is_share",
    "moment_of",
    "number_reader",
    "proves_point",
    "share_unit",
    "shown_mark",
    "undecided_amount",
    "whole_reader",
]
