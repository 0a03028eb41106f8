"""A mapping says what a file means, survives being written, and refuses what no mapping can say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import io
from crmkit.errors import CrmError, ImportRejected, InvalidArgument, InvalidPeriod
from crmkit.io._mapping._mapping import mapping_of
from tests.io.written import Write

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MAPPINGS = st.builds(
    io.Mapping,
    record=st.sampled_from([None, "deal", "contact"]),
    columns=st.none() | st.dictionaries(TEXTS, TEXTS, max_size=4),
    formats=st.dictionaries(TEXTS, st.sampled_from(["ISO", "DD/MM/YYYY"]), max_size=2),
    units=st.dictionaries(TEXTS, st.sampled_from(["percent", "fraction"]), max_size=2),
    stages=st.none() | st.builds(lambda won: {"won": won, "lost": ["\x00 lost"]}, st.lists(TEXTS, max_size=3)),
    timezone=st.sampled_from([None, "UTC", "Europe/Berlin"]),
    currency=st.sampled_from([None, "EUR"]),
    decimal=st.sampled_from([None, "."]),
    thousands=st.sampled_from(["", ",", " ", "\u202f"]),
)


@given(MAPPINGS)
def test_a_mapping_is_read_as_it_was_written(mapping: io.Mapping) -> None:
    assert io.Mapping.from_toml(mapping.to_toml()) == mapping


def test_the_toml_is_what_a_person_would_write() -> None:
    mapping = io.Mapping(
        record="deal",
        decimal=".",
        columns={"id": 'The "id"'},
        stages={"won": ["Won"]},
        formats={"created_at": "DD/MM/YYYY"},
    )
    assert mapping.to_toml() == (
        'record = "deal"\ndecimal = "."\nthousands = ""\n\n[columns]\nid = "The \\"id\\""\n\n'
        '[formats]\ncreated_at = "DD/MM/YYYY"\n\n[stages]\nwon = ["Won"]\nlost = []\n'
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"colums": {}}, "did you mean 'columns'"),
        ({3: {}}, "there is no 3"),
        ({"record": "deals"}, "did you mean 'deal'"),
        ({"record": 7}, "record = 7"),
        ({"record": "zzz"}, "there are: activity, affiliation, campaign, company"),
        ({"record": "opportunity"}, "did you mean 'deal'"),
        ({"record": "Accounts"}, "did you mean 'company'"),
        ({"record": "case"}, "did you mean 'ticket'"),
        ({"currency": "usd"}, "did you mean 'USD'"),
        ({"decimal": ";"}, r'decimal = .*: "\." \(point\), "," \(comma\)$'),
        ({"thousands": "comma"}, r'"," \(comma\), " " \(space\), "\'" \(apostrophe\), "\\u00a0" \(no-break space\)'),
        ({"decimal": ",", "thousands": ","}, "both"),
        ({"columns": "id"}, "section"),
        ({"columns": {"id": 1}}, "a text was expected"),
        ({"formats": {"created_at": "DD/MM"}}, "not a date format"),
        ({"formats": {"created_at": "DD.MM.YY"}}, "two-digit years are not supported; write the dates as YYYY-MM-DD"),
        ({"formats": {"created_at": "%d.%m.%y"}}, "two-digit years are not supported"),
        ({"formats": {"created_at": "DD MMM YYYY"}}, "names of months are not supported; write the dates"),
        ({"formats": {"created_at": 1}}, "a text was expected"),
        ({"units": {"probability": "per cent"}}, "did you mean 'percent'"),
        ({"stages": {"one": []}}, "did you mean 'won'"),
        ({"stages": {"won": "Won"}}, "a list of texts"),
        ({"stages": {"won": 5}}, "a list of texts"),
        ({"stages": {"won": [5]}}, "a list of texts"),
        ({"stages": {"won": ["X"], "lost": ["X"]}}, "both won and lost"),
        ({"record": []}, "record"),
        ({"timezone": 5}, "time zone"),
    ],
)
def test_what_no_mapping_can_say_is_refused_with_the_near_miss(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(CrmError, match=words):
        io.Mapping.from_dict(parts)


def test_an_unknown_time_zone_is_refused_with_the_near_miss() -> None:
    with pytest.raises(InvalidPeriod, match="Europe/Berlin"):
        io.Mapping(timezone="Europe/Berlinn")


def test_a_mapping_is_handed_in_as_itself_as_a_dict_or_as_a_path(write: Write) -> None:
    mapping = io.Mapping(record="deal")
    path = write("\ufeff" + mapping.to_toml(), "m.toml")
    assert [mapping_of(given) for given in (mapping, {"record": "deal"}, path, str(path))] == [mapping] * 4
    assert mapping_of(None) == io.Mapping()


@pytest.mark.parametrize("content", [b"record = ", b"[columns", b"\xff", b"a = " + b"[" * 5000])
def test_a_file_that_is_no_toml_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(ImportRejected) as refused:
        io.read(write("id\n"), mapping=write(content, "m.toml"))
    assert refused.value.code == "invalid_mapping"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("currency = USD\n", r'texts stand in quotes: currency = "USD"$'),
        ('record = "deal"\n[columns]\r\nid = Deal ID\r\n', r'texts stand in quotes: id = "Deal ID"$'),
        ("record = ", r"not TOML: [^;]*$"),
        ("record = 1.2.3", r"not TOML: [^;]*$"),
        ('record = "deals"', "did you mean 'deal'"),
        ('timezone = "Europe/Berlinn"', "Europe/Berlin"),
    ],
)
def test_a_fault_in_the_file_of_a_mapping_names_that_file(write: Write, content: str, words: str) -> None:
    path = write(content, "m.toml")
    with pytest.raises(CrmError, match=words) as refused:
        mapping_of(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "mapping" not in str(refused.value).removeprefix(str(path))
    assert isinstance(refused.value, InvalidPeriod) or refused.value.facts["file"] == str(path)


def test_a_mapping_of_another_type_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="mapping is of type int; it takes a Mapping, a dict or the path"):
        mapping_of(5)  # type: ignore[arg-type]  # what the test is about


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRejected, match="cannot be read"):
        mapping_of(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"nulls": "NA"}, "a list of texts was expected"),
        ({"several": [1]}, "a list of texts was expected"),
        ({"fold": "yes"}, "fold = 'yes': true or false was expected"),
        ({"exact": 0}, "exact = 0: true or false was expected"),
        ({"guess": 1}, "guess = 1: true or false was expected"),
        ({"values": {"status": "open"}}, "a section of 'name = value' lines was expected"),
        ({"values": {"status": {"x": 1}}}, "values.status. 'x' = 1: a text was expected"),
        ({"entered": {"New": 1}}, "a text was expected"),
        ({"id_form": "salesfroce"}, "did you mean 'salesforce'"),
        ({"apostrophes": "drop"}, "none that crmkit knows"),
        ({"tag_mark": "/"}, "none that crmkit knows"),
        ({"values": {1: {"a": "b"}}}, "a text was expected"),
        ({"file": {"encodng": "utf-8"}}, "did you mean 'encoding'"),
        ({"file": {"separator": 1}}, "a text was expected"),
        ({"file": "utf-8"}, "a section of 'name = value' lines was expected"),
    ],
)
def test_what_no_mapping_can_say_is_refused_by_its_name(parts: dict[str, Any], reason: str) -> None:
    with pytest.raises(ImportRejected, match=reason) as refused:
        io.Mapping.from_dict(parts)
    assert refused.value.code == "invalid_mapping"


def test_a_mapping_that_says_everything_is_read_back_equal() -> None:
    mapping = io.Mapping(
        record="deal",
        columns={"id": "No"},
        guess=True,
        values={"status": {'Waiting "x"': "open", "b": "won"}, "is_won": {}},
        entered={"New": "In new"},
        nulls=["#N/A"],
        tag_mark=",",
        several=[],
        id_form="salesforce",
        fold=True,
        exact=True,
        apostrophes="keep",
        file={"encoding": "cp1252", "separator": "\t", "quote": "", "sheet": "Deals"},
    )
    assert io.Mapping.from_toml(mapping.to_toml()) == mapping
    assert 'separator = "\\t"' in mapping.to_toml()
    nothing = dict.fromkeys(("columns", "formats", "units", "values", "stages", "entered", "nulls", "file"))
    assert io.Mapping.from_dict(nothing) == io.Mapping()


def test_a_number_too_long_for_python_is_no_toml() -> None:
    with pytest.raises(ImportRejected, match="this is not TOML"):
        io.Mapping.from_toml("record = " + "9" * 5000)


@pytest.mark.parametrize("fold", [None, False, True])
def test_what_is_false_is_said_where_it_is_not_what_goes_without_saying(fold: bool | None) -> None:
    mapping = io.Mapping(fold=fold, nulls=())
    assert io.Mapping.from_toml(mapping.to_toml()) == mapping
