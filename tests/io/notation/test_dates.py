"""Dates are read in one format, found in the column or declared; what can be read two ways is not."""

# ruff: noqa: DTZ001 - the reading of a wall clock has no zone

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import io
from crmkit.io._notation._dates import AmbiguousDates, DateFormat, Unreadable, find_format, instant_at, moment_of
from tests.io.written import Write

BERLIN = ZoneInfo("Europe/Berlin")
WORDS = ["ISO", "YYYY-MM-DD", "YYYY/MM/DD HH:MM", "DD/MM/YYYY", "MM/DD/YYYY HH:MM", "DD.MM.YYYY", "MM-DD-YYYY"]


def form(words: str) -> DateFormat:
    found = DateFormat.of(words)
    assert found is not None
    return found


def test_every_format_is_written_as_it_is_read() -> None:
    for words in WORDS:
        assert str(form(words)) == words
    assert str(form("YYYY-MM-DD HH:MM:SS")) == "ISO"


@pytest.mark.parametrize("words", ["", "iso", "YYYY", "DD/MM/YY", "DD/MM-YYYY", "YYYY/DD/MM", "DD/DD/YYYY", "%d.%m"])
def test_other_words_are_no_format(words: str) -> None:
    assert DateFormat.of(words) is None


@pytest.mark.parametrize(
    ("text", "words", "wall", "offset"),
    [
        ("2017-03-31", "YYYY-MM-DD", datetime(2017, 3, 31), None),
        (" 2017-3-1 ", "YYYY-MM-DD", datetime(2017, 3, 1), None),
        ("2020-12-30 3:15:52", "ISO", datetime(2020, 12, 30, 3, 15, 52), None),
        ("2019-01-05T03:41:05.000+0000", "ISO", datetime(2019, 1, 5, 3, 41, 5), 0),
        ("2024-01-31 10:22:33 -0530", "ISO", datetime(2024, 1, 31, 10, 22, 33), -330),
        ("2024-01-31T10:22Z", "ISO", datetime(2024, 1, 31, 10, 22), 0),
        ("2024-01-31 10:22 UTC", "ISO", datetime(2024, 1, 31, 10, 22), 0),
        ("2024-01-31T10:22:01.5000000", "ISO", datetime(2024, 1, 31, 10, 22, 1, 500_000), None),
        ("31/01/2024 12:05 AM", "DD/MM/YYYY HH:MM", datetime(2024, 1, 31, 0, 5), None),
        ("1/31/2024 12:05pm", "MM/DD/YYYY HH:MM", datetime(2024, 1, 31, 12, 5), None),
        ("1/31/2024, 1:05 PM", "MM/DD/YYYY HH:MM", datetime(2024, 1, 31, 13, 5), None),
        ("31.01.2024", "DD.MM.YYYY HH:MM", datetime(2024, 1, 31), None),
    ],
)
def test_a_text_means_this_reading_of_a_wall_clock(text: str, words: str, wall: datetime, offset: int | None) -> None:
    moment = moment_of(text, form(words))
    assert moment.wall == wall
    assert moment.offset == (None if offset is None else timedelta(minutes=offset))


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("NA", "ISO", "not_a_date"),
        ("2017/03/31", "ISO", "not_a_date"),
        ("2017-03-31 10:00", "YYYY-MM-DD", "not_a_date"),
        ("31-03-2017", "ISO", "not_a_date"),
        ("03/31/17", "MM/DD/YYYY", "not_a_date"),
        ("2017-03-2017", "ISO", "not_a_date"),
        ("٢٠١٧-٠٣-٣١", "ISO", "not_a_date"),
        ("2017-02-29", "ISO", "no_such_date"),
        ("2017-03-31 24:00", "ISO", "no_such_date"),
        ("2017-03-31 13:00 PM", "ISO", "no_such_date"),
        ("2017-03-31 00:30 AM", "ISO", "no_such_date"),
        ("2017-03-31 10:00+99:00", "ISO", "no_such_date"),
        ("2017-03-31 10:00+01:99", "ISO", "no_such_date"),
        ("31/12/2017", "MM/DD/YYYY", "no_such_date"),
        ("1677-12-31", "ISO", "year"),
        ("2262-01-01", "ISO", "year"),
        ("9999-12-31 23:59:59", "ISO", "year"),
        ("2017-03-31 10:00:00.1234567", "ISO", "too_fine"),
    ],
)
def test_what_is_no_such_date_is_unreadable_for_a_reason(text: str, words: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        moment_of(text, form(words))
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["03/31/17", "31-Mar-2017", "soon", "31/03-2017"])
def test_a_date_that_is_not_read_says_the_way_out(text: str) -> None:
    with pytest.raises(Unreadable, match=r"names of months are not read; write dates as YYYY-MM-DD, or declare \[form"):
        moment_of(text, form("ISO"))


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["2017-03-31"], "YYYY-MM-DD"),
        (["2017-03-31", "2017-03-31 10:00"], "ISO"),
        (["2017/03/31"], "YYYY/MM/DD"),
        (["1/2/2017", "31/1/2017"], "DD/MM/YYYY"),
        (["1/2/2017", "1/31/2017 10:00 AM"], "MM/DD/YYYY HH:MM"),
        (["1.1.2017", "2.2.2017"], "DD.MM.YYYY"),
        (["31.1.2017", "NA", "1-2"], "DD.MM.YYYY"),
        (["1/2/2017", "2017-01-01", "2017-01-02"], "YYYY-MM-DD"),
        (["13/13/2017", "99/1/2017", "0/1/2017", "1/31/2017"], "MM/DD/YYYY"),
    ],
)
def test_the_format_of_a_column_is_the_one_its_values_prove(texts: list[str], words: str) -> None:
    found = find_format((text, 1) for text in texts)
    assert found is not None
    assert str(found[0]) == words


def test_a_column_without_dates_has_no_format() -> None:
    assert find_format([("soon", 3), ("", 2), ("2017-01-2017", 1)]) is None


def test_slips_of_a_twentieth_are_no_evidence_and_more_is() -> None:
    found = find_format([("31/1/2017", 20), ("1/31/2017", 1)])
    assert found is not None
    assert found[0].order == "DMY"
    with pytest.raises(AmbiguousDates, match="19 dates can only be day before month, 1 only") as doubt:
        find_format([("31/1/2017", 19), ("1/31/2017", 1)])
    assert doubt.value.text == "1/31/2017"


@given(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)), st.sampled_from(WORDS))
def test_a_written_date_is_read_back(wall: datetime, words: str) -> None:
    shape = form(words)
    parts = {"Y": f"{wall.year:04}", "M": f"{wall.month:02}", "D": f"{wall.day:02}"}
    text = shape.mark.join(parts[part] for part in shape.order)
    text += f" {wall:%H:%M:%S.%f}" if shape.timed else ""
    expected = wall if shape.timed else wall.replace(hour=0, minute=0, second=0, microsecond=0)
    assert moment_of(text, shape).wall == expected


def test_a_wall_clock_is_read_in_its_zone_and_an_offset_stands_above_it() -> None:
    read = [instant_at(moment_of(text, form("ISO")), BERLIN) for text in ("2024-07-01 12:00", "2024-07-01 12:00Z")]
    assert read == [(datetime(2024, 7, 1, 10), False), (datetime(2024, 7, 1, 12), False)]


def test_a_time_shown_twice_is_the_first_and_one_never_shown_is_refused() -> None:
    assert instant_at(moment_of("2024-10-27 02:30", form("ISO")), BERLIN) == (datetime(2024, 10, 27, 0, 30), True)
    with pytest.raises(Unreadable, match="never showed"):
        instant_at(moment_of("2024-03-31 02:30", form("ISO")), BERLIN)


def test_a_date_whose_midnight_was_skipped_begins_when_the_clocks_land() -> None:
    begun, _ = instant_at(moment_of("2018-11-04", form("YYYY-MM-DD")), ZoneInfo("America/Sao_Paulo"))
    assert begun == datetime(2018, 11, 4, 3)


def test_a_header_that_says_utc_goes_before_the_time_zone_of_the_mapping(write: Write) -> None:
    text = "id,Customer ID,Amount,Status,Created (UTC)\n1,c,5,Paid,2024-07-01 10:00\n"
    mapping = {"record": "order", "columns": {"id": "id", "ordered_at": "Created (UTC)"}}
    for zone in ({}, {"timezone": "America/New_York"}):
        result = io.read(write(text), mapping=mapping | zone)
        assert result.table["ordered_at"].iloc[0].hour == 10
        assert "zoneless" not in {assumption.code for assumption in result.assumptions}
