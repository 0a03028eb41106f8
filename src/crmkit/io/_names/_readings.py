"""What a header may say: as it stands, and without what exports put around the names of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import attrs

from crmkit.io._names._keys import bag_key, parts_of, word_key
from crmkit.io._names._senses import record_words
from crmkit.records import CURRENCIES

__all__ = ["Reading", "readings"]

_PREFIXES = frozenset({"property", "hs", "associated"})
_LONGEST = 200  # characters; a longer header is no name
_LONGEST_PREFIX = 40
_DEEPEST = 3  # "property_hs_ticket_priority"
_TAIL = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]*)[)\]][\s*]*", re.DOTALL)
_UNITS = frozenset({*map(str.casefold, CURRENCIES), *("utc", "gmt", "%", "€", "$", "£", "¥", "r$", "us$")})

# How much of the name is left when something is taken off.
_WITHOUT_PREFIX = 0.92
_WITHOUT_MORE = 0.97
_WITHOUT_REMARK = 0.92
_WITHOUT_COUNT = 0.92
_IN_OTHER_ORDER = 0.95

_Way: TypeAlias = tuple[str, frozenset[str], float]
_NO_WORDS: frozenset[str] = frozenset()


@attrs.frozen
class Reading:
    """One way to read a header.

    Args:
        key: what is looked for among the names.
        words: the words for a record that were taken off; the names of that record only are meant.
        fit: how much of the header that is, from 0 to 1.
    """

    key: str
    words: frozenset[str]
    fit: float


def readings(header: str) -> tuple[Reading, ...]:
    """Return the ways to read a header.

    Args:
        header: of a file.
    """
    if len(header) > _LONGEST:
        return ()
    found: dict[tuple[str, frozenset[str]], float] = {}
    for text, fit in _texts(header):
        for key, words, left in (*_joined(text, fit), *_bags(text, fit)):
            if left > found.get((key, words), 0.0):
                found[key, words] = left
    return tuple(Reading(key, words, fit) for (key, words), fit in found.items())


def _texts(header: str) -> Iterator[tuple[str, float]]:
    yield header, 1.0
    tail = _TAIL.fullmatch(header)
    if tail is not None:
        yield tail[1], 1.0 if tail[2].strip().casefold() in _UNITS else _WITHOUT_REMARK


def _joined(text: str, fit: float) -> Iterator[_Way]:
    key = word_key(text)
    ways = [(key, _NO_WORDS, fit)]
    if key.endswith("1") and key[-2:-1].isalpha():
        ways.append((key[:-1], _NO_WORDS, fit * _WITHOUT_COUNT))
    for depth in range(_DEEPEST + 1):
        yield from ways
        part = _WITHOUT_PREFIX if depth == 0 else _WITHOUT_MORE
        ways = [shorter for way in ways for shorter in _without_prefix(way, part)]


def _without_prefix(way: _Way, part: float) -> Iterator[_Way]:
    key, words, fit = way
    for end in range(2, min(len(key), _LONGEST_PREFIX)):
        prefix = key[:end]
        if prefix in _PREFIXES:
            yield key[end:], words, fit * part
        elif prefix in record_words():
            yield key[end:], words | {prefix}, fit * part


def _bags(text: str, fit: float) -> Iterator[_Way]:
    parts = parts_of(text)
    if len(parts) > 1:
        yield bag_key(parts), _NO_WORDS, fit * _IN_OTHER_ORDER
    for word in sorted({part for part in parts if part in record_words()}):
        rest = [part for part in parts if part != word]
        if rest:
            yield bag_key(rest), frozenset({word}), fit * _WITHOUT_PREFIX * _WITHOUT_MORE
