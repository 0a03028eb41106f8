"""The words of one language, as its two files have them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import attrs

from crmkit.records import RECORDS, fields_of

__all__ = ["ENGLISH", "LANGUAGES", "Language", "NamedValue", "languages"]

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr", "es", "pt")
_OF_ALL = "any"


@attrs.frozen
class NamedValue:
    """A value of a field that a column is named for: "Churn" says true or false of "cancelled".

    Args:
        value: where the column says true.
        otherwise: the value where it says false.
        headers: the names of such columns.
    """

    value: str
    otherwise: str
    headers: tuple[str, ...]


@attrs.frozen
class Language:
    """How exports in one language name things.

    Args:
        code: of the language, as ISO 639-1 has it.
        words: for "won", "lost", "open", "true", "false", "enabled" and "disabled".
        itself: for each kind of record the words for it.
        fields: for each kind of record and each field its names, the likeliest first.
        values: for each kind of record and field with a choice of values, the words for each value.
        named: for each kind of record and field, the values that columns are named for.
    """

    code: str
    words: Mapping[str, tuple[str, ...]]
    itself: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Mapping[str, tuple[str, ...]]]
    values: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]
    named: Mapping[tuple[str, str], tuple[NamedValue, ...]]


@cache
def languages() -> tuple[Language, ...]:
    """Read the words of all languages; the order is that in which they are preferred."""
    return tuple(_language(code) for code in LANGUAGES)


def _language(code: str) -> Language:
    here = files("crmkit.io._names")
    texts = [(here / name).read_text(encoding="utf-8") for name in (f"{code}.toml", f"{code}_values.toml")]
    parts = {name: part for text in texts for name, part in tomllib.loads(text).items()}
    named = {
        (record, field): tuple(
            NamedValue(value, said["otherwise"], tuple(said["headers"])) for value, said in values.items()
        )
        for record, fields in parts["named"].items()
        for field, values in fields.items()
    }
    return Language(
        code,
        _tuples(parts["words"]),
        MappingProxyType({record: tuple(parts[record]["itself"]) for record in RECORDS}),
        MappingProxyType({record: _fields(parts, record, named) for record in RECORDS}),
        MappingProxyType(
            {(record, field): _tuples(of) for record, fields in parts["values"].items() for field, of in fields.items()}
        ),
        MappingProxyType(named),
    )


def _fields(
    parts: Mapping[str, Any], record: str, named: Mapping[tuple[str, str], tuple[NamedValue, ...]]
) -> Mapping[str, tuple[str, ...]]:
    own = {field: tuple(names) for field, names in parts[record]["fields"].items()}
    claimed = {name for names in own.values() for name in names}
    of_all = {
        field: tuple(name for name in names if name not in claimed)
        for field, names in parts[_OF_ALL].items()
        if field in fields_of(RECORDS[record])
    }
    fields = {**of_all, **own}
    for (kind, field), values in named.items():
        if kind == record:
            fields[field] = (*fields.get(field, ()), *(header for value in values for header in value.headers))
    return MappingProxyType(fields)


def _tuples(lists: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(words) for name, words in lists.items()})
