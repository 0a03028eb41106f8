"""Rows that are no records of their own are set aside, counted and told: deleted, merged away, further lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmkit import io
from crmkit.errors import ImportRejected
from tests.io.written import Write

ORDERS = {
    "record": "order",
    "columns": {"id": "Name", "amount": "Total", "status": "Paid", "ordered_at": "At"},
    "fold": True,
}
HEADER = "Name,Total,Paid,At,Item\n"


def said(result: io.ImportResult, code: str) -> Iterator[str]:
    return (assumption.text for assumption in result.assumptions if assumption.code == code)


def test_deleted_rows_are_left_out_and_told(write: Write) -> None:
    result = io.read(write("Deal ID,Stage,Amount,IsDeleted\na,Won,1,false\nb,Won,2,TRUE\nb,Won,x,1\n"))
    assert list(result.table["id"]) == ["a"]
    assert (result.rejected, dict(result.set_aside), result.records) == ((), {"deleted": 2}, 1)
    assert "2 rows are deleted, as 'IsDeleted' says" in next(said(result, "deleted"))


def test_deleted_rows_are_kept_where_no_column_says_so(write: Write) -> None:
    path = write("Deal ID,Stage,Amount,IsDeleted\na,Won,1,false\nb,Won,2,true\n")
    kept = io.read(path, mapping={"record": "deal", "guess": True, "columns": {"is_deleted": ""}})
    assert list(kept.table["id"]) == ["a", "b"]
    assert list(kept.table["isdeleted"]) == ["false", "true"]


def test_a_row_that_was_merged_into_another_leads_to_that_one(write: Write) -> None:
    text = "id,email,first_name,merged_into,is_deleted\na,a@x.example,A,,\nb,b@x.example,B,a,true\nc,,C,b,true\n"
    result = io.read(write(text), mapping={"record": "contact"})
    assert list(result.table["id"]) == ["a"]
    assert dict(result.set_aside) == {"merged": 2}
    assert dict(result.merged) == {"b": "a", "c": "a"}


def test_lines_of_one_record_are_folded_into_its_first(write: Write) -> None:
    lines = "#1,9.50,paid,2024-01-31,Tea\n#1,,,,Cup\n#2,,,2024-02-01,Pot\n#2,4,paid,,\n"
    result = io.read(write(HEADER + lines), mapping=ORDERS)
    assert result.table[["id", "amount", "item"]].to_numpy().tolist() == [["#1", 9.5, "Tea; Cup"], ["#2", 4.0, "Pot"]]
    assert list(result.table["ordered_at"].dt.day) == [31, 1]
    assert (dict(result.set_aside), result.records) == ({"folded": 2}, 2)
    assert "2 rows are further lines" in next(said(result, "folded"))


def test_without_folding_a_second_line_is_a_second_record(write: Write) -> None:
    result = io.read(write(HEADER + "#1,9,paid,2024-01-31,Tea\n#1,,,,Cup\n"), mapping={**ORDERS, "fold": False})
    assert [problem.code for row in result.rejected for problem in row.problems] == ["duplicate_id"]


def test_a_record_is_refused_whole_where_one_of_its_lines_is(write: Write) -> None:
    lines = (
        "#1,9,paid,2024-01-31,Tea\n#1,x,,,Cup\n#1,,,,Pot\n#2,5,paid,2024-01-31,Tea\n#2,6,,,\n#3,1,paid,2024-01-31,\n"
    )
    result = io.read(write(HEADER + lines), mapping=ORDERS)
    assert list(result.table["id"]) == ["#3"]
    found = [(row.line, row.problems[0].code) for row in result.rejected]
    assert found == [(2, "line"), (3, "not_a_number"), (4, "line"), (5, "line"), (6, "contradiction")]
    assert "line 3 of the same record is refused" in result.rejected[0].problems[0].reason
    assert dict(result.set_aside) == {}
    with pytest.raises(ImportRejected, match="line 3 of the same record"):
        io.read(write(HEADER + lines), mapping=ORDERS, on_error="strict")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "a", "b", "c"]),
            st.sampled_from(["", "1", "2", "x"]),
            st.sampled_from(["", "yes", "no", "?"]),
            st.sampled_from(["", "a", "b"]),
        ),
        max_size=9,
    ),
    st.booleans(),
)
def test_every_row_is_accepted_rejected_or_set_aside(write: Write, rows: list[tuple[str, ...]], fold: bool) -> None:
    text = "id,amount,is_deleted,merged_into,note\n" + "".join(",".join(row) + ",n\n" for row in rows)
    columns = {name: name for name in ("id", "amount", "is_deleted", "merged_into")}
    result = io.read(write(text), mapping={"record": "order", "columns": columns, "fold": fold})
    assert result.accepted + len(result.rejected) + sum(result.set_aside.values()) == len(rows)
    assert result.table["id"].is_unique
    assert not set(result.merged) & set(result.merged.values())


def test_empty_rows_are_set_aside(write: Write) -> None:
    result = io.read(write("Deal ID,Deal Stage,Amount\na,Won,1\n,,\n , ,\nb,Won,2\n"))
    assert list(result.table["id"]) == ["a", "b"]
    assert (dict(result.set_aside), result.rejected) == ({"blank": 2}, ())
    assert "such as line 3" in next(said(result, "blank"))


def test_a_record_is_refused_whole_where_one_of_its_lines_cannot_be_taken_apart(write: Write) -> None:
    lines = "#1,9,paid,2024-01-31,Tea,,\n#1,,,,Cup\n#2,5,paid,2024-01-31,Pot\n#3\n"
    result = io.read(write(HEADER + lines), mapping=ORDERS)
    assert list(result.table["id"]) == ["#2"]
    assert [(row.line, row.problems[0].code) for row in result.rejected] == [(2, "cells"), (3, "line"), (5, "cells")]


def test_two_writings_of_one_value_are_no_contradiction(write: Write) -> None:
    lines = "#1,9.50,paid,2024-01-31,Tea\n#1,9.5,Paid,,Cup\n"
    assert list(io.read(write(HEADER + lines), mapping=ORDERS).table["amount"]) == [9.5]
