"""A file is what its bytes say, whatever it is called."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from crmkit.errors import ImportRejected
from crmkit.io._files._kinds import kind_of
from tests.io.files.sources import source


def archive(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(zipfile.ZipInfo(name), "x")  # of 1980, so that the test's own name stays the same
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "csv"),
        (b"id\n1\n", "csv"),
        (b"id{\n", "csv"),
        (b"\xff\xfei\0d\0", "csv"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PAR1\x15", "parquet"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "workbook"),
        (b'{"id": 1}\n{"id": 2}\n', "json_lines"),
        (b'\xef\xbb\xbf\n {"id": 1}', "json_lines"),
        (b'{"id": "' + b"x" * 5000 + b'"}\n', "json_lines"),
    ],
)
def test_the_first_bytes_tell_the_kind(content: bytes, kind: str) -> None:
    assert kind_of(source(content, "misnamed.pdf")) == kind


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (archive("deals.csv"), "not_csv", "read_all"),
        (archive("xl/workbook.bin"), "not_csv", "another kind"),
        (archive("mimetype", "content.xml"), "not_csv", r"save it as \.xlsx"),
        (archive("a")[:40], "damaged", "once more"),
        (b"PK\x05\x06" + bytes(18), "not_csv", "empty zip"),
        (b"\xd0\xcf\x11\xe0\xa1", "not_csv", "old Excel"),
        (b"%PDF-1.7", "not_csv", "PDF"),
        (b"\n <!DOCTYPE html>", "not_csv", "HTML"),
        (b'{\n  "id": 1\n}', "not_csv", "one object on each line"),
        (b"{", "not_csv", "one object on each line"),
        (b'{"a":' * 700 + b"\n", "not_csv", "one object on each line"),
        (b'[\n{"id": 1}]', "not_csv", "JSON list"),
    ],
)
def test_what_is_no_file_of_rows_is_refused_with_the_way_out(content: bytes, code: str, words: str) -> None:
    with pytest.raises(ImportRejected, match=words) as refused:
        kind_of(source(content))
    assert refused.value.code == code
