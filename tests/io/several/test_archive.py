"""What an archive holds is read from memory, within limits, whatever it says of itself."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from crmkit.errors import CrmError, ImportRejected
from crmkit.io._files import Source
from crmkit.io._several._archive import files_of_archive
from crmkit.io._several._found import Found, Limits
from crmkit.io._several._several import files_in
from tests.io.exports import DEALS, FILES, archive
from tests.io.written import Write


def contents(found: Found) -> dict[str, bytes]:
    opened = {name: source() for name, source in found.files.items()}
    return {name: source.open().read() for name, source in opened.items() if not isinstance(source, ImportRejected)}


def looked_into(path: Path, **limits: int) -> Found:
    with files_in(path, Limits(**limits)) as found:
        contents(found)
    return found


def refusal(path: Path, **limits: int) -> ImportRejected:
    with pytest.raises(ImportRejected) as refused:
        looked_into(path, **limits)
    return refused.value


def test_its_files_are_those_of_the_directory_in_order_of_their_names(tmp_path: Path) -> None:
    path = archive(tmp_path, dict(reversed(FILES.items())))
    with files_in(path, Limits()) as found:
        assert contents(found) == {name: text.encode() for name, text in FILES.items()}
        assert list(found.files) == sorted(FILES)
        assert found.size == sum(len(text) for text in FILES.values())
    assert [file.name for file in tmp_path.iterdir()] == ["export.zip"]


def test_a_file_can_be_opened_twice(tmp_path: Path) -> None:
    with files_in(archive(tmp_path), Limits()) as found:
        source = found.files["deals.csv"]()
    assert not isinstance(source, ImportRejected)
    assert source.open().read() == source.open().read() == DEALS.encode()
    assert source.size == len(DEALS)


@pytest.mark.parametrize("name", ["../../deals.csv", "/etc/deals.csv", "C:\\temp\\deals.csv", "export/deals.csv"])
def test_of_a_path_only_its_last_part_counts(tmp_path: Path, name: str) -> None:
    assert list(looked_into(archive(tmp_path, {name: DEALS})).files) == ["deals.csv"]


def test_what_is_no_data_is_skipped_with_the_reason(tmp_path: Path) -> None:
    found = looked_into(
        archive(
            tmp_path,
            {
                "folder/": "",
                "__MACOSX/deals.csv": "x",
                ".DS_Store": "x",
                "more.zip": "x",
                "deals.csv.gz": "x",
                "read me.txt": "x",
                "a\n.pdf": "x",
            },
        )
    )
    assert not found.files
    assert not found.refused
    hidden, packed = ("it is a hidden file", "it is packed")
    expected = {"deals.csv": hidden, ".DS_Store": hidden, "more.zip": packed, "deals.csv.gz": packed}
    expected |= {"read me.txt": "its suffix is none of .csv", "'a\\n.pdf'": "its suffix"}
    assert found.skipped.keys() == expected.keys()
    assert all(found.skipped[name].startswith(reason) for name, reason in expected.items())


def test_two_files_of_one_name_are_refused_and_the_others_read(tmp_path: Path) -> None:
    found = looked_into(archive(tmp_path, {"a/deals.csv": DEALS, "b/deals.csv": DEALS, "users.csv": "x"}))
    assert list(found.files) == ["users.csv"]
    assert found.refused["deals.csv"].code == "duplicate_name"


def with_flag(path: Path) -> Path:
    """The archive with its first file declared encrypted."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    return path


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    found = looked_into(with_flag(archive(tmp_path, {"a.csv": DEALS, "b.csv": DEALS})))
    assert found.refused["a.csv"].code == "encrypted"
    assert list(found.files) == ["b.csv"]


def test_a_file_packed_so_that_no_bound_holds_is_refused(tmp_path: Path) -> None:
    found = looked_into(archive(tmp_path, method=zipfile.ZIP_BZIP2))
    assert {fault.code for fault in found.refused.values()} == {"damaged"}


def with_declared_size(path: Path, size: int) -> Path:
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", size)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("size", [0, 1, 999_999, 1_000_001, 40_000_000])
def test_a_file_is_only_taken_as_long_as_it_is_declared(tmp_path: Path, size: int) -> None:
    path = with_declared_size(archive(tmp_path, {"a.csv": b"0" * 1_000_000}), size)
    with files_in(path, Limits(ratio=50_000)) as found:
        opened = found.files["a.csv"]()
    assert isinstance(opened, ImportRejected)
    assert opened.code == "damaged"


def test_the_limits_hold_for_the_archive_as_a_whole(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.csv": DEALS, "b.csv": DEALS, "c.txt": DEALS})
    looked_into(path, files=2, bytes=2 * len(DEALS))
    assert "limits=Limits(files=2)" in str(refusal(path, files=1))
    assert "limits=Limits(bytes=...)" in str(refusal(path, bytes=2 * len(DEALS) - 1))
    assert {refusal(path, files=1).code, refusal(path, bytes=99).code} == {"too_large"}


def test_an_archive_that_unpacks_to_far_more_than_itself_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.csv": b"0" * 3_000_000})
    assert "limits=Limits(ratio=...)" in str(refusal(path))
    assert looked_into(path, ratio=2_000).files


def test_what_is_no_archive_is_refused(write: Write, tmp_path: Path) -> None:
    codes = {
        "deals.csv": write(DEALS, "deals.csv"),
        "empty.csv": write("", "empty.csv"),
        "book.xlsx": archive(tmp_path, {"[Content_Types].xml": "<x/>"}, name="book.xlsx"),
    }
    assert {refusal(path).code for path in codes.values()} == {"not_an_archive"}
    assert refusal(write(b"PK\x03\x04...", "broken.zip")).code == "damaged"
    assert refusal(tmp_path / "absent.zip").code == "no_such_file"
    assert refusal(tmp_path / "a\0b").code == "no_such_file"


class Unreadable(BytesIO):
    """A stream that opens and cannot be read, as /proc/self/mem."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_what_cannot_be_read_is_refused() -> None:
    source = Source("mem", Unreadable, 0)
    with pytest.raises(ImportRejected, match="it cannot be read") as refused, files_of_archive(source, Limits()):
        pass
    assert refused.value.code == "no_such_file"


def test_a_damaged_archive_raises_nothing_but_errors_of_crmkit(tmp_path: Path) -> None:
    whole, dice = archive(tmp_path).read_bytes(), random.Random(5)
    path = tmp_path / "broken.zip"
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(content[: dice.randrange(len(content))] if dice.random() < 0.1 else content)
        try:
            looked_into(path)
        except CrmError:
            continue
