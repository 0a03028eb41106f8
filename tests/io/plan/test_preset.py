"""A file that has a preset's headers is read as the preset says, unless the mapping says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit import io
from tests.io.written import Write

ACME = """
name = "acme deals"
system = "Acme"
record = "deal"
key = [["Opp No", "Phase"]]
nulls = ["-"]
tag_mark = ","
ignored = ["Name"]

[columns]
id = ["Opp No"]
stage = ["Phase"]
amount = ["Worth", "Amount"]
probability = ["Odds"]
company_id = ["Firm"]
expected_close_on = ["Hope"]
source = ["Origin"]

[units]
probability = "percent"

[stages]
won = ["Signed"]
lost = ["Gone"]
"""
FILE = (
    "Name,Phase,Opp No,worth,Odds,Tags,Owner,Hope,Origin\n"
    'x,Signed,o1,-,100,"a,b;c",ann,2024-02-01,Fair\ny,Gone,o2,5,0,,bob,2024-03-01,\n'
)


@pytest.fixture
def acme(write: Write) -> list[Any]:
    return [write(ACME, "acme.toml")]


def said(result: io.ImportResult, code: str) -> list[str]:
    return [assumption.text for assumption in result.assumptions if assumption.code == code]


def test_a_preset_says_what_its_columns_are_and_the_guess_the_others(write: Write, acme: list[Any]) -> None:
    result = io.read(write(FILE), presets=acme)
    assert result.preset == "acme deals"
    assert result.mapping.columns == {
        "id": "Opp No",
        "owner_id": "Owner",
        "stage": "Phase",
        "amount": "worth",
        "probability": "Odds",
        "source": "Origin",
        "expected_close_on": "Hope",
        "tags": "Tags",
    }
    assert list(result.table["status"]) == ["won", "lost"]
    assert list(result.table["probability"]) == [1.0, 0.0]
    assert [list(tags) for tags in result.table["tags"]] == [["a", "b;c"], []]
    assert list(result.table["amount"].isna()) == [True, False]
    (text,) = said(result, "preset")
    assert "acme deals (Acme)" in text
    assert 'nulls = ["-"], tag_mark = ","' in text
    assert result.confidence["amount"] == 1
    assert 0 < result.confidence["owner_id"] <= 1
    again = io.read(write(FILE), mapping=io.Mapping.from_toml(result.mapping.to_toml()))
    assert (again.preset, again.table.equals(result.table)) == (None, True)


def test_what_the_mapping_says_goes_before_the_preset(write: Write, acme: list[Any]) -> None:
    mapping = {
        "record": "deal",
        "guess": True,
        "columns": {"name": "Phase", "probability": ""},
        "nulls": [],
        "stages": {"won": ["x"], "lost": []},
    }
    result = io.read(
        write(FILE.replace(",-,", ",7,")), presets=acme, mapping={**mapping, "columns": {"probability": ""}}
    )
    assert "probability" not in (result.mapping.columns or {})
    assert list(result.table["status"]) == ["open", "open"]
    assert result.mapping.nulls == ()
    moved = io.read(write(FILE.replace(",-,", ",7,")), presets=acme, mapping={**mapping, "stages": None})
    assert (moved.mapping.columns or {})["name"] == "Phase"
    assert "stage" not in (moved.mapping.columns or {})


def test_a_preset_for_another_kind_of_record_is_left_aside(write: Write, acme: list[Any]) -> None:
    result = io.read(write(FILE), presets=acme, mapping={"record": "company"})
    assert (result.preset, result.record) == (None, "company")


def test_a_mapping_with_columns_is_all_there_is(write: Write, acme: list[Any]) -> None:
    result = io.read(write(FILE), presets=acme, mapping={"record": "deal", "columns": {"id": "Opp No"}})
    assert (result.preset, dict(result.mapping.columns or {})) == (None, {"id": "Opp No"})


def test_a_column_that_does_not_hold_what_the_preset_says_stays_text(write: Write, acme: list[Any]) -> None:
    result = io.read(write(FILE.replace("2024-02-01", "soon").replace("2024-03-01", "later")), presets=acme)
    assert "expected_close_on" not in (result.mapping.columns or {})
    assert "hope" in result.table.columns
    assert any("expected_close_on is not read" in text for text in said(result, "column_unlike"))


def test_two_flags_of_a_preset_give_way_to_a_status(write: Write) -> None:
    flagged = ACME.replace('source = ["Origin"]', 'is_won = ["W"]\nis_closed = ["C"]\nstatus = ["State"]')
    preset = write(flagged, "flags.toml")
    text = "Opp No,Phase,W,C,State\na,x,true,true,lost\n"
    assert list(io.read(write(text), presets=[preset]).table["status"]) == ["lost"]
    assert list(io.read(write(text.replace("State", "Other")), presets=[preset]).table["status"]) == ["won"]
    half = text.replace("State", "Other").replace("C,", "D,")
    assert list(io.read(write(half), presets=[preset]).table["status"]) == ["won"]
    other = text.replace("State", "Other").replace("W,", "V,")
    assert list(io.read(write(other), presets=[preset]).table["status"]) == ["open"]
