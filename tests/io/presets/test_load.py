"""A preset is handed in as it is or as a file; those that come with crmkit are read once, and fast."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmkit.errors import ImportRejected, InvalidArgument
from crmkit.io._presets import Preset, preset_of, presets
from tests.io.written import Write

MINE = 'name = "mine"\nsystem = "Mine"\nrecord = "deal"\nkey = ["No"]\n[columns]\nid = "No"\n'


def test_a_preset_is_handed_in_as_it_is() -> None:
    preset = Preset.from_toml(MINE)
    assert preset_of(preset) is preset


def test_a_preset_is_handed_in_as_a_file(write: Write) -> None:
    path = write("\ufeff" + MINE, "mine.toml")
    assert preset_of(path) == preset_of(str(path)) == Preset.from_toml(MINE)


def test_a_slip_names_the_file_and_the_preset(write: Write) -> None:
    path = write(MINE + "owner = 'Rep'\n", "mine.toml")
    with pytest.raises(ImportRejected, match=r"mine\.toml: preset 'mine': \[columns\] owner: a deal has") as refused:
        preset_of(path)
    assert (refused.value.file, refused.value.code) == (str(path), "invalid_preset")


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused(write: Write, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.toml" if content is None else write(content, "bad.toml")
    with pytest.raises(ImportRejected, match="the preset cannot be read") as refused:
        preset_of(path)
    assert (refused.value.file, refused.value.code) == (str(path), "invalid_preset")
    with pytest.raises(ImportRejected, match="the preset cannot be read"):
        preset_of("a\0b")


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="a preset is of type dict; it is a Preset or the path of a TOML file"):
        preset_of({"name": "mine"})  # type: ignore[arg-type]


def test_the_presets_are_read_once_and_in_a_blink() -> None:
    presets.cache_clear()
    began = time.process_time()
    first = presets()
    assert time.process_time() - began < 0.25  # a tenth of that where nothing else runs
    assert presets() is first


def test_importing_io_reads_no_preset() -> None:
    code = "from crmkit import io; from crmkit.io._presets import presets; print(presets.cache_info().misses)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "0\n"
