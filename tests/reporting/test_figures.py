"""How numbers and names are written for a person."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import kpi
from crmkit.io import Problem, RejectedRow
from crmkit.kpi import Measurement
from crmkit.reporting._figures import (
    interval_text,
    key_text,
    left_out_text,
    number_text,
    one_line,
    row_text,
    scope_text,
    title_text,
)
from tests.kpi.deals import MIXED, day

from .pages import measured


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.6315, "fraction", "63.1 %"),
        (1.0, "fraction", "100.0 %"),
        (40.0, "points", "+40.0"),
        (-7.25, "points", "-7.2"),
        (51.78, "days", "51.8 days"),
        (4238.0, "records", "4,238"),
        (2360.909, "EUR", "2,360.91 EUR"),
        (10_005_534.4, "USD", "10,005,534 USD"),
        (10_005_534.0, None, "10,005,534"),
        (math.nan, "days", "–"),
        (1.0, "\x1b[2J<b>", "1.00 [2J<b>"),
    ],
)
def test_a_number_is_written_in_its_unit(value, unit, text):
    assert number_text(value, unit) == text


@given(st.text(), st.integers(1, 60))
def test_a_name_is_one_printable_line_within_its_limit(name, limit):
    text = key_text(name, limit=limit)
    assert text.isprintable()
    assert text == text.strip()
    assert 1 <= len(text) <= limit


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40))
def test_a_name_that_can_be_printed_stays_as_it_is(name):
    assert key_text(name) == name


def test_what_has_no_name_is_a_dash():
    assert [key_text(None), key_text(""), key_text("\x00\n"), key_text(0)] == ["–", "–", "–", "0"]
    assert one_line("\x00", limit=9) == ""


def test_what_is_cut_shows_it():
    assert (key_text("abcdef", limit=5), key_text("abcde", limit=5)) == ("abcd…", "abcde")


def test_an_interval_is_written_only_where_there_is_one():
    assert interval_text(kpi.win_rate.of(won=42, lost=24)) == "51.6 to 74.2 %"
    assert interval_text(kpi.won_revenue.of([1, 2])) == ""
    half = Measurement(name="sales_cycle", value=3.0, low=1.0, n=3, unit="days")
    assert interval_text(half) == "1.0 to –"


def test_a_rejected_row_names_line_column_value_and_reason():
    cell = Problem(column="close_date", value="31.2.", reason="it is no date", code="date")
    column = Problem(column="id", value=None, reason="it is empty", code="missing")
    whole = Problem(column=None, value=None, reason="it has 2 cells", code="cells")
    row = RejectedRow(7, ("a", "b"), (cell, column, whole))
    expected = "line 7, column 'close_date', value '31.2.': it is no date; column 'id': it is empty; it has 2 cells"
    assert row_text(row) == expected


def test_what_was_left_out_is_listed_with_counts():
    assert left_out_text({"amount missing": 2089, "closed_at missing": 1}) == (
        "left out: amount missing in 2,089, closed_at missing in 1"
    )
    assert left_out_text({}) == ""


def test_a_title_reads_as_a_person_says_it():
    table = MIXED.assign(**{"owner.name": "a"})
    assert title_text(kpi.win_rate(table, by="owner_id")) == "Win rate by owner"
    assert title_text(kpi.win_rate(table, by=["owner.name", "lost_reason"], every="month")) == (
        "Win rate by owner name and lost reason and month"
    )


def test_a_report_says_until_when_it_looks_in_its_own_zone():
    assert scope_text(measured(MIXED)) == ""
    assert scope_text(measured(MIXED, as_of=day(100).date())) == "up to the end of 2024-04-10"
    assert scope_text(measured(MIXED, as_of=day(97.5))) == "as of 2024-04-07 12:00 UTC"
    new_york = measured(MIXED, as_of=day(97.5), timezone="America/New_York")
    assert scope_text(new_york) == "as of 2024-04-07 08:00 EDT"
