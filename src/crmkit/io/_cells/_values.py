"""The cells of one column read as values of a field, each distinct text once."""

from __future__ import annotations

import json
import re
from collections import abc, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from crmkit.calendars import zone
from crmkit.errors import did_you_mean
from crmkit.io._cells._cells import Cells, Readings, is_blank
from crmkit.io._cells._texts import is_protected, read_texts
from crmkit.io._files import Column, header_key
from crmkit.io._mapping import PERCENT, Mapping, decimal_of
from crmkit.io._names import FLAGS
from crmkit.io._notation import (
    ISO,
    DateFormat,
    Unreadable,
    instant_at,
    is_share,
    moment_of,
    number_reader,
    whole_reader,
)
from crmkit.records import FieldSpec

__all__ = ["TAG_MARK", "TRUTHS", "read_cells"]

TRUTHS = ("true", "false")  # how a mapping writes them
TAG_MARK = ";"
_IN_UTC = re.compile(r"\bUTC\b")  # Stripe writes "Created (UTC)"


def read_cells(column: Column, spec: FieldSpec, mapping: Mapping) -> Readings:
    """Read a column as a field.

    Args:
        column: of the file.
        spec: what the field holds.
        mapping: how the file writes texts, dates, numbers and shares.
    """
    if spec.kind in ("text", "id"):
        return read_texts(column, spec, mapping)
    notes: dict[str, list[int]] = defaultdict(list)
    here = [0]
    in_utc = _IN_UTC.search(column.header) is not None
    read = _within(spec, _reader(spec, mapping, in_utc, lambda note: notes[note].append(here[0])))
    nulls = frozenset(mapping.nulls or ())
    strips = mapping.apostrophes != "keep"
    values: list[Any] = []
    faults: dict[int, Unreadable] = {}
    for here[0], text in enumerate(column.texts):
        value = None
        if not is_blank(text) and text not in nulls:
            guarded = strips and is_protected(text)
            if guarded:
                notes["apostrophe"].append(here[0])
            try:
                value = read(text[1:] if guarded else text)
            except Unreadable as fault:
                faults[here[0]] = Unreadable(fault.code, str(fault))  # without the frames that it was raised in
        values.append(value)
    return Readings(Cells(values, column.codes), faults, dict(notes))


def _reader(spec: FieldSpec, mapping: Mapping, in_utc: bool, note: Callable[[str], None]) -> Callable[[str], Any]:
    if spec.kind in ("instant", "date"):
        form = DateFormat.of(mapping.formats.get(spec.name, "")) or ISO
        return _date_reader(form, note) if spec.kind == "date" else _instant_reader(form, mapping, in_utc, note)
    if spec.kind == "integer":
        return whole_reader(decimal_of(mapping), mapping.thousands)
    if spec.kind in ("number", "money"):
        number = number_reader(decimal_of(mapping), mapping.thousands, exact=spec.kind == "money")
        return _share_reader(number, mapping.units.get(spec.name) == PERCENT) if is_share(spec) else number
    words = mapping.values.get(spec.name, {})
    if spec.kind == "flag":
        return _flag_reader(words)
    if spec.kind == "tags":
        return _tags_reader(mapping.tag_mark or TAG_MARK)
    return _choice_reader(spec, words)


def _instant_reader(
    form: DateFormat, mapping: Mapping, in_utc: bool, note: Callable[[str], None]
) -> Callable[[str], Any]:
    place = zone("UTC" if in_utc or mapping.timezone is None else mapping.timezone)

    def read(text: str) -> Any:
        moment = moment_of(text, form)
        instant, twice = instant_at(moment, place)
        if moment.offset is None and not in_utc:
            note("zoneless")
        if twice:
            note("shown_twice")
        return instant

    return read


def _date_reader(form: DateFormat, note: Callable[[str], None]) -> Callable[[str], date]:
    def read(text: str) -> date:
        wall = moment_of(text, form).wall
        if wall.time().replace(fold=0) != wall.min.time():
            note("time_dropped")
        return wall.date()

    return read


def _share_reader(number: Callable[[str], Any], in_percent: bool) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        signed = text.rstrip().endswith("%")
        share = number(text.rstrip().removesuffix("%").rstrip() if signed else text)
        return share / 100 if signed or in_percent else share

    return read


def _flag_reader(words: abc.Mapping[str, str]) -> Callable[[str], bool]:
    meant = {header_key(word): flag == TRUTHS[0] for word, flag in words.items()}
    flags = {**FLAGS, **meant}

    def read(text: str) -> bool:
        flag = flags.get(header_key(text))
        if flag is None:
            raise Unreadable("not_a_flag", "it is neither true nor false; write true or false, yes or no, 1 or 0")
        return flag

    return read


def _tags_reader(mark: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        if text.startswith("["):
            with suppress(ValueError, RecursionError):
                tags = json.loads(text)
                if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
                    return tuple(tags)
        return tuple(tag.strip() for tag in text.split(mark) if tag.strip())

    return read


def _choice_reader(spec: FieldSpec, words: abc.Mapping[str, str]) -> Callable[[str], str]:
    meant = {header_key(word): choice for word, choice in words.items()}
    by_key = {**{header_key(choice): choice for choice in spec.choices or ()}, **meant}
    own = {choice: choice for choice in spec.choices or () if header_key(choice) not in meant}
    exact = {**own, **words}  # "A+" is not "A-", whose letters it has

    def read(text: str) -> str:
        choice = exact.get(text) or by_key.get(header_key(text))
        if choice is None:
            hint = did_you_mean(text.strip(), spec.choices or ())
            reason = f"it is none of the values of {spec.name}{hint}; to say which it is: [values.{spec.name}]"
            raise Unreadable("not_a_choice", reason)
        return choice

    return read


def _within(spec: FieldSpec, read: Callable[[str], Any]) -> Callable[[str], Any]:
    if spec.minimum is None and spec.maximum is None:
        return read
    low = Decimal("-Infinity") if spec.minimum is None else Decimal(str(spec.minimum))
    high = Decimal("Infinity") if spec.maximum is None else Decimal(str(spec.maximum))

    def bounded(text: str) -> Any:
        value = read(text)
        if not low <= value <= high:
            raise Unreadable("out_of_range", f"{spec.name} is from {low} to {high}")
        return value

    return bounded
