"""What separates the cells of a text, and what stands around them."""

from __future__ import annotations

import csv
import re
from typing import Any

import attrs

from crmkit.errors import ImportRejected, shown
from crmkit.io._files._format import FileFormat
from crmkit.io._files._header import delimiter_of

__all__ = ["Dialect", "dialect_of", "refuse_no_marks", "said_separator"]

_DOUBLE = '"'
_SAID = re.compile(r'(?:sep=(?P<bare>.)|"sep=(?P<quoted>.)")[\r\n]*', re.IGNORECASE)
_NO_MARKS = frozenset("\r\n\0\ufeff")


@attrs.frozen
class Dialect:
    """What separates cells, and what stands around them.

    Args:
        separator: one character.
        quote: one character; "" for none.
    """

    separator: str
    quote: str = _DOUBLE

    @property
    def for_csv(self) -> dict[str, Any]:
        """What the csv module is told."""
        quote: dict[str, Any] = {"quotechar": self.quote} if self.quote else {"quoting": csv.QUOTE_NONE}
        return {"delimiter": self.separator, "strict": True, **quote}

    @property
    def bytes(self) -> tuple[int, int | None] | None:
        """The two characters as bytes; None where one of them is none."""
        if not (self.separator + self.quote).isascii():
            return None
        return ord(self.separator), ord(self.quote) if self.quote else None


def said_separator(line: str) -> str | None:
    """Return the separator that a line such as `sep=;` names; None for another line."""
    found = _SAID.fullmatch(line)
    mark = (found["bare"] or found["quoted"]) if found else None
    return None if mark is None or mark.isalnum() or mark in _NO_MARKS | {_DOUBLE} else mark


def dialect_of(line: str, given: FileFormat, said: str | None) -> Dialect:
    """Return the marks of a text.

    Args:
        line: its first one that is not blank.
        given: what is declared.
        said: the separator that the file itself names.
    """
    quote = _DOUBLE if given.quote is None else given.quote
    return Dialect(given.separator or said or delimiter_of(line, quote), quote)


def refuse_no_marks(file: str, given: FileFormat) -> None:
    """Refuse what is declared and cannot separate or enclose cells.

    Raises:
        ImportRejected: it cannot (code "invalid_mapping").
    """
    for name, mark in (("separator", given.separator), ("quote", given.quote)):
        none = name == "quote" and mark == ""
        if mark is None or none:
            continue
        if len(mark) != 1 or mark.isalnum() or mark in _NO_MARKS:
            known = '",", ";", "|" or a tab' if name == "separator" else '"\'", \'"\' or "" for none'
            reason = f"[file] {name} = {shown(mark)}: this is no such mark; there are: {known}"
            raise ImportRejected.of(reason, file=file, code="invalid_mapping")
    if given.separator is not None and given.separator == (_DOUBLE if given.quote is None else given.quote):
        reason = f"[file] separator and quote are both {shown(given.separator)}"
        raise ImportRejected.of(reason, file=file, code="invalid_mapping")
