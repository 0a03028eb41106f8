"""Bytes that are no UTF-8, or no text: found out on evidence and said, or refused with the line."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit import io
from tests.io.faults.told import Fault, both_modes, refuses, rejects, takes
from tests.io.written import Write, deals

GOOD = "d1,Won,10,2017-01-01,2017-02-01"
GERMAN = ["Größe", "Müller", "Österreich", "Zürich", "Übergabe", "Köln", "Straße", "für", "Geschäft", "Prüfung"]


def said(result: io.ImportResult) -> dict[str, str]:
    return {assumption.code: assumption.text for assumption in result.assumptions}


@both_modes
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_undeclared_utf_16_and_utf_32_are_told_by_their_bytes(write: Write, encoding: str, mode: Any) -> None:
    result = takes(write(deals(GOOD).encode(encoding)), mode, rows=1)
    assert f'encoding = "{encoding}"' in said(result)["encoding"]
    assert result.table.equals(io.read(write(deals(GOOD), "plain.csv")).table)


@both_modes
def test_undeclared_latin_1_is_taken_on_the_evidence_of_its_words(write: Write, mode: Any) -> None:
    rows = [f"d{at},{word},1,2017-01-01," for at, word in enumerate(GERMAN)]
    result = takes(write(deals(*rows).encode("latin-1")), mode, rows=len(GERMAN))
    assert list(result.table["stage"]) == GERMAN
    assert 'encoding = "cp1252"' in said(result)["encoding"]


@both_modes
def test_another_code_page_is_no_latin_1_and_is_refused_until_it_is_declared(write: Write, mode: Any) -> None:
    path = write(deals(GOOD, "d2,Сделка,1,2017-01-01,", "d3,Выиграно,1,2017-01-01,").encode("cp1251"))
    refuses(path, mode, Fault("encoding", 3, words="[file] encoding"))
    declared = takes(path, mode, rows=3, mapping={"file": {"encoding": "cp1251"}})
    assert list(declared.table["stage"]) == ["Won", "Сделка", "Выиграно"]


@both_modes
def test_a_byte_order_mark_is_no_part_of_the_first_header(write: Write, mode: Any) -> None:
    result = takes(write("\ufeff" + deals(GOOD)), mode, rows=1)
    assert result.headers[0] == "Deal ID"
    assert "encoding" not in said(result)


@both_modes
def test_a_nul_rejects_its_row(write: Write, mode: Any) -> None:
    fault = Fault("nul", 3, "Deal Stage", "W\0n", "export it once more")
    rejects(write(deals(GOOD, "d2,W\0n,1,,", "d3,Won,1,,")), mode, fault, rows=3)


@both_modes
@pytest.mark.parametrize("end", ["\x1a", "\x1a\x1a"])
def test_the_substitute_with_which_dos_ends_files_is_no_row(write: Write, end: str, mode: Any) -> None:
    result = takes(write(deals(GOOD) + end), mode, rows=1)
    assert "0x1A" in said(result)["end_mark"]


@both_modes
def test_a_substitute_alone_on_a_line_within_the_file_rejects_its_row(write: Write, mode: Any) -> None:
    path = write(deals(GOOD, "\x1a", "d3,Won,1,,"))
    rejects(path, mode, Fault("cells", 3, words="1 cell, fewer than the 5"), rows=3)


@both_modes
def test_a_substitute_within_a_cell_stays_in_a_text_and_spoils_a_number(write: Write, mode: Any) -> None:
    path = write(deals("d1,W\x1an,1,,", "d2,Won,1\x1a,,"))
    result = rejects(path, mode, Fault("not_a_number", 3, "Amount", "1\x1a", "decimal"), rows=2)
    assert list(result.table["stage"]) == ["W\x1an"]
