"""What the headers of a file are names for, in the language that most of them speak."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import attrs

from crmkit.io._names import Reading, itself, languages, readings, records_of_words, senses, word_key

__all__ = ["Heard", "heard", "read_headers", "speaks_of"]

_ENGLISH = "en"
_OWN = ""


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
    key: str
    field: str
    language: str
    fit: float
    words: frozenset[str]


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
    speakers = {
        language.code: sum(any(one.language in (_OWN, _ENGLISH, language.code) for one in of) for of in said.values())
        for language in languages()
    }
    language = max(speakers, key=lambda code: speakers[code])
    fits = {header: _fits(of, language, record) for header, of in said.items()}
    return Heard(language, {header: fit for header, fit in fits.items() if fit})


def speaks_of(ways: Iterable[Reading], record: str, language: str) -> bool:
    """Tell whether a word for a record stands in a header.

    Args:
        ways: to read the header.
        record: the kind.
        language: whose words count besides the English ones.
    """
    words = (way.words or ({way.key} & itself().keys()) for way in ways)
    return any(found and _are_of(found, record, language) for found in words)


def _said(read: Mapping[str, tuple[Reading, ...]], record: str, fields: Collection[str]) -> dict[str, list[_Said]]:
    own = {word_key(field): field for field in fields}
    names = senses(record)
    of_words = records_of_words()
    found: dict[str, list[_Said]] = {}
    for header, ways in read.items():
        for way in ways:
            if way.words and not all(record in of_words[word] for word in way.words):
                continue
            if way.key in own:
                found.setdefault(header, []).append(_Said(way.key, own[way.key], _OWN, way.fit, way.words))
            for sense in names.get(way.key, ()):
                if sense.field in fields:
                    said = _Said(way.key, sense.field, sense.language, way.fit * sense.fit, way.words)
                    found.setdefault(header, []).append(said)
    return found


def _fits(said: Iterable[_Said], language: str, record: str) -> dict[str, float]:
    meant = [one for one in said if one.language in (_OWN, _ENGLISH, language) and _are_of(one.words, record, language)]
    spoken = {one.key for one in meant if one.language == language}
    fits: dict[str, float] = {}
    for one in meant:
        if one.language != _ENGLISH or one.key not in spoken or language == _ENGLISH:
            fits[one.field] = max(fits.get(one.field, 0.0), one.fit)
    return fits


def _are_of(words: Iterable[str], record: str, language: str) -> bool:
    """Tell whether all of these words mean the record."""
    return all(not itself()[word].isdisjoint({(record, _ENGLISH), (record, language)}) for word in words)
