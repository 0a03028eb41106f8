"""A mapping completed by the preset whose headers a file has."""

from __future__ import annotations

from collections import abc
from typing import Any

import attrs

from crmkit.io._files import header_key
from crmkit.io._findings import Assumption
from crmkit.io._mapping import Mapping, written
from crmkit.io._presets import Recognised

__all__ = ["said_of_preset", "with_preset"]

_SETTINGS = ("nulls", "tag_mark", "several", "id_form", "fold")


def with_preset(given: Mapping, known: Recognised) -> Mapping:
    """Return what the caller has said, and where that is silent, what the preset says.

    Args:
        given: what the caller has said.
        known: the preset, and what it knows of this file.
    """
    preset = known.preset
    fields = {*known.columns, *(given.columns or {})}
    unsaid: dict[str, Any] = {name: getattr(preset, name) or None for name in _SETTINGS if getattr(given, name) is None}
    values = {field: words for field, words in preset.values.items() if field in fields}
    return attrs.evolve(
        given,
        **unsaid,
        units={**{field: unit for field, unit in preset.units.items() if field in fields}, **given.units},
        values={
            field: _joined(values.get(field, {}), given.values.get(field, {})) for field in {**values, **given.values}
        },
        stages=preset.stages if given.stages is None else given.stages,
        entered=known.entered if given.entered is None and known.entered else given.entered,
    )


def _joined(known: abc.Mapping[str, str], said: abc.Mapping[str, str]) -> dict[str, str]:
    keys = set(map(header_key, said))
    return {**{word: value for word, value in known.items() if header_key(word) not in keys}, **said}


def said_of_preset(known: Recognised, headers: int) -> Assumption:
    """Say which preset a file follows, and what comes with it.

    Args:
        known: the preset, and what it knows of this file.
        headers: how many columns the file has.
    """
    preset = known.preset
    settings: dict[str, Any] = {name: getattr(preset, name) or None for name in _SETTINGS}
    said = ", ".join(written(settings).split("\n")[:-1])
    text = (
        f"The headers are those of {preset.name} ({preset.system}): {known.known} of {headers} are known. "
        f"Each row is a {preset.record}{'; with it come ' + said if said else ''}. To change it, say so in the mapping."
    )
    return Assumption("preset", preset.name, text)
