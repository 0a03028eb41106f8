"""What the headers of a file are names for, in the language that most of them speak."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

import attrs

from crmkit.io._names import ENGLISH, LANGUAGES, Reading, readings, record_words, senses, word_key

__all__ = ["Heard", "heard", "read_headers", "speaks_of"]

_OWN = ""
_BESIDES_THE_WHOLE = 0.8  # what is left of the sense of a part, where the header as a whole is another field's name
_ALL = frozenset(LANGUAGES)
# Fields whose own name other files give to something else: "amount" is what a whole line comes to.
_NO_SURER = MappingProxyType({"line_item": ("amount",)})


@attrs.frozen
class Heard:
    """What the headers say of one kind of record.

    Args:
        language: the one that most of them speak.
        fits: for each header that is a name, how well it fits each field, from 0 to 1.
    """

    language: str
    fits: Mapping[str, Mapping[str, float]]


@attrs.frozen
class _Said:
    """One thing that a header says, as a whole or in part; `spoken_in` are the languages of a file in which it does."""

    key: str
    field: str
    language: str
    fit: float
    spoken_in: frozenset[str]
    whole: bool


def read_headers(headers: Iterable[str]) -> dict[str, tuple[Reading, ...]]:
    """Return the ways to read each header.

    Args:
        headers: of a file.
    """
    return {header: readings(header) for header in headers}


def heard(read: Mapping[str, tuple[Reading, ...]], record: str, fields: Collection[str]) -> Heard:
    """Find the names of fields among the headers of a file.

    English counts in every file; of the other languages, one does: a word may mean different things in two.

    Args:
        read: the ways to read each header.
        record: the kind of record.
        fields: of it; their own names count in every language.
    """
    said = _said(read, record, fields)
    speakers = {code: sum(any(code in one.spoken_in for one in of) for of in said.values()) for code in LANGUAGES}
    language = max(speakers, key=lambda code: speakers[code])
    fits: dict[str, Mapping[str, float]] = {header: _fits(of, language) for header, of in said.items()}
    for field in _NO_SURER.get(record, ()):
        fits = _without_preference(fits, field)
    return Heard(language, {header: fit for header, fit in fits.items() if fit})


def speaks_of(ways: Iterable[Reading], record: str, language: str) -> bool:
    """Tell whether a word for a record stands in a header.

    Args:
        ways: to read the header.
        record: the kind.
        language: of the file.
    """
    words = (way.words or ({way.key} & record_words().keys()) for way in ways)
    return any(found and language in _spoken_in(found, record) for found in words)


def _said(read: Mapping[str, tuple[Reading, ...]], record: str, fields: Collection[str]) -> dict[str, list[_Said]]:
    own = {word_key(field): field for field in fields}
    names = senses(record)
    found: dict[str, list[_Said]] = {}
    for header, ways in read.items():
        for way in ways:
            spoken_in = _spoken_in(way.words, record) if way.words else _ALL
            if not spoken_in:
                continue
            whole = way.fit == 1
            said = [_Said(way.key, own[way.key], _OWN, way.fit, spoken_in, whole)] if way.key in own else []
            for sense in names.get(way.key, ()):
                codes = spoken_in if sense.language == ENGLISH else spoken_in & {sense.language}
                if codes and sense.field in fields:
                    said.append(_Said(way.key, sense.field, sense.language, way.fit * sense.fit, codes, whole))
            if said:
                found.setdefault(header, []).extend(said)
    return found


def _spoken_in(words: Iterable[str], record: str) -> frozenset[str]:
    """Return the languages of a file in which all of these words mean the record."""
    return _ALL.intersection(*(record_words()[word].get(record, ()) for word in words))


def _fits(said: Iterable[_Said], language: str) -> dict[str, float]:
    meant = [one for one in said if language in one.spoken_in]
    spoken = {one.key for one in meant if one.language == language != ENGLISH}
    meant = [one for one in meant if one.language != ENGLISH or one.key not in spoken]
    whole = {one.field for one in meant if one.whole}
    fits: dict[str, float] = {}
    for one in meant:
        fit = one.fit if one.field in whole or not whole else one.fit * _BESIDES_THE_WHOLE
        fits[one.field] = max(fits.get(one.field, 0.0), fit)
    return fits


def _without_preference(fits: Mapping[str, Mapping[str, float]], field: str) -> dict[str, Mapping[str, float]]:
    """Let a header that is the field's own name fit no better than the best of the others that fit it."""
    others = [of[field] for of in fits.values() if of.get(field, 1.0) < 1]
    best = max(others, default=1.0)
    return {header: {**of, field: min(of[field], best)} if field in of else of for header, of in fits.items()}
