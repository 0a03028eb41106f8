"""A history of fields names its records as `ref` does, where its header says what they are."""

from __future__ import annotations

import pytest

from crmkit import io, tables
from crmkit.io._cells import Cells
from crmkit.io._table._refs import as_refs
from crmkit.records import FieldChange
from tests.io.written import Write

ROW = "1,{record},Amount,100,200,u1,2024-02-01T03:04:05Z\n"


def history(header: str, record: str) -> str:
    return f"Id,{header},Field,OldValue,NewValue,CreatedById,CreatedDate\n" + ROW.format(record=record)


@pytest.mark.parametrize(
    ("header", "record", "found"),
    [
        ("OpportunityId", "0061", "deal:0061"),
        ("Deal ID", "d1", "deal:d1"),
        ("LeadId", "00Q1", "lead:00Q1"),
        ("CaseId", "5001", "ticket:5001"),
        ("AccountId", "0011", "company:0011"),
        ("OpportunityId", "deal:0061", "deal:0061"),
        ("Record", "quote:q1", "quote:q1"),
    ],
)
def test_a_history_of_fields_is_recognised_and_names_its_records(
    write: Write, header: str, record: str, found: str
) -> None:
    result = io.read(write(history(header, record)))
    assert result.record == "field_change"
    (change,) = tables.from_table(result.table, FieldChange)
    assert (change.record, change.field, change.from_value, change.to_value) == (found, "Amount", "100", "200")


def test_what_was_made_of_the_ids_is_said_where_something_was(write: Write) -> None:
    result = io.read(write(history("OpportunityId", "0061")))
    (said,) = [assumption for assumption in result.assumptions if assumption.code == "refs"]
    assert str(said) == (
        "Each record is a deal, as the header 'OpportunityId' says, and is written \"deal:\" with its id."
    )
    plain = io.read(write(history("Record ID", "0061")))
    assert plain.table["record"].tolist() == ["0061"]
    assert "refs" not in {assumption.code for assumption in plain.assumptions}


def test_nothing_stays_nothing_and_what_is_no_reference_becomes_one() -> None:
    ids = Cells([None, "0061", "x:1", "deal:"], [0, 1, 2, 3])
    refs, _ = as_refs(ids, "OpportunityId")
    assert list(refs.values) == [None, "deal:0061", "deal:x:1", "deal:deal:"]


def test_a_header_of_two_kinds_says_nothing() -> None:
    ids = Cells(["1"], [0])
    assert as_refs(ids, "Transaction ID") == (ids, None)


def test_rows_that_are_taken_as_they_stand_stay(write: Write) -> None:
    columns = {"id": "Id", "record": "OpportunityId", "field": "Field", "changed_at": "CreatedDate"}
    mapping = {"record": "field_change", "columns": columns, "exact": True}
    result = io.read(write(history("OpportunityId", "0061")), mapping=mapping)
    assert result.table["record"].tolist() == ["0061"]
