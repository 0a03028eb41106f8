"""A table becomes a file: which bytes, which mapping, and what is refused before there is any."""

from __future__ import annotations

from datetime import date
from gzip import decompress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crmkit import io
from crmkit.errors import CrmError, DataQualityWarning, InvalidArgument, InvalidColumn
from crmkit.io._files import FileFormat
from crmkit.records import CustomFields, Deal, User
from crmkit.tables import to_table
from tests.kinds import KINDS

SAMPLE = pd.DataFrame(
    {
        "id": ["d1", "d2"],
        "status": ["won", "open"],
        "amount": [12.5, None],
        "currency": ["EUR", None],
        "created_at": pd.to_datetime(["2024-01-31 10:22:33.000001", None], utc=True),
        "expected_close_on": [None, date(2024, 2, 29)],
        "tags": [("a", "b;c"), ()],
        "version": [3, 0],
        "Seats": [5, 7],
    }
)
CONTENT = (
    "id,status,amount,currency,created_at,expected_close_on,tags,Seats\r\n"
    'd1,won,12.5,EUR,2024-01-31T10:22:33.000001+00:00,,"[""a"", ""b;c""]",5\r\n'
    "d2,open,,,,2024-02-29,,7\r\n"
)


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_dataframe_gives_the_same_file(kind: str, tmp_path: Path) -> None:
    io.write(KINDS[kind](SAMPLE), tmp_path / "deals.csv", record=Deal)
    assert (tmp_path / "deals.csv").read_bytes().decode() == CONTENT


def test_the_fields_come_first_in_the_order_of_the_record_and_the_version_stays_behind(tmp_path: Path) -> None:
    shuffled = SAMPLE[["Seats", "version", "tags", "currency", "id", *SAMPLE.columns[1:3], *SAMPLE.columns[4:6]]]
    mapping = io.write(shuffled, tmp_path / "deals.csv", record="deal")
    assert (tmp_path / "deals.csv").read_bytes().decode() == CONTENT
    assert list(mapping.columns or ()) == CONTENT.partition(",Seats")[0].split(",")


def test_the_roles_of_users_stay_behind_and_a_field_of_that_name_elsewhere_does_not(tmp_path: Path) -> None:
    users = to_table([User(id="u1", name="Ana", team_id="t1", roles=("admin",))], User)
    mapping = io.write(users, tmp_path / "users.csv", record=User)
    assert "roles" not in (mapping.columns or {})
    assert "admin" not in (tmp_path / "users.csv").read_text(encoding="utf-8")
    assert io.read(tmp_path / "users.csv", mapping=mapping).table["team_id"].tolist() == ["t1"]
    custom = CustomFields(deal={"roles": "tags"})
    deals = to_table([Deal(id="d1", custom={"roles": ("buyer",)})], Deal, custom=custom)
    mapping = io.write(deals, tmp_path / "deals.csv", record=Deal, custom=custom)
    assert io.read(tmp_path / "deals.csv", mapping=mapping, custom=custom).table["roles"].tolist() == [("buyer",)]


def test_the_mapping_says_all_that_reading_needs(tmp_path: Path) -> None:
    table = SAMPLE.assign(probability=[0.5, None])
    mapping = io.write(table, tmp_path / "deals.csv", record="deal", encoding="Latin-1", separator=";")
    assert mapping == io.Mapping.from_dict(
        {
            "record": "deal",
            "columns": {name: name for name in mapping.columns or {}},
            "formats": {"created_at": "ISO", "expected_close_on": "ISO"},
            "units": {"probability": "fraction"},
            "timezone": "UTC",
            "decimal": ".",
            "exact": True,
            "apostrophes": "strip",
            "file": {"encoding": "iso8859-1", "separator": ";", "quote": '"'},
        }
    )
    result = io.read(tmp_path / "deals.csv", mapping=mapping)
    assert result.table["probability"].tolist()[0] == 0.5
    assert [assumption.code for assumption in result.assumptions] == ["unused_columns"]


@pytest.mark.parametrize(
    ("name", "form", "apostrophes", "file"),
    [
        ("t.csv", "transfer", "keep", {"encoding": "utf-8", "separator": ",", "quote": '"'}),
        ("t.TSV", "spreadsheet", "strip", {"encoding": "utf-8", "separator": "\t", "quote": '"'}),
        ("t.xlsx", "spreadsheet", "keep", {"sheet": "deal"}),
        ("t.jsonl", "spreadsheet", "keep", {}),
        ("t.parquet", "spreadsheet", "keep", {}),
    ],
)
def test_the_mapping_says_how_each_format_is_written(
    name: str, form: Any, apostrophes: str, file: dict[str, str], tmp_path: Path
) -> None:
    mapping = io.write(SAMPLE, tmp_path / name, record="deal", form=form)
    assert (mapping.apostrophes, mapping.file) == (apostrophes, FileFormat(**file))


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl.gz", "t.parquet", "t.xlsx"])
def test_equal_tables_give_equal_bytes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    io.write(SAMPLE, tmp_path / name, record="deal")
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    io.write(SAMPLE.copy(), tmp_path / f"other-{name}", record="deal")
    assert (tmp_path / name).read_bytes() == (tmp_path / f"other-{name}").read_bytes()


def test_the_format_may_be_said_where_the_name_does_not(tmp_path: Path) -> None:
    io.write(SAMPLE, tmp_path / "deals.txt", record="deal", format="csv")
    assert (tmp_path / "deals.txt").read_bytes().decode() == CONTENT
    io.write(SAMPLE, tmp_path / "deals.dat.gz", record="deal", format="csv")
    assert decompress((tmp_path / "deals.dat.gz").read_bytes()).decode() == CONTENT


@pytest.mark.parametrize(
    ("name", "how", "argument", "words"),
    [
        ("t.csvv", {}, "path", "'t.csvv' does not say the format; did you mean '.csv'?; or say format="),
        ("t", {}, "path", "there are: .csv, .jsonl, .ndjson, .parquet, .tsv, .xlsx"),
        ("t.parquet.gz", {}, "path", "a parquet file is packed in itself; take .gz off its name"),
        ("t.csv", {"record": "deals"}, "record", "no record 'deals'; did you mean 'deal'"),
        ("t.csv", {"record": int}, "record", "no record 'int'"),
        ("t.csv", {"form": "excel"}, "form", "no form 'excel'; there are: spreadsheet, transfer"),
        ("t.csv", {"format": "json"}, "format", "no format 'json'; did you mean 'jsonl'"),
        ("t.csv", {"separator": ":"}, "separator", "no separator ':'"),
        ("t.csv", {"encoding": "utf-9"}, "encoding", "no encoding 'utf-9'; did you mean 'utf-8"),
        ("t.csv", {"encoding": "rot13"}, "encoding", "no encoding 'rot13'"),
        ("t.csv", {"encoding": 8}, "encoding", "no encoding 8"),
    ],
)
def test_an_unknown_word_is_refused_before_anything_is_written(
    name: str, how: dict[str, Any], argument: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        io.write(SAMPLE, tmp_path / name, **{"record": "deal", **how})
    assert refused.value.argument == argument
    assert words in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet", "t.xlsx"])
def test_a_value_that_no_file_holds_leaves_no_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidColumn, match="column 'name', row 1"):
        io.write(SAMPLE.assign(name=["a", "\0"]), tmp_path / name, record="deal")
    with pytest.raises(InvalidColumn, match="is not a choice"):
        io.write(SAMPLE.assign(status="sold"), tmp_path / name, record="deal")
    assert list(tmp_path.iterdir()) == []


def test_blank_texts_are_missing_in_a_file_and_that_is_said(tmp_path: Path) -> None:
    table = SAMPLE.assign(name=[" ", ""], Note=["", "x"])
    with pytest.warns(DataQualityWarning, match="are read so: 2 of name, 1 of Note") as warned:
        mapping = io.write(table, tmp_path / "t.csv", record="deal")
    assert (len(warned), warned[0].filename) == (1, __file__)
    assert io.read(tmp_path / "t.csv", mapping=mapping).table["name"].isna().all()


def test_what_cannot_be_written_is_an_error_of_crmkit(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="No such file or directory") as refused:
        io.write(SAMPLE, tmp_path / "missing" / "t.csv", record="deal")
    assert refused.value.code == "cannot_write"
