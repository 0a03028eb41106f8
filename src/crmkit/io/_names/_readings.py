"""What a header may say: as it stands, and without what exports put around the names of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from crmkit.io._names._keys import bag_key, parts_of, word_key
from crmkit.io._names._senses import itself
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
    """Return the ways to read a header, the fullest first.

    Args:
        header: of a file.
    """
    if len(header) > _LONGEST:
        return ()
    found: dict[tuple[str, frozenset[str]], Reading] = {}
    for text, fit in _texts(header):
        for reading in (*_joined(text, fit), *_bags(text, fit)):
            known = found.get((reading.key, reading.words))
            if known is None or known.fit < reading.fit:
                found[reading.key, reading.words] = reading
    return tuple(sorted(found.values(), key=lambda reading: (-reading.fit, reading.key, sorted(reading.words))))


def _texts(header: str) -> Iterator[tuple[str, float]]:
    yield header, 1.0
    tail = _TAIL.fullmatch(header)
    if tail is not None:
        yield tail[1], 1.0 if tail[2].strip().casefold() in _UNITS else _WITHOUT_REMARK


def _joined(text: str, fit: float) -> Iterator[Reading]:
    key = word_key(text)
    keys = [Reading(key, frozenset(), fit)]
    if key.endswith("1") and key[-2:-1].isalpha():
        keys.append(Reading(key[:-1], frozenset(), fit * _WITHOUT_COUNT))
    for depth in range(_DEEPEST + 1):
        yield from keys
        part = _WITHOUT_PREFIX if depth == 0 else _WITHOUT_MORE
        keys = [shorter for reading in keys for shorter in _without_prefix(reading, part)]


def _without_prefix(reading: Reading, part: float) -> Iterator[Reading]:
    key = reading.key
    for end in range(2, min(len(key), _LONGEST_PREFIX)):
        prefix = key[:end]
        if prefix in _PREFIXES:
            yield Reading(key[end:], reading.words, reading.fit * part)
        elif prefix in itself():
            yield Reading(key[end:], reading.words | {prefix}, reading.fit * part)


def _bags(text: str, fit: float) -> Iterator[Reading]:
    parts = parts_of(text)
    if len(parts) > 1:
        yield Reading(bag_key(parts), frozenset(), fit * _IN_OTHER_ORDER)
    for word in sorted({part for part in parts if part in itself()}):
        rest = [part for part in parts if part != word]
        if rest:
            yield Reading(bag_key(rest), frozenset({word}), fit * _WITHOUT_PREFIX * _WITHOUT_MORE)
