"""What the columns of a file mean, as somebody says it: checked, and kept as TOML."""

from crmkit.io._mapping._checks import PERCENT, UNITS
from crmkit.io._mapping._mapping import Mapping, decimal_of, mapping_of
from crmkit.io._mapping._toml import loaded, quotes_hint, text_at, written

__all__ = ["PERCENT", "UNITS", "Mapping", "decimal_of", "loaded", "mapping_of", "quotes_hint", "text_at", "written"]
