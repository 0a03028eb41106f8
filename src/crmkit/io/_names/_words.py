"""The words for values: true and false, how a deal stands, and what else is one of a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from crmkit.io._files import header_key
from crmkit.io._names._keys import spellings, word_key
from crmkit.io._names._language import languages
from crmkit.io._names._readings import readings
from crmkit.records import RECORDS, fields_of

__all__ = ["FLAGS", "LOST", "OPEN", "STATUS", "TRUTHS", "WON", "choice_words"]


def _keys(words: Iterable[str]) -> frozenset[str]:
    """Return the keys of words, with their accents and without."""
    return frozenset(key(word) for word in spellings(words) for key in (word_key, header_key))


def _everywhere(name: str) -> frozenset[str]:
    return _keys(word for language in languages() for word in language.words[name])


# As letters in one case: "6 - Closed Won" and "closed_won" are "closedwon".
WON = _everywhere("won")
LOST = _everywhere("lost")
OPEN = _everywhere("open")
STATUS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(sorted(WON), "won") | dict.fromkeys(sorted(LOST), "lost") | dict.fromkeys(sorted(OPEN), "open")
)
TRUTHS: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(sorted(_everywhere("true")), True) | dict.fromkeys(sorted(_everywhere("false")), False)
)
FLAGS: Mapping[str, bool] = MappingProxyType(
    {
        **dict.fromkeys(sorted(_everywhere("enabled")), True),
        **dict.fromkeys(sorted(_everywhere("disabled")), False),
        **TRUTHS,
    }
)


def choice_words(record: str, field: str, header: str | None = None) -> Mapping[str, str]:
    """Return the value that each word means for a field with a choice of values; the words stand as keys.

    Args:
        record: the kind.
        field: of it.
        header: of the column; one that is named for a value ("Churn") says true or false of it.
    """
    named = _named(record, field)
    keys = [way.key for way in readings(header)] if header is not None and named else []
    return next((named[key] for key in keys if key in named), _words(record, field))


@cache
def _words(record: str, field: str) -> Mapping[str, str]:
    spec = fields_of(RECORDS[record]).get(field)
    choices = (spec.choices if spec else None) or ()
    words = {key: value for key, value in STATUS.items() if value in choices} if record == "deal" else {}
    for language in languages():
        for value, said in language.values.get((record, field), {}).items():
            words |= dict.fromkeys(sorted(_keys(said)), value)
    own = {key: choice for choice in choices for key in (header_key(choice), word_key(choice))}
    return MappingProxyType({**words, **own})


@cache
def _named(record: str, field: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words in columns that are named for a value, by the keys of their headers."""
    found: dict[str, Mapping[str, str]] = {}
    for language in languages():
        for named in language.named.get((record, field), ()):
            said = {key: named.value if flag else named.otherwise for key, flag in TRUTHS.items()}
            words = MappingProxyType({**said, **_words(record, field)})
            found |= dict.fromkeys(sorted(_keys(named.headers)), words)
    return found
