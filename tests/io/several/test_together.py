"""Tables of one kind of record become one, without losing, doubling or inventing a value."""

from __future__ import annotations

from typing import Any, get_args

import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import io, tables
from crmkit.io._findings import Assumption
from crmkit.io._result import ImportResult
from crmkit.io._several._together import together
from crmkit.records import RECORDS, CustomFields
from crmkit.tables import Backend
from tests.io.written import Write

OLD = "Deal ID,Deal Stage,Amount,Close Date,Tags,Note\nd1,Won,5,2017-01-02,a;b,old\nd2,Lost,6,2017-01-03,,old\n"
NEW = "Deal ID,Deal Stage,Probability,Note,Colour\nd2,Won,0.5,new,red\nd3,Talks,0.25,new,blue\n"


def results(write: Write, backend: Backend = "pandas", **texts: str) -> dict[str, ImportResult]:
    return {
        name: io.read(write(text, f"{name}.csv"), mapping={"record": "deal"}, backend=backend)
        for name, text in texts.items()
    }


def one_table(read: dict[str, ImportResult], backend: Backend = "pandas") -> tuple[Any, list[Assumption]]:
    joined, assumptions = together(read, custom=None, backend=backend)
    return joined["deal"], assumptions


@pytest.mark.parametrize("backend", get_args(Backend))
def test_each_row_stands_once_under_the_columns_of_all_files(write: Write, backend: Backend) -> None:
    read = results(write, backend, old=OLD, new=NEW)
    table, assumptions = one_table(read, backend)
    frame = nw.from_native(table, eager_only=True)
    schema = frame.collect_schema()
    assert frame.get_column("id").to_list() == ["d1", "d2", "d3"]
    assert frame.get_column("note").to_list() == ["old", "old", "new"]
    assert [tables.is_missing(value) for value in frame.get_column("amount").to_list()] == [False, False, True]
    assert [tuple(tags) for tags in frame.get_column("tags").to_list()] == [("a", "b"), (), ()]
    for result in read.values():
        of_file = nw.from_native(result.table, eager_only=True).collect_schema()
        assert {name: schema[name] for name in of_file} == dict(of_file)
        assert set(of_file) <= set(schema)
    assert list(schema)[-2:] == ["note", "colour"]
    tables.conform(table, RECORDS["deal"])
    joined, repeated = assumptions
    assert joined.code == "joined"
    assert "'amount'" in joined.text
    assert "'colour'" in joined.text
    assert "'note'" not in joined.text
    assert repeated.code == "repeated"
    assert "an earlier file has their id: 1." in repeated.text


def test_one_file_is_its_own_table(write: Write) -> None:
    read = results(write, old=OLD)
    assert one_table(read)[0].equals(read["old"].table)
    assert one_table(read)[1] == []


def test_files_with_the_same_columns_and_other_ids_only_say_that_they_are_one_table(write: Write) -> None:
    _, (said,) = one_table(results(write, a=OLD, b=OLD.replace("d1", "d8").replace("d2", "d9")))
    assert "Columns" not in said.text


def test_many_files_are_listed_in_part(write: Write) -> None:
    read = results(write, **{f"f{at}": f"Deal ID,Deal Stage\nd{at},Won\n" for at in range(7)})
    _, (said,) = one_table(read)
    assert "'f4' and 2 more" in said.text
    assert "'f5'" not in said.text


IDS = st.lists(st.sampled_from("abcdefgh"), max_size=5, unique=True)


@given(st.lists(IDS, min_size=1, max_size=4))
def test_of_each_id_the_first_row_is_kept(files: list[list[str]]) -> None:
    read = {
        f"f{at}": ImportResult(
            pd.DataFrame({"id": pd.array(ids, "str"), "name": pd.array([f"{at}"] * len(ids), "str")}),
            "deal",
            io.Mapping(record="deal", columns={"id": "x"}),
            (),
            (),
        )
        for at, ids in enumerate(files)
    }
    table, _ = one_table(read)
    first: dict[str, str] = {}
    for at, ids in enumerate(files):
        for identifier in ids:
            first.setdefault(identifier, f"{at}")
    assert dict(zip(table["id"], table["name"], strict=True)) == first
    assert list(table.index) == list(range(len(first)))


NUMBERED = "Deal Stage,In New,In Won\nWon,2024-01-02,2024-01-05\n"
ENTERED = {
    "record": "deal",
    "columns": {"stage": "Deal Stage"},
    "entered": {"New": "In New", "Won": "In Won"},
    "formats": {"entered": "YYYY-MM-DD"},
}


def test_ids_that_are_the_numbers_of_lines_stay_apart_and_so_do_their_changes_of_stage(write: Write) -> None:
    read = {name: io.read(write(NUMBERED, name), mapping=ENTERED) for name in ("a.csv", "b.csv")}
    joined, assumptions = together(read, custom=None, backend="pandas")
    assert list(joined["deal"]["id"]) == ["a.csv:row-2", "b.csv:row-2"]
    assert list(joined["stage_change"]["deal_id"]) == ["a.csv:row-2"] * 2 + ["b.csv:row-2"] * 2
    assert joined["stage_change"]["id"].is_unique
    assert {said.code for said in assumptions} == {"joined"}
    alone, _ = together({"a.csv": read["a.csv"]}, custom=None, backend="pandas")
    assert list(alone["deal"]["id"]) == ["row-2"]


def test_custom_fields_keep_their_kind_where_a_file_has_none(write: Write) -> None:
    custom = CustomFields(deal={"seats": "integer", "trial": "flag"})
    read = {
        name: io.read(write(f"Deal ID,{name}\n{name},1\n", f"{name}.csv"), mapping={"record": "deal"}, custom=custom)
        for name in ("seats", "trial")
    }
    table = together(read, custom=custom, backend="pandas")[0]["deal"]
    assert dict(table[["seats", "trial"]].dtypes.astype(str)) == {"seats": "Int64", "trial": "boolean"}


def test_a_column_that_is_no_field_does_not_take_the_name_of_a_custom_one(write: Write) -> None:
    custom = CustomFields(deal={"seats": "integer"})
    declared = {"record": "deal", "columns": {"id": "Deal ID"}}
    read = {
        "a": io.read(write("Deal ID,Seats\na,1\n", "a.csv"), mapping={"record": "deal"}, custom=custom),
        "b": io.read(write("Deal ID,Seats\nb,many\n", "b.csv"), mapping=declared, custom=custom),
    }
    table = together(read, custom=custom, backend="pandas")[0]["deal"]
    assert table["seats"].isna().tolist() == [False, True]
    assert table["seats_2"].isna().tolist() == [True, False]
