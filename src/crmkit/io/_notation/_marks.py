"""The marks in numbers, and whether the point in amounts stands between thousands or before the decimals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from types import MappingProxyType

__all__ = [
    "DECIMALS",
    "MARKS",
    "THOUSANDS",
    "number_pattern",
    "proves_point",
    "shown_mark",
    "undecided_amount",
    "ways_to_declare",
]

MARKS = MappingProxyType(
    {
        "": "none",
        ".": "point",
        ",": "comma",
        " ": "space",
        "'": "apostrophe",
        "\u00a0": "no-break space",
        "\u202f": "narrow no-break space",
    }
)
DECIMALS = (".", ",")
THOUSANDS = tuple(MARKS)

_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")  # 12.500
_ONE_POINT = re.compile(r"[0-9][0-9,]*\.[0-9]+")


def shown_mark(mark: str) -> str:
    """Write a mark as TOML does."""
    return json.dumps(mark)


def number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Build what a plain number with these marks matches."""
    point, group = re.escape(decimal), re.escape(thousands)
    whole = f"[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+" if thousands else "[0-9]+"
    return re.compile(f"-?(?:{whole})(?:{point}[0-9]+)?")


_WAYS = MappingProxyType(
    {
        (decimal, thousands): number_pattern(decimal, thousands)
        for decimal in DECIMALS
        for thousands in THOUSANDS
        if decimal != thousands
    }
)


def ways_to_declare(text: str, decimal: str, thousands: str) -> list[str]:
    """Return the shortest lines of a mapping with which a text would be a number; none if it is one, or never is.

    Args:
        text: of a cell.
        decimal: the mark before the decimals, as things stand.
        thousands: the mark between thousands, as things stand.
    """
    changes = []
    for (point, group), pattern in _WAYS.items():
        if pattern.fullmatch(text):
            lines = {f"decimal = {shown_mark(point)}"} if point != decimal else set()
            lines |= {f"thousands = {shown_mark(group)}"} if group != thousands else set()
            changes.append(lines)
    shortest = [lines for lines in changes if not any(other < lines for other in changes)]
    return [" and ".join(sorted(lines)) for lines in shortest if lines]


def proves_point(texts: Iterable[str]) -> bool:
    """Tell whether an amount such as 99.50 proves that the point stands before decimals."""
    bare = (re.sub("[^0-9.,]", "", text) for text in texts if "." in text)
    return any(_ONE_POINT.fullmatch(text) is not None and _GROUPED.fullmatch(text) is None for text in bare)


def undecided_amount(texts: Iterable[str]) -> str | None:
    """Return the first amount such as 12.500, unless another amount proves that the point stands before decimals.

    Args:
        texts: the distinct cells of a column of money, in the order of the file.
    """
    texts = list(texts)
    grouped = next((text for text in texts if _GROUPED.fullmatch(text.strip())), None)
    return None if grouped is None or proves_point(texts) else grouped
