"""The pages about the six systems say what the presets say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmkit.io._presets import Preset, presets

PAGES = Path(__file__).parents[3] / "docs" / "how-to" / "exports"


def section_of(preset: Preset) -> str:
    title = preset.name.removeprefix(f"{preset.system.casefold()} ").capitalize()
    text = (PAGES / f"{preset.system.casefold()}.md").read_text(encoding="utf-8")
    _, _, below = text.partition(f"\n## {title}\n")
    return below.partition("\n## ")[0]


def rows_of(section: str) -> list[tuple[list[str], str]]:
    """The rows of the tables: the words of the first cell, and that of the second."""
    found = re.findall(r"^\| (`.*`) \| `(\w+)` \|$", section, flags=re.MULTILINE)
    return [(re.findall(r"`([^`]+)`", words), meant) for words, meant in found]


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_the_page_of_a_system_has_each_header_and_word_of_its_presets(preset: Preset) -> None:
    rows = rows_of(section_of(preset))
    columns = [(list(headers), field) for field, headers in preset.columns.items()]
    words: list[tuple[list[str], str]] = []
    for meaning in preset.values.values():
        words += [
            ([word for word in meaning if meaning[word] == value], value) for value in dict.fromkeys(meaning.values())
        ]
    assert rows == columns + words


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_the_page_of_a_system_says_its_units_and_the_stages_that_close_a_deal(preset: Preset) -> None:
    section = section_of(preset)
    for unit in preset.units.values():
        assert {"percent": "in percent", "fraction": "a fraction, from 0 to 1"}[unit] in section
    for stage in [stage for stages in (preset.stages or {}).values() for stage in stages[:1]]:
        assert f"`{stage}`" in section
