"""What a preset may say, part by part."""

from __future__ import annotations

import re
from collections import abc
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from crmkit.errors import ImportRejected, did_you_mean, shown
from crmkit.io._files import header_key
from crmkit.io._mapping import UNITS
from crmkit.io._notation import is_share
from crmkit.io._signs import columns_of
from crmkit.records import RECORDS, FieldSpec

if TYPE_CHECKING:
    from crmkit.io._presets._preset import Preset

__all__ = ["check", "frozen_lists", "frozen_words", "key_sets", "refuse", "text_list"]

_FLAGS = ("true", "false")
_ENDS = ("won", "lost")
_TAG_MARKS = (";", ",", "|")
_ID_FORMS = ("salesforce",)


def refuse(reason: str, *, name: object = None) -> NoReturn:
    file = f"preset {shown(name)}" if isinstance(name, str) and name else "preset"
    raise ImportRejected.of(reason, file=file, code="invalid_preset")


def text_list(value: Any) -> Any:
    """Freeze a list of texts, or one text; leave anything else to be refused."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list | tuple) else value


def key_sets(value: Any) -> Any:
    """Freeze a list of lists of texts, or one list of texts."""
    if not isinstance(value, list | tuple):
        return value
    if value and all(isinstance(header, str) for header in value):
        return (tuple(value),)
    return tuple(text_list(headers) for headers in value)


def frozen_lists(value: Any) -> Any:
    """Freeze a section whose values are lists of texts, or single texts."""
    if not isinstance(value, abc.Mapping):
        return value
    return MappingProxyType({name: text_list(texts) for name, texts in value.items()})


def frozen_words(value: Any) -> Any:
    """Freeze a section of sections."""
    if not isinstance(value, abc.Mapping):
        return value
    return MappingProxyType(
        {name: MappingProxyType(dict(part)) if isinstance(part, abc.Mapping) else part for name, part in value.items()}
    )


def check(preset: Preset) -> None:
    """Refuse a preset that says something wrong; its parts are frozen already."""

    def refused(reason: str) -> NoReturn:
        refuse(reason, name=preset.name)

    for setting in ("name", "system", "record"):
        value = getattr(preset, setting)
        if not isinstance(value, str) or not value.strip():
            refused(f"{setting} = {shown(value)}: a text was expected")
    if preset.record not in RECORDS:
        refused(f"record = {shown(preset.record)} is none that crmkit knows{did_you_mean(preset.record, RECORDS)}")
    specs = columns_of(preset.record)
    _check_key(preset.key, refused)
    _check_columns(preset, specs, refused)
    _check_values(preset, specs, refused)
    _check_sections(preset, specs, refused)
    _check_settings(preset, specs, refused)
    _check_entered(preset, refused)


def _check_key(key: Any, refused: abc.Callable[[str], NoReturn]) -> None:
    if not isinstance(key, tuple) or not key:
        refused(f"key = {shown(key)}: at least one list of headers was expected, by which the export is recognised")
    for headers in key:
        _check_headers("key", headers, refused)
        if not headers:
            refused("key holds an empty list: every file would be this export")


def _check_headers(place: str, headers: Any, refused: abc.Callable[[str], NoReturn]) -> None:
    if not isinstance(headers, tuple) or not all(isinstance(header, str) for header in headers):
        refused(f"{place} = {shown(headers)}: a list of texts was expected")
    for header in headers:
        if not header_key(header):
            refused(f"{place} holds a blank text")


def _section(preset: Preset, name: str, refused: abc.Callable[[str], NoReturn]) -> abc.Mapping[str, Any]:
    value = getattr(preset, name)
    if not isinstance(value, abc.Mapping) or not all(isinstance(key, str) for key in value):
        refused(f"{name} = {shown(value)}: a section [{name}] of 'name = value' lines was expected")
    return dict(value)


def _check_columns(preset: Preset, specs: abc.Mapping[str, FieldSpec], refused: abc.Callable[[str], NoReturn]) -> None:
    columns = _section(preset, "columns", refused)
    if not columns:
        refused("[columns] is empty: no column would be read")
    for field, headers in columns.items():
        _check_field("columns", field, preset.record, specs, refused)
        _check_headers(f"[columns] {field}", headers, refused)
        if not headers:
            refused(f"[columns] {field} names no header")
    _check_headers("ignored", preset.ignored, refused)
    named = {header_key(header): field for field, headers in columns.items() for header in headers}
    for header in preset.ignored:
        if header_key(header) in named:
            refused(f"ignored holds {shown(header)}, which [columns] {named[header_key(header)]} names")


def _check_field(
    place: str,
    field: str,
    record: str,
    specs: abc.Mapping[str, FieldSpec],
    refused: abc.Callable[[str], NoReturn],
) -> None:
    if field not in specs:
        refused(f"[{place}] {field}: a {record} has no such field{did_you_mean(field, specs)}")


def _check_values(preset: Preset, specs: abc.Mapping[str, FieldSpec], refused: abc.Callable[[str], NoReturn]) -> None:
    for field, words in _section(preset, "values", refused).items():
        _check_field("values", field, preset.record, specs, refused)
        choices = _FLAGS if specs[field].kind == "flag" else specs[field].choices
        if choices is None:
            refused(f"[values] {field}: this field may hold any value, so there is none to choose")
        if not isinstance(words, abc.Mapping):
            refused(f"[values] {field} = {shown(words)}: a section [values.{field}] was expected")
        for word, value in words.items():
            if not isinstance(word, str) or value not in choices:
                hint = did_you_mean(str(value), choices)
                refused(f"[values.{field}] {shown(word)} = {shown(value)} is no value of this field{hint}")


def _check_sections(preset: Preset, specs: abc.Mapping[str, FieldSpec], refused: abc.Callable[[str], NoReturn]) -> None:
    for field, unit in _section(preset, "units", refused).items():
        _check_field("units", field, preset.record, specs, refused)
        if not is_share(specs[field]):
            refused(f"[units] {field}: this field is no share of one")
        if unit not in UNITS:
            refused(f"[units] {field} = {shown(unit)} is none that crmkit knows{did_you_mean(str(unit), UNITS)}")
    if preset.stages is None:
        return
    stages = _section(preset, "stages", refused)
    if preset.record != "deal":
        refused(f"[stages] are those of deals, and this is the export of a {preset.record}")
    for end, names in stages.items():
        if end not in _ENDS:
            refused(f"[stages] does not know {shown(end)}{did_you_mean(end, _ENDS)}")
        _check_headers(f"[stages] {end}", names, refused)


def _check_settings(preset: Preset, specs: abc.Mapping[str, FieldSpec], refused: abc.Callable[[str], NoReturn]) -> None:
    for setting in ("nulls", "several", "prefixes"):
        value = getattr(preset, setting)
        if not isinstance(value, tuple) or not all(isinstance(text, str) for text in value):
            refused(f"{setting} = {shown(value)}: a list of texts was expected")
    for field in preset.several:
        if field not in specs or specs[field].kind != "id":
            ids = [name for name, spec in specs.items() if spec.kind == "id"]
            refused(f"several: {shown(field)} is no id of a {preset.record}{did_you_mean(field, ids)}")
    for setting, known in (("tag_mark", _TAG_MARKS), ("id_form", _ID_FORMS)):
        value = getattr(preset, setting)
        if value is not None and value not in known:
            refused(f"{setting} = {shown(value)} is none that crmkit knows{did_you_mean(str(value), known)}")
    if not isinstance(preset.fold, bool):
        refused(f"fold = {shown(preset.fold)}: true or false was expected")


def _check_entered(preset: Preset, refused: abc.Callable[[str], NoReturn]) -> None:
    _check_headers("entered", preset.entered, refused)
    if preset.entered and preset.record != "deal":
        refused(f"entered: only deals have stages, and this is the export of a {preset.record}")
    for pattern in preset.entered:
        names = re.findall(r"\{(.*?)\}", pattern)
        if sorted(names) not in (["stage"], ["pipeline", "stage"]):
            refused(f"entered: {shown(pattern)} needs {{stage}} once, and may have {{pipeline}} once, in braces")
        literal = re.split(r"\{.*?\}", pattern)
        if not any(header_key(part).isalnum() for part in literal) or "" in literal[1:-1]:
            refused(f"entered: {shown(pattern)} would fit any header; it needs words around {{stage}}")
