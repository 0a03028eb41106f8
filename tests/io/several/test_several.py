"""A directory gives its own files and no others, a list just those that it names; what is left out is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crmkit.errors import ImportRejected, InvalidArgument
from crmkit.io._several._found import Found, Limits
from crmkit.io._several._several import Paths, files_in
from tests.io.exports import DEALS, FILES, directory


def looked_into(source: Paths, **limits: int) -> Found:
    with files_in(source, Limits(**limits)) as found:
        return found


def text_of(found: Found, name: str) -> str:
    source = found.files[name]()
    assert not isinstance(source, ImportRejected)
    assert source.name == name
    with source.open() as stream:
        return stream.read().decode()


def test_the_files_of_a_directory_stand_by_name(tmp_path: Path) -> None:
    found = looked_into(directory(tmp_path))
    assert list(found.files) == sorted(FILES)
    assert {name: text_of(found, name) for name in found.files} == FILES
    assert found.size == sum(map(len, FILES.values()))


def test_what_is_left_out_of_a_directory_is_named_with_the_reason(tmp_path: Path) -> None:
    outside = directory(tmp_path)
    inside = outside / "exports"
    inside.mkdir()
    directory(inside, {"deals.csv": DEALS, ".deals.csv": DEALS, "notes.txt": "x", "more.zip": "x"})
    (inside / "2023.csv").mkdir()
    (inside / "linked.csv").symlink_to(inside / "deals.csv")
    (inside / "users.csv").symlink_to(outside / "users.csv")
    (inside / "gone.csv").symlink_to(inside / "absent.csv")
    (inside / "loop.csv").symlink_to(inside / "loop.csv")
    os.mkfifo(inside / "pipe.csv")
    found = looked_into(inside)
    assert list(found.files) == ["deals.csv", "linked.csv"]
    expected = {
        ".deals.csv": "hidden",
        "notes.txt": "suffix",
        "more.zip": "packed",
        "2023.csv": "a directory",
        "users.csv": "leads out",
        "gone.csv": "leads nowhere",
        "loop.csv": "leads nowhere",
        "pipe.csv": "no file with bytes",
    }
    assert found.skipped.keys() == expected.keys()
    assert all(word in found.skipped[name] for name, word in expected.items())


def test_a_list_gives_what_it_names_in_its_order_whatever_the_suffix(tmp_path: Path) -> None:
    directory(tmp_path, {"b.txt": "bees", "a.csv": "as"})
    found = looked_into(tmp_path / name for name in ("b.txt", "a.csv"))
    assert list(found.files) == ["b.txt", "a.csv"]
    assert text_of(found, "b.txt") == "bees"


def test_files_of_one_name_are_called_by_their_paths(tmp_path: Path) -> None:
    paths = []
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        directory(tmp_path / year, {"deals.csv": year})
        paths.append(str(tmp_path / year / "deals.csv"))
    found = looked_into([*paths, *directory(tmp_path, {"users.csv": "x"}).glob("*.csv")])
    assert list(found.files) == [*paths, "users.csv"]
    assert text_of(found, paths[1]) == "2024"


def test_what_is_not_there_is_refused_and_the_others_are_found(tmp_path: Path) -> None:
    directory(tmp_path)
    found = looked_into([tmp_path / "absent.csv", tmp_path / "deals.csv", tmp_path, ""])
    assert list(found.files) == ["deals.csv"]
    assert {fault.code for fault in found.refused.values()} == {"no_such_file"}
    assert len(found.refused) == 3


@pytest.mark.parametrize("source", [5, None, [5], [b"deals.csv"], ["deals.csv", "deals.csv"]])
def test_what_names_no_file_or_one_twice_is_no_argument(source: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        looked_into(source)
    assert refused.value.argument == "source"


def test_the_limits_hold_for_directories_and_lists(tmp_path: Path) -> None:
    paths = list(directory(tmp_path).iterdir())
    sources: list[Paths] = [tmp_path, paths]
    size = sum(map(len, FILES.values()))
    for source in sources:
        assert len(looked_into(source, files=3, bytes=size).files) == 3
        for limits in ({"files": 2}, {"bytes": size - 1}):
            with pytest.raises(ImportRejected, match=r"limits=Limits\(") as refused:
                looked_into(source, **limits)
            assert refused.value.code == "too_large"


def test_a_directory_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(ImportRejected, match="Permission denied") as refused:
        looked_into(tmp_path)
    assert refused.value.code == "no_such_file"
