"""A spreadsheet calculates nothing that crmkit wrote, and reading takes off what keeps it from that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.io._cells._texts import is_protected
from crmkit.io._writers._texts import cell_texts, neutralised
from tests.io.writers.made import columns


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 123456", "'+49 30 123456"),
        ("-50.00", "'-50.00"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\0=1", "'\0=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠1", "'＠1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'t Hooft", "'t Hooft"),
        ("'", "'"),
        ("a=1", "a=1"),
        (" =1", " =1"),
        ("", ""),
    ],
)
def test_a_text_that_begins_a_formula_gets_an_apostrophe(text: str, written: str) -> None:
    assert neutralised(text) == written


@settings(max_examples=100)
@given(st.text("'=+-@\t\r\n＝＋－＠a ", max_size=6) | st.text(max_size=6))
def test_no_text_is_calculated_and_each_is_read_back(text: str) -> None:
    written = neutralised(text)
    assert not written or written[0] not in "=+-@\t\r\n\0＝＋－＠"
    assert (written[1:] if is_protected(written) else written) == text


@pytest.mark.parametrize(
    ("name", "value", "spreadsheet", "transfer"),
    [
        ("name", "=1", "'=1", "=1"),
        ("id", "-1", "'-1", "-1"),
        ("status", "won", "won", "won"),
        ("note", "@me", "'@me", "@me"),
        ("amount", -50.0, "-50", "-50"),
        ("count", -1, "-1", "-1"),
        ("flag", True, "true", "true"),
        ("tags", ("=1", "b"), '["=1", "b"]', "=1;b"),
        ("tags", ("'=1",), '["\'=1"]', "'=1"),
        ("tags", ("a", "=1"), "a;=1", "a;=1"),
        ("tags", (), "", ""),
        ("words", (), "[]", "[]"),
        ("words", None, "", ""),
        ("name", None, "", ""),
    ],
)
def test_only_texts_are_kept_from_being_calculated(name: str, value: Any, spreadsheet: str, transfer: str) -> None:
    (column,) = columns(**{name: [value]})
    assert cell_texts(column, "spreadsheet") == [spreadsheet]
    assert cell_texts(column, "transfer") == [transfer]
