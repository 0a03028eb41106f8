"""The kind of record that a file holds and the field that each column is, found by headers and values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping

import attrs

from crmkit.io._cells import is_blank
from crmkit.io._files import Column, Rows
from crmkit.io._guess._assign import Pair, assign
from crmkit.io._guess._heard import Heard, heard, read_headers, speaks_of
from crmkit.io._guess._looks import Looks, Share, share_of
from crmkit.io._names import KINDS, Reading
from crmkit.records import FieldSpec

__all__ = ["Match", "Share", "best_matches", "match", "share_of"]

_LEAST = 0.3  # a column that is less likely a field is not taken for it
_SURE = 0.75  # what tells a kind of record is as likely as that
_BY_CELLS = 0.6  # how likely a column is a field that only its cells say
_ENOUGH_TELLING = 2
_MOST_OWN_WORDS = 3
_EACH_ONCE = 0.9
_DIGITS = 3
# Rows that name one of these without an id are a list of them only if each stands in it once.
_LISTED_BY_NAME = ("company", "user")
# Rows with an id of their own name one of these as often: they list them only if each is named, and stands in it once.
_NAMED_BY_OTHERS = ("team", "product", "price_book", "campaign")


@attrs.frozen
class Match:
    """The columns of a file as fields of one kind of record.

    Args:
        record: the kind.
        columns: the header of each field found.
        shares: the evidence of the values for each field found.
        unlike: fields whose name a header bears that does not hold such values: header and evidence.
        rivals: the further headers that could be a field found.
        score: how well the headers speak of this kind; 0 if too little does.
        confidence: for each field found, how sure that is, from 0 to 1.
        open: the fields that one column could be as well as another, with the headers.
    """

    record: str
    columns: Mapping[str, str]
    shares: Mapping[str, Share]
    unlike: Mapping[str, tuple[str, Share]]
    rivals: Mapping[str, tuple[str, ...]]
    score: int
    confidence: Mapping[str, float]
    open: Mapping[str, tuple[str, ...]]


@attrs.frozen
class _Judged:
    """What speaks for one column being one field: the name, the cells, and what these leave of its likelihood."""

    field: str
    header: str
    fit: float
    share: Share
    left: float

    @property
    def pair(self) -> Pair:
        return Pair(self.field, self.header, round(self.fit * self.left, _DIGITS), filled=self.share.filled > 0)


@attrs.frozen
class _File:
    """A file to guess at, with what was found out about it."""

    rows: Rows
    read: Mapping[str, tuple[Reading, ...]]
    looks: Looks


def best_matches(rows: Rows, specs_of: Callable[[str], Mapping[str, FieldSpec]]) -> list[Match]:
    """Return the kinds of record that the file can be, the likeliest first; several that are alike stand by name.

    Args:
        rows: of the file.
        specs_of: the fields of a kind of record.
    """
    file = _file(rows)
    matches = [_match(file, record, specs_of(record), (), ()) for record in KINDS]
    return sorted((found for found in matches if found.score), key=lambda found: (-found.score, found.record))


def match(
    rows: Rows,
    record: str,
    specs: Mapping[str, FieldSpec],
    *,
    taken: Collection[str] = (),
    known: Collection[str] = (),
) -> Match:
    """Find the column of each field of one kind of record.

    Args:
        rows: of the file.
        record: the kind.
        specs: the fields that a column may be.
        taken: the headers of which is known what they are.
        known: the fields of which is known which column they are.
    """
    return _match(_file(rows), record, specs, frozenset(taken), frozenset(known))


def _file(rows: Rows) -> _File:
    return _File(rows, read_headers(rows.columns), Looks(rows.columns))


def _match(
    file: _File, record: str, specs: Mapping[str, FieldSpec], taken: Collection[str], known: Collection[str]
) -> Match:
    names = heard(file.read, record, specs)
    judged = [
        _Judged(field, header, fit, *file.looks.judged(header, specs[field], record))
        for header, fits in names.fits.items()
        for field, fit in fits.items()
        if header not in taken and field not in known
    ]
    assigned = assign(one.pair for one in judged if one.pair.confidence >= _LEAST)
    chosen = {field: assigned.chosen[field] for field in specs if field in assigned.chosen}
    used = {pair.header for pair in chosen.values()}.union(*assigned.open.values())
    shares = {one.field: one.share for one in judged if chosen.get(one.field) == one.pair}
    by_cells = _by_cells(file.looks, specs, {*chosen, *assigned.open, *known}, {*used, *taken})
    columns = {field: pair.header for field, pair in chosen.items()}
    return Match(
        record,
        columns | {field: header for field, (header, _) in by_cells.items()},
        shares | {field: share for field, (_, share) in by_cells.items()},
        _unlike(judged, used, {*chosen, *by_cells, *assigned.open}),
        _without(assigned.rivals, {header for header, _ in by_cells.values()}),
        _score(file, record, names, chosen, shares),
        {field: pair.confidence for field, pair in chosen.items()} | dict.fromkeys(by_cells, _BY_CELLS),
        assigned.open,
    )


def _unlike(judged: Iterable[_Judged], used: Container[str], found: Container[str]) -> dict[str, tuple[str, Share]]:
    """Return what bears the name of a field that is not found and does not hold such values."""
    misnamed: dict[str, _Judged] = {}
    for one in judged:
        if not one.share.fits and one.header not in used and one.field not in found:
            misnamed[one.field] = min(misnamed.get(one.field, one), one, key=lambda one: (-one.fit, one.header))
    return {field: (one.header, one.share) for field, one in sorted(misnamed.items())}


def _without(rivals: Mapping[str, tuple[str, ...]], used: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the rivals of each field that are not, by their cells, another field."""
    left = {field: tuple(header for header in headers if header not in used) for field, headers in rivals.items()}
    return {field: headers for field, headers in left.items() if headers}


def _by_cells(
    looks: Looks, specs: Mapping[str, FieldSpec], decided: Collection[str], used: Collection[str]
) -> dict[str, tuple[str, Share]]:
    """Find fields of which no header speaks, but the cells of just one column."""
    found: dict[str, tuple[str, Share]] = {}
    for sign in ("email", "website", "currency", "stage"):
        if sign not in specs or sign in decided:
            continue
        columns = looks.telling(sign)
        if len(columns) != 1 or not columns.keys().isdisjoint(used):
            continue
        ((header, share),) = columns.items()
        field = "status" if sign == "stage" and looks.says_status(header) else sign
        if field not in decided:
            found[field] = header, share
    return found


def _score(file: _File, record: str, names: Heard, chosen: Mapping[str, Pair], shares: Mapping[str, Share]) -> int:
    if not _is_listed(file, record, chosen):
        return 0
    spoken = [pair for field, pair in chosen.items() if shares[field].filled or not len(file.rows)]
    telling = sum(pair.field in KINDS[record].telling and pair.confidence >= _SURE for pair in spoken)
    own_words = sum(speaks_of(file.read[pair.header], record, names.language) for pair in spoken)
    if telling + min(own_words, 1) < _ENOUGH_TELLING and own_words < _ENOUGH_TELLING:
        return 0
    return len(spoken) + telling + min(own_words, _MOST_OWN_WORDS)


def _is_listed(file: _File, record: str, chosen: Mapping[str, Pair]) -> bool:
    """Tell whether the rows can be a list of such records, and do not just name one each."""
    by_name = record in _NAMED_BY_OTHERS or (record in _LISTED_BY_NAME and "id" not in chosen)
    if not by_name or "name" not in chosen:
        return record not in _NAMED_BY_OTHERS
    return _stand_once(file.rows.columns[chosen["name"].header])


def _stand_once(column: Column) -> bool:
    counts: list[int] = column.counts().tolist()
    filled = [rows for text, rows in zip(column.texts, counts, strict=True) if not is_blank(text)]
    return len(filled) >= _EACH_ONCE * sum(filled)
