"""What fuzzing and files made to be slow have found; each stays found."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from crmkit.io._files import header_key
from crmkit.io._names import word_key
from tests.io.faults.told import both_modes, takes
from tests.io.written import Write


@both_modes
@pytest.mark.parametrize(
    ("content", "file", "headers"),
    [
        ("id;x;y,stage,amount\na,Won,1\n", {"separator": ","}, ["id;x;y", "stage", "amount"]),
        ("i\0d\0,stage,amount\na,Won,1\n", {"encoding": "utf-8"}, ["i\0d\0", "stage", "amount"]),
        ("id,'stage',amount\na,Won,1\n", {"quote": '"'}, ["id", "'stage'", "amount"]),
    ],
)
def test_what_is_plain_and_was_declared_stays_declared(
    write: Write, content: str, file: Any, headers: list[str], mode: Any
) -> None:
    path = write(content)
    first = takes(path, mode, rows=1, mapping={"record": "deal", "file": file})
    assert list(first.headers) == headers
    again = io.read(path, mapping=io.Mapping.from_toml(first.mapping.to_toml()))
    assert again.mapping == first.mapping
    assert again.table.equals(first.table)


@pytest.mark.parametrize("text", ["x" * 501, "\u0316\u0301" * 60_000, "ﷺ" * 130_000])
def test_a_text_too_long_for_a_name_is_compared_as_it_stands(text: str) -> None:
    assert header_key(f" {text} ") == text
    assert word_key(text) == word_key(text.upper())


@pytest.mark.parametrize(
    "text",
    ["a." * 400 + "b=1", '"a".' * 400 + "b=1", "[a" + ".a" * 400 + "]", "x={" + "a." * 400 + "b=1}", "a=" + "[" * 9999],
)
def test_toml_nested_deeply_is_refused(text: str) -> None:
    with pytest.raises(ImportRejected, match="nested too deeply") as refused:
        io.Mapping.from_toml(text)
    assert refused.value.code == "invalid_mapping"


def test_many_points_in_a_line_are_no_nesting() -> None:
    mapping = io.Mapping(stages={"won": [f"{at}. Won" for at in range(400)], "lost": []})
    assert io.Mapping.from_toml(mapping.to_toml()) == mapping


def test_a_dict_nested_deeply_is_refused_too(write: Write) -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"x": deep}
    with pytest.raises(ImportRejected, match="a text was expected"):
        io.read(write("id\n1\n"), mapping={"columns": deep})
