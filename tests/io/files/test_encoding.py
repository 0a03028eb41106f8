"""A text is read in the encoding it is in; where that is not certain, it is refused by line and byte."""

from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import CrmError, ImportRejected
from crmkit.io._files import FileFormat, Rows, read_rows
from tests.io.files.sources import cells, source

TEXT = "id,name\n1,Jörg Müller\n2,Grün\n"
NAMES = {"id": ["1", "2"], "name": ["Jörg Müller", "Grün"]}


def read(content: bytes, encoding: str | None = None) -> Rows:
    return read_rows(source(content), FileFormat(encoding=encoding))


def refusal(content: bytes, encoding: str | None = None) -> ImportRejected:
    with pytest.raises(ImportRejected) as refused:
        read(content, encoding)
    return refused.value


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("latin-1"), "cp1252"),
    ],
)
def test_what_a_file_shows_of_its_encoding_is_taken_and_said(content: bytes, name: str) -> None:
    rows = read(content)
    assert cells(rows) == NAMES
    assert rows.format.encoding == name
    (said,) = rows.assumptions
    assert (said.code, said.subject) == ("encoding", "encoding")
    assert said.text.endswith(f'To change: [file] encoding = "{name}"')
    again = read(content, name)
    assert (cells(again), again.assumptions) == (NAMES, ())


def test_the_evidence_for_windows_1252_is_shown() -> None:
    (said,) = read(TEXT.encode("cp1252")).assumptions
    assert "3 distinct words" in said.text
    assert "on line 2: 'Jörg'" in said.text


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "utf-8-sig", "utf_8"])
@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8])
def test_utf_8_needs_no_word_and_loses_its_mark(name: str, bom: bytes) -> None:
    for encoding in (None, name):
        rows = read(bom + TEXT.encode(), encoding)
        assert cells(rows) == NAMES
        assert (rows.format.encoding, rows.assumptions) == ("utf-8", ())


@pytest.mark.parametrize("name", ["cp1250", "mac_roman", "cp037", "utf-7", "utf-16-be", "shift_jis", "iso2022_jp_2"])
def test_any_encoding_that_python_knows_can_be_declared(name: str) -> None:
    text = TEXT if name not in ("shift_jis",) else "id,name\n1,株式会社\n"
    rows = read(text.encode(name), name)
    assert cells(rows)["name"][0] == ("Jörg Müller" if text is TEXT else "株式会社")
    assert rows.format.encoding == name


def test_a_byte_order_mark_is_no_part_of_the_first_header_whatever_is_declared() -> None:
    assert list(read(("\ufeff" + TEXT).encode("utf-16-le"), "utf-16-le").columns) == ["id", "name"]


@pytest.mark.parametrize(
    "name", ["utf-9", "", "hex", "rot13", "base64", "idna", "unicode_escape", "undefined", "a\0b", "\ud800", "x" * 999]
)
def test_what_is_no_encoding_of_texts_is_refused(name: str) -> None:
    fault = refusal(TEXT.encode(), name)
    assert fault.code == "invalid_mapping"
    assert "utf-8" in str(fault)


@pytest.mark.parametrize(
    ("content", "encoding", "line", "words"),
    [
        (b"id\n1\n\xcf\xf0\xee\xe4\n", None, 3, 'the byte 0xCF is not UTF-8.*encoding = "cp1252"'),
        (b"id\r1\r\n\xcf\xf0\xee\xe4\n", None, 3, "the byte 0xCF"),
        (b"id\r1\r\xcf\xf0\xee\xe4\r", None, 3, "the byte 0xCF"),
        (b"id\nJ\xf6rg\n", "utf-8", 2, "the byte 0xF6 is not UTF-8"),
        (b"id\n1\n\xe2\x82", None, 3, "the bytes 0xE2 0x82 are not UTF-8"),
        (b"id\n\x81\n", "cp1252", 2, "the byte 0x81 is not cp1252"),
        (b"id\n1\n\xff\n", "ascii", 3, "the byte 0xFF is not ascii"),
        ("id\n".encode("utf-16-le") + b"\0\xd8a\0", "utf-16-le", 2, "the bytes 0x00 0xD8 are not utf-16-le"),
        ("id\n".encode("utf-16-le"), "utf-16", 1, "this is not utf-16"),
        (codecs.BOM_UTF16_LE + b"i\0d\0\n\0x", None, 2, "the byte 0x78 is not utf-16"),
        (b"id\n+2AA-\n", "utf-7", 2, "not utf-7"),
    ],
)
def test_bytes_in_no_such_encoding_are_named_with_their_line(
    content: bytes, encoding: str | None, line: int, words: str
) -> None:
    fault = refusal(content, encoding)
    assert (fault.code, fault.line) == ("encoding", line)
    assert re.search(words, str(fault))


def test_a_fault_far_behind_is_named_with_its_line() -> None:
    text = "id,name\r\n" + "1,ééééé\r\n" * 100_000
    fault = refusal(text.encode() + b"\xcf\xf0\xee\xe4\r\n")
    assert fault.line == 100_002


@pytest.mark.parametrize("start", ["id\n", "id\n1", "id\n12"])
def test_letters_cut_by_the_blocks_they_are_read_in_are_utf_8(start: str) -> None:
    rows = read((start + "€€€€€€€\n" * 100_000).encode())
    assert len(rows) == 100_000


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60) | st.text(max_size=30).map(lambda text: f"id\n{text}".encode("utf-16")),
    st.sampled_from([None, "utf-8", "utf-16", "utf-32", "cp1252", "utf-7", "shift_jis", "iso2022_kr", "hz"]),
)
def test_no_bytes_in_any_encoding_raise_anything_but_an_error_of_crmkit(content: bytes, encoding: str | None) -> None:
    try:
        rows = read(content, encoding)
    except CrmError:
        return
    assert rows.header_line >= 1
