"""A source gives its bytes each time anew, and tells how many have been read."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmkit.errors import ImportRejected
from crmkit.io._files import read_rows, row_chunks, source_of
from crmkit.io._files._source import watched
from tests.io.files.sources import source


def test_a_path_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id\n1\n")
    found = source_of(str(path))
    assert (found.name, found.size) == ("a.csv", 5)
    for _ in range(2):
        with found.open() as stream:
            assert stream.read() == b"id\n1\n"


def test_a_directory_names_the_function_that_reads_it(tmp_path: Path) -> None:
    with pytest.raises(ImportRejected, match="read_all"):
        source_of(tmp_path)


def test_nobody_watches_unless_asked() -> None:
    plain = source(b"abc")
    assert watched(plain, None) is plain


@pytest.mark.parametrize("rows", [None, 10_000])
def test_progress_rises_to_the_size_of_the_file(rows: int | None) -> None:
    text = "id,x\n" + "".join(f"{at},yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n" for at in range(60_000))
    seen: list[tuple[int, int]] = []

    def note(done: int, size: int) -> None:
        seen.append((done, size))

    if rows is None:
        read_rows(source(text), progress=note)
    else:
        list(row_chunks(source(text), rows=rows, progress=note))
    done = [step for step, _ in seen]
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert done[-1] == len(text)
    assert {size for _, size in seen} == {len(text)}
