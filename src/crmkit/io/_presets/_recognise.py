"""Which kind of export a file's headers are those of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs

from crmkit.io._files import header_key
from crmkit.io._presets._entered import entered_columns
from crmkit.io._presets._preset import Preset

__all__ = ["Recognised", "recognise"]


@attrs.frozen
class Recognised:
    """A kind of export, found in a file.

    Args:
        preset: whose headers they are.
        columns: the header of each field, as it stands in the file.
        entered: the header that says when a deal came into a stage, by the name of the stage.
        known: how many of the file's headers the preset knows.
    """

    preset: Preset
    columns: Mapping[str, str]
    entered: Mapping[str, str]
    known: int


def recognise(headers: Sequence[str], presets: Sequence[Preset]) -> Recognised | None:
    """Find the preset whose headers a file has: the one that knows most of them, and of equal ones the longest key.

    Args:
        headers: of the file, in any order.
        presets: to choose from; of equal ones the first counts.
    """
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(header_key(header), header)
    best: tuple[tuple[int, int], Recognised] | None = None
    for preset in presets:
        key = _longest_key(preset, by_key)
        if not key:
            continue
        found = _found(preset, by_key)
        rank = (found.known, key)
        if best is None or rank > best[0]:
            best = (rank, found)
    return best[1] if best else None


def _longest_key(preset: Preset, by_key: Mapping[str, str]) -> int:
    """Return how many headers the longest key has that is there; 0 where none is."""
    keys = ({header_key(header) for header in headers} for headers in preset.key)
    return max((len(key) for key in keys if key <= by_key.keys()), default=0)


def _found(preset: Preset, by_key: Mapping[str, str]) -> Recognised:
    columns = {}
    known = {header_key(header) for headers in preset.key for header in headers}
    for field, headers in preset.columns.items():
        keys = list(_spellings(headers, preset.prefixes))
        known.update(keys)
        there = next((key for key in keys if key in by_key), None)
        if there is not None:
            columns[field] = by_key[there]
    known.update(_spellings(preset.ignored, preset.prefixes))
    others = [header for key, header in by_key.items() if key not in known]
    entered = entered_columns(others, preset.entered, preset.prefixes)
    count = sum(key in known for key in by_key) + len(entered.fitting)
    return Recognised(preset, MappingProxyType(columns), MappingProxyType(entered.stages), count)


def _spellings(headers: Sequence[str], prefixes: Sequence[str]) -> Iterator[str]:
    """Yield the keys that headers may have, the likeliest first."""
    for header in headers:
        for prefix in ("", *prefixes):
            yield header_key(prefix + header)
