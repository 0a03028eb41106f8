"""The columns that say when a deal came into a stage are found by how their headers are built."""

from __future__ import annotations

import time

import pytest

from crmkit.io._presets._entered import entered_columns

PATTERNS = ('Date entered "{stage} ({pipeline})"', 'Date entered "{stage}"', "hs_v2_date_entered_{stage}")


@pytest.mark.parametrize(
    ("header", "stage"),
    [
        ('Date entered "Closed won (Sales Pipeline)"', "Closed won"),
        ("Date entered 'Closed won (Sales Pipeline)'", "Closed won"),
        ("DATE ENTERED “Closed won”", "Closed won"),
        ('Date entered "Unit 3 (Final) Shipped (Plans)"', "Unit 3 (Final) Shipped"),
        ('Date entered "(Sales)"', "(Sales)"),
        ('Date entered "Won ()"', "Won ()"),
        ("hs_v2_date_entered_closedwon", "closedwon"),
        ("HS_V2_Date_Entered_1048576", "1048576"),
        ("property_hs_v2_date_entered_closedwon", "closedwon"),
        (" hs_v2_date_entered_closedwon ", "closedwon"),
        ("hs_v2_date_entered_İzmir", "İzmir"),
        ('Date entered "Won (A) (B)"', "Won (A)"),
    ],
)
def test_a_header_names_its_stage(header: str, stage: str) -> None:
    found = entered_columns([header], PATTERNS, ["property_"])
    assert found.stages == {stage: header}
    assert found.fitting == (header,)


@pytest.mark.parametrize(
    "header",
    [
        'Date exited "Closed won"',
        "Date entered current stage",
        'Date entered ""',
        'Date entered "  "',
        'Date entered "',
        "hs_v2_date_entered_",
        "hs_v2_date_entered_ ",
        "hs_date_entered_closedwon",
        "",
    ],
)
def test_another_header_names_none(header: str) -> None:
    assert entered_columns([header], PATTERNS, ["property_"]).stages == {}


def test_a_stage_of_two_pipelines_is_named_with_its_pipeline() -> None:
    headers = ['Date entered "Won (Sales)"', 'Date entered "won (Renewals)"', 'Date entered "Demo (Sales)"']
    assert list(entered_columns(headers, PATTERNS, ()).stages) == ["Won (Sales)", "won (Renewals)", "Demo"]


def test_of_two_columns_of_a_stage_that_of_the_first_pattern_counts() -> None:
    headers = ["hs_date_entered_won", "hs_v2_date_entered_won", "hs_v2_date_entered_WON"]
    found = entered_columns(headers, ("hs_v2_date_entered_{stage}", "hs_date_entered_{stage}"), ())
    assert found.stages == {"won": "hs_v2_date_entered_won"}
    assert set(found.fitting) == set(headers)


def test_the_pipeline_may_come_first() -> None:
    found = entered_columns(["since Sales: Won", "since Sales"], ("Since {pipeline}: {stage}",), ())
    assert found.stages == {"Won": "since Sales: Won"}


def test_a_hostile_header_takes_no_longer_than_it_is_long() -> None:
    headers = ['Date entered "' + " (" * 60_000 + '"', 'Date entered "' + "x" * 120_000, '"' * 120_000]
    began = time.perf_counter()
    entered_columns(headers, PATTERNS, ["property_", "properties_"])
    assert time.perf_counter() - began < 1
