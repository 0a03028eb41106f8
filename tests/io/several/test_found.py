"""Which files are read by their names, and how many of them."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit.errors import InvalidArgument
from crmkit.io._several._found import Limits, name_to_skip, printable


@pytest.mark.parametrize("limit", ["files", "bytes", "ratio"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "1", None])
def test_a_limit_is_a_whole_number_from_1(limit: str, value: Any) -> None:
    with pytest.raises(InvalidArgument, match=f"Limits\\({limit}=") as refused:
        Limits(**{limit: value})
    assert refused.value.argument == limit
    assert Limits(**{limit: 1}) != Limits()


@pytest.mark.parametrize("name", ["a.csv", "A.CSV", "a.b.tsv", "x.xlsx", "x.parquet", "x.jsonl", "§.json"])
def test_a_suffix_of_data_is_read(name: str) -> None:
    assert name_to_skip(name, gzipped=False) is None
    assert name_to_skip(f"{name}.gz", gzipped=True) is None
    assert name_to_skip(f"{name}.gz", gzipped=False) is not None


@pytest.mark.parametrize("name", ["", "csv", "a.txt", "a.csv.bak", ".a.csv", "~$x.xlsx", "a.zip", "a.tar.gz", "a.gz"])
def test_any_other_name_is_skipped_with_a_reason(name: str) -> None:
    assert name_to_skip(name, gzipped=True)


def test_a_name_is_shown_as_it_is_unless_it_could_harm_a_terminal_or_fill_it() -> None:
    assert printable("Übersicht 2024.csv") == "Übersicht 2024.csv"
    assert printable("\x1b[2J.csv") == "'\\x1b[2J.csv'"
    assert len(printable("x" * 70_000)) == 120
