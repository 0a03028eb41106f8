"""Numbers in a file: plain ones only, unless the mapping declares other marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal

from crmkit.io._notation._dates import Unreadable
from crmkit.io._notation._marks import number_pattern, ways_to_declare
from crmkit.records import CURRENCIES, FieldSpec

__all__ = ["fraction_digits", "is_number_shaped", "is_share", "number_reader", "share_unit", "whole_reader"]

_SIGNIFICANT = 15  # the digits that a float64 holds exactly both ways
_EXACT_POWER = 21  # every power of ten up to 10**22 is a float64 exactly
_LARGEST_POWER = 307
_LONGEST, _LONGEST_WORD = 40, 6  # of what looks like a number, and of a currency beside it
_INTEGERS = range(-(2**63), 2**63)
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR"}  # those of one currency; a dollar is of many


def number_reader(decimal: str, thousands: str, *, exact: bool) -> Callable[[str], Decimal]:
    """Build the function that reads one number, or raises Unreadable.

    Args:
        decimal: the mark before the decimals.
        thousands: the mark between thousands; "" for none.
        exact: refuse what a float64 cannot hold digit by digit.
    """
    plain = number_pattern(decimal, thousands)

    def read(text: str) -> Decimal:
        text = text.strip()
        if plain.fullmatch(text) is None:
            raise Unreadable("not_a_number", _way_out(text, decimal, thousands))
        digits = text.replace(thousands, "") if thousands else text
        number = Decimal(digits.replace(decimal, ".")) or Decimal(0)
        if exact and _significant(digits) > _SIGNIFICANT:
            reason = f"it has more than {_SIGNIFICANT} significant digits, which a table cannot hold exactly; round it"
            raise Unreadable("too_many_digits", reason)
        if number.adjusted() > (_EXACT_POWER if exact else _LARGEST_POWER):
            raise Unreadable("too_many_digits", "it is larger than a table can hold")
        return number

    return read


def _way_out(text: str, decimal: str, thousands: str) -> str:
    written = f"it is not a number written as 1{thousands}234{decimal}56"
    foreign = _foreign_part(text)
    if foreign is not None and re.search("[0-9]", text):
        code = _SIGNS.get(foreign, foreign if foreign in CURRENCIES else "")
        if not code and unicodedata.category(foreign[0]) != "Sc":
            return f"{foreign!r} is no part of a number: take it out of the file, so that the digits say all of it"
        ways = ways_to_declare(text.replace(foreign, "", 1).strip(), decimal, thousands)
        marks = f" and {' or '.join(ways)}" if ways else ""
        return (
            f"{foreign!r} is no part of a number: take it out of the file, and say "
            f'currency = "{code or "..."}"{marks} in the mapping'
        )
    ways = ways_to_declare(text, decimal, thousands)
    if ways:
        return f"{written}; say in the mapping how the file writes numbers: {' or '.join(ways)}"
    if _has_minus_elsewhere(text):
        return f"{written}; write the minus sign in front of it"
    if any(letter.isdigit() and letter not in "0123456789" for letter in text):
        return f"{written}; write it in the digits 0 to 9"
    return f"{written}; if the file writes numbers otherwise, declare 'decimal' and 'thousands' in the mapping"


def _has_minus_elsewhere(text: str) -> bool:
    """Tell whether a number is negative as accountants write it: (5), or 5-."""
    is_bracketed = text.startswith("(") and text.endswith(")")
    return (is_bracketed or text.endswith("-")) and re.search("[0-9]", text) is not None


def _foreign_part(text: str) -> str | None:
    """Return the first currency sign or word in a text."""
    sign = next((letter for letter in text if unicodedata.category(letter) == "Sc"), None)
    word = re.search(r"[^\W\d_]{1,20}", text)
    return sign or (word[0] if word else None)


def whole_reader(decimal: str, thousands: str) -> Callable[[str], int]:
    """Build the function that reads one whole number, or raises Unreadable."""
    read_number = number_reader(decimal, thousands, exact=False)

    def read(text: str) -> int:
        number = read_number(text)
        if number != number.to_integral_value():
            raise Unreadable("not_whole", "it is not a whole number")
        if int(number) not in _INTEGERS:
            raise Unreadable("too_many_digits", "it does not fit in 64 bits")
        return int(number)

    return read


def fraction_digits(number: Decimal) -> int:
    """Return how many decimals a number has, trailing zeros not counted."""
    return max(0, -int(number.normalize().as_tuple().exponent))


def is_number_shaped(text: str) -> bool:
    """Tell whether a text is a number in some way of writing it, with a currency or without."""
    between_marks = re.split("[0-9]+", text[:_LONGEST])
    lettered = [part for part in between_marks if re.search(r"[^\W\d_]", part)]
    return len(between_marks) > 1 and len(lettered) <= 1 and all(len(part) < _LONGEST_WORD for part in lettered)


def is_share(spec: FieldSpec) -> bool:
    """Tell whether a field is a share of one, which files write as a fraction or in percent."""
    return spec.kind == "number" and (spec.minimum, spec.maximum) == (0, 1)


def share_unit(counted: Iterable[tuple[str, int]], decimal: str, thousands: str) -> tuple[str, str]:
    """Find out whether a column of shares is in percent, and why.

    Args:
        counted: each distinct text and the number of rows that hold it.
        decimal: the mark before the decimals.
        thousands: the mark between thousands; "" for none.
    """
    read = number_reader(decimal, thousands, exact=False)
    above = between = signs = 0
    for text, rows in counted:
        if text.rstrip().endswith("%"):
            signs += rows
            continue
        with suppress(Unreadable):
            number = read(text)
            above += rows if number > 1 else 0
            between += rows if 0 < number < 1 else 0
    if signs > above + between:
        return "percent", f"{signs:,} of its cells have the sign %"
    if above > between:
        return "percent", f"{above:,} of its numbers are more than 1"
    return "fraction", f"{above:,} of its numbers are more than 1"


def _significant(digits: str) -> int:
    return len(re.sub("[^0-9]", "", digits).strip("0"))
