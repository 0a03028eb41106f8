"""What is told of the renamed exports holds: the guesser is measured against it."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from crmkit.records import RECORDS, fields_of

PLACE = Path(__file__).parent / "renamed"
TRUTH = tomllib.loads((PLACE / "truth.toml").read_text(encoding="utf-8"))


def test_every_renamed_file_has_its_truth() -> None:
    assert sorted(TRUTH) == sorted(path.name for path in PLACE.glob("*.csv"))


@pytest.mark.parametrize("name", TRUTH)
def test_the_truth_names_headers_of_the_file_and_fields_of_the_record(name: str) -> None:
    with (PLACE / name).open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    columns = TRUTH[name]["columns"]
    assert set(columns.values()) <= set(headers)
    assert len(set(columns.values())) == len(columns)
    assert columns.keys() <= fields_of(RECORDS[TRUTH[name]["record"]]).keys()
    assert "id" in columns
    assert len(rows) >= 5
    assert {len(row) for row in rows} == {len(headers)}
