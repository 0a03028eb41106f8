"""The presets that come with crmkit, and those that a caller hands in."""

from __future__ import annotations

import os
from functools import cache
from importlib import resources

from crmkit.errors import ImportRejected, InvalidArgument
from crmkit.io._mapping import text_at
from crmkit.io._presets._preset import Preset

__all__ = ["preset_of", "presets"]


@cache
def presets() -> tuple[Preset, ...]:
    """Return the presets that come with crmkit, ordered by their names."""
    files = [file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml")]
    found = [Preset.from_toml(file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(found, key=lambda preset: preset.name))


def preset_of(given: Preset | str | os.PathLike[str]) -> Preset:
    """Return the preset that a caller hands in: as it is, or as the path of a TOML file.

    Args:
        given: the preset.

    Raises:
        ImportRejected: the file cannot be read, or says what no preset can say (code "invalid_preset").
        InvalidArgument: something of another type.
    """
    if isinstance(given, Preset):
        return given
    if not isinstance(given, str | os.PathLike):
        reason = f"a preset is of type {type(given).__name__}; it is a Preset or the path of a TOML file"
        raise InvalidArgument(reason, argument="presets", value=given)
    text = text_at(given, "preset", code="invalid_preset")
    try:
        return Preset.from_toml(text)
    except ImportRejected as fault:
        raise ImportRejected.of(str(fault), file=str(given), code=fault.code) from None
