"""Which column is which field: the surest pairs first, and no choice between two that are alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from crmkit.io._files import header_key

__all__ = ["Assigned", "Pair", "assign"]

_ALIKE = 0.05  # the difference of confidence up to which there is nothing to choose between two columns
_DIGITS = 6


@attrs.frozen
class Pair:
    """A column that may be a field.

    Args:
        field: in question.
        header: of the column.
        confidence: how sure that is, from 0 to 1.
        filled: whether the column holds anything.
    """

    field: str
    header: str
    confidence: float
    filled: bool = attrs.field(default=True, kw_only=True)


@attrs.frozen
class Assigned:
    """The columns that are fields.

    Args:
        chosen: the pair of each field that is found.
        open: for each field that is not, because they are alike, the headers that could be it.
        rivals: for each field that is found, the further headers that could be it.
    """

    chosen: Mapping[str, Pair]
    open: Mapping[str, tuple[str, ...]]
    rivals: Mapping[str, tuple[str, ...]]


def assign(pairs: Iterable[Pair]) -> Assigned:
    """Choose one column for each field and one field for each column.

    Args:
        pairs: those that are sure enough; one of a header and a field.
    """
    ordered = sorted(pairs, key=lambda pair: (-pair.confidence, pair.field, header_key(pair.header), pair.header))
    of_field: dict[str, list[Pair]] = {}
    of_header: dict[str, list[Pair]] = {}
    for pair in ordered:
        of_field.setdefault(pair.field, []).append(pair)
        of_header.setdefault(pair.header, []).append(pair)
    chosen: dict[str, Pair] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    used: set[str] = set()
    for pair in ordered:
        if pair.field in chosen or pair.field in doubtful or pair.header in used:
            continue
        decided = chosen.keys() | doubtful.keys()
        alike = [
            other
            for other in of_field[pair.field]
            if other.header not in used
            and round(pair.confidence - other.confidence, _DIGITS) <= _ALIKE
            and _is_best(other, of_header[other.header], decided)
        ]
        contenders = [other for other in alike if other.filled] or alike
        if len(contenders) == 1:
            chosen[pair.field] = contenders[0]
        else:
            doubtful[pair.field] = tuple(other.header for other in contenders)
        used.update(other.header for other in contenders)
    rivals = {field: tuple(other.header for other in of_field[field] if other.header not in used) for field in chosen}
    return Assigned(chosen, doubtful, {field: headers for field, headers in rivals.items() if headers})


def _is_best(pair: Pair, of_header: Iterable[Pair], decided: Iterable[str]) -> bool:
    """Tell whether the column is no other field that is still to be decided with more confidence."""
    return all(other.confidence <= pair.confidence for other in of_header if other.field not in decided)
