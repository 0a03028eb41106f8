"""Cells that stay texts: names, ids, and the columns that stand for no field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from crmkit.io._cells._cells import Cells, Readings
from crmkit.io._files import Column
from crmkit.io._mapping import Mapping
from crmkit.records import FieldSpec

__all__ = ["is_protected", "long_id", "read_texts"]

Texts: TypeAlias = Sequence[str | None]
Changes: TypeAlias = Callable[[Texts], dict[int, str | None]]

_PROTECTED = re.compile("^'+[=+\\-@\t\r\n\0＝＋－＠]")
_SHORT_ID = re.compile("(?=.*[0-9])[0-9A-Za-z]{15}")  # without a digit it is a name
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SEVERAL_MARK = ";"
_AN_ID = re.compile(r"(?=.*[0-9])[\w-]+")  # "Smith; Sons" is one name


def read_texts(column: Column, spec: FieldSpec | None, mapping: Mapping) -> Readings:
    """Read a column as texts; what is taken off or made of them is noted.

    Args:
        column: of the file.
        spec: the field; None where the column stands for none.
        mapping: how the file writes texts.
    """
    values: list[str | None] = list(column.texts)
    if any(map(str.isspace, column.texts)):
        values = [None if text.isspace() else text for text in column.texts]
    for null in ("", *(mapping.nulls or ())):
        if null in column.texts:
            values[column.texts.index(null)] = None
    notes: dict[str, list[int]] = {}
    for note, changed in _changes(spec, mapping).items():
        others = changed(values)
        for at, text in others.items():
            values[at] = text
        if others:
            notes[note] = list(others)
    return Readings(Cells(values, column.codes), {}, notes)


def is_protected(text: str) -> bool:
    """Tell whether an apostrophe in front keeps spreadsheets from calculating a text."""
    return text.startswith("'") and _PROTECTED.match(text) is not None


def long_id(text: str) -> str:
    """Return a Salesforce id in its form of 18 characters; what is no such id stays as it is.

    The three characters added are, for each five of the fifteen, a number in base 32 whose bits tell which of the five
    are capitals (Salesforce, "What are Salesforce Record IDs composed of?").

    Args:
        text: of 15 characters, in which case matters, or anything else.
    """
    if not _SHORT_ID.fullmatch(text):
        return text
    fives = (text[at : at + 5] for at in range(0, 15, 5))
    return text + "".join(
        _CHECKSUM[sum(1 << at for at, letter in enumerate(five) if letter.isupper())] for five in fives
    )


def _changes(spec: FieldSpec | None, mapping: Mapping) -> dict[str, Changes]:
    changes: dict[str, Changes] = {}
    if mapping.apostrophes != "keep":
        changes["apostrophe"] = _without_apostrophe
    if spec is not None and spec.name in (mapping.several or ()):
        changes["several"] = _first_of_several
    if spec is not None and spec.kind == "id" and mapping.id_form is not None:
        changes["id_form"] = _long_ids
    return changes


def _without_apostrophe(values: Texts) -> dict[int, str | None]:
    if "'" not in "".join(filter(None, values)):
        return {}
    return {at: text[1:] for at, text in enumerate(values) if text is not None and is_protected(text)}


def _first_of_several(values: Texts) -> dict[int, str | None]:
    listed = {at: _parts(text) for at, text in enumerate(values) if text and _SEVERAL_MARK in text}
    return {at: next(iter(parts), None) for at, parts in listed.items() if all(map(_AN_ID.fullmatch, parts))}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(_SEVERAL_MARK) if part.strip()]


def _long_ids(values: Texts) -> dict[int, str | None]:
    return {at: long_id(text) for at, text in enumerate(values) if text is not None and long_id(text) != text}
