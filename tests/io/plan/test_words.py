"""Words for the values of a field: known ones are told, others are declared, and what no value is named is refused."""

from __future__ import annotations

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from tests.io.written import Write

TICKETS = "Ticket ID,Subject,Priority,Ticket status\na,x,low,Waiting for us\nb,y,normal,Closed\nc,z,High,new\n"
VALUES = {"status": {"waiting FOR us": "pending"}, "priority": {"Low": "urgent"}}


def test_words_of_a_file_are_declared(write: Write) -> None:
    result = io.read(write(TICKETS), mapping={"record": "ticket", "values": VALUES})
    assert list(result.table["status"]) == ["pending", "closed", "new"]
    assert list(result.table["priority"]) == ["urgent", "normal", "high"]
    assert result.rejected == ()
    again = io.read(write(TICKETS), mapping=io.Mapping.from_toml(result.mapping.to_toml()))
    assert again.table.equals(result.table)


def test_a_word_that_nobody_knows_refuses_its_row_with_the_way_out(write: Write) -> None:
    result = io.read(write(TICKETS), mapping={"record": "ticket"})
    assert [row.line for row in result.rejected] == [2]
    (problem,) = result.rejected[0].problems
    assert (problem.column, problem.value, problem.code) == ("Ticket status", "Waiting for us", "not_a_choice")
    assert "[values.status]" in problem.reason


def test_a_flag_may_be_declared_too(write: Write) -> None:
    text = "Deal ID,Deal Stage,Amount,IsDeleted\na,Won,1,Y\nb,Won,2,N\n"
    columns = {"id": "Deal ID", "is_deleted": "IsDeleted"}
    mapping = {"record": "deal", "columns": columns, "values": {"is_deleted": {"Y": "true", "n": "false"}}}
    assert list(io.read(write(text), mapping=mapping).table["id"]) == ["b"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"priority": {"P1": "urgnt"}}, "no value of priority; did you mean 'urgent'"),
        ({"priorty": {"P1": "urgent"}}, "no such field; did you mean 'priority'"),
        ({"subject": {"x": "y"}}, "this field holds any value"),
    ],
)
def test_words_are_declared_for_values_that_there_are(write: Write, values: object, reason: str) -> None:
    with pytest.raises(ImportRejected, match=reason) as refused:
        io.read(write(TICKETS), mapping={"record": "ticket", "values": values})
    assert refused.value.code == "invalid_mapping"
