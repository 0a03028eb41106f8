"""What a file holds is recognised by headers and values, said, and changed by the mapping; nothing is set unasked."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from crmkit.io._files import header_key
from crmkit.io._names import KINDS
from crmkit.io._signs import signs_of
from crmkit.records import RECORDS, CustomFields, fields_of
from tests.io.written import Write, deals

GOOD = "d1,Won,10,2017-01-01,2017-02-01"


def codes(result: io.ImportResult) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for assumption in result.assumptions:
        found.setdefault(assumption.code, []).append(assumption.subject)
    return found


def test_the_names_of_headers_speak_of_fields_that_there_are_and_of_one_field_each() -> None:
    assert set(KINDS) == set(RECORDS)
    for record, names in KINDS.items():
        known = {*fields_of(RECORDS[record]), *signs_of(record)}
        assert {*names.fields, *names.telling} <= known
        keys = [header_key(name) for field, others in names.fields.items() for name in {field, *others}]
        assert {key for key in keys if keys.count(key) > 1} == set(), record


@pytest.mark.parametrize(
    ("header", "record"),
    [
        ("Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Create Date", "deal"),
        ("Deal - Title,Deal - Value,Deal - Currency of value,Deal - Stage,Deal - Status", "deal"),
        ("Id,AccountId,Name,Amount,Probability,StageName,CloseDate,IsClosed,IsWon,CreatedDate", "deal"),
        ("Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Contact owner", "contact"),
        ("Record Id,Lead Owner,First Name,Last Name,Company,Lead Source,Lead Status,Email", "lead"),
        ("Record ID,Company name,Website URL,Company owner,Create Date", "company"),
        ("Ticket ID,Ticket name,Pipeline,Ticket status,Create date,Ticket owner,Source", "ticket"),
        ("id,Created (UTC),Amount,Currency,Status,Customer ID", "order"),
        ("id,deal_id,from_stage,to_stage,changed_at", "stage_change"),
    ],
)
def test_the_kind_of_record_is_recognised_from_its_headers(write: Write, header: str, record: str) -> None:
    assert io.read(write(header + "\n")).record == record


@pytest.mark.parametrize("seed", range(5))
def test_neither_the_order_of_columns_nor_the_case_of_headers_matters(write: Write, seed: int) -> None:
    rows = [line.split(",") for line in deals(GOOD, "d2,Lost,,2017-01-01,2017-03-04").splitlines()]
    chance = random.Random(seed)
    columns = list(zip(*rows, strict=True))
    chance.shuffle(columns)
    mixed = [("".join(chance.choice((c.upper(), c.lower())) for c in column[0]), *column[1:]) for column in columns]
    other = "\n".join(",".join(row) for row in zip(*mixed, strict=True))
    assert io.read(write(other, "other.csv")).table.equals(
        io.read(write(deals(*[",".join(r) for r in rows[1:]]))).table
    )


@pytest.mark.parametrize("mode", ["collect", "strict"])
def test_a_file_that_nobody_recognises_asks_for_its_record(write: Write, mode: str) -> None:
    with pytest.raises(ImportRejected, match='record = "deal"') as refused:
        io.read(write("colour,size\nred,4\n"), on_error=mode)
    assert refused.value.code == "unknown_record"


def test_kinds_that_fit_equally_well_are_named(write: Write) -> None:
    result = io.read(write("id,email,phone\n1,a@b.example,5\n"))
    (said,) = [assumption.text for assumption in result.assumptions if assumption.code == "record"]
    assert (result.record, "as much those of lead" in said) == ("contact", True)
    assert io.read(write("id,email,phone\n1,a@b.example,5\n"), mapping={"record": "lead"}).record == "lead"


def test_a_column_whose_values_are_not_of_the_field_is_not_taken_for_it(write: Write) -> None:
    result = io.read(write("deal id,stage,amount,value,created,close date\n1,Won,soon,5,Ana,2017-01-01\n"))
    assert dict(result.mapping.columns or {}) == {
        "id": "deal id",
        "stage": "stage",
        "amount": "value",
        "closed_at": "close date",
    }
    assert codes(result)["column_unlike"] == ["created_at"]
    assert list(result.table["created"]) == ["Ana"]


def test_a_further_column_that_could_be_the_field_is_named(write: Write) -> None:
    result = io.read(write("id,stage,close date,closed on,amount\n1,Won,2017-01-01,2017-01-02,5\n"))
    (said,) = [assumption.text for assumption in result.assumptions if assumption.subject == "closed_at"][:1]
    assert "'closed on' could be it too" in said


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"columns": {"id": "Deal ID"}}, "no record; add a line such as .* guess = true"),
        ({"record": "deal", "columns": {"ammount": "Amount"}}, "did you mean 'amount'"),
        ({"record": "deal", "columns": {"amount": "Amont"}}, "did you mean 'Amount'"),
        ({"record": "deal", "columns": {"version": "Amount"}}, "no file may set"),
        ({"record": "stage_change", "columns": {"deal_id": "Deal ID"}}, "no column is to_stage"),
        ({"record": "stage_change"}, "no column is "),
        ({"formats": {"creatd_at": "ISO"}}, "did you mean 'created_at'"),
        ({"formats": {"amount": "ISO"}}, "holds no date"),
        ({"units": {"amount": "percent"}}, "no share"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(write: Write, mapping: dict[str, Any], words: str) -> None:
    with pytest.raises(ImportRejected, match=words):
        io.read(write(deals(GOOD)), mapping=mapping)


def test_columns_that_are_given_are_all_that_is_read(write: Write) -> None:
    result = io.read(write(deals(GOOD)), mapping={"record": "deal", "columns": {"id": "DEAL id", "name": "Amount"}})
    assert list(result.table.columns) == ["id", "name", "deal_stage", "create_date", "close_date"]
    assert codes(result) == {"unused_columns": ["columns"], "no_status": ["status"]}


def test_unnamed_and_clashing_columns_get_names_of_their_own(write: Write) -> None:
    result = io.read(write("Deal ID,Deal Stage,Amount,%,Ä  b,version,version 2\n1,Won,5,a,b,c,d\n"))
    assert list(result.table.columns)[4:] == ["column_1", "ä_b", "version_2", "version_2_2"]


def test_custom_fields_are_read_by_their_name(write: Write) -> None:
    custom = CustomFields(deal={"seats": "integer", "role": "text"})
    result = io.read(write("Deal ID,Deal Stage,Amount,Seats,Role\n1,Won,5,12,buyer\n"), custom=custom)
    assert list(result.table.columns)[-2:] == ["role", "seats"]
    assert (str(result.table["seats"].dtype), list(result.table["seats"])) == ("Int64", [12])


def test_a_file_without_an_id_names_its_rows_by_line(write: Write) -> None:
    result = io.read(write("Deal Stage,Amount,Close Date\nWon,5,2017-01-01\n\nLost,,2017-01-02\n"))
    assert list(result.table["id"]) == ["row-2", "row-4"]
    assert codes(result)["row_ids"] == ["id"]


def test_one_column_is_corrected_and_the_others_are_guessed_all_the_same(write: Write) -> None:
    path = write("Deal ID,Stage,Amount,Worth,Owner\na,Won,1,2,ann\n")
    mapping = {"record": "deal", "guess": True, "columns": {"amount": "Worth", "owner_id": ""}}
    result = io.read(path, mapping=mapping)
    assert result.mapping.columns == {"id": "Deal ID", "stage": "Stage", "amount": "Worth"}
    assert (result.mapping.guess, result.confidence["amount"]) == (False, 1)
    assert list(result.table.columns) == ["id", "stage", "status", "amount", "amount_2", "owner"]
    assert io.read(path, mapping=result.mapping).table.equals(result.table)
    unsaid = io.read(path, mapping={"guess": True, "columns": {"amount": "Worth"}})
    assert (unsaid.record, list(unsaid.table["amount"])) == ("deal", [2.0])


def test_a_tie_is_left_open_and_told(write: Write) -> None:
    path = write("Deal ID,Stage,Revenue,Value,Owner\na,Won,1,2,ann\n")
    result = io.read(path)
    assert codes(result)["column_open"] == ["amount"]
    assert list(result.table[["revenue", "value"]].iloc[0]) == ["1", "2"]
    said = io.read(path, mapping={"record": "deal", "guess": True, "columns": {"amount": "Value"}})
    assert list(said.table["amount"]) == [2.0]


def test_a_tie_for_a_field_that_every_record_has_asks_which_it_is(write: Write) -> None:
    path = write(
        "Stage change ID,Deal ID,To stage,New stage,Change date,Date changed\n1,a,Won,Won,2024-01-01,2024-01-02\n"
    )
    with pytest.raises(ImportRejected, match="could be it, one as well as the other") as refused:
        io.read(path, mapping={"record": "stage_change"})
    assert refused.value.code == "missing_field"
