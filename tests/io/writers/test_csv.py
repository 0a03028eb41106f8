"""CSV as RFC 4180 has it, in any encoding that has the letters."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from crmkit.errors import InvalidColumn, TableError
from crmkit.io._writers import csv_file
from tests.io.writers.made import columns


def written(encoding: str = "utf-8", separator: str = ",", form: Any = "spreadsheet", **values: list[Any]) -> bytes:
    stream = BytesIO()
    csv_file(stream, columns(**values), form=form, encoding=encoding, separator=separator)
    assert not stream.closed
    return stream.getvalue()


def test_cells_are_quoted_where_they_have_to_be() -> None:
    assert written(id=["a", "b"], name=['say "no", please', "one\r\ntwo"]) == (
        b'id,name\r\na,"say ""no"", please"\r\nb,"one\r\ntwo"\r\n'
    )


def test_a_column_alone_has_no_blank_lines() -> None:
    assert written(name=["a", None]) == b'name\r\na\r\n""\r\n'


def test_headers_are_quoted_where_they_look_like_several() -> None:
    assert written(**{"id": ["a"], "x;y": ["b"]}) == b'"id","x;y"\r\na,b\r\n'


def test_headers_are_kept_from_being_calculated_like_texts() -> None:
    assert written(**{"=x": ["=y"]}) == b"'=x\r\n'=y\r\n"
    assert written(form="transfer", **{"=x": ["=y"]}) == b"=x\r\n=y\r\n"


@pytest.mark.parametrize(
    ("encoding", "start"),
    [("utf-8-sig", b"\xef\xbb\xbfid"), ("utf-16", "\ufeffi".encode("utf-16-le")), ("cp1252", b"id")],
)
def test_an_encoding_with_a_mark_has_it_once_at_the_beginning(encoding: str, start: bytes) -> None:
    content = written(encoding, id=["a", "€"])
    assert content.startswith(start)
    assert content.decode(encoding) == "id\r\na\r\n€\r\n"


def test_a_text_that_the_encoding_has_no_letters_for_is_refused() -> None:
    with pytest.raises(InvalidColumn, match="column 'name', row 1: the encoding latin-1 has no letters") as refused:
        written("latin-1", name=["é", "€", "ü"])
    assert (refused.value.code, refused.value.row, refused.value.value) == ("not_writable", 1, "€")
    with pytest.raises(TableError, match="the name of column '€' cannot be written: the encoding ascii") as unnamed:
        written("ascii", **{"€": ["a"]})
    assert unnamed.value.code == "not_writable"


def test_a_text_that_comes_back_another_is_refused() -> None:
    with pytest.raises(InvalidColumn, match="has no letters for this text"):
        written("shift_jis", name=["a", "¥"])  # which stands there as a backslash
