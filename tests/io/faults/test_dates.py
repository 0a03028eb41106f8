"""Dates that can be read two ways, times that no clock showed, and years that no table holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.io.faults.told import Fault, both_modes, refuses, rejects, takes
from tests.io.written import Write, deals

BERLIN = {"timezone": "Europe/Berlin"}


@both_modes
def test_dates_that_can_be_read_both_ways_refuse_the_file_and_say_the_line_to_add(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,1,2/2/2017,", "d2,Won,1,1/2/2017,", "d3,Won,1,3/4/2017,"))
    words = '[formats] created_at = "DD/MM/YYYY" or "MM/DD/YYYY"'
    refuses(path, mode, Fault("ambiguous_dates", 3, "Create Date", "1/2/2017", words))


@both_modes
@pytest.mark.parametrize(("words", "month"), [("MM/DD/YYYY", 1), ("DD/MM/YYYY", 2)])
def test_the_order_that_is_declared_is_read(write: Write, words: str, month: int, mode: Any) -> None:
    path = write(deals("d1,Won,1,1/2/2017,"))
    result = takes(path, mode, rows=1, mapping={"formats": {"created_at": words}})
    assert result.table["created_at"][0].month == month


@both_modes
def test_one_date_that_has_one_reading_proves_the_column(write: Write, mode: Any) -> None:
    result = takes(write(deals("d1,Won,1,1/2/2017,", "d2,Won,1,31/1/2017,")), mode, rows=2)
    assert result.table["created_at"][0] == datetime(2017, 2, 1, tzinfo=UTC)


@both_modes
def test_a_slip_in_a_proven_column_rejects_its_row_alone(write: Write, mode: Any) -> None:
    good = [f"d{day},Won,1,{day}/1/2017," for day in range(13, 32)]
    path = write(deals(*good, "d40,Won,1,31/1/2016,", "d1,Won,1,1/31/2017,"))
    rejects(path, mode, Fault("no_such_date", 22, "Create Date", "1/31/2017", "correct it"), rows=21)


@both_modes
def test_a_column_in_both_orders_refuses_the_file(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,1,31/1/2017,", "d2,Won,1,1/31/2017,"))
    refuses(path, mode, Fault("ambiguous_dates", 2, "Create Date", "31/1/2017", "say which in the mapping"))


@both_modes
def test_a_time_that_the_clocks_skipped_rejects_its_row(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,1,2024-03-31 01:30,", "d2,Won,1,2024-03-31 02:30,"))
    words = "the clocks of Europe/Berlin never showed this time"
    fault = Fault("skipped_time", 3, "Create Date", "2024-03-31 02:30", words)
    rejects(path, mode, fault, rows=2, mapping=BERLIN)
    assert takes(path, mode, rows=2).accepted == 2


@both_modes
def test_a_time_that_the_clocks_showed_twice_is_the_first_and_is_told(write: Write, mode: Any) -> None:
    result = takes(write(deals("d1,Won,1,2024-10-27 02:30,")), mode, rows=1, mapping=BERLIN)
    assert result.table["created_at"][0] == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert "shown_twice" in {assumption.code for assumption in result.assumptions}


@both_modes
def test_times_with_a_zone_and_without_stand_in_one_column(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,1,2024-07-01 12:00,", "d2,Won,1,2024-07-01 12:00Z,", "d3,Won,1,2024-07-01 12:00-0500,"))
    result = takes(path, mode, rows=3, mapping=BERLIN)
    assert [at.hour for at in result.table["created_at"]] == [10, 12, 17]
    (told,) = [said.text for said in takes(path, mode, rows=3).assumptions if said.code == "zoneless"]
    assert "1 of created_at do not say their zone and are read as UTC" in told


@both_modes
def test_the_year_1900_is_a_date_as_any_other(write: Write, mode: Any) -> None:
    result = takes(write(deals("d1,Won,1,1900-01-01,1900-02-28")), mode, rows=1)
    assert result.table["created_at"][0] == datetime(1900, 1, 1, tzinfo=UTC)


@both_modes
@pytest.mark.parametrize("text", ["1677-12-31", "2262-01-01", "2263-01-01", "9999-12-31", "9999-12-31 23:59:59"])
def test_a_year_that_no_table_holds_rejects_its_row(write: Write, text: str, mode: Any) -> None:
    path = write(deals("d1,Won,1,2020-01-01,2020-02-01", f"d2,Won,1,2020-01-01,{text}"))
    fault = Fault("year", 3, "Close Date", text, "outside 1678 to 2261, which a table of times can hold; leave")
    rejects(path, mode, fault, rows=2)


@both_modes
@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("2023-02-29", "no_such_date", "correct it"),
        ("2024-01-01 25:00", "no_such_date", "correct it"),
        ("31.01.24", "not_a_date", "two-digit years and names of months are not read"),
        ("Jan 5, 2024", "not_a_date", "write dates as YYYY-MM-DD, or declare [formats]"),
        ("٢٠٢٤-٠١-٠١", "not_a_date", "write dates as YYYY-MM-DD"),
        ("2024-01-01 10:00:00.1234567", "too_fine", "finer than a microsecond"),
    ],
)
def test_what_is_no_date_rejects_its_row(write: Write, text: str, code: str, words: str, mode: Any) -> None:
    good = [f"d{at},Won,1,2024-01-0{at} 10:00," for at in range(1, 4)]
    path = write(deals(*good, f'd9,Won,1,"{text}",'))
    rejects(path, mode, Fault(code, 5, "Create Date", text, words), rows=4)
