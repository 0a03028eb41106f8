"""A file appears whole or not at all, and nothing else is left behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crmkit.errors import CrmError, InvalidColumn
from crmkit.io._writers import replacing


def test_the_bytes_become_the_file_when_all_are_written(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"old")
    with replacing(path) as stream:
        stream.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["file.csv"]  # noqa: PTH208  # hidden files too


def test_a_fault_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"old")
    with pytest.raises(InvalidColumn), replacing(path):
        raise InvalidColumn("no", column="x", row=0, value=None)
    with pytest.raises(CrmError, match="disk is full") as refused, replacing(path):
        raise OSError(28, "disk is full")
    assert (refused.value.code, refused.value.facts["file"]) == ("cannot_write", str(path))
    assert (path.read_bytes(), [found.name for found in tmp_path.iterdir()]) == (b"old", ["file.csv"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/file.csv", "No such file or directory"),
        ("directory", "it is there and is no file"),
        ("\0.csv", "null"),
        (f"{'x' * 300}.csv", "too long"),
    ],
)
def test_where_no_file_can_be_is_said(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "directory").mkdir()
    with pytest.raises(CrmError, match=words) as refused, replacing(tmp_path / name):
        pass
    assert refused.value.code == "cannot_write"
    assert [found.name for found in tmp_path.iterdir()] == ["directory"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    with replacing(tmp_path / "link.csv") as stream:
        stream.write(b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_who_may_read_other_new_files_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with replacing(tmp_path / "file.csv"):
        pass
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("other", "file.csv")}
    assert len(modes) == 1
