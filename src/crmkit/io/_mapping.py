"""What a file's columns mean: written by hand or guessed, kept as TOML."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import abc
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, Self

import attrs

from crmkit.calendars import zone
from crmkit.errors import ImportRejected, InvalidArgument, InvalidPeriod, did_you_mean, nearest, shown
from crmkit.io._dates import DateFormat
from crmkit.io._marks import DECIMALS, MARKS, THOUSANDS, shown_mark
from crmkit.io._synonyms import KINDS
from crmkit.records import RECORDS, Deal, fields_of

__all__ = ["PERCENT", "UNITS", "Mapping", "decimal_of", "mapping_of"]

PERCENT = "percent"
UNITS = (PERCENT, "fraction")
_WORDS = {word: record for record, names in KINDS.items() for word in (*names.itself, record)}


def _refuse(reason: str) -> NoReturn:
    raise ImportRejected.of(reason, file="mapping", code="invalid_mapping")


def _one_of(known: abc.Iterable[str]) -> Any:
    def check(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
        options = tuple(known)
        if value is not None and value not in options:
            _refuse(f"{attribute.name} = {shown(value)} is none that crmkit knows{did_you_mean(str(value), options)}")

    return check


def _record(_: Any, __: Any, value: object) -> None:
    if value is not None and value not in tuple(RECORDS):
        near = nearest(str(value), _WORDS)
        hint = f"; did you mean {_WORDS[near]!r}?" if near else did_you_mean(str(value), RECORDS)
        _refuse(f"record = {shown(value)} is none that crmkit knows{hint}")


def _mark_of(known: tuple[str, ...]) -> Any:
    def check(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
        if value is not None and value not in known:
            listed = ", ".join(f"{shown_mark(mark)} ({MARKS[mark]})" for mark in known)
            _refuse(f"{attribute.name} = {shown(value)} is no such mark; there are: {listed}")

    return check


def _texts(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    for key, text in value.items() if isinstance(value, abc.Mapping) else ():
        if not isinstance(key, str) or not isinstance(text, str):
            _refuse(f"[{attribute.name}] {shown(key)} = {shown(text)}: a text was expected")


def _frozen(value: Any) -> Any:
    if value is None or isinstance(value, MappingProxyType):
        return value
    if not isinstance(value, abc.Mapping):
        _refuse(f"{shown(value)} stands where a section of 'name = value' lines was expected")
    return MappingProxyType(dict(value))


def _stages(value: Any) -> Any:
    section = _frozen(value)
    if section is None:
        return None
    for key in section:
        if key not in ("won", "lost"):
            _refuse(f"[stages] does not know {shown(key)}{did_you_mean(str(key), ('won', 'lost'))}")
    ends = {}
    for key in ("won", "lost"):
        names = section.get(key, ())
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            _refuse(f"[stages] {key} = {shown(names)}: a list of texts was expected")
        ends[key] = tuple(names)
    both = sorted(set(ends["won"]) & set(ends["lost"]))
    if both:
        _refuse(f"[stages] the stage {shown(both[0])} is both won and lost")
    return MappingProxyType(ends)


def _zone(_: Any, __: Any, value: str | None) -> None:
    if value is not None:
        zone(value)


def _formats(_: Any, __: Any, value: abc.Mapping[str, str]) -> None:
    for field, words in value.items():
        if DateFormat.of(words) is None:
            known = 'say "ISO", "YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY HH:MM", with / . or - between'
            if re.search("MMM|%B", words.upper()):
                known = f"names of months are not supported; write the dates as YYYY-MM-DD, or {known}"
            elif re.search("(?<!Y)YY(?!Y)|%y", words, re.IGNORECASE):
                known = f"two-digit years are not supported; write the dates as YYYY-MM-DD, or {known}"
            _refuse(f"[formats] {field} = {shown(words)} is not a date format; {known}")


@attrs.frozen
class Mapping:
    """What the columns of a file mean. What is left out is guessed from the file.

    Args:
        record: the kind of record that a row is: "deal".
        columns: the header that stands for each field; None to guess them all.
        formats: the date format of a field, in words: "ISO", "DD/MM/YYYY", "MM/DD/YYYY HH:MM".
        units: how a share of one stands in the file: "percent" (0 to 100) or "fraction" (0 to 1).
        stages: for deals, the stages that are "won" and those that are "lost"; None to guess them by name.
        timezone: the IANA name of the zone of times that do not say one.
        currency: the ISO 4217 code of all amounts of a file without a currency column.
        decimal: the mark before the decimals, "." or ","; None where that is not said.
        thousands: the mark between thousands; "" for none.

    Raises:
        ImportRejected: something that no mapping can say (code "invalid_mapping").
        InvalidPeriod: an unknown time zone.
    """

    record: str | None = attrs.field(default=None, validator=_record)
    columns: abc.Mapping[str, str] | None = attrs.field(default=None, converter=_frozen, validator=_texts)
    formats: abc.Mapping[str, str] = attrs.field(factory=dict, converter=_frozen, validator=[_texts, _formats])
    units: abc.Mapping[str, str] = attrs.field(factory=dict, converter=_frozen, validator=_texts)
    stages: abc.Mapping[str, tuple[str, ...]] | None = attrs.field(default=None, converter=_stages)
    timezone: str | None = attrs.field(default=None, validator=_zone)
    currency: str | None = attrs.field(default=None, validator=_one_of(fields_of(Deal)["currency"].choices or ()))
    decimal: str | None = attrs.field(default=None, validator=_mark_of(DECIMALS))
    thousands: str = attrs.field(default="", validator=_mark_of(THOUSANDS))

    def __attrs_post_init__(self) -> None:
        if self.decimal == self.thousands:
            _refuse(f"decimal and thousands are both {shown(self.decimal)}")
        for field, unit in self.units.items():
            if unit not in UNITS:
                _refuse(f"[units] {field} = {shown(unit)} is none that crmkit knows{did_you_mean(unit, UNITS)}")

    @classmethod
    def from_dict(cls, parts: abc.Mapping[str, Any]) -> Self:
        """Build a mapping of plain dicts and texts, shaped like its TOML."""
        known = [attribute.name for attribute in attrs.fields(cls)]
        for name in parts:
            if name not in known:
                _refuse(f"there is no {shown(name)} in a mapping{did_you_mean(str(name), known)}")
        return cls(**parts)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a mapping from the text of a TOML document."""
        try:
            parts = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as fault:
            _refuse(f"this is not TOML: {fault}{_quotes_hint(text, str(fault))}")
        return cls.from_dict(parts)

    def to_toml(self) -> str:
        """Write the mapping as TOML, which `from_toml` reads back equal."""
        settings = {
            "record": self.record,
            "timezone": self.timezone,
            "currency": self.currency,
            "decimal": self.decimal,
            "thousands": self.thousands,
        }
        sections = {"columns": self.columns, "formats": self.formats, "units": self.units, "stages": self.stages}
        lines = [f"{name} = {_text(value)}" for name, value in settings.items() if value is not None]
        for name, section in sections.items():
            if section or (section is not None and name in ("columns", "stages")):
                lines += ["", f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in section.items())]
        return "\n".join(lines) + "\n"


def mapping_of(given: Mapping | abc.Mapping[str, Any] | str | os.PathLike[str] | None) -> Mapping:
    """Return the mapping that a caller hands in: as it is, as a dict, or as the path of a TOML file."""
    if given is None or isinstance(given, Mapping):
        return given or Mapping()
    if isinstance(given, abc.Mapping):
        return Mapping.from_dict(given)
    if not isinstance(given, str | os.PathLike):
        reason = f"mapping is of type {type(given).__name__}; it takes a Mapping, a dict or the path of a TOML file"
        raise InvalidArgument(reason, argument="mapping", value=given)
    try:
        text = Path(given).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as fault:
        reason = f"the mapping cannot be read: {fault}"
        raise ImportRejected.of(reason, file=str(given), code="invalid_mapping") from None
    try:
        return Mapping.from_toml(text)
    except ImportRejected as fault:
        reason = str(fault).removeprefix(f"{fault.file}: ")
        raise ImportRejected.of(reason, file=str(given), code=fault.code) from None
    except InvalidPeriod as fault:
        raise InvalidPeriod(f"{given}: {fault}", code=fault.code, **fault.facts) from None


def decimal_of(mapping: Mapping) -> str:
    """Return the mark before the decimals: as said, and otherwise a point, unless that stands between thousands."""
    return mapping.decimal or ("," if mapping.thousands == "." else ".")


def _quotes_hint(text: str, fault: str) -> str:
    found = re.search(r"at line (\d+)", fault)
    line = text.split("\n")[int(found[1]) - 1] if found else ""
    bare = re.fullmatch(r"([\w-]+)\s*=\s*([^\W\d][^\"'#]*)", line.strip())
    return f'; texts stand in quotes: {bare[1]} = "{bare[2]}"' if bare else ""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else _text(key)


def _value(value: str | tuple[str, ...]) -> str:
    return _text(value) if isinstance(value, str) else f"[{', '.join(_text(text) for text in value)}]"
