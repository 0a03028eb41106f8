"""What a name stands for: the field of a kind of record, in a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import attrs

from crmkit.io._names._keys import name_keys, spellings, word_key
from crmkit.io._names._language import ENGLISH, LANGUAGES, Language, languages

__all__ = ["Sense", "record_words", "senses"]

# How likely a name means its field, by its place in the list. A field's own name is sure; in other languages the first
# name is what the own name is in English.
_FIRST = 0.98
_LATER = 0.92
_STEP = 0.02
_LEAST = 0.6


@attrs.frozen
class Sense:
    """A field that a name stands for.

    Args:
        field: of the kind of record in question.
        language: the code of the language.
        fit: how likely the name means the field, from 0 to 1.
    """

    field: str
    language: str
    fit: float


@cache
def record_words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Return the words for records by their keys: for each, the kinds it stands for, with the languages of the file.

    An English word is a word in a file of any language.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for language in languages():
        for record, words in language.itself.items():
            for word in (*spellings(words), record):
                of = found.setdefault(word_key(word), {}).setdefault(record, set())
                of.update(LANGUAGES if language.code == ENGLISH else [language.code])
    return {word: {record: frozenset(codes) for record, codes in of.items()} for word, of in found.items()}


@cache
def senses(record: str) -> Mapping[str, tuple[Sense, ...]]:
    """Return what each name stands for in one kind of record, by the keys that readings of headers have.

    Args:
        record: the kind.
    """
    found: dict[str, list[Sense]] = {}
    for language in languages():
        for key, sense in _of(language, record).items():
            found.setdefault(key, []).append(sense)
    return {key: tuple(of_languages) for key, of_languages in found.items()}


def _of(language: Language, record: str) -> dict[str, Sense]:
    """Return the sense of each key in one language; the likeliest name comes first."""
    found: dict[str, Sense] = {}
    for field, names in language.fields[record].items():
        for rank, name in enumerate(names):
            sense = Sense(field, language.code, _fit(rank, language))
            for key in name_keys(name):
                found.setdefault(key, sense)
    return found


def _fit(rank: int, language: Language) -> float:
    if language.code != ENGLISH:
        if rank == 0:
            return _FIRST
        rank -= 1
    return max(_LEAST, _LATER - _STEP * rank)
