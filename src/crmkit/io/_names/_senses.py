"""What a name stands for: the field of a kind of record, in a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import attrs

from crmkit.io._names._keys import bag_key, parts_of, spellings, word_key
from crmkit.io._names._language import ENGLISH, Language, languages

__all__ = ["OWN", "Sense", "itself", "senses"]

OWN = ""  # the language of a field's own name
_OWN_FIT = 1.0
_FIRST = 0.98  # in other languages the first name is what the own name is in English
_LATER = 0.92
_STEP = 0.02
_LEAST = 0.6


@attrs.frozen
class Sense:
    """A field that a name stands for.

    Args:
        record: the kind.
        field: of it.
        language: the code of the language; empty for the field's own name.
        fit: how likely the name means the field, from 0 to 1.
    """

    record: str
    field: str
    language: str
    fit: float


@cache
def itself() -> Mapping[str, frozenset[tuple[str, str]]]:
    """Return the words for records, each with the records it stands for and the language."""
    found: dict[str, set[tuple[str, str]]] = {}
    for language in languages():
        for record, words in language.itself.items():
            for word in spellings(words):
                found.setdefault(word_key(word), set()).add((record, language.code))
            found.setdefault(word_key(record), set()).add((record, ENGLISH))
    return {word: frozenset(records) for word, records in found.items()}


@cache
def senses() -> Mapping[str, tuple[Sense, ...]]:
    """Return what each name stands for, by the keys of readings."""
    found: dict[str, dict[tuple[str, str], Sense]] = {}
    unclear: set[tuple[str, str, str]] = set()
    for language in languages():
        for key, sense in _all_of(language):
            place = sense.record, sense.language
            known = found.setdefault(key, {}).setdefault(place, sense)
            if known.field != sense.field and known.fit == sense.fit:
                unclear.add((key, *place))
    for key, *place in unclear:
        del found[key][place[0], place[1]]
    return {key: tuple(of.values()) for key, of in found.items()}


def _all_of(language: Language) -> Iterator[tuple[str, Sense]]:
    for record, fields in language.fields.items():
        named = [
            Sense(record, field, language.code, fit)
            for field, names in fields.items()
            for fit in _fits(names, language)
        ]
        yield from ()
