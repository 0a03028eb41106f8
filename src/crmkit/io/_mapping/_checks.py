"""What a mapping may say, part by part."""

from __future__ import annotations

import re
from collections import abc
from types import MappingProxyType
from typing import Any, NoReturn

import attrs

from crmkit.calendars import zone
from crmkit.errors import ImportRejected, did_you_mean, nearest, shown
from crmkit.io._files import FileFormat
from crmkit.io._names import KINDS
from crmkit.io._notation import MARKS, DateFormat, shown_mark
from crmkit.records import RECORDS

__all__ = [
    "PERCENT",
    "UNITS",
    "file_format",
    "flag",
    "formats",
    "frozen",
    "mark_of",
    "nested",
    "nested_texts",
    "one_of",
    "record_known",
    "refuse",
    "section",
    "stages",
    "text_list",
    "texts",
    "zone_known",
]

PERCENT = "percent"
UNITS = (PERCENT, "fraction")
_RECORD_WORDS = {word: record for record, names in KINDS.items() for word in (*names.itself, record)}


def refuse(reason: str) -> NoReturn:
    raise ImportRejected.of(reason, file="mapping", code="invalid_mapping")


def one_of(known: abc.Iterable[str]) -> Any:
    def check(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
        options = tuple(known)
        if value is not None and value not in options:
            refuse(f"{attribute.name} = {shown(value)} is none that crmkit knows{did_you_mean(str(value), options)}")

    return check


def record_known(_: Any, __: Any, value: object) -> None:
    if value is not None and value not in tuple(RECORDS):
        near = nearest(str(value), _RECORD_WORDS)
        hint = f"; did you mean {_RECORD_WORDS[near]!r}?" if near else did_you_mean(str(value), RECORDS)
        refuse(f"record = {shown(value)} is none that crmkit knows{hint}")


def mark_of(known: tuple[str, ...]) -> Any:
    def check(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
        if value is not None and value not in known:
            listed = ", ".join(f"{shown_mark(mark)} ({MARKS[mark]})" for mark in known)
            refuse(f"{attribute.name} = {shown(value)} is no such mark; there are: {listed}")

    return check


def texts(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    for key, text in value.items() if isinstance(value, abc.Mapping) else ():
        if not isinstance(key, str) or not isinstance(text, str):
            refuse(f"[{attribute.name}] {shown(key)} = {shown(text)}: a text was expected")


def frozen(value: Any) -> Any:
    if value is None or isinstance(value, MappingProxyType):
        return value
    if not isinstance(value, abc.Mapping):
        refuse(f"{shown(value)} stands where a section of 'name = value' lines was expected")
    return MappingProxyType(dict(value))


def stages(value: Any) -> Any:
    section = frozen(value)
    if section is None:
        return None
    for key in section:
        if key not in ("won", "lost"):
            refuse(f"[stages] does not know {shown(key)}{did_you_mean(str(key), ('won', 'lost'))}")
    ends = {}
    for key in ("won", "lost"):
        names = section.get(key, ())
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            refuse(f"[stages] {key} = {shown(names)}: a list of texts was expected")
        ends[key] = tuple(names)
    both = sorted(set(ends["won"]) & set(ends["lost"]))
    if both:
        refuse(f"[stages] the stage {shown(both[0])} is both won and lost")
    return MappingProxyType(ends)


def zone_known(_: Any, __: Any, value: str | None) -> None:
    if value is not None:
        zone(value)


def section(value: Any) -> Any:
    """Freeze a section; where it is not said, it is empty."""
    return frozen({} if value is None else value)


def nested(value: Any) -> Any:
    """Freeze a section of sections, such as [values.status]."""
    return MappingProxyType({key: section(part) for key, part in section(value).items()})


def nested_texts(_: Any, attribute: attrs.Attribute[Any], value: abc.Mapping[Any, abc.Mapping[Any, object]]) -> None:
    for field, part in value.items():
        for key, text in part.items():
            if not isinstance(field, str) or not isinstance(key, str) or not isinstance(text, str):
                refuse(f"[{attribute.name}.{field}] {shown(key)} = {shown(text)}: a text was expected")


def text_list(value: Any) -> Any:
    """Freeze a list of texts."""
    if value is not None and not (isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)):
        refuse(f"{shown(value)} stands where a list of texts was expected")
    return None if value is None else tuple(value)


def flag(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, bool):
        refuse(f"{attribute.name} = {shown(value)}: true or false was expected")


def file_format(value: Any) -> Any:
    """Build the file's format of its section."""
    if isinstance(value, FileFormat):
        return value
    known = [attribute.name for attribute in attrs.fields(FileFormat)]
    for name, text in section(value).items():
        if name not in known:
            refuse(f"[file] does not know {shown(name)}{did_you_mean(str(name), known)}")
        if not isinstance(text, str):
            refuse(f"[file] {name} = {shown(text)}: a text was expected")
    return FileFormat(**section(value))


def formats(_: Any, __: Any, value: abc.Mapping[str, str]) -> None:
    for field, words in value.items():
        if DateFormat.of(words) is None:
            known = 'say "ISO", "YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY HH:MM", with / . or - between'
            if re.search("MMM|%B", words.upper()):
                known = f"names of months are not supported; write the dates as YYYY-MM-DD, or {known}"
            elif re.search("(?<!Y)YY(?!Y)|%y", words, re.IGNORECASE):
                known = f"two-digit years are not supported; write the dates as YYYY-MM-DD, or {known}"
            refuse(f"[formats] {field} = {shown(words)} is not a date format; {known}")
