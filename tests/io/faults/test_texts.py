"""Texts that look like something else stay what they are, and no column sets what no file may set."""

from __future__ import annotations

from typing import Any

import pytest

from tests.io.faults.told import Fault, both_modes, refuses, rejects, takes
from tests.io.written import Write, deals

COMPANIES = {"record": "company", "columns": {"id": "id", "name": "name", "country": "country"}}
PROTECTED = ["version", "erased_at", "role", "custom"]


@both_modes
def test_ids_are_kept_to_the_letter(write: Write, mode: Any) -> None:
    ids = ["007", "7", "1E3", "1000", str(2**53 + 1), str(2**53), "1.0", "Null", "NA", " x ", "true"]
    result = takes(write(deals(*(f"{name},Won,1,," for name in ids))), mode, rows=len(ids))
    assert list(result.table["id"]) == ids


@both_modes
@pytest.mark.parametrize("word", ["Null", "None", "NaN", "NA", "nan", "N/A", "nil", "#N/A", "-"])
def test_a_name_that_means_nothing_elsewhere_is_a_name(write: Write, word: str, mode: Any) -> None:
    result = takes(write(f"id,name,country\n{word},{word},DE\n"), mode, rows=1, mapping=COMPANIES)
    assert (list(result.table["id"]), list(result.table["name"])) == ([word], [word])


@both_modes
def test_the_country_na_is_namibia(write: Write, mode: Any) -> None:
    result = takes(write("id,name,country\n1,A,NA\n2,B,\n"), mode, rows=2, mapping=COMPANIES)
    assert result.table["country"].isna().tolist() == [False, True]
    assert result.table["country"][0] == "NA"


@both_modes
def test_columns_that_no_file_may_set_are_kept_as_text_under_other_names(write: Write, mode: Any) -> None:
    text = f"Deal ID,Deal Stage,Amount,{','.join(PROTECTED)}\nd1,Won,5,9,2017-01-01,admin,x\n"
    table = takes(write(text), mode, rows=1).table
    names = ["version_2", "erased_at", "role", "custom"]
    assert [list(table[name]) for name in names] == [["9"], ["2017-01-01"], ["admin"], ["x"]]
    assert "version" not in table.columns


@both_modes
@pytest.mark.parametrize("field", PROTECTED)
def test_a_mapping_cannot_set_them_either(write: Write, field: str, mode: Any) -> None:
    mapping = {"record": "deal", "columns": {"id": "Deal ID", field: "Amount"}}
    fault = Fault("invalid_mapping", words=f"[columns] {field}: ")
    refuses(write(deals("d1,Won,1,,")), mode, fault, mapping=mapping)


@both_modes
def test_only_the_recognised_key_column_becomes_the_id(write: Write, mode: Any) -> None:
    text = "Deal ID,Deal Stage,Amount,Close Date,Internal id,Parent ID\nd1,Won,5,2017-01-01,77,88\n"
    result = takes(write(text), mode, rows=1)
    assert dict(result.mapping.columns or {})["id"] == "Deal ID"
    assert list(result.table["id"]) == ["d1"]


@both_modes
def test_a_repeated_and_an_empty_id_reject_their_rows(write: Write, mode: Any) -> None:
    path = write(deals("d1,Won,1,,", "d1,Lost,2,,", ",Won,1,,", "d2,Won,1,,"))
    repeated = Fault("duplicate_id", 3, "Deal ID", "d1", "stands on line 2 already; leave out one of the two")
    rejects(path, mode, repeated, Fault("missing", 4, "Deal ID", "", "fill it in"), rows=4)


@both_modes
def test_deleted_rows_are_set_aside_and_counted(write: Write, mode: Any) -> None:
    text = "Deal ID,Deal Stage,Amount,IsDeleted\nd1,Won,5,false\nd2,Won,x,true\nd3,Won,7,false\n"
    mapping = {"record": "deal", "columns": {"id": "Deal ID", "amount": "Amount", "is_deleted": "IsDeleted"}}
    result = takes(write(text), mode, rows=3, mapping=mapping)
    assert dict(result.set_aside) == {"deleted": 1}
