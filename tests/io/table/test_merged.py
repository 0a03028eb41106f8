"""Ids that were merged lead to the record that is left."""

from __future__ import annotations

import pytest

from crmkit import io
from tests.io.written import Write


@pytest.mark.parametrize(
    ("cell", "merged"),
    [
        ("76340251:1661707291575;46897301:1661707931852", {"76340251": "1", "46897301": "1"}),
        ("5, 6;", {"5": "1", "6": "1"}),
        ("1", {}),
        ("", {}),
    ],
)
def test_the_ids_that_a_record_has_taken_over_lead_to_it(write: Write, cell: str, merged: dict[str, str]) -> None:
    text = f'id,email,first_name,merged_ids\n1,a@x.example,A,"{cell}"\n'
    result = io.read(write(text), mapping={"record": "contact"})
    assert dict(result.merged) == merged
    assert "merged_ids" not in result.table.columns


def test_a_row_that_is_not_taken_takes_no_ids_over(write: Write) -> None:
    text = "id,email,first_name,created_at,merged_ids\n1,a@x.example,A,2024-02-31,7\n2,b@x.example,B,2024-02-01,8\n"
    result = io.read(write(text), mapping={"record": "contact"})
    assert dict(result.merged) == {"8": "2"}


def test_records_merged_into_one_another_lead_nowhere_else(write: Write) -> None:
    text = "id,email,first_name,merged_into\na,a@x.example,A,b\nb,b@x.example,B,a\n"
    assert dict(io.read(write(text), mapping={"record": "contact"}).merged) == {}


def test_short_ids_are_long_here_too(write: Write) -> None:
    text = "Id,Name,Website,merged_ids\n001A0000006Vm9r,A,,006q000000Hddoh\n"
    result = io.read(write(text), mapping={"record": "company", "id_form": "salesforce"})
    assert dict(result.merged) == {"006q000000HddohAAB": "001A0000006Vm9rIAC"}


def test_rows_without_ids_are_merged_into_nothing(write: Write) -> None:
    assert dict(io.read(write("email,first_name,phone\na@x.example,A,1\n")).merged) == {}
