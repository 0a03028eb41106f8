"""JSON Lines become texts, numbers digit by digit; a line that is no object is rejected and loses no other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import ImportRejected
from crmkit.io._files import FileFormat, Rows
from crmkit.io._files._json_lines import read_json_lines
from crmkit.io._files._typed import tags_text
from tests.io.files.sources import cells, faults, source


def read(content: bytes | str) -> Rows:
    return read_json_lines(source(content))


def test_the_columns_are_the_keys_in_the_order_in_which_they_come() -> None:
    rows = read('{"id": "a", "x": 1}\n\n{"y": true, "id": "b"}\r\n  \n{}\n')
    assert cells(rows) == {"id": ["a", "b", ""], "x": ["1", "", ""], "y": ["", "true", ""]}
    assert rows.lines.tolist() == [1, 3, 5]
    assert (rows.format, rows.malformed) == (FileFormat(), ())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E3", "1E3"),
        ("-0", "-0"),
        ("12345678901234567890.10", "12345678901234567890.10"),
        ("9" * 5000, "9" * 5000),
        ("null", ""),
        ("true", "true"),
        ("false", "false"),
        ('"  007 "', "  007 "),
        (r'"😀\n"', "😀\n"),
        ('["a", "b c"]', "a;b c"),
        ('["a;b", "c"]', '["a;b", "c"]'),
        ("[]", "[]"),
        ('[1.50, "é", null]', '[1.50,"é",null]'),
        ('{"a": {"b": [1E3, {}]}, "c": true}', '{"a":{"b":[1E3,{}]},"c":true}'),
        ('"\u2028"', "\u2028"),
    ],
)
def test_a_value_becomes_one_text(value: str, text: str) -> None:
    rows = read(f'{{"id": {value}}}\n')
    assert cells(rows) == {"id": [text]}
    assert type(rows.columns["id"].texts[0]) is str


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "no JSON object"),
        ("nonsense", "not JSON: Expecting value at character 1"),
        ('{"id": 1} {"id": 2}', "not JSON: Extra data at character 11"),
        ('{"id": 1, "id": 2}', "the key 'id' stands in it more than once"),
        ('{"id": {"a": 1, "a": 1}}', "the key 'a' stands"),
        ('{"id": NaN}', "NaN is no JSON"),
        ('{"id": -Infinity}', "-Infinity is no JSON"),
        ('{"id": ' + "[" * 100_000, "nested too deeply"),
        ('{"id": "\\ud800"}', r"\ud800 is half of a surrogate pair"),
        ('{"\\udfff": 1}', r"\udfff is half of a surrogate pair"),
        ('{"id": ["\\ud800", 1]}', "half of a surrogate pair"),
    ],
)
def test_a_line_that_is_no_object_is_rejected_alone(line: str, reason: str) -> None:
    rows = read(f'{{"id": 1}}\n{line}\n{{"id": 2}}')
    assert cells(rows) == {"id": ["1", "2"]}
    assert rows.lines.tolist() == [1, 3]
    assert reason in faults(rows)[2]
    assert (rows.malformed[0].fields, rows.malformed[0].problems[0].code) == ((line,), "json")


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "one object on each line"),
        (b"\n \n{}\n", "empty", "one object on each line"),
        (b'[{"id": 1},\n {"id": 2}]\n', "empty", "one object on each line"),
        (b'{"id": 1}\n{"id": "Gr\xf6n"}\n', "encoding", "line 2.*0xF6 is not UTF-8"),
        (b'{"Amount": 1}\n{"amount": 1}\n', "duplicate_header", "'Amount' and 'amount'"),
        (b'{"id": 1, " ": 1}\n', "empty_header", "column 2 of 2"),
    ],
)
def test_what_has_no_columns_told_apart_by_their_names_is_refused(content: bytes, code: str, words: str) -> None:
    with pytest.raises(ImportRejected, match=words) as refused:
        read(content)
    assert refused.value.code == code


def test_no_more_keys_are_read_than_a_table_has_columns() -> None:
    with pytest.raises(ImportRejected, match="more than 16,384 keys") as refused:
        read("".join(f'{{"k{number}": 1}}\n' for number in range(20_000)))
    assert refused.value.code == "too_many_columns"


def test_a_table_far_larger_than_the_file_is_refused() -> None:
    with pytest.raises(ImportRejected, match="nearly all of its 64,000,000 cells are blank") as refused:
        read("".join(f'{{"k{number}": 1}}\n' for number in range(8_000)))
    assert refused.value.code == "too_large"


def test_a_byte_order_mark_is_no_part_of_the_first_object() -> None:
    assert cells(read(b'\xef\xbb\xbf{"id": "a"}')) == {"id": ["a"]}


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf-8-sig"])
def test_the_encoding_may_be_said(encoding: str) -> None:
    assert cells(read_json_lines(source('{"id": "é"}'), FileFormat(encoding=encoding))) == {"id": ["é"]}


@pytest.mark.parametrize("encoding", ["utf-16", "nonsense"])
def test_another_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(ImportRejected, match="JSON Lines are UTF-8") as refused:
        read_json_lines(source('{"id": 1}'), FileFormat(encoding=encoding))
    assert refused.value.code == "encoding"


def test_progress_ends_with_all_of_the_file() -> None:
    told: list[tuple[int, int]] = []
    content = f'{{"id": "{"x" * 500}"}}\n' * 4_000
    read_json_lines(source(content), progress=lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert told[-1] == (len(content), len(content))


plain = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=60)
@given(st.lists(st.tuples(plain, st.lists(plain, max_size=3)), min_size=1, max_size=5), st.booleans())
def test_texts_and_tags_are_read_as_they_were_written(rows: list[tuple[str, list[str]]], escaped: bool) -> None:
    lines = [json.dumps({"text": text, "tags": tags}, ensure_ascii=escaped) for text, tags in rows]
    assert cells(read("\n".join(lines))) == {
        "text": [text for text, _ in rows],
        "tags": [tags_text(tags) for _, tags in rows],
    }


@settings(max_examples=100)
@given(st.binary(max_size=80) | st.text('{}[]":,\\ud8001e-null \n', max_size=60).map(str.encode))
def test_whatever_the_bytes_each_line_is_taken_or_rejected_or_the_file_refused(content: bytes) -> None:
    try:
        rows = read(content)
    except ImportRejected:
        return
    filled = [line for line in content.split(b"\n") if line.removeprefix(b"\xef\xbb\xbf").decode().strip()]
    assert len(rows) + len(rows.malformed) == len(filled)
