"""The kind of record that a file holds and the field that each column is, found by headers and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from itertools import islice

import attrs

from crmkit.io._cells import is_blank
from crmkit.io._dates import is_date_shaped
from crmkit.io._files import Column, Rows, header_key
from crmkit.io._numbers import is_number_shaped
from crmkit.io._synonyms import KINDS, Names
from crmkit.io._values import FLAGS, choice_keys
from crmkit.records import FieldSpec

__all__ = ["Match", "Share", "best_matches", "match"]

_PREFIXES = ("property", "hs", "associated")  # what exports put before the names of fields
_LOOKED_AT = 10_000  # distinct texts of a column; more would say the same and cost a second a million
_ENOUGH_TELLING = 2
_MOST_OWN_WORDS = 3
_WHAT = {
    "instant": "dates",
    "date": "dates",
    "money": "numbers",
    "number": "numbers",
    "integer": "numbers",
    "flag": "true or false",
    "choice": "values that it may have",
}


@attrs.frozen
class Share:
    """How many of a column's filled cells look like what a field holds."""

    fitting: int
    filled: int
    what: str | None

    @property
    def fits(self) -> bool:
        """Whether the column may be this field: most cells look like it, or none speaks against it."""
        return 2 * self.fitting >= self.filled

    def __str__(self) -> str:
        if self.filled == 0:
            return "it is empty"
        return f"{self.fitting:,} of its {self.filled:,} filled cells are {self.what}" if self.what else ""


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
    """

    record: str
    columns: Mapping[str, str]
    shares: Mapping[str, Share]
    unlike: Mapping[str, tuple[str, Share]]
    rivals: Mapping[str, tuple[str, ...]]
    score: int
    confidence: Mapping[str, float] = attrs.field(factory=dict)
    open: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)


def best_matches(rows: Rows, specs_of: Callable[[str], Mapping[str, FieldSpec]]) -> list[Match]:
    """Return the kinds of record that the file can be, the likeliest first; several that are alike stand by name.

    Args:
        rows: of the file.
        specs_of: the fields of a kind of record.
    """
    matches = [match(rows, record, specs_of(record)) for record in KINDS]
    return sorted((found for found in matches if found.score), key=lambda found: (-found.score, found.record))


def match(
    rows: Rows, record: str, specs: Mapping[str, FieldSpec], *, taken: Collection[str] = (), known: Collection[str] = ()
) -> Match:
    """Find the column of each field of one kind of record.

    Args:
        rows: of the file.
        record: the kind.
        specs: the fields that a column may be.
    """
    names = KINDS[record]
    candidates = _candidates(rows, names, specs)
    columns: dict[str, str] = {}
    shares: dict[str, Share] = {}
    unlike: dict[str, tuple[str, Share]] = {}
    rivals: dict[str, tuple[str, ...]] = {}
    for field, headers in candidates.items():
        headers = [header for header in headers if header not in taken]
        if field in known or not headers:
            continue
        judged = [(header, share_of(rows.columns[header], specs[field])) for header in headers]
        fitting = [(header, share) for header, share in judged if share.fits]
        if fitting:
            columns[field], shares[field] = fitting[0]
            if len(fitting) > 1:
                rivals[field] = tuple(header for header, _ in fitting[1:])
        else:
            unlike[field] = judged[0]
    return Match(
        record, columns, shares, unlike, rivals, _score(rows, names, columns, shares), dict.fromkeys(columns, 1.0)
    )


def _candidates(rows: Rows, names: Names, specs: Mapping[str, FieldSpec]) -> dict[str, list[str]]:
    """Return the headers that can name each field, the likeliest first; a header names one field."""
    known = {header_key(field): (0, field) for field in specs if field not in names.fields}
    for field in names.fields:
        known[header_key(field)] = (0, field)
    for field, synonyms in names.fields.items():
        for rank, synonym in enumerate(synonyms, 1):
            known.setdefault(header_key(synonym), (rank, field))
    ranked: dict[str, list[tuple[int, int, str, str]]] = {}
    for header in rows.columns:
        for stripped, key in enumerate(_keys(header, names)):
            if key in known and known[key][1] in specs:
                rank, field = known[key]
                ranked.setdefault(field, []).append((rank, stripped, header_key(header), header))
                break
    return {field: [header for *_, header in sorted(found)] for field, found in ranked.items()}


def _keys(header: str, names: Names) -> list[str]:
    """Return what a header may say: as it stands, and without the words that stand before many names."""
    keys = [header_key(header)]
    for prefix in (*_PREFIXES, *names.itself):
        keys += [key.removeprefix(prefix) for key in keys if key.startswith(prefix) and key != prefix]
    return keys


def share_of(column: Column, spec: FieldSpec) -> Share:
    """Count the cells of a column that look like values of a field."""
    looks_right = _shape(spec)
    fitting = filled = 0
    for text, rows in islice(zip(column.texts, column.counts().tolist(), strict=True), _LOOKED_AT):
        if not is_blank(text):
            filled += rows
            fitting += rows if looks_right(text) else 0
    return Share(fitting, filled, _WHAT.get(spec.kind))


def _shape(spec: FieldSpec) -> Callable[[str], bool]:
    if spec.kind in ("instant", "date"):
        return lambda text: is_date_shaped(text) or re.search(r"\b(19|20)[0-9]{2}\b", text) is not None
    if spec.kind in ("money", "number", "integer"):
        return is_number_shaped
    if spec.kind == "flag":
        return lambda text: text.strip().casefold() in FLAGS
    if spec.kind == "choice":
        keys = choice_keys(spec)
        return lambda text: header_key(text) in keys
    return lambda _: True


def _score(rows: Rows, names: Names, columns: Mapping[str, str], shares: Mapping[str, Share]) -> int:
    spoken = [field for field in columns if shares[field].filled or not len(rows)]
    telling = sum(field in names.telling for field in spoken)
    own_words = sum(any(key.startswith(names.itself) for key in _keys(columns[field], names)) for field in spoken)
    if telling + min(own_words, 1) < _ENOUGH_TELLING and own_words < _ENOUGH_TELLING:
        return 0
    return len(spoken) + telling + min(own_words, _MOST_OWN_WORDS)
