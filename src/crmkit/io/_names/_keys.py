"""What words have in common that differ only in case, accents, punctuation or the order of their parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache

from crmkit.io._files import header_key
from crmkit.io._files._rows import LONGEST_NAME

__all__ = ["bag_key", "name_keys", "parts_of", "spellings", "word_key"]

# Words that say nothing of what a column holds. Not those that tell two columns apart: by, from, to, por, von.
_SMALL = frozenset(
    [
        *("the", "of"),
        *("der", "die", "das", "des", "dem", "den", "fur", "fuer"),
        *("le", "la", "les", "l", "de", "du", "d"),
        *("el", "los", "las", "del"),
        *("o", "os", "as", "da", "do", "dos"),
    ]
)
_NO_LETTERS = re.compile(r"[\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def word_key(text: str) -> str:
    """Return the letters and digits of a text in one case and without accents; ß is ss."""
    return _NO_LETTERS.sub("", _plain(text)) or header_key(text)


def parts_of(text: str) -> list[str]:
    """Return the words of a text that say something, each as `word_key` writes it."""
    letters = _plain(text)
    if not letters.isascii():  # an accent that stands apart from its letter would split the word
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return [part for part in _NO_LETTERS.split(letters) if part and part not in _SMALL]


def bag_key(parts: Collection[str]) -> str:
    """Return what words have in common whatever their order; one word is its own key."""
    return " ".join(sorted(parts))


def spellings(names: Iterable[str]) -> list[str]:
    """Return the names, and behind each what it is where umlauts are written with an e."""
    return [
        spelling
        for name in names
        for spelling in ((name,) if name.isascii() else dict.fromkeys((name, name.casefold().translate(_UMLAUTS))))
    ]


@cache
def name_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a name from the data: first its letters, then its words in any order, and so with umlauts."""
    found = []
    for spelling in spellings([name]):
        found.append(word_key(spelling))
        parts = parts_of(spelling)
        if len(parts) > 1:  # one that is left of more may mean something else: "perdu" and "perdu le"
            found.append(bag_key(parts))
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    folded = text.casefold()
    if folded.isascii() or len(folded) > LONGEST_NAME:
        return folded
    return unicodedata.normalize("NFKD", folded).casefold()
